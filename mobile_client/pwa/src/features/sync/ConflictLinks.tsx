import { useTranslation } from "react-i18next";
import { LinkButton, List, ListRow, Section } from "../../ui/index.ts";
import { useConflicts } from "../conflicts/useConflicts.ts";
import { useFieldTexts } from "../shared/fields.ts";

const SHOWN = 3;

/** Fields that somebody else changed too, and the way to where they are compared. */
export function ConflictLinks() {
  const { t } = useTranslation("sync");
  const { label } = useFieldTexts();
  const conflicts = useConflicts() ?? [];
  if (conflicts.length === 0) return null;
  return (
    <Section
      title={t("conflicts", { count: conflicts.length })}
      action={<LinkButton to="/conflicts">{t("compare")}</LinkButton>}
    >
      <List label={t("conflicts", { count: conflicts.length })}>
        {conflicts.slice(0, SHOWN).map(({ conflict: { id, field }, subject }) => (
          <ListRow
            key={id}
            icon="warning"
            title={subject ?? label(field)}
            detail={t("conflictIn", { field: label(field) })}
            to="/conflicts"
          />
        ))}
      </List>
    </Section>
  );
}
