import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../db/hooks.ts";
import type { Site } from "../../db/types.ts";
import {
  Badge,
  Button,
  Card,
  EmptyState,
  Facts,
  LinkButton,
  List,
  Page,
  Section,
  Skeleton,
  useFormat,
} from "../../ui/index.ts";
import { AgreementsOfAccount } from "../agreements/AgreementsOfAccount.tsx";
import { PhotosMark } from "../attachments/PhotosMark.tsx";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { PlanOfAccount } from "../call-plans/PlanOfAccount.tsx";
import { NewJobSheet } from "../jobs/NewJobSheet.tsx";
import { ObservationsSection } from "../observations/ObservationsSection.tsx";
import { QuotesOfAccount } from "../orders/QuotesOfAccount.tsx";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { TasksOfAccount } from "../tasks/TasksOfAccount.tsx";
import { PlanVisitSheet } from "../visits/PlanVisitSheet.tsx";
import { AssetRow, ContactLinks, ContactRow, SiteRow } from "./AccountRows.tsx";
import { HistoryRow } from "./HistoryRow.tsx";
import { type AccountView, readAccount } from "./readAccount.ts";

const PositionSheet = lazy(() => import("./PositionSheet.tsx"));

const HISTORY_SHOWN = 12;

export default function AccountPage({ id }: { id: string }) {
  const { t } = useTranslation("accounts");
  const today = useFormat().today();
  const view = useLocal(`account/${id}/${today}`, (db) => readAccount(db, id, today));
  if (view === null) return <NotOnThisPhone title={t("account")} backTo="/accounts" />;
  if (!view) {
    return (
      <Page title={t("account")} backTo="/accounts">
        <Skeleton />
      </Page>
    );
  }
  return <LoadedAccount view={view} />;
}

function LoadedAccount({ view }: { view: AccountView }) {
  const { t } = useTranslation("accounts");
  const { account, territory, sites, contacts, assets } = view;
  const marks = useMarks();
  const mayVisit = useMay("visits.work");
  const mayOrder = useMay("orders.place");
  const mayReport = useMay("work_orders.create");
  const mayEdit = useMay("customers.edit");
  const [sheet, setSheet] = useState<"visit" | "job" | null>(null);
  const [placed, setPlaced] = useState<Site | null>(null);
  const about = [account.number, t(`kind.${account.kind}`), territory?.name].filter(Boolean).join(" · ");
  const usable = account.status === "active" && sites.length > 0;

  return (
    <Page
      wide
      backTo="/accounts"
      title={account.name}
      kicker={about}
      subtitle={
        <span className="badges">
          <Badge tone="accent">{t("class", { class: account.account_class })}</Badge>
          {account.industry && <Badge>{account.industry}</Badge>}
          {account.status === "inactive" && <Badge tone="warn">{t("inactive")}</Badge>}
          <RecordMark marks={marks} entity="account" id={account.id} />
          <PhotosMark entity="account" id={account.id} />
        </span>
      }
      footer={
        usable &&
        (mayVisit || mayOrder || mayReport) && (
          <div className="button-row account-actions">
            {mayVisit && (
              <Button icon="visit" onPress={() => setSheet("visit")}>
                {t("newVisit")}
              </Button>
            )}
            {mayReport && (
              <Button icon="job" onPress={() => setSheet("job")}>
                {t("newJob")}
              </Button>
            )}
            {mayOrder && (
              <LinkButton variant="primary" icon="order" to={`/orders/new?account=${account.id}`}>
                {t("newOrder")}
              </LinkButton>
            )}
          </div>
        )
      }
    >
      <ContactLinks account={account} site={sites[0] ?? null} />
      <div className="columns">
        <div className="column">
          <Owners view={view} />
          {account.notes && (
            <Section title={t("notes")}>
              <p className="card prose">{account.notes}</p>
            </Section>
          )}
          <Section title={t("sites", { count: sites.length })}>
            {sites.length === 0 && <p className="muted">{t("noSites")}</p>}
            <List label={t("sites", { count: sites.length })}>
              {sites.map((site) => (
                <SiteRow key={site.id} site={site} onPlace={mayEdit ? () => setPlaced(site) : undefined} />
              ))}
            </List>
          </Section>
          {contacts.length > 0 && (
            <Section title={t("contacts")}>
              <List label={t("contacts")}>
                {contacts.map((contact) => (
                  <ContactRow key={contact.id} contact={contact} />
                ))}
              </List>
            </Section>
          )}
          {assets.length > 0 && (
            <Section title={t("assets")}>
              <List label={t("assets")}>
                {assets.map((asset) => (
                  <AssetRow key={asset.id} asset={asset} site={sites.length > 1 ? siteOf(view, asset.site_id) : null} />
                ))}
              </List>
            </Section>
          )}
          <AgreementsOfAccount account={account} sites={sites} assets={assets} />
        </div>
        <div className="column">
          <PlanOfAccount account={account} />
          <QuotesOfAccount account={account} />
          <TasksOfAccount accountId={account.id} />
          <PhotosSection entity="account" id={account.id} />
          <ObservationsSection accountId={account.id} />
          <History view={view} />
        </div>
      </div>
      {sheet === "visit" && <PlanVisitSheet account={account} sites={sites} onClose={() => setSheet(null)} />}
      {sheet === "job" && (
        <NewJobSheet account={account} sites={sites} assets={assets} onClose={() => setSheet(null)} />
      )}
      {placed && (
        <Suspense fallback={null}>
          <PositionSheet site={placed} onClose={() => setPlaced(null)} />
        </Suspense>
      )}
    </Page>
  );
}

/** Who owns the customer today, from when to when, and who comes after. */
function Owners({ view: { owners } }: { view: AccountView }) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const today = format.today();
  const said = owners.map(({ owner: { startsOn, endsOn }, name }) => {
    const from = format.date(startsOn);
    if (endsOn) return t("ownedFromTo", { name, from, to: format.date(endsOn) });
    return t(startsOn > today ? "ownedLater" : "ownedSince", { name, from });
  });
  return (
    <Card>
      <Facts rows={[[t("owner"), said.join("; ") || t("nobodyOwns")]]} />
    </Card>
  );
}

function siteOf({ sites }: AccountView, id: string) {
  return sites.find((site) => site.id === id) ?? null;
}

function History({ view }: { view: AccountView }) {
  const { t } = useTranslation("accounts");
  const marks = useMarks();
  const [shown, setShown] = useState(HISTORY_SHOWN);
  const { history, appointments } = view;
  return (
    <Section title={t("history")}>
      {history.length === 0 && <EmptyState icon="history" title={t("noHistory")} />}
      {history.length > 0 && (
        <List label={t("history")}>
          {history.slice(0, shown).map((item) => (
            <HistoryRow
              key={`${item.kind}${item.at}${keyOf(item)}`}
              item={item}
              appointments={appointments}
              marks={marks}
            />
          ))}
        </List>
      )}
      {history.length > shown && (
        <Button variant="quiet" onPress={() => setShown(shown + 50)}>
          {t("showMore", { count: history.length - shown })}
        </Button>
      )}
      {history.length > 0 && <p className="muted footnote">{t("historyBound")}</p>}
    </Section>
  );
}

function keyOf(item: AccountView["history"][number]): string {
  if (item.kind === "visit") return item.visit.id;
  return item.kind === "order" ? item.order.id : item.workOrder.id;
}
