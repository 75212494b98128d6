import { useTranslation } from "react-i18next";
import { EmptyState, Page, Skeleton } from "../../ui/index.ts";
import { ConflictCard } from "./ConflictCard.tsx";
import { useConflicts } from "./useConflicts.ts";
import "./conflicts.css";

/** Fields that somebody else changed too: both values side by side, and which of them is to hold. Works without signal. */
export default function ConflictsPage() {
  const { t } = useTranslation("conflicts");
  const conflicts = useConflicts();
  return (
    <Page title={t("title")} backTo="/sync" wide>
      <p className="muted">{t("lead")}</p>
      {!conflicts && <Skeleton />}
      {conflicts?.length === 0 && (
        <EmptyState icon="check" title={t("none")}>
          {t("noneWhy")}
        </EmptyState>
      )}
      <div className="conflict-list">
        {conflicts?.map((open) => (
          <ConflictCard key={open.conflict.id} open={open} />
        ))}
      </div>
    </Page>
  );
}
