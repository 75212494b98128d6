import { useTranslation } from "react-i18next";
import { Button, Card, Section } from "../../ui/index.ts";
import { usePush } from "./usePush.ts";

export function Notifications() {
  const { t } = useTranslation("me");
  const { state, busy, turnOn, turnOff } = usePush();
  return (
    <Section title={t("notifications")}>
      <Card>
        {state && <p>{t(`push.${state}`)}</p>}
        {state === "off" && (
          <Button icon="notice" busy={busy} onPress={turnOn}>
            {t("turnOn")}
          </Button>
        )}
        {state === "on" && (
          <Button busy={busy} onPress={turnOff}>
            {t("turnOff")}
          </Button>
        )}
      </Card>
    </Section>
  );
}
