import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import { mayMoveVisit } from "../../rules/visits.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { dateOn } from "../../ui/format.ts";
import {
  Badge,
  Banner,
  Button,
  LinkButton,
  List,
  ListRow,
  Page,
  Section,
  Skeleton,
  useFormat,
} from "../../ui/index.ts";
import { ContactLinks, ContactRow, SiteRow } from "../accounts/AccountRows.tsx";
import { PhotosMark } from "../attachments/PhotosMark.tsx";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { ObservationsSection } from "../observations/ObservationsSection.tsx";
import { OrderStatusBadge } from "../orders/OrderStatusBadge.tsx";
import { useDraft } from "../shared/drafts.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { NotesField } from "../shared/NotesField.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { readPosition } from "../shared/position.ts";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { SurveysSection } from "../surveys/SurveysSection.tsx";
import { readVisit, type VisitView } from "./readVisit.ts";
import { type VisitSheet, VisitSheets } from "./VisitSheets.tsx";
import { VisitStatusBadge } from "./VisitStatusBadge.tsx";

export default function VisitPage({ id }: { id: string }) {
  const { t } = useTranslation("visits");
  const view = useLocal(`visit/${id}`, (db) => readVisit(db, id));
  if (view === null) return <NotOnThisPhone title={t("visit")} backTo="/today" />;
  if (!view) {
    return (
      <Page title={t("visit")} backTo="/today">
        <Skeleton />
      </Page>
    );
  }
  return <LoadedVisit view={view} />;
}

function LoadedVisit({ view }: { view: VisitView }) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  const marks = useMarks();
  const { visit, account, site, contacts, orders, previous } = view;
  const own = useSession()?.user.id === visit.rep_id;
  const saveNotes = useCommand("visit.update");
  const { draft: notes, write: writeNotes, clear: clearNotes } = useDraft(`visit-notes/${visit.id}`, visit.notes ?? "");
  const [sheet, setSheet] = useState<VisitSheet | null>(null);
  const open = ["planned", "confirmed", "in_progress", "missed"].includes(visit.status);

  async function keepNotes() {
    if (notes === undefined || notes === (visit.notes ?? "")) return;
    await saveNotes({ visit_id: visit.id, notes: notes || null });
    clearNotes(notes);
  }

  return (
    <Page
      wide
      backTo="/today"
      title={account?.name ?? t("visit")}
      kicker={`${format.dateTime(visit.planned_start_at)} · ${t("minutes", { count: visit.duration_min })}`}
      subtitle={
        <span className="badges">
          <VisitStatusBadge status={visit.status} />
          {visit.kind === "phone" && <Badge icon="phone">{t("kind.phone")}</Badge>}
          {visit.far_away && <Badge tone="warn">{t("farAway")}</Badge>}
          {visit.unplanned && <Badge>{t("unplanned")}</Badge>}
          {visit.outcome && <Badge>{t(`outcome.${visit.outcome}`)}</Badge>}
          <RecordMark marks={marks} entity="visit" id={visit.id} />
          <PhotosMark entity="visit" id={visit.id} />
        </span>
      }
      footer={own && open && <MainAction view={view} onCheckOut={() => setSheet("complete")} />}
    >
      <RefusedBanner entity="visit" id={visit.id} />
      {visit.status === "missed" && own && (
        <Banner tone="warn" title={t("missed")} action={<ToRestOfDay visit={visit} />}>
          {t("missedWhy")}
        </Banner>
      )}
      {visit.cancel_reason && (
        <Banner tone="neutral" title={t("canceledBecause")} action={own && <ToRestOfDay visit={visit} />}>
          {visit.cancel_reason}
        </Banner>
      )}
      {visit.purpose && <p className="lead">{visit.purpose}</p>}
      {account && <ContactLinks account={account} site={site} />}
      <div className="columns">
        <div className="column">
          <Progress visit={visit} />
          <NextStep visit={visit} />
          <SurveysSection visit={visit} account={account} />
          {own && open ? (
            <NotesField
              label={t("notes")}
              hint={t("notesHint")}
              value={notes}
              onChange={writeNotes}
              onLeave={keepNotes}
            />
          ) : (
            visit.notes && (
              <Section title={t("notes")}>
                <p className="card prose">{visit.notes}</p>
              </Section>
            )
          )}
          <ObservationsSection accountId={visit.account_id} visitId={visit.id} />
          <PhotosSection entity="visit" id={visit.id} />
          {orders.length > 0 && (
            <Section title={t("orders")}>
              <List label={t("orders")}>
                {orders.map((order) => (
                  <ListRow
                    key={order.id}
                    to={`/orders/${order.id}`}
                    icon="order"
                    title={order.number ?? t("orderWithoutNumber")}
                    detail={
                      <>
                        <span className="row-line">{t("lines", { count: order.lines.length })}</span>
                        <RecordMark marks={marks} entity="order" id={order.id} />
                      </>
                    }
                    trailing={
                      <>
                        <span>{format.money(order.total_minor, order.currency)}</span>
                        <OrderStatusBadge status={order.status} />
                      </>
                    }
                  />
                ))}
              </List>
            </Section>
          )}
        </div>
        <div className="column">
          {previous && (
            <Section title={t("lastTime", { date: format.date(previous.planned_start_at) })}>
              <div className="card">
                {previous.outcome && (
                  <span className="badges">
                    <Badge>{t(`outcome.${previous.outcome}`)}</Badge>
                  </span>
                )}
                <p className="prose">{previous.notes || t("noNotes")}</p>
              </div>
            </Section>
          )}
          <Section title={t("where")}>
            <List>
              {account && (
                <ListRow to={`/accounts/${account.id}`} icon="account" title={account.name} detail={t("toAccount")} />
              )}
              {site && <SiteRow site={site} />}
              {contacts.map((contact) => (
                <ContactRow key={contact.id} contact={contact} />
              ))}
            </List>
          </Section>
          {own && <Changes view={view} onOpen={setSheet} />}
        </div>
      </div>
      <VisitSheets
        visit={visit}
        orders={orders}
        notes={notes ?? ""}
        onNotes={writeNotes}
        onNotesHandled={clearNotes}
        sheet={sheet}
        onClose={() => setSheet(null)}
      />
    </Page>
  );
}

