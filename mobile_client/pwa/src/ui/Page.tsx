import { createContext, type ReactNode, useContext, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { IconButton } from "./Button.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { useGoBack } from "./navigation.ts";
import { useSwipeBack } from "./useSwipeBack.ts";

const StatusContext = createContext<ReactNode>(null);

export interface Tab {
  to: string;
  label: string;
  icon: IconName;
  /** How many things wait there; 0 shows nothing. */
  count?: number;
  /** The count is of things that need attention. */
  urgent?: boolean;
}

interface AppFrameProps {
  tabs: readonly Tab[];
  /** The sync pill, which every screen's header shows. */
  status: ReactNode;
  /** Shown above every screen, such as "a new version is ready". */
  notice?: ReactNode;
  children: ReactNode;
}

/** What surrounds every screen: a tab bar below on a phone, a rail at the side from 900 px on. */
export function AppFrame({ tabs, status, notice, children }: AppFrameProps) {
  return (
    <StatusContext value={status}>
      <div className="frame">
        <TabBar tabs={tabs} />
        <div className="frame-content">
          <div className="frame-notice">{notice}</div>
          {children}
        </div>
      </div>
    </StatusContext>
  );
}

export function TabBar({ tabs }: { tabs: readonly Tab[] }) {
  const { t } = useTranslation("ui");
  const [location] = useLocation();
  return (
    <nav className="tab-bar" aria-label={t("mainNavigation")}>
      <span className="rail-brand" aria-hidden="true">
        Fieldbook
      </span>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          href={tab.to}
          className="tab"
          aria-current={isCurrent(tab.to, location) ? "page" : undefined}
          aria-label={tab.count ? t("tabWithCount", { label: tab.label, count: tab.count }) : tab.label}
        >
          <span className="tab-icon">
            <Icon name={tab.icon} size={23} />
            {!!tab.count && (
              <span className="tab-count" data-urgent={tab.urgent || undefined} aria-hidden="true">
                {tab.count > 99 ? "99+" : tab.count}
              </span>
            )}
          </span>
          <span className="tab-label">{tab.label}</span>
        </Link>
      ))}
    </nav>
  );
}

/** True if the screen at `location` belongs to the tab at `to`; the tab at `/` owns only itself. */
export function isCurrent(to: string, location: string): boolean {
  return location === to || (to !== "/" && location.startsWith(`${to}/`));
}

interface PageProps {
  title: string;
  /** Above the title: where this belongs, such as the account of a visit. */
  kicker?: ReactNode;
  /** Below the title. */
  subtitle?: ReactNode;
  /** Where the back button leads when the app was opened at this screen. No back button without it. */
  backTo?: string;
  actions?: ReactNode;
  /** The main action, at the bottom in reach of the thumb, always visible. */
  footer?: ReactNode;
  /** Uses the whole width of a desk. */
  wide?: boolean;
  children: ReactNode;
}

/** One screen: header, scrolling content, and its main action at the bottom. */
export function Page({ title, kicker, subtitle, backTo, actions, footer, wide = false, children }: PageProps) {
  const screen = useRef<HTMLElement>(null);
  const goBack = useGoBack(backTo ?? "/");
  // The finger has moved the screen away already.
  useSwipeBack(screen, backTo !== undefined, () => goBack({ animated: false }));
  useEffect(() => {
    // The control that led here is gone: the keyboard and a screen reader go on at the new screen.
    if (document.activeElement === document.body) screen.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · Fieldbook`;
  }, [title]);
  return (
    <main
      className="page"
      ref={screen}
      tabIndex={-1}
      data-wide={wide || undefined}
      data-pushed={backTo !== undefined || undefined}
    >
      <PageHeader
        title={title}
        kicker={kicker}
        subtitle={subtitle}
        actions={actions}
        onBack={backTo === undefined ? null : () => goBack()}
      />
      <div className="page-content">{children}</div>
      {footer && <div className="page-footer">{footer}</div>}
    </main>
  );
}

interface PageHeaderProps {
  title: string;
  kicker?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  onBack: (() => void) | null;
}

export function PageHeader({ title, kicker, subtitle, actions, onBack }: PageHeaderProps) {
  const { t } = useTranslation("ui");
  const status = useContext(StatusContext);
  return (
    <header className="page-header">
      <div className="page-bar">
        {onBack && <IconButton icon="back" label={t("back")} onPress={onBack} />}
        <span className="page-bar-title" data-title={title} />
        {status}
        {actions}
      </div>
      <div className="page-heading">
        {kicker && <p className="page-kicker">{kicker}</p>}
        <h1 className="page-title">{title}</h1>
        {subtitle && <div className="page-subtitle">{subtitle}</div>}
      </div>
    </header>
  );
}
