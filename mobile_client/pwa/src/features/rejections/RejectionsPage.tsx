import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Banner, Button, ChipChoice, EmptyState, Page, Skeleton } from "../../ui/index.ts";
import { RejectionCard } from "./RejectionCard.tsx";
import { useRejections } from "./useRejections.ts";
import "./rejections.css";

const VIEWS = ["open", "settled"] as const;
type View = (typeof VIEWS)[number];

/** For dispatchers and managers: what their people's phones handed in and the server did not carry out. */
export default function RejectionsPage() {
  const { t } = useTranslation("rejections");
  const [view, setView] = useState<View>("open");
  const { rejections, trouble, reload, more, settle } = useRejections(view === "settled");
  return (
    <Page title={t("title")} backTo="/sync" wide>
      <p className="muted">{t("lead")}</p>
      <ChipChoice
        label={t("which")}
        choices={VIEWS.map((value) => ({ value, label: t(value) }))}
        value={view}
        onChange={setView}
      />
      {trouble && (
        <Banner tone="warn" title={t("offline")} action={<Button onPress={reload}>{t("again")}</Button>}>
          {t("offlineWhy")}
        </Banner>
      )}
      {!rejections && !trouble && <Skeleton />}
      {rejections?.length === 0 && (
        <EmptyState icon="check" title={t(view === "open" ? "none" : "noneSettled")}>
          {t("noneWhy")}
        </EmptyState>
      )}
      <div className="rejections">
        {rejections?.map((rejection) => (
          <RejectionCard key={rejection.id} rejection={rejection} onSettle={() => settle(rejection.id)} />
        ))}
      </div>
      {more && <Button onPress={more}>{t("more")}</Button>}
    </Page>
  );
}
