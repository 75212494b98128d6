import { useTranslation } from "react-i18next";
import { Banner, Button } from "../../ui/index.ts";

/** Says what the position is good for before the phone asks for it. */
export function AskForPosition({ onAsk }: { onAsk: () => void }) {
  const { t } = useTranslation("who-next");
  return (
    <Banner tone="info" title={t("whoIsNear")} action={<Button onPress={onAsk}>{t("usePosition")}</Button>}>
      {t("whoIsNearWhy")}
    </Banner>
  );
}
