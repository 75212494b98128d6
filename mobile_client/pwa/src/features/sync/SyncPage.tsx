import { useTranslation } from "react-i18next";
import { useMay } from "../../db/hooks.ts";
import { pokeSync } from "../../sync/poke.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, List, ListRow, Page, Section, useAgo } from "../../ui/index.ts";
import { AttentionCard } from "./AttentionCard.tsx";
import { ConflictLinks } from "./ConflictLinks.tsx";
import { ExportButton } from "./ExportButton.tsx";
import { Headline } from "./Headline.tsx";
import { Meanings } from "./Meanings.tsx";
import { StateFacts } from "./StateFacts.tsx";
import { useWaiting, type Waiting } from "./useWaiting.ts";
import { Warnings } from "./Warnings.tsx";
import "./sync.css";

/** How this phone stands to the server, in plain words, and whatever has to be done about it. */
export default function SyncPage() {
  const { t } = useTranslation("sync");
  const status = useSyncStatus();
  const reviews = useMay("sync.review");
  const waiting = useWaiting();
  const unsent = waiting?.filter(({ mutation }) => mutation.state === "unsent") ?? [];
  const attention = waiting?.filter(({ mutation }) => mutation.state !== "unsent") ?? [];

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
      <Headline status={status} />
      <Warnings status={status} />
      <ConflictLinks />
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
      <StateFacts status={status} />
      {reviews && (
        <List>
          <ListRow icon="customers" title={t("others")} detail={t("othersWhy")} to="/rejections" />
        </List>
      )}
      <ExportButton unfinished={unsent.length + attention.length} />
      <Meanings />
    </Page>
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
