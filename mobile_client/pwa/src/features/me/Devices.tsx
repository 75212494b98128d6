import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Device, listDevices, revokeDevice } from "../../session/devices.ts";
import { Badge, Button, ConfirmDialog, List, ListRow, Section, showToast, useAgo } from "../../ui/index.ts";

export function Devices({ deviceId }: { deviceId: string }) {
  const { t } = useTranslation("me");
  const [devices, setDevices] = useState<Device[]>();
  const [offline, setOffline] = useState(false);
  const [revoking, setRevoking] = useState<Device | null>(null);
  const load = useCallback(() => {
    listDevices().then(
      (found) => {
        setDevices(found);
        setOffline(false);
      },
      () => setOffline(true),
    );
  }, []);
  useEffect(load, [load]);

  async function revoke(device: Device) {
    try {
      await revokeDevice(device.id);
    } catch {
      showToast(t("revokeFailed"));
    }
    load();
  }

  return (
    <Section title={t("devices")}>
      {offline && <p className="muted">{t("devicesOffline")}</p>}
      {devices && !offline && (
        <List label={t("devices")}>
          {devices.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              isThis={device.id === deviceId}
              onRevoke={() => setRevoking(device)}
            />
          ))}
        </List>
      )}
      <ConfirmDialog
        title={t("revokeTitle")}
        body={t("revokeWhy")}
        confirm={t("revoke")}
        danger
        isOpen={revoking !== null}
        onConfirm={() => revoking && revoke(revoking)}
        onClose={() => setRevoking(null)}
      />
    </Section>
  );
}

function DeviceRow({ device, isThis, onRevoke }: { device: Device; isThis: boolean; onRevoke: () => void }) {
  const { t } = useTranslation("me");
  const ago = useAgo(device.last_seen_at ? new Date(device.last_seen_at) : null);
  const trailing = device.revoked_at ? (
    <Badge>{t("revoked")}</Badge>
  ) : isThis ? (
    <Badge tone="good">{t("thisDevice")}</Badge>
  ) : (
    <Button variant="quiet" onPress={onRevoke}>
      {t("revoke")}
    </Button>
  );
  return (
    <ListRow
      icon="phone"
      title={device.name}
      detail={ago && t("lastSeen", { ago })}
      trailing={trailing}
      muted={device.revoked_at !== null}
    />
  );
}
