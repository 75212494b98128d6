import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { loadNewVersion, onUpdate, updateIsReady } from "./appUpdate.ts";
import { useDocuments, useMay, useSession } from "./db/hooks.ts";
import { useOwnLanguage } from "./features/me/useOwnLanguage.ts";
import { onStorageChange, storageIsFull } from "./sync/storage.ts";
import { type SyncStatus, useSyncStatus } from "./sync/useSyncStatus.ts";
import { UpdateBanner } from "./UpdateBanner.tsx";
import { AppFrame, Banner, Button, LinkButton, Page, ProgressBar, SyncPill, type Tab } from "./ui/index.ts";
import "./app-shell.css";

/** What surrounds every screen of somebody who is signed in. */
export function AppShell({ children }: { children: ReactNode }) {
  const status = useSyncStatus();
  useOwnLanguage();
  const [location] = useLocation();
  return (
    <AppFrame
      tabs={useTabs()}
      status={
        <SyncPill
          online={status.online}
          unsent={status.unsent}
          attention={status.attention}
          lastSyncAt={status.lastSyncAt}
          busy={status.busy}
          to="/sync"
        />
      }
      notice={<ShellNotice status={status} />}
    >
      {status.firstSync && !status.firstSync.ready && !WITHOUT_DATA.includes(location) ? (
        <FirstSync status={status} />
      ) : (
        children
      )}
    </AppFrame>
  );
}

const DAY_MS = 86_400_000;

/** Screens that make sense before the day is on the phone. */
const WITHOUT_DATA = ["/sync", "/me", "/sign-in"];

/** Until what the person needs today is here, an empty day would be a lie. */
function FirstSync({ status: { firstSync, online, trouble } }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const why = !online ? "firstSyncOffline" : trouble === "busy" ? "firstSyncBusy" : "firstSyncWhy";
  return (
    <Page title={t("firstSyncTitle")}>
      <ProgressBar label={t("firstSync")} value={firstSync && share(firstSync)} />
      <p className="muted">{t(why)}</p>
    </Page>
  );
}

function share({ done, total }: { done: number; total: number }): number | null {
  return total > 0 ? Math.min(1, done / total) : null;
}

function useTabs(): Tab[] {
  const { t } = useTranslation();
  const userId = useSession()?.user.id;
  const goesOut = useMay("visits.work");
  const repairs = useMay("appointments.work");
  const dispatches = useMay("appointments.dispatch");
  const managesTerritories = useMay("territories.manage");
  const notices = useDocuments("notice");
  const unread = notices?.filter((notice) => notice.user_id === userId && notice.read_at === null).length ?? 0;
  const tabs: (Tab | false)[] = [
    (goesOut || repairs || !dispatches) && { to: "/today", label: t("tabs.today"), icon: "today" },
    dispatches && { to: "/board", label: t("tabs.board"), icon: "board" },
    managesTerritories && { to: "/territories", label: t("tabs.territories"), icon: "map" },
    { to: "/accounts", label: t("tabs.accounts"), icon: "customers" },
    { to: "/notices", label: t("tabs.notices"), icon: "notice", count: unread },
    { to: "/me", label: t("tabs.me"), icon: "contact" },
  ];
  return tabs.filter((tab) => tab !== false);
}

/** What the person should know on whatever screen, the most urgent only. */
function ShellNotice({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const newVersion = useSyncExternalStore(onUpdate, updateIsReady);
  const full = useSyncExternalStore(onStorageChange, storageIsFull);
  const { signInNeeded, upgradeRequired, firstSync, unsent, oldestUnsentAt } = status;
  if (signInNeeded) {
    if (location === "/sign-in") return null;
    return (
      <Banner tone="warn" title={t("signInAgain")} action={<LinkButton to="/sign-in">{t("signIn")}</LinkButton>}>
        {t("signInAgainWhy")}
      </Banner>
    );
  }
  // The Sync screen says these itself, among the rest.
  if (location !== "/sync") {
    if (upgradeRequired) return <UpdateBanner unsent={unsent} />;
    if (full) {
      return (
        <Banner tone="bad" title={t("full")} action={<LinkButton to="/sync">{t("details")}</LinkButton>}>
          {t("fullWhy")}
        </Banner>
      );
    }
    if (oldestUnsentAt && Date.now() - oldestUnsentAt.getTime() > DAY_MS) {
      return (
        <Banner tone="warn" title={t("oldWork")} action={<LinkButton to="/sync">{t("details")}</LinkButton>}>
          {t("oldWorkWhy")}
        </Banner>
      );
    }
  }
  if (firstSync?.ready) {
    return (
      <div className="first-sync">
        <ProgressBar label={t("stillLoading")} value={share(firstSync)} />
      </div>
    );
  }
  if (newVersion) {
    return (
      <Banner tone="info" title={t("newVersion")} action={<Button onPress={loadNewVersion}>{t("reload")}</Button>} />
    );
  }
  return null;
}
