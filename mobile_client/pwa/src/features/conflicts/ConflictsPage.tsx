import { useTranslation } from "react-i18next";
import { readAttention } from "../../sync/attention.ts";
import { EmptyState, Page, Skeleton } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { ConflictCard } from "./ConflictCard.tsx";
import "./conflicts.css";

/** Fields that somebody else changed too: both values side by side, and which of them is to hold. Works without signal. */
export default function ConflictsPage() {
  const { t } = useTranslation("conflicts");
  const conflicts = useLocal("conflicts", async (db) => (await readAttention(db)).conflicts);
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
        {conflicts?.map((conflict) => (
          <ConflictCard key={conflict.id} conflict={conflict} />
        ))}
      </div>
    </Page>
  );
}