function MainAction({ view: { visit }, onCheckOut }: { view: VisitView; onCheckOut: () => void }) {
  const { t } = useTranslation("visits");
  const checkIn = useCommand("visit.check_in");
  const [locating, setLocating] = useState(false);
  const isCall = visit.kind === "phone";

  async function arrive() {
    setLocating(!isCall);
    const position = isCall ? null : await readPosition();
    await checkIn({ visit_id: visit.id, position });
    setLocating(false);
  }

  if (visit.status !== "in_progress") {
    return (
      <Button variant="primary" wide icon={isCall ? "phone" : "place"} busy={locating} onPress={arrive}>
        {t(locating ? "locating" : isCall ? "beginCall" : "checkIn")}
      </Button>
    );
  }
  const order = `/orders/new?account=${visit.account_id}&site=${visit.site_id}&visit=${visit.id}`;
  return (
    <div className="button-row">
      <LinkButton to={order} icon="order">
        {t("takeOrder")}
      </LinkButton>
      <Button variant="primary" icon="check" onPress={onCheckOut}>
        {t("checkOut")}
      </Button>
    </div>
  );
}

/** To what can be made of the day on which this visit fell out. */
function ToRestOfDay({ visit }: Pick<VisitView, "visit">) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  const date = dateOn(new Date(visit.planned_start_at), format.timeZone);
  return date < format.today() ? null : <LinkButton to={`/today?date=${date}`}>{t("restOfDay")}</LinkButton>;
}

/** When the person came and went, and how far from the site the phone said it was. */
function Progress({ visit }: Pick<VisitView, "visit">) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  if (!visit.checked_in_at) return null;
  const isCall = visit.kind === "phone";
  const { distance_m: distance, checked_in_position: position } = visit;
  return (
    <p className="progress-line">
      <span>{t(isCall ? "calledAt" : "checkedInAt", { time: format.time(visit.checked_in_at) })}</span>
      {!isCall && distance !== null && <span> · {t("fromSite", { distance: format.distance(distance) })}</span>}
      {!isCall && position && position.accuracy_m !== null && (
        <span> {t("accuracy", { distance: format.distance(position.accuracy_m) })}</span>
      )}
      {!isCall && !position && <span> · {t("withoutPosition")}</span>}
      {visit.completed_at && <span> · {t("checkedOutAt", { time: format.time(visit.completed_at) })}</span>}
    </p>
  );
}

/** What was agreed on at the end. */
function NextStep({ visit }: Pick<VisitView, "visit">) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  if (!visit.next_step && !visit.follow_up_on) return null;
  return (
    <Section title={t("nextStep")}>
      <div className="card">
        {visit.next_step && <p className="prose">{visit.next_step}</p>}
        {visit.follow_up_on && (
          <p className="muted">{t("followUpOn", { date: format.date(`${visit.follow_up_on}T12:00:00Z`) })}</p>
        )}
      </div>
    </Section>
  );
}

function Changes({ view: { visit }, onOpen }: { view: VisitView; onOpen: (sheet: VisitSheet) => void }) {
  const { t } = useTranslation("visits");
  const confirm = useCommand("visit.confirm");
  const setKind = useCommand("visit.reschedule");
  const isCall = visit.kind === "phone";
  const other = isCall ? "in_person" : "phone";
  const mayConfirm = mayMoveVisit(visit.status, "confirm");
  const mayCancel = mayMoveVisit(visit.status, "cancel");
  if (!mayConfirm && !mayCancel) return null;
  return (
    <div className="button-row">
      {mayConfirm && (
        <Button icon="check" onPress={() => confirm({ visit_id: visit.id })}>
          {t("confirm")}
        </Button>
      )}
      {visit.status !== "in_progress" && (
        <>
          <Button icon="calendar" onPress={() => onOpen("reschedule")}>
            {t("reschedule")}
          </Button>
          <Button icon={isCall ? "visit" : "phone"} onPress={() => setKind({ visit_id: visit.id, kind: other })}>
            {t(isCall ? "makeVisit" : "makeCall")}
          </Button>
        </>
      )}
      {mayCancel && (
        <Button icon="cancel" onPress={() => onOpen("cancel")}>
          {t("cancelVisit")}
        </Button>
      )}
    </div>
  );
}
