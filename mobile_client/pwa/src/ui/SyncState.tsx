import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Icon } from "./Icon.tsx";
import { useAgo } from "./useAgo.ts";

interface SyncPillProps {
  online: boolean;
  /** Mutations that the server has not answered yet. */
  unsent: number;
  /** Mutations that the server refused and the person has not dealt with. */
  attention: number;
  /** End of the last completed pull, or null before the first. */
  lastSyncAt: Date | null;
  busy?: boolean;
  /** The Sync screen. */
  to: string;
}

/** One line that says how this phone stands to the server; a tap opens the Sync screen. */
export function SyncPill({ online, unsent, attention, lastSyncAt, busy = false, to }: SyncPillProps) {
  const { t } = useTranslation("ui");
  const ago = useAgo(lastSyncAt);
  const waiting = unsent > 0 ? t("unsentCount", { count: unsent }) : null;
  const [tone, icon, text] =
    attention > 0
      ? (["bad", "warning", t("attentionCount", { count: attention })] as const)
      : !online
        ? (["warn", "offline", waiting ? `${t("offline")} · ${waiting}` : t("offline")] as const)
        : waiting
          ? (["info", "unsent", waiting] as const)
          : (["neutral", "sync", ago ? t("synced", { ago }) : t("neverSynced")] as const);
  return (
    <Link
      href={to}
      transition
      className="sync-pill"
      data-tone={tone}
      data-busy={busy || undefined}
      aria-label={t("syncStatus", { text })}
    >
      <Icon name={icon} size={15} />
      <span className="tabular">{text}</span>
    </Link>
  );
}

/** Marks what exists only on this phone so far. */
export function UnsentMark({ refused = false }: { refused?: boolean }) {
  const { t } = useTranslation("ui");
  return (
    <span className="badge" data-tone={refused ? "bad" : "warn"}>
      <Icon name={refused ? "warning" : "unsent"} size={14} />
      {refused ? t("needsAttention") : t("notSentYet")}
    </span>
  );
}
