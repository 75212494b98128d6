import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Icon, type IconName } from "./Icon.tsx";
import type { Tone } from "./Surfaces.tsx";
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

interface PillState {
  tone: Tone;
  icon: IconName;
  text: string;
  count?: number;
}

/** One line that says how this phone stands to the server; a tap opens the Sync screen. */
export function SyncPill({ online, unsent, attention, lastSyncAt, busy = false, to }: SyncPillProps) {
  const { t } = useTranslation("ui");
  const ago = useAgo(lastSyncAt);
  // What matters most is written out; the rest follows as an icon with its number.
  const states: PillState[] = [
    attention > 0 && {
      tone: "bad",
      icon: "warning",
      count: attention,
      text: t("attentionCount", { count: attention }),
    },
    !online && { tone: "warn", icon: "offline", text: t("offline") },
    unsent > 0 && { tone: "info", icon: "unsent", count: unsent, text: t("unsentCount", { count: unsent }) },
    { tone: "neutral", icon: "sync", text: ago ? t("synced", { ago }) : t("neverSynced") },
  ].filter((state) => state !== false) as PillState[];
  const [first, ...others] = states as [PillState, ...PillState[]];
  return (
    <Link
      href={to}
      transition
      className="sync-pill"
      data-tone={first.tone}
      data-busy={busy || undefined}
      aria-label={t("syncStatus", { text: states.map(({ text }) => text).join(", ") })}
    >
      <Icon name={first.icon} size={15} />
      <span className="tabular">{first.text}</span>
      {others
        .filter(({ icon }) => icon !== "sync")
        .map(({ icon, count }) => (
          <span key={icon} className="sync-pill-more tabular" data-count={count}>
            <Icon name={icon} size={15} />
          </span>
        ))}
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
