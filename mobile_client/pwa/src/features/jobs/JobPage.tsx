import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Banner, List, ListRow, Page, Section, Skeleton, useFormat } from "../../ui/index.ts";
import { ContactLinks, ContactRow, SiteRow } from "../accounts/AccountRows.tsx";
import { PhotosMark } from "../attachments/PhotosMark.tsx";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { useDraft } from "../shared/drafts.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { NotesField } from "../shared/NotesField.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { AssetCard } from "./AssetCard.tsx";
import { AppointmentStatusBadge, PriorityBadge } from "./JobBadges.tsx";
import { JobFooter } from "./JobFooter.tsx";
import { type JobDraft, type JobSheet, JobSheets } from "./JobSheets.tsx";
import { type JobView, readJob } from "./readJob.ts";
import { StepLine } from "./StepLine.tsx";
import { nextAction } from "./steps.ts";

export default function JobPage({ id }: { id: string }) {
  const { t } = useTranslation("jobs");
  const view = useLocal(`job/${id}`, (db) => readJob(db, id));
  if (view === null) return <NotOnThisPhone title={t("job")} backTo="/today" />;
  if (!view) {
    return (
      <Page title={t("job")} backTo="/today">
        <Skeleton />
      </Page>
    );
  }
  return <LoadedJob view={view} />;
}

function LoadedJob({ view }: { view: JobView }) {
  const { t } = useTranslation("jobs");
  const format = useFormat();
  const marks = useMarks();
  const { appointment, workOrder, workType, account, site, asset, contacts, assetHistory } = view;
  const own = useSession()?.user.id === appointment.technician_id;
  const active = own && nextAction(appointment.status) !== null;
  const saveNotes = useCommand("appointment.update");
  const {
    draft: stored,
    write: writeDraft,
    clear: clearDraft,
  } = useDraft<JobDraft>(`job/${appointment.id}`, { notes: appointment.notes ?? "", parts: [] });
  const draft = stored ?? { notes: appointment.notes ?? "", parts: [] };
  const [sheet, setSheet] = useState<JobSheet | null>(null);

  async function keepNotes() {
    if (stored && stored.notes !== (appointment.notes ?? "")) {
      await saveNotes({ appointment_id: appointment.id, notes: stored.notes || null });
    }
  }

  const when = appointment.starts_at
    ? `${format.dateTime(appointment.starts_at)}${appointment.ends_at ? ` – ${format.time(appointment.ends_at)}` : ""}`
    : t("notScheduled");

  return (
    <Page
      wide
      backTo="/today"
      title={workOrder?.title ?? t("job")}
      kicker={[workOrder?.number, when].filter(Boolean).join(" · ")}
      subtitle={
        <span className="badges">
          <AppointmentStatusBadge status={appointment.status} />
          {workOrder && <PriorityBadge priority={workOrder.priority} />}
          <RecordMark marks={marks} entity="appointment" id={appointment.id} />
          <PhotosMark entity="appointment" id={appointment.id} />
        </span>
      }
      footer={active && <JobFooter appointment={appointment} onOpen={setSheet} />}
    >
      <RefusedBanner entity="appointment" id={appointment.id} />
      {own && <StepLine status={appointment.status} />}
      {appointment.reason && (
        <Banner tone="neutral" title={t("reasonGiven")}>
          {appointment.reason}
        </Banner>
      )}
      {account && <ContactLinks account={account} site={site} />}
      <div className="columns">
        <div className="column">
          {workOrder?.description && (
            <Section title={t("whatIsWrong")}>
              <p className="card prose">{workOrder.description}</p>
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
          {active ? (
            <NotesField
              label={t("notes")}
              hint={t("notesHint")}
              value={stored?.notes}
              onChange={(notes) => writeDraft({ ...draft, notes })}
              onLeave={keepNotes}
            />
          ) : (
            appointment.notes && (
              <Section title={t("notes")}>
                <p className="card prose">{appointment.notes}</p>
              </Section>
            )
          )}
          <PhotosSection entity="appointment" id={appointment.id} />
          {appointment.parts.length > 0 && (
            <Section title={t("partsUsed")}>
              <List label={t("partsUsed")}>
                {appointment.parts.map((part) => (
                  <ListRow
                    key={part.id}
                    icon="asset"
                    title={part.name}
                    detail={part.sku}
                    trailing={`${part.quantity} ×`}
                  />
                ))}
              </List>
            </Section>
          )}
        </div>
        <div className="column">
          <AssetCard asset={asset} workType={workType} history={assetHistory} />
        </div>
      </div>
      <JobSheets
        view={view}
        draft={draft}
        onDraft={writeDraft}
        onDraftHandled={clearDraft}
        sheet={sheet}
        onOpen={setSheet}
        onClose={() => setSheet(null)}
      />
    </Page>
  );
}
