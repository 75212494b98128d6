import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Link } from "wouter";
import { Icon, type IconName } from "./Icon.tsx";

/** Rows on one card, divided by hairlines. */
export function List({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <ul className="list" aria-label={label}>
      {children}
    </ul>
  );
}

interface ListRowProps {
  title: ReactNode;
  detail?: ReactNode;
  /** A badge, a time, an amount. */
  trailing?: ReactNode;
  leading?: ReactNode;
  icon?: IconName;
  to?: string;
  onPress?: () => void;
  muted?: boolean;
  /** Without the chevron, to leave its room to the text. */
  plain?: boolean;
}

export function ListRow(props: ListRowProps) {
  return (
    <li className="list-item">
      <RowContent {...props} />
    </li>
  );
}

/** The row itself, for lists that bring their own list items. */
export function RowContent({
  title,
  detail,
  trailing,
  leading,
  icon,
  to,
  onPress,
  muted = false,
  plain = false,
}: ListRowProps) {
  const content = (
    <>
      {leading}
      {icon && (
        <span className="row-icon">
          <Icon name={icon} size={20} />
        </span>
      )}
      <span className="row-text">
        <span className="row-title">{title}</span>
        {detail && <span className="row-detail">{detail}</span>}
      </span>
      {trailing && <span className="row-trailing">{trailing}</span>}
      {!plain && (to || onPress) && (
        <span className="row-chevron">
          <Icon name="chevron-right" size={18} />
        </span>
      )}
    </>
  );
  if (to) {
    return (
      <Link href={to} transition className="row" data-muted={muted || undefined}>
        {content}
      </Link>
    );
  }
  if (onPress) {
    return (
      <AriaButton onPress={onPress} className="row" data-muted={muted || undefined}>
        {content}
      </AriaButton>
    );
  }
  return (
    <div className="row" data-muted={muted || undefined}>
      {content}
    </div>
  );
}
