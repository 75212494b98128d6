import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Account, Agreement, Asset, Site } from "../../db/types.ts";
import { Badge, Button, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { AgreementSheet } from "./AgreementSheet.tsx";
import { TermsSheet } from "./TermsSheet.tsx";

export interface Covered {
  account: Account;
  sites: readonly Site[];
  assets: readonly Asset[];
}

/** What service a customer was promised; who decides it makes, changes and ends agreements here. */
export function AgreementsOfAccount(customer: Covered) {
  const { t } = useTranslation("agreements");
  const format = useFormat();
  const mayManage = useMay("agreements.manage");
  const [open, setOpen] = useState<string | "new" | null>(null);
  const { account } = customer;
  const agreements = useLocal(`agreements/of/${account.id}`, async (db) =>
    (await listDocuments(db, "agreement", { account_id: account.id })).sort((a, b) =>
      b.ends_on.localeCompare(a.ends_on),
    ),
  );
  if (!mayManage && !agreements?.length) return null;
  const shown = agreements?.find(({ id }) => id === open);
  return (
    <Section title={t("agreements")}>
      {agreements && agreements.length > 0 && (
        <List label={t("agreements")}>
          {agreements.map((agreement) => (
            <ListRow
              key={agreement.id}
              icon="signature"
              title={agreement.name}
              muted={agreement.ends_on < format.today()}
              onPress={() => setOpen(agreement.id)}
              detail={
                <span className="badges">
                  {agreement.number}
                  {t("until", { date: format.date(`${agreement.ends_on}T12:00:00Z`) })}
                  <Standing agreement={agreement} today={format.today()} />
                </span>
              }
            />
          ))}
        </List>
      )}
      {mayManage && (
        <div className="button-row">
          <Button icon="signature" onPress={() => setOpen("new")}>
            {t("new")}
          </Button>
        </div>
      )}
      {open === "new" && <TermsSheet {...customer} purpose="create" onClose={() => setOpen(null)} />}
      {shown && <AgreementSheet {...customer} agreement={shown} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function Standing({ agreement, today }: { agreement: Agreement; today: string }) {
  const { t } = useTranslation("agreements");
  if (agreement.ends_on < today) return <Badge>{t("over")}</Badge>;
  if (agreement.renewed_by_id) return <Badge tone="good">{t("renewed")}</Badge>;
  if (agreement.end_reason) return <Badge tone="warn">{t("ended")}</Badge>;
  return <Badge tone="info">{t(agreement.starts_on > today ? "begins" : "runs")}</Badge>;
}
