import { useTranslation } from "react-i18next";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { EmptyState, LinkButton, Page } from "../../ui/index.ts";

/** A link led to a record that this phone does not hold: too old, somebody else's, or not pulled yet. */
export function NotOnThisPhone({ title, backTo }: { title: string; backTo: string }) {
  const { t } = useTranslation("ui");
  const { firstSync } = useSyncStatus();
  return (
    <Page title={title} backTo={backTo}>
      <EmptyState
        icon="offline"
        title={t(firstSync ? "notHereYet" : "notHere")}
        action={<LinkButton to="/sync">{t("openSync")}</LinkButton>}
      >
        {t(firstSync ? "notHereYetWhy" : "notHereWhy")}
      </EmptyState>
    </Page>
  );
}
