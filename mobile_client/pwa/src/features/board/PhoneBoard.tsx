import { useTranslation } from "react-i18next";
import { EmptyState, List, ListRow, Section, Sheet, UnsentMark } from "../../ui/index.ts";
import type { BoardJob } from "./arrange.ts";
import { Due, PriorityBadge, StatusBadge } from "./Badges.tsx";
import { useBoard } from "./board.ts";
import { JobDetails } from "./DetailsPanel.tsx";
import { JobActions } from "./JobActions.tsx";
import { clockTime } from "./timeline.ts";

/** The board where there is no room for one: what waits, then technician after technician. */
export function PhoneBoard() {
  const { t } = useTranslation("board");
  const { data, arrangement, selected, select } = useBoard();
  const { waiting, planned, byId } = arrangement;
  const job = selected ? byId.get(selected) : undefined;
  return (
    <>
      <Section title={t("waiting")} action={<span className="muted tabular">{waiting.length}</span>}>
        {waiting.length === 0 && <EmptyState icon="check" title={t("nothingWaits")} />}
        {waiting.length > 0 && (
          <List label={t("waiting")}>
            {waiting.map((each) => (
              <JobRow key={each.id} job={each} />
            ))}
          </List>
        )}
      </Section>
      {data.technicians.map((technician) => {
        const jobs = planned.get(technician.id) ?? [];
        return (
          <div key={technician.id} className="phone-technician">
            <Section
              title={technician.name}
              action={<span className="muted tabular">{t("jobs", { count: jobs.length })}</span>}
            >
              {jobs.length === 0 ? (
                <p className="card muted">{t("nothingPlanned")}</p>
              ) : (
                <List label={technician.name}>
                  {jobs.map((each) => (
                    <JobRow key={each.id} job={each} />
                  ))}
                </List>
              )}
            </Section>
          </div>
        );
      })}
      {job && (
        <Sheet title={job.title || t("job")} isOpen onClose={() => select(null)} footer={<JobActions job={job} />}>
          <JobDetails job={job} />
        </Sheet>
      )}
    </>
  );
}

function JobRow({ job }: { job: BoardJob }) {
  const { select, unsent } = useBoard();
  return (
    <ListRow
      plain
      onPress={() => select(job.id)}
      leading={job.slot && <span className="agenda-time">{clockTime(Math.max(0, job.slot.start))}</span>}
      title={job.title}
      detail={
        <>
          <span className="row-line">{[job.customer, job.place].filter(Boolean).join(" · ")}</span>
          {!job.slot && <Due job={job} />}
          {unsent.has(job.id) && <UnsentMark />}
        </>
      }
      trailing={
        <>
          {job.status !== "unscheduled" && <StatusBadge status={job.status} />}
          {job.priority !== "normal" && <PriorityBadge priority={job.priority} />}
        </>
      }
    />
  );
}
