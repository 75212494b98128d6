import { useTranslation } from "react-i18next";
import type { SyncStatus } from "../../sync/useSyncStatus.ts";
import { Icon, type IconName, type Tone } from "../../ui/index.ts";

interface Said {
  tone: Tone;
  icon: IconName;
  key: string;
}

/** The one sentence that matters most now. */
function mostImportant({ online, trouble, unsent, attention, firstSync, signInNeeded }: SyncStatus): Said {
  if (signInNeeded) return { tone: "warn", icon: "warning", key: "signIn" };
  if (trouble === "storage") return { tone: "bad", icon: "warning", key: "full" };
  if (!online) return { tone: "warn", icon: "offline", key: unsent > 0 ? "offlineUnsent" : "offline" };
  if (trouble === "busy") return { tone: "info", icon: "clock", key: "busy" };
  if (trouble === "server") return { tone: "warn", icon: "warning", key: "server" };
  if (firstSync) return { tone: "info", icon: "sync", key: firstSync.ready ? "ready" : "loading" };
  if (unsent > 0) return { tone: "info", icon: "unsent", key: "sending" };
  if (attention > 0) return { tone: "warn", icon: "warning", key: "attention" };
  return { tone: "good", icon: "check", key: "allSent" };
}

export function Headline({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("sync");
  // Not read yet: nothing is said rather than something wrong.
  if (!status.lastSyncAt && !status.firstSync) return null;
  const { tone, icon, key } = mostImportant(status);
  const count = key === "attention" ? status.attention : status.unsent;
  return (
    <section className="headline" data-tone={tone} aria-live="polite">
      <span className="headline-icon">
        <Icon name={icon} size={28} />
      </span>
      <div>
        <h2>{t(`headline.${key}.title`, { count })}</h2>
        <p>{t(`headline.${key}.text`, { count })}</p>
      </div>
    </section>
  );
}
