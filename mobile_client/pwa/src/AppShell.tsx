import { type ReactNode, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { loadNewVersion, onUpdate, updateIsReady } from "./appUpdate.ts";
import { useDocuments, useMay, useSession } from "./db/hooks.ts";
import { type SyncStatus, useSyncStatus } from "./sync/useSyncStatus.ts";
import { AppFrame, Banner, Button, LinkButton, ProgressBar, SyncPill, type Tab } from "./ui/index.ts";
import "./app-shell.css";

/** What surrounds every screen of somebody who is signed in. */
export function AppShell({ children }: { children: ReactNode }) {
  const status = useSyncStatus();
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
      {children}
    </AppFrame>
  );
}

function useTabs(): Tab[] {
  const { t } = useTranslation();
  const userId = useSession()?.user.id;
  const goesOut = useMay("visits.work");
  const repairs = useMay("appointments.work");
  const dispatches = useMay("appointments.dispatch");
  const notices = useDocuments("notice");
  const unread = notices?.filter((notice) => notice.user_id === userId && notice.read_at === null).length ?? 0;
  const tabs: (Tab | false)[] = [
    (goesOut || repairs || !dispatches) && { to: "/today", label: t("tabs.today"), icon: "today" },
    dispatches && { to: "/board", label: t("tabs.board"), icon: "board" },
    { to: "/accounts", label: t("tabs.accounts"), icon: "customers" },
    { to: "/notices", label: t("tabs.notices"), icon: "notice", count: unread },
    { to: "/me", label: t("tabs.me"), icon: "contact" },
  ];
  return tabs.filter((tab) => tab !== false);
}

function ShellNotice({ status }: { status: SyncStatus }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const newVersion = useSyncExternalStore(onUpdate, updateIsReady);
  if (status.signInNeeded) {
    if (location === "/sign-in") return null;
    return (
      <Banner tone="warn" title={t("signInAgain")} action={<LinkButton to="/sign-in">{t("signIn")}</LinkButton>}>
        {t("signInAgainWhy")}
      </Banner>
    );
  }
  if (status.firstSync) {
    const { done, total } = status.firstSync;
    return (
      <div className="first-sync">
        <ProgressBar label={t("firstSync")} value={total > 0 ? Math.min(1, done / total) : null} />
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
