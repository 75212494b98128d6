import { useTranslation } from "react-i18next";
import { Badge, Facts, IconButton, List, ListRow, Section, Skeleton, UnsentMark, useFormat } from "../../ui/index.ts";
import { ContactRow, SiteRow } from "../accounts/AccountRows.tsx";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { type JobView, readJob } from "../jobs/readJob.ts";
import { useLocal } from "../shared/useLocal.ts";
import type { BoardJob } from "./arrange.ts";
import { PriorityBadge, StatusBadge } from "./Badges.tsx";
import { useBoard } from "./board.ts";
import { JobActions } from "./JobActions.tsx";
import { Steps } from "./Steps.tsx";

/** Everything about the selected job, beside the board. */
export function DetailsPanel({ job }: { job: BoardJob }) {
  const { t } = useTranslation("board");
  const { t: ui } = useTranslation("ui");
  const { select } = useBoard();
  return (
    <aside className="details" aria-label={job.title}>
      <header className="details-head">
        <h2 className="details-title">{job.title || t("job")}</h2>
        <IconButton icon="close" label={ui("close")} onPress={() => select(null)} />
      </header>
      <div className="details-scroll">
        <JobDetails job={job} />
      </div>
      <footer className="details-foot">
        <JobActions job={job} />
      </footer>
    </aside>
  );
}

export function JobDetails({ job }: { job: BoardJob }) {
  const { t } = useTranslation("board");
  const view = useLocal(`job/${job.id}`, (db) => readJob(db, job.id));
  const { unsent } = useBoard();
  const { appointment } = job;
  return (
    <>
      <div className="badges">
        <StatusBadge status={job.status} />
        <PriorityBadge priority={job.priority} />
        {view?.workOrder?.status === "on_hold" && <Badge tone="warn">{t("onHold")}</Badge>}
        {unsent.has(job.id) && <UnsentMark />}
      </div>
      <JobFacts job={job} />
      {appointment.reason && <p className="card prose">{t("because", { reason: appointment.reason })}</p>}
      {view ? <Customer view={view} /> : <Skeleton rows={3} />}
      {appointment.parts.length > 0 && (
        <Section title={t("parts")}>
          <List label={t("parts")}>
            {appointment.parts.map((part) => (
              <ListRow key={part.id} title={part.name} detail={part.sku} trailing={`${part.quantity} ×`} />
            ))}
          </List>
        </Section>
      )}
      {appointment.notes && (
        <Section title={t("notes")}>
          <p className="card prose">{appointment.notes}</p>
        </Section>
      )}
      <PhotosSection entity="appointment" id={job.id} />
      <Steps appointment={appointment} />
    </>
  );
}

function JobFacts({ job }: { job: BoardJob }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { data, skillName } = useBoard();
  const { technician_id, starts_at, ends_at, duration_min } = job.appointment;
  const technician = data.technicians.find(({ id }) => id === technician_id);
  const skills = job.skills.map(({ skill_id, level }) => t("skillLevel", { skill: skillName(skill_id), level }));
  return (
    <Facts
      rows={[
        [t("number"), job.number],
        [t("technician"), technician?.name],
        [
          t("planned"),
          starts_at && [format.dateTime(starts_at), ends_at && format.time(ends_at)].filter(Boolean).join(" – "),
        ],
        [t("duration"), t("minutes", { count: duration_min })],
        [t("filter.due"), job.dueAt && format.dateTime(job.dueAt)],
        [t("filter.skill"), skills.join(", ")],
      ]}
    />
  );
}

function Customer({ view: { workOrder, account, site, asset, contacts } }: { view: JobView }) {
  const { t } = useTranslation("board");
  return (
    <>
      {workOrder?.description && (
        <Section title={t("description")}>
          <p className="card prose">{workOrder.description}</p>
        </Section>
      )}
      <Section title={t("customer")}>
        <List label={t("customer")}>
          {account && (
            <ListRow
              to={`/accounts/${account.id}`}
              icon="account"
              title={account.name}
              detail={[account.number, account.phone].filter(Boolean).join(" · ")}
            />
          )}
          {site && <SiteRow site={site} />}
          {contacts.slice(0, 2).map((contact) => (
            <ContactRow key={contact.id} contact={contact} />
          ))}
          {asset && <ListRow icon="asset" title={asset.name} detail={asset.serial_number} />}
        </List>
      </Section>
    </>
  );
}
