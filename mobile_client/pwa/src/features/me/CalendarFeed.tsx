import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.d.ts";
import { askServer } from "../../sync/askServer.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import { Banner, Button, Card, ConfirmDialog, Section, showToast, TextField, useFormat } from "../../ui/index.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";

const PATH = "/calendar-feed";
type Schemas = components["schemas"];

/** The secret address at which one's calendar program finds one's plan. It is shown once, when it is made. */
export function CalendarFeed() {
  const { t } = useTranslation("me");
  const format = useFormat();
  const { answer, failed, again } = useOnlineAnswer<Schemas["Feed"]>(PATH);
  const { run, busy, problem } = useWhyNot();
  const [address, setAddress] = useState<string | null>(null);
  const [asking, setAsking] = useState<"renew" | "revoke" | null>(null);
  const since = answer?.created_at;

  const make = () =>
    run(async () => {
      const { path } = await askServer<Schemas["NewFeed"]>("PUT", PATH);
      setAddress(`${location.origin}${path}`);
      again();
    });
  const revoke = () =>
    run(async () => {
      await askServer("DELETE", PATH);
      setAddress(null);
      again();
      showToast(t("calendar.revoked"));
    });

  return (
    <Section title={t("calendar.title")}>
      <Card>
        <p>{t("calendar.why")}</p>
        {problem}
        {failed && <p className="muted">{t("calendar.offline")}</p>}
        {address && <NewAddress address={address} />}
        {since && !address && <p className="muted">{t("calendar.since", { day: format.date(since) })}</p>}
        {answer && !since && (
          <Button icon="calendar" busy={busy} onPress={make}>
            {t("calendar.make")}
          </Button>
        )}
        {since && (
          <div className="button-row">
            <Button icon="sync" busy={busy} onPress={() => setAsking("renew")}>
              {t("calendar.renew")}
            </Button>
            <Button busy={busy} onPress={() => setAsking("revoke")}>
              {t("calendar.revoke")}
            </Button>
          </div>
        )}
      </Card>
      <ConfirmDialog
        title={t(`calendar.${asking ?? "renew"}Title`)}
        body={t(`calendar.${asking ?? "renew"}Why`)}
        confirm={t(`calendar.${asking ?? "renew"}`)}
        danger={asking === "revoke"}
        isOpen={asking !== null}
        onConfirm={asking === "revoke" ? revoke : make}
        onClose={() => setAsking(null)}
      />
    </Section>
  );
}

function NewAddress({ address }: { address: string }) {
  const { t } = useTranslation("me");

  async function copy() {
    try {
      await navigator.clipboard.writeText(address);
      showToast(t("calendar.copied"));
    } catch {
      showToast(t("calendar.notCopied"));
    }
  }

  return (
    <>
      <Banner tone="warn" title={t("calendar.secret")}>
        <p>{t("calendar.once")}</p>
      </Banner>
      <TextField label={t("calendar.address")} value={address} isReadOnly onFocus={selectAll} />
      <div className="button-row">
        <Button variant="primary" icon="note" onPress={copy}>
          {t("calendar.copy")}
        </Button>
        <a className="button" data-variant="secondary" href={address.replace(/^https?:/, "webcal:")}>
          {t("calendar.subscribe")}
        </a>
      </div>
      <p className="muted">{t("calendar.how")}</p>
    </>
  );
}

function selectAll(event: React.FocusEvent): void {
  if (event.target instanceof HTMLInputElement) event.target.select();
}
