import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, User } from "../../db/types.ts";
import { Banner, Button, DateTimeField, RadioCards, SearchField, Sheet, Skeleton, useFormat } from "../../ui/index.ts";
import { fold } from "../accounts/directory.ts";
import { useLocal } from "../shared/useLocal.ts";
import { arrange, type BoardJob, busySlots, type Expectations, missingSkills } from "./arrange.ts";
import { useBoard } from "./board.ts";
import { isTold, obstacleToPlan } from "./obstacles.ts";
import { type BoardData, readBoard } from "./readBoard.ts";
import { clockTime, firstFreeStart, minuteAt, minutesOn, nextQuarter, WORK_STARTS_MIN } from "./timeline.ts";

const SHOWN = 24;
const NO_JOBS: BoardJob[] = [];
const NOTHING_EXPECTED: Expectations = new Map();

interface AssignSheetProps {
  job: BoardJob;
  onAssign: (technicianId: Id, date: string, time: string) => void;
  onClose: () => void;
}

/** Says who goes when without a pointer: the first free slot of whoever is free first is chosen already. */
export function AssignSheet({ job, onAssign, onClose }: AssignSheetProps) {
  const { data } = useBoard();
  const [date, setDate] = useState(data.date);
  const day = useLocal(`board/${date}`, (db) => readBoard(db, date, data.timeZone));
  if (!day) {
    return (
      <Sheet title={job.title} isOpen onClose={onClose}>
        <Skeleton />
      </Sheet>
    );
  }
  return <AssignForm key={date} job={job} day={day} onDate={setDate} onAssign={onAssign} onClose={onClose} />;
}

interface AssignFormProps extends AssignSheetProps {
  day: BoardData;
  onDate: (date: string) => void;
}

function AssignForm({ job, day, onDate, onAssign, onClose }: AssignFormProps) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { explain } = useBoard();
  const [query, setQuery] = useState("");
  const { planned, candidates } = useCandidates(job, day);
  const [technicianId, setTechnicianId] = useState<Id | null>(candidates[0]?.technician.id ?? null);
  const chosen = candidates.find(({ technician }) => technician.id === technicianId);
  const [ownTime, setOwnTime] = useState<string | null>(null);
  const time = ownTime ?? (chosen?.freeAt == null ? "" : clockTime(chosen.freeAt));
  const obstacle =
    chosen && time
      ? obstacleToPlan(job, chosen.technician, planned.get(chosen.technician.id) ?? NO_JOBS, minuteAt(time))
      : null;
  const wanted = fold(query);
  const shown = candidates.filter(({ technician }) => fold(technician.name).includes(wanted)).slice(0, SHOWN);

  return (
    <Sheet
      title={t("assignTitle", { title: job.title })}
      isOpen
      onClose={onClose}
      footer={
        <>
          {obstacle && (
            <Banner tone="bad" title={t("cannotAssign")}>
              {explain(obstacle)}
            </Banner>
          )}
          {isTold(job) && (
            <Banner tone="warn" title={t("takeBackTitle")}>
              {t("takeBackWhy")}
            </Banner>
          )}
          <Button
            variant="primary"
            wide
            isDisabled={!technicianId || !time || obstacle !== null}
            onPress={() => {
              onClose();
              if (technicianId) onAssign(technicianId, day.date, time);
            }}
          >
            {chosen && time
              ? t("assignNamed", { name: chosen.technician.name, when: `${format.day(day.date)}, ${time}` })
              : t("assign")}
          </Button>
        </>
      }
    >
      <p className="muted">{[job.customer, job.place].filter(Boolean).join(" · ")}</p>
      <div className="field-pair">
        <DateTimeField type="date" label={t("date")} value={day.date} onChange={(value) => value && onDate(value)} />
        <DateTimeField type="time" label={t("time")} value={time} onChange={setOwnTime} />
      </div>
      {candidates.length > 8 && <SearchField label={t("searchTechnicians")} value={query} onChange={setQuery} />}
      <RadioCards
        label={t("technician")}
        choices={shown.map(({ technician, freeAt, lacks }) => ({
          value: technician.id,
          label: technician.name,
          detail: lacks ?? (freeAt === null ? t("notFree") : t("freeFrom", { time: clockTime(freeAt) })),
        }))}
        value={technicianId}
        onChange={(id) => {
          setTechnicianId(id);
          setOwnTime(null);
        }}
      />
    </Sheet>
  );
}

interface Candidate {
  technician: User;
  /** The first minute of the day at which the job fits; null if it does not. */
  freeAt: number | null;
  /** Why this technician cannot do it at all. */
  lacks: string | null;
}

/** Who could do the job on that day: those with the skills first, and of these those who are free first. */
function useCandidates(job: BoardJob, day: BoardData) {
  const { now, explain } = useBoard();
  return useMemo(() => {
    const { planned } = arrange(day, NOTHING_EXPECTED);
    const nowMinute = minutesOn(day.date, day.timeZone)(now.toISOString());
    const from = Math.max(WORK_STARTS_MIN, nextQuarter(nowMinute));
    const candidates = day.technicians.map<Candidate>((technician) => {
      const missing = missingSkills(job.skills, technician);
      const busy = busySlots(planned.get(technician.id) ?? NO_JOBS, job.id);
      return {
        technician,
        freeAt: firstFreeStart(busy, job.appointment.duration_min, from),
        lacks: missing.length > 0 ? explain({ kind: "skill", missing }) : null,
      };
    });
    // Who has declined it comes last among those who could.
    const declined = job.status === "declined" ? job.appointment.technician_id : null;
    const rank = ({ technician, freeAt, lacks }: Candidate) =>
      (lacks ? 1e6 : 0) + (technician.id === declined ? 1e5 : 0) + (freeAt ?? 1e4);
    return { planned, candidates: candidates.sort((a, b) => rank(a) - rank(b)) };
  }, [job, day, now, explain]);
}
