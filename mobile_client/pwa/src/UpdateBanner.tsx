import { useState } from "react";
import { useTranslation } from "react-i18next";
import { updateApp } from "./appUpdate.ts";
import { Banner, Button } from "./ui/index.ts";

/** This app is too old, or too new, for what the server has to tell; what was done is handed in all the same. */
export function UpdateBanner({ unsent }: { unsent: number }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  return (
    <Banner
      tone="warn"
      title={t("update")}
      action={
        <Button
          busy={busy}
          onPress={() => {
            setBusy(true);
            void updateApp();
          }}
        >
          {t("updateNow")}
        </Button>
      }
    >
      {t(unsent > 0 ? "updateWhyUnsent" : "updateWhy")}
    </Banner>
  );
}
