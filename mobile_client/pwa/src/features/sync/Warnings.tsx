import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { onStorageChange, storageIsFull } from "../../sync/storage.ts";
import type { SyncStatus } from "../../sync/useSyncStatus.ts";
import { UpdateBanner } from "../../UpdateBanner.tsx";
import { Banner } from "../../ui/index.ts";

export const CLOCK_OFF_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** What is wrong with how this phone stands, each with what to do about it. */
export function Warnings({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("sync");
  const full = useSyncExternalStore(onStorageChange, storageIsFull);
  const { clockAheadMs, oldestUnsentAt, unsent } = status;
  const old = oldestUnsentAt && Date.now() - oldestUnsentAt.getTime() > DAY_MS;
  return (
    <>
      {status.upgradeRequired && <UpdateBanner unsent={unsent} />}
      {full && (
        <Banner tone="bad" title={t("full")}>
          {t("fullWhy")}
        </Banner>
      )}
      {old && (
        <Banner tone="warn" title={t("common:oldWork")}>
          {t("common:oldWorkWhy")}
        </Banner>
      )}
      {Math.abs(clockAheadMs) > CLOCK_OFF_MS && (
        <Banner
          tone="warn"
          title={t(clockAheadMs > 0 ? "clockAhead" : "clockBehind", { minutes: minutesOf(clockAheadMs) })}
        >
          {t("clockWhy")}
        </Banner>
      )}
    </>
  );
}

export function minutesOf(ms: number): number {
  return Math.round(Math.abs(ms) / 60_000);
}
