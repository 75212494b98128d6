import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Refused, Unreachable } from "../../sync/useOnlineCommand.ts";
import { Banner } from "../../ui/index.ts";

/** Runs what needs the server, and says in plain words why it was not done. */
export function useWhyNot(): { run: (work: () => Promise<void>) => Promise<void>; busy: boolean; problem: ReactNode } {
  const { t } = useTranslation("ui");
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState<string | null>(null);

  async function run(work: () => Promise<void>) {
    setBusy(true);
    setWhy(null);
    try {
      await work();
    } catch (error) {
      if (error instanceof Unreachable) setWhy(t("needsSignal"));
      else if (error instanceof Refused) setWhy(said(error) || error.message);
      else throw error;
    } finally {
      setBusy(false);
    }
  }

  return {
    run,
    busy,
    problem: why && (
      <Banner tone="bad" title={t("notDone")}>
        {why}
      </Banner>
    ),
  };
}

/** What the server says of the fields, in its own words. */
function said(error: unknown): string {
  const { fields } = error as { fields?: Record<string, unknown> | null };
  return Object.values(fields ?? {})
    .flat()
    .filter((each) => typeof each === "string")
    .join(" ");
}
