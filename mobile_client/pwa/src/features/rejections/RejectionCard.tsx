import { useTranslation } from "react-i18next";
import type { Rejection } from "../../sync/rejections.ts";
import { Badge, Button, Card, Facts, useFormat } from "../../ui/index.ts";
import { FIELDS, useFieldTexts } from "../shared/fields.ts";

interface RejectionCardProps {
  rejection: Rejection;
  onSettle: () => void;
}

/** Who wanted what, why it was not done, and what was entered. */
export function RejectionCard({ rejection, onSettle }: RejectionCardProps) {
  const { t } = useTranslation("rejections");
  const format = useFormat();
  const { label, value } = useFieldTexts();
  const { status, code, message, name, args, title, person, device, occurred_at, settled_at, settled_by } = rejection;
  const what = t(`sync:mutation.${name}`, { defaultValue: name });
  const entered = Object.keys(FIELDS).filter((field) => args[field] != null && typeof args[field] !== "object");
  return (
    <Card>
      <article className="rejection" aria-label={`${what}, ${person.name}`}>
        <header>
          <h2>{[what, title].filter(Boolean).join(" · ")}</h2>
          <Badge tone={settled_at ? "neutral" : status === "failed" ? "warn" : "bad"}>
            {t(settled_at ? "settledBadge" : `sync:state.${status}`)}
          </Badge>
        </header>
        <p className="muted">{[person.name, format.dateTime(occurred_at), device?.name].filter(Boolean).join(" · ")}</p>
        <p>{status === "failed" ? t("failedWhy") : t(`sync:reason.${code}`, { defaultValue: message ?? "" })}</p>
        {entered.length > 0 && <Facts rows={entered.map((field) => [label(field), value(field, args[field])])} />}
        {settled_at ? (
          <p className="muted">
            {t(settled_by ? "settledBy" : "settledByThemselves", {
              name: settled_by?.name,
              when: format.dateTime(settled_at),
            })}
          </p>
        ) : (
          status === "rejected" && (
            <Button icon="check" onPress={onSettle}>
              {t("settle")}
            </Button>
          )
        )}
      </article>
    </Card>
  );
}
