import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { usePhotosWaiting } from "../../attachments/usePhotosWaiting.ts";
import { isLeading, onLeadingChange } from "../../sync/leading.ts";
import type { SyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, List, ListRow, Section, useAgo, useFormat } from "../../ui/index.ts";
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
  const { used, quota } = storage ?? {};
  const { bytes } = useFormat();
  const { online, live, clockAheadMs, awaiting, firstSync } = status;
  const off = Math.abs(clockAheadMs) > CLOCK_OFF_MS;
  const rows: readonly (readonly [name: string, value: string | null | false | undefined])[] = [
    ["connection", t(online ? (live ? "live" : "polling") : "offline")],
    ["lastSync", lastSync ?? t("never")],
    ["firstSync", firstSync && t("firstSyncDone", firstSync)],
    ["awaiting", awaiting > 0 && t("awaitingCount", { count: awaiting })],
    ["photos", photos > 0 ? t("photosWaiting", { count: photos }) : t("noPhotos")],
    ["storage", storage && t(storage.kept ? "storageKept" : "storageNotKept")],
    ["space", used !== undefined && quota !== undefined && t("spaceUsed", { used: bytes(used), quota: bytes(quota) })],
    ["clock", off ? t("clockOff", { minutes: minutesOf(clockAheadMs) }) : t("clockRight")],
    ["tab", t(leads ? "tabLeads" : "tabFollows")],
    ["checked", verified ? t("checkedAgo", { ago: verified }) : t("notChecked")],
    ["repair", repaired && t("repairedAgo", { ago: repaired })],
  ];
  return (
    <Section title={t("details")}>
      <List label={t("details")}>
        {rows.map(([name, value]) => value && <ListRow key={name} title={t(name)} detail={value} />)}
      </List>
      {storage?.kept === false && (
        <Button variant="quiet" onPress={keep}>
          {t("keepStorage")}
        </Button>
      )}
    </Section>
  );
}
