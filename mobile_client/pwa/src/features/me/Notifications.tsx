import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type PushState, pushState, turnPushOff, turnPushOn } from "../../push/subscription.ts";
import { Button, Card, Section, showToast } from "../../ui/index.ts";

export function Notifications() {
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

  return (
    <Section title={t("notifications")}>
      <Card>
        {state && <p>{t(`push.${state}`)}</p>}
        {state === "off" && (
          <Button icon="notice" busy={busy} onPress={() => change(turnPushOn)}>
            {t("turnOn")}
          </Button>
        )}
        {state === "on" && (
          <Button busy={busy} onPress={() => change(turnPushOff)}>
            {t("turnOff")}
          </Button>
        )}
      </Card>
    </Section>
  );
}
