import { useTranslation } from "react-i18next";
import { readAttention } from "../../sync/attention.ts";
import { LinkButton, List, ListRow, Section } from "../../ui/index.ts";
import { useFieldTexts } from "../shared/fields.ts";
import { useLocal } from "../shared/useLocal.ts";

const SHOWN = 3;

/** Fields that somebody else changed too, and the way to where they are compared. */
export function ConflictLinks() {
  const { t } = useTranslation("sync");
  const { label } = useFieldTexts();
  const conflicts = useLocal("conflicts", async (db) => (await readAttention(db)).conflicts) ?? [];
  if (conflicts.length === 0) return null;
  return (
    <Section
      title={t("conflicts", { count: conflicts.length })}
      action={<LinkButton to="/conflicts">{t("compare")}</LinkButton>}
    >
      <List label={t("conflicts", { count: conflicts.length })}>
        {conflicts.slice(0, SHOWN).map(({ id, title, field }) => (
          <ListRow
            key={id}
            icon="warning"
            title={title}
            detail={t("conflictIn", { field: label(field) })}
            to="/conflicts"
          />
        ))}
      </List>
    </Section>
  );
}
