import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { usePhotosWaiting } from "../../attachments/usePhotosWaiting.ts";
import { isLeading, onLeadingChange } from "../../sync/leading.ts";
import type { SyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, Card, Facts, Section, useAgo } from "../../ui/index.ts";
import { useStorage } from "./useStorage.ts";
import { CLOCK_OFF_MS, minutesOf } from "./Warnings.tsx";

/** Everything that there is to know about this phone's sync. */
export function StateFacts({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("sync");
  const photos = usePhotosWaiting();
  const lastSync = useAgo(status.lastSyncAt);
  const verified = useAgo(status.verifiedAt);
  const repaired = useAgo(status.repairedAt);
  const leads = useSyncExternalStore(onLeadingChange, isLeading);
  const { storage, keep } = useStorage();
  const { online, live, clockAheadMs, awaiting, firstSync } = status;
  return (
    <Section title={t("details")}>
      <Card>
        <Facts
          rows={[
            [t("connection"), t(online ? (live ? "live" : "polling") : "offline")],
            [t("lastSync"), lastSync ?? t("never")],
            [t("firstSync"), firstSync && t("firstSyncDone", firstSync)],
            [t("awaiting"), awaiting > 0 && t("awaitingCount", { count: awaiting })],
            [t("photos"), photos > 0 ? t("photosWaiting", { count: photos }) : t("noPhotos")],
            [t("storage"), storage && t(storage.kept ? "storageKept" : "storageNotKept")],
            [t("space"), storage?.used != null && t("spaceUsed", { used: storage.used, quota: storage.quota })],
            [
              t("clock"),
              Math.abs(clockAheadMs) > CLOCK_OFF_MS
                ? t("clockOff", { minutes: minutesOf(clockAheadMs) })
                : t("clockRight"),
            ],
            [t("tab"), t(leads ? "tabLeads" : "tabFollows")],
            [t("checked"), verified ? t("checkedAgo", { ago: verified }) : t("notChecked")],
            [t("repair"), repaired && t("repairedAgo", { ago: repaired })],
          ]}
        />
        {storage?.kept === false && (
          <Button variant="quiet" onPress={keep}>
            {t("keepStorage")}
          </Button>
        )}
      </Card>
    </Section>
  );
}
