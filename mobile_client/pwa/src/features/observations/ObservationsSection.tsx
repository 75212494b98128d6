import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Id, Observation } from "../../db/types.ts";
import { Badge, Button, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { PhotosMark } from "../attachments/PhotosMark.tsx";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { ObservationSheet } from "./ObservationSheet.tsx";

const SHOWN = 6;

interface ObservationsSectionProps {
  accountId: Id;
  /** Only what was seen at this visit, and where new ones belong. */
  visitId?: Id;
}

/** What was seen at a customer's, newest first, and the way to note more. */
export function ObservationsSection({ accountId, visitId }: ObservationsSectionProps) {
  const { t } = useTranslation("observations");
  const format = useFormat();
  const marks = useMarks();
  const mayAdd = useMay("visits.work");
  const [shown, setShown] = useState(SHOWN);
  const [open, setOpen] = useState<Observation | "new" | null>(null);
  const where = visitId ? { visit_id: visitId } : { account_id: accountId };
  const seen = useLocal(`observations/${visitId ?? accountId}`, async (db) => {
    const all = await listDocuments(db, "observation", where);
    const found = all.filter(({ removed }) => !removed).sort((a, b) => b.occurred_at.localeCompare(a.occurred_at));
    const products = await db.documents.bulkGet(found.map(({ product_id }) => ["product", product_id ?? ""]));
    return found.map((observation, index) => ({
      observation,
      product: products[index]?.doc.name as string | undefined,
    }));
  });
  if (!mayAdd && !seen?.length) return null;
  return (
    <Section title={t("observations")}>
      {seen && seen.length > 0 && (
        <List label={t("observations")}>
          {seen.slice(0, shown).map(({ observation, product }) => (
            <ListRow
              key={observation.id}
              icon={observation.kind === "shelf" ? "asset" : "eye"}
              title={[observation.competitor, product ?? observation.product].filter(Boolean).join(" · ")}
              onPress={() => setOpen(observation)}
              detail={
                <>
                  <span className="badges">
                    {format.date(observation.occurred_at)}
                    <Badge>{t(`kind.${observation.kind}`)}</Badge>
                    {observation.out_of_stock && <Badge tone="warn">{t("outOfStock")}</Badge>}
                    {observation.facings !== null && <Badge>{t("facingsOf", { count: observation.facings })}</Badge>}
                    <RecordMark marks={marks} entity="observation" id={observation.id} />
                    <PhotosMark entity="observation" id={observation.id} />
                  </span>
                  {observation.note && <span className="clamp">{observation.note}</span>}
                </>
              }
              trailing={
                observation.price_minor !== null && (
                  <span className="amount">{format.money(observation.price_minor, observation.currency)}</span>
                )
              }
            />
          ))}
        </List>
      )}
      {seen && seen.length > shown && (
        <Button variant="quiet" onPress={() => setShown(seen.length)}>
          {t("showAll", { count: seen.length })}
        </Button>
      )}
      {mayAdd && (
        <div className="button-row">
          <Button icon="eye" onPress={() => setOpen("new")}>
            {t("add")}
          </Button>
        </div>
      )}
      {open && (
        <ObservationSheet
          accountId={accountId}
          visitId={visitId ?? null}
          observation={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </Section>
  );
}
