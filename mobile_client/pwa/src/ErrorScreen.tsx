import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, EmptyState } from "./ui/index.ts";

/** What stands in for a screen that broke. What was recorded is in the local database. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <ErrorScreen /> : this.props.children;
  }
}

function ErrorScreen() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="warning"
      title={t("broken")}
      action={
        <Button variant="primary" onPress={() => window.location.reload()}>
          {t("reload")}
        </Button>
      }
    >
      {t("brokenWhy")}
    </EmptyState>
  );
}
