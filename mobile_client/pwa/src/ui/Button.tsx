import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Link } from "wouter";
import { Icon, type IconName } from "./Icon.tsx";

export type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

interface ButtonProps extends Omit<AriaButtonProps, "children" | "className" | "isPending"> {
  children: ReactNode;
  variant?: ButtonVariant;
  icon?: IconName;
  /** Shows a spinner and takes no presses, but keeps the focus. */
  busy?: boolean;
  /** As wide as its container: the main action at the bottom of a phone's screen. */
  wide?: boolean;
}

export function Button({ children, variant = "secondary", icon, busy = false, wide = false, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className="button" data-variant={variant} data-wide={wide || undefined} isPending={busy}>
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, "children" | "className" | "aria-label"> {
  icon: IconName;
  /** The accessible name, also shown as a tooltip on a desk. */
  label: string;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <AriaButton {...rest} className="icon-button" aria-label={label}>
      <Icon name={icon} />
    </AriaButton>
  );
}

interface LinkButtonProps {
  children: ReactNode;
  to: string;
  variant?: ButtonVariant;
  icon?: IconName;
  wide?: boolean;
}

/** A link to another screen that looks like a button. */
export function LinkButton({ children, to, variant = "secondary", icon, wide = false }: LinkButtonProps) {
  return (
    <Link href={to} transition className="button" data-variant={variant} data-wide={wide || undefined}>
      {icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </Link>
  );
}

/** A round action with its name below, for what leaves the app: call, write, navigate. */
export function ActionLink({ href, icon, label, name }: { href: string; icon: IconName; label: string; name: string }) {
  return (
    <a
      className="action-link"
      href={href}
      aria-label={name}
      target={href.startsWith("http") ? "_blank" : undefined}
      rel="noreferrer"
    >
      <span className="action-link-icon">
        <Icon name={icon} />
      </span>
      <span aria-hidden="true">{label}</span>
    </a>
  );
}
