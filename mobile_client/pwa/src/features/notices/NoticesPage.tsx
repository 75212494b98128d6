import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useDocuments, useMay, useSession } from "../../db/hooks.ts";
import type { Notice } from "../../db/types.ts";
import { useCommand } from "../../sync/useCommand.ts";
import {
  Badge,
  Banner,
  Button,
  EmptyState,
  type IconName,
  List,
  ListRow,
  Page,
  Skeleton,
  useAgo,
} from "../../ui/index.ts";
import { usePush } from "../me/usePush.ts";

export default function NoticesPage() {
  const { t } = useTranslation("notices");
  const userId = useSession()?.user.id;
  const all = useDocuments("notice");
  const repairs = useMay("appointments.work");
  const push = usePush();
  const markRead = useCommand("notice.read");
  const notices = all
    ?.filter((notice) => notice.user_id === userId)
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
  const unread = notices?.filter((notice) => notice.read_at === null) ?? [];

  async function readAll() {
    for (const notice of unread) await markRead({ notice_id: notice.id });
  }

  return (
    <Page
      title={t("title")}
      actions={
        unread.length > 1 && (
          <Button variant="quiet" onPress={readAll}>
            {t("readAll")}
          </Button>
        )
      }
    >
      {repairs && push.state === "off" && (
        <Banner
          tone="info"
          title={t("pushOff")}
          action={
            <Button busy={push.busy} onPress={push.turnOn}>
              {t("turnOn")}
            </Button>
          }
        />
      )}
      {!notices && <Skeleton />}
      {notices?.length === 0 && (
        <EmptyState icon="notice" title={t("none")}>
          {t("noneWhy")}
        </EmptyState>
      )}
      {notices && notices.length > 0 && (
        <List label={t("title")}>
          {notices.map((notice) => (
            <NoticeRow key={notice.id} notice={notice} onOpen={() => markRead({ notice_id: notice.id })} />
          ))}
        </List>
      )}
    </Page>
  );
}

const ICONS: Record<string, IconName> = {
  appointment: "job",
  visit: "place",
  order: "order",
  task: "task",
  book: "customers",
};

function NoticeRow({ notice, onOpen }: { notice: Notice; onOpen: () => Promise<unknown> }) {
  const { t } = useTranslation("notices");
  const [, navigate] = useLocation();
  const ago = useAgo(new Date(notice.created_at));
  const { link } = notice;
  const unread = notice.read_at === null;

  async function open() {
    if (unread) await onOpen();
    if (link) navigate(link, { transition: true });
  }

  return (
    <ListRow
      icon={ICONS[notice.kind.split(".")[0] ?? ""] ?? "notice"}
      title={notice.title}
      detail={[...notice.body.split("\n"), ago].filter(Boolean).join(" · ")}
      trailing={unread && <Badge tone="accent">{t("new")}</Badge>}
      muted={!unread}
      onPress={open}
    />
  );
}
