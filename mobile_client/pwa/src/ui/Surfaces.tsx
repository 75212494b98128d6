import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "./Icon.tsx";

/** A titled part of a screen. */
export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-header">
        <h2 id={id} className="section-title">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}

export function Card({ children, tone }: { children: ReactNode; tone?: "accent" }) {
  return (
    <div className="card" data-tone={tone}>
      {children}
    </div>
  );
}

export type Tone = "neutral" | "info" | "good" | "warn" | "bad" | "accent";

export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

/** What the person should know before going on, in the flow of the screen. */
export function Banner({
  tone,
  title,
  children,
  action,
}: {
  tone: Tone;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="banner" data-tone={tone} role={tone === "bad" ? "alert" : "status"}>
      <Icon name={tone === "good" ? "check" : tone === "info" || tone === "neutral" ? "info" : "warning"} size={20} />
      <div className="banner-text">
        <p className="banner-title">{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}

export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={32} />
      </span>
      <h2 className="empty-title">{title}</h2>
      {children && <p className="muted">{children}</p>}
      {action}
    </div>
  );
}

/** Holds the place of rows that are being read, so that nothing jumps when they arrive. */
export function Skeleton({ rows = 4 }: { rows?: number }) {
  const { t } = useTranslation("ui");
  return (
    <div className="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same and never move
        <div key={row} className="skeleton-row">
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

/** Progress from 0 to 1, or moving without end when `value` is null. */
export function ProgressBar({ label, value }: { label: string; value: number | null }) {
  const percent = value === null ? null : Math.round(value * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <div className="progress-text">
        <span>{label}</span>
        {percent !== null && <span className="tabular muted">{percent} %</span>}
      </div>
      <div className="progress-track">
        <div className="progress-fill" style={{ inlineSize: `${percent ?? 35}%` }} />
      </div>
    </div>
  );
}

/** Names and values side by side, such as a serial number. Rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
