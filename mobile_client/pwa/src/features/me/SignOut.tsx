import { useLiveQuery } from "dexie-react-hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePhotosWaiting } from "../../attachments/usePhotosWaiting.ts";
import { signOut } from "../../session/auth.ts";
import { canExport } from "../../sync/actions.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { saveUnfinished } from "../sync/ExportButton.tsx";

/** Signing out with work that was not handed in asks first, and offers to save it as a file. */
export function SignOut() {
  const { t } = useTranslation("me");
  const { unsent, attention } = useSyncStatus();
  const [asking, setAsking] = useState(false);
  const exportable = useLiveQuery(canExport);
  const photos = usePhotosWaiting();
  const unfinished = unsent + attention + photos;
  return (
    <>
      <Button variant="danger" icon="signOut" onPress={() => setAsking(true)}>
        {t("signOut")}
      </Button>
      <Dialog
        title={unfinished > 0 ? t("unfinishedTitle", { count: unfinished }) : t("signOutTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("cancel")}</Button>
            {unsent + attention > 0 && exportable && <Button onPress={saveUnfinished}>{t("export")}</Button>}
            <Button variant="danger" onPress={signOut}>
              {t(unfinished > 0 ? "signOutAnyway" : "signOut")}
            </Button>
          </>
        }
      >
        {unfinished > 0 ? t("unfinishedWhy", { count: unfinished }) : t("signOutWhy")}
      </Dialog>
    </>
  );
}
