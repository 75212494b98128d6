import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
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
}

export function ListRow(props: ListRowProps) {
  return (
    <li className="list-item">
      <RowContent {...props} />
    </li>
  );
}

/** The row itself, for lists that bring their own list items. */
export function RowContent({ title, detail, trailing, leading, icon, to, onPress, muted = false }: ListRowProps) {
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
      {(to || onPress) && (
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

interface VirtualListProps<Item> {
  label: string;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** Estimated height of a row in px; the real one is measured. */
  rowHeight?: number;
  children: (item: Item) => ReactNode;
}

/** A long list that scrolls with the page and keeps only the visible rows in the document. */
export function VirtualList<Item>({ label, items, keyOf, rowHeight = 65, children }: VirtualListProps<Item>) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  return (
    <ul
      className="list"
      aria-label={label}
      ref={list}
      style={{ position: "relative", height: virtualizer.getTotalSize() }}
    >
      {virtualizer.getVirtualItems().map((row) => {
        const item = items[row.index];
        return (
          item !== undefined && (
            <li
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className="list-item list-item-virtual"
              style={{ transform: `translateY(${row.start - top}px)` }}
            >
              {children(item)}
            </li>
          )
        );
      })}
    </ul>
  );
}
