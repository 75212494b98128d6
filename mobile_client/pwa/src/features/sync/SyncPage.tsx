import { useTranslation } from "react-i18next";
import { pokeSync } from "../../sync/poke.ts";
import { type SyncStatus, useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Banner, Button, Card, EmptyState, Facts, List, ListRow, Page, Section, useAgo } from "../../ui/index.ts";
import { AttentionCard } from "./AttentionCard.tsx";
import { useWaiting, type Waiting } from "./useWaiting.ts";

const DAY_MS = 86_400_000;

export default function SyncPage() {
  const { t } = useTranslation("sync");
  const status = useSyncStatus();
  const waiting = useWaiting();
  const unsent = waiting?.filter(({ mutation }) => mutation.state === "unsent") ?? [];
  const attention = waiting?.filter(({ mutation }) => mutation.state !== "unsent") ?? [];
  const upToDate = waiting?.length === 0 && !status.firstSync && status.lastSyncAt !== null;

  return (
    <Page
      title={t("title")}
      backTo="/today"
      footer={
        <Button variant="primary" icon="sync" wide busy={status.busy} onPress={pokeSync}>
          {t("now")}
        </Button>
      }
    >
      <Warnings status={status} />
      <State status={status} />
      {attention.length > 0 && (
        <Section title={t("attention", { count: attention.length })}>
          {attention.map((item) => (
            <AttentionCard key={item.mutation.id} item={item} />
          ))}
        </Section>
      )}
      {unsent.length > 0 && (
        <Section title={t("unsent", { count: unsent.length })}>
          <List label={t("unsent", { count: unsent.length })}>
            {unsent.map((item) => (
              <UnsentRow key={item.mutation.id} item={item} />
            ))}
          </List>
        </Section>
      )}
      {upToDate && (
        <EmptyState icon="check" title={t("allSent")}>
          {t("allSentWhy")}
        </EmptyState>
      )}
    </Page>
  );
}

function Warnings({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("sync");
  const old = status.oldestUnsentAt && Date.now() - status.oldestUnsentAt.getTime() > DAY_MS;
  return (
    <>
      {status.upgradeRequired && (
        <Banner
          tone="warn"
          title={t("upgradeRequired")}
          action={<Button onPress={() => location.reload()}>{t("reload")}</Button>}
        >
          {t("upgradeRequiredWhy")}
        </Banner>
      )}
      {old && (
        <Banner tone="warn" title={t("oldWork")}>
          {t("oldWorkWhy")}
        </Banner>
      )}
    </>
  );
}

function State({ status }: { status: SyncStatus }) {
  const { t } = useTranslation("sync");
  const ago = useAgo(status.lastSyncAt);
  return (
    <Card>
      <Facts
        rows={[
          [t("connection"), t(status.online ? "online" : "offline")],
          [t("lastSync"), ago ?? t("never")],
        ]}
      />
    </Card>
  );
}

function UnsentRow({ item: { mutation, subject, link } }: { item: Waiting }) {
  const { t } = useTranslation("sync");
  const ago = useAgo(new Date(mutation.occurred_at));
  return (
    <ListRow
      icon="unsent"
      title={t(`mutation.${mutation.name}`)}
      detail={[subject, ago].filter(Boolean).join(" · ")}
      {...(link && { to: link })}
    />
  );
}
