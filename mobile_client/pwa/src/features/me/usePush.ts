import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type PushState, pushState, turnPushOff, turnPushOn } from "../../push/subscription.ts";
import { showToast } from "../../ui/index.ts";

/** Whether this device gets notifications, and how to change it; the state is null while it is found out. */
export function usePush() {
  const { t } = useTranslation("me");
  const [state, setState] = useState<PushState | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void pushState().then(setState);
  }, []);

  async function change(turn: () => Promise<PushState>) {
    setBusy(true);
    try {
      setState(await turn());
    } catch {
      showToast(t("pushFailed"));
    } finally {
      setBusy(false);
    }
  }

  return { state, busy, turnOn: () => change(turnPushOn), turnOff: () => change(turnPushOff) };
}
