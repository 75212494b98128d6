import { useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSession } from "../../db/hooks.ts";
import { LANGUAGES, type Language } from "../../i18n/index.ts";
import { canInstall, install, onInstallOffer } from "../../install.ts";
import { chooseTheme, chosenTheme, THEMES } from "../../theme.ts";
import { Button, Card, Facts, List, ListRow, Page, Section, Select } from "../../ui/index.ts";
import { CalendarFeed } from "./CalendarFeed.tsx";
import { Devices } from "./Devices.tsx";
import { Notifications } from "./Notifications.tsx";
import { SignOut } from "./SignOut.tsx";
import { useChooseLanguage } from "./useChooseLanguage.ts";

export default function MePage() {
  const { t, i18n } = useTranslation("me");
  const session = useSession();
  const goesOut = useMay("visits.work");
  const repairs = useMay("appointments.work");
  const plans = useMay("visits.manage");
  const asks = useMay("surveys.manage");
  const rules = useMay("tasks.manage");
  const reviews = useMay("sync.review");
  const chooseLanguage = useChooseLanguage();
  const installable = useSyncExternalStore(onInstallOffer, canInstall);
  const [theme, setTheme] = useState(chosenTheme);
  if (!session) return null;
  const { user, organisation } = session;
  return (
    <Page title={user.name} kicker={t("title")}>
      <Card>
        <Facts
          rows={[
            [t("organisation"), organisation.name],
            [t("email"), user.email],
            [t("roles"), user.roles.map((role) => t(`role.${role}`)).join(", ")],
            [t("version"), __APP_VERSION__],
          ]}
        />
        {/* Above all that waits for an answer: nothing that arrives moves it from under a finger. */}
        <SignOut />
      </Card>
      <Section title={t("app")}>
        <Select
          label={t("language")}
          choices={LANGUAGES.map((value) => ({ value, label: t(`languages.${value}`) }))}
          value={i18n.language as Language}
          onChange={chooseLanguage}
        />
        <Select
          label={t("theme")}
          choices={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
          value={theme}
          onChange={(chosen) => {
            chooseTheme(chosen);
            setTheme(chosen);
          }}
        />
        {installable && (
          <Button icon="plus" onPress={install}>
            {t("install")}
          </Button>
        )}
      </Section>
      <List label={t("sync")}>
        <ListRow icon="sync" title={t("sync")} detail={t("syncWhy")} to="/sync" />
        <ListRow icon="calendar" title={t("working-time:title")} detail={t("workingTimeWhy")} to="/working-time" />
        {plans && <ListRow icon="visit" title={t("call-plans:title")} detail={t("callPlansWhy")} to="/call-plans" />}
        {(goesOut || plans) && (
          <ListRow icon="board" title={t("figures:title")} detail={t("figuresWhy")} to="/figures" />
        )}
        {asks && <ListRow icon="survey" title={t("surveys:list")} detail={t("surveysWhy")} to="/surveys" />}
        {rules && <ListRow icon="task" title={t("tasks:rules")} detail={t("taskRulesWhy")} to="/task-rules" />}
        {reviews && <ListRow icon="customers" title={t("others")} detail={t("othersWhy")} to="/rejections" />}
      </List>
      <Notifications />
      {(goesOut || repairs) && <CalendarFeed />}
      <Devices deviceId={session.deviceId} />
    </Page>
  );
}
