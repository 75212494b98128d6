import { useState } from "react";
import { useTranslation } from "react-i18next";
import { signOut } from "../../session/auth.ts";
import { exportUnfinished } from "../../sync/actions.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, Dialog } from "../../ui/index.ts";

/** Signing out with work that was not handed in asks first, and offers to save it as a file. */
export function SignOut() {
  const { t } = useTranslation("me");
  const { unsent, attention } = useSyncStatus();
  const [asking, setAsking] = useState(false);
  const unfinished = unsent + attention;
  return (
    <>
      <Button variant="danger" icon="signOut" wide onPress={() => setAsking(true)}>
        {t("signOut")}
      </Button>
      <Dialog
        title={unfinished > 0 ? t("unfinishedTitle", { count: unfinished }) : t("signOutTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button onPress={() => setAsking(false)}>{t("cancel")}</Button>
            {unfinished > 0 && <Button onPress={save}>{t("export")}</Button>}
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

async function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await exportUnfinished());
  link.download = `fieldbook-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
