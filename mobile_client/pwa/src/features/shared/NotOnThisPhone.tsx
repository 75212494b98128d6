import { useTranslation } from "react-i18next";
import { EmptyState, LinkButton, Page } from "../../ui/index.ts";

/** A link led to a record that this phone does not hold: too old, somebody else's, or not pulled yet. */
export function NotOnThisPhone({ title, backTo }: { title: string; backTo: string }) {
  const { t } = useTranslation("ui");
  return (
    <Page title={title} backTo={backTo}>
      <EmptyState icon="offline" title={t("notHere")} action={<LinkButton to="/sync">{t("openSync")}</LinkButton>}>
        {t("notHereWhy")}
      </EmptyState>
    </Page>
  );
}
