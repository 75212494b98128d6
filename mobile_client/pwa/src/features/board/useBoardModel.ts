import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../db/types.ts";
import { instantAt } from "../../ui/format.ts";
import { showToast, useFormat } from "../../ui/index.ts";
import { useMarks } from "../shared/marks.tsx";
import { arrange, type BoardJob } from "./arrange.ts";
import type { Board } from "./board.ts";
import { isTold, type Obstacle, obstacleToMove, obstacleToPlan } from "./obstacles.ts";
import type { BoardData } from "./readBoard.ts";
import { clockTime, minutesOn } from "./timeline.ts";
import { useBoardActions } from "./useBoardActions.ts";
import { useNow } from "./useNow.ts";

/** What the dispatcher is asked at the moment. */
interface Asking {
  /** The job to say who goes when for. */
  assign: BoardJob | null;
  assigned: (technicianId: Id, date: string, minute: number) => void;
  /** Goes on after the dispatcher has agreed to take a job back. */
  takeBack: (() => void) | null;
  close: () => void;
}

/** The board of a day with all that can be done on it; null while it is read. */
export function useBoardModel(data: BoardData | undefined): { board: Board | null; asking: Asking } {
  const { actions, expected } = useBoardActions();
  const format = useFormat();
  const now = useNow();
  const unsent = useUnsent(data, expected);
  const explain = useExplain(data);
  const [selected, select] = useState<Id | null>(null);
  const [assign, setAssign] = useState<BoardJob | null>(null);
  const [takeBack, setTakeBack] = useState<(() => void) | null>(null);
  const arrangement = useMemo(() => data && arrange(data, expected), [data, expected]);
  useEscape(() => select(null));

  const instantOf = (date: string, minute: number) => instantAt(date, clockTime(minute), data?.timeZone ?? "UTC");
  const asking: Asking = {
    assign,
    assigned: (technicianId, date, minute) => {
      if (assign) void actions.plan(assign, technicianId, instantOf(date, minute).toISOString());
    },
    takeBack,
    close: () => {
      setAssign(null);
      setTakeBack(null);
    },
  };
  if (!data || !arrangement) return { board: null, asking };

  function obstacleTo(job: BoardJob, technicianId: Id, minute: number): Obstacle | null {
    const technician = data?.technicians.find(({ id }) => id === technicianId);
    const jobs = arrangement?.planned.get(technicianId);
    if (!technician || !jobs) return null;
    return obstacleToMove(job, unsent.has(job.id)) ?? obstacleToPlan(job, technician, jobs, minute);
  }

  const board: Board = {
    data,
    arrangement,
    actions,
    unsent,
    format,
    now,
    nowMinute: minutesOn(data.date, data.timeZone)(now.toISOString()),
    selected,
    select,
    skillName: (id) => data.skills.get(id)?.name ?? "",
    explain,
    openAssign: setAssign,
    propose: (job, technicianId, minute) => {
      if (job.appointment.technician_id === technicianId && job.slot?.start === minute) return;
      const obstacle = obstacleTo(job, technicianId, minute);
      if (obstacle) return showToast(explain(obstacle));
      const plan = () => void actions.plan(job, technicianId, instantOf(data.date, minute).toISOString());
      if (isTold(job)) setTakeBack(() => plan);
      else plan();
    },
  };
  return { board, asking };
}

/** What the server has not taken over yet: recorded here and not sent, or sent a moment ago. */
function useUnsent(data: BoardData | undefined, expected: ReturnType<typeof useBoardActions>["expected"]): Set<Id> {
  const marks = useMarks();
  return useMemo(() => {
    const waits = ({ id, version }: { id: Id; version: number }) =>
      marks.has(`appointment:${id}`) || expected.get(id)?.version === version;
    return new Set(data?.appointments.filter(waits).map(({ id }) => id));
  }, [data, marks, expected]);
}

function useExplain(data: BoardData | undefined): (obstacle: Obstacle) => string {
  const { t } = useTranslation("board");
  return useCallback(
    (obstacle) => {
      switch (obstacle.kind) {
        case "skill": {
          const names = obstacle.missing.map(({ skill_id, level }) =>
            t("skillLevel", { skill: data?.skills.get(skill_id)?.name ?? "", level }),
          );
          return t("obstacle.skill", { skills: names.join(", ") });
        }
        case "overlap":
          return t("obstacle.overlap", {
            title: obstacle.other.title,
            time: clockTime(Math.max(0, obstacle.other.slot?.start ?? 0)),
          });
        default:
          return t(`obstacle.${obstacle.kind}`);
      }
    },
    [t, data],
  );
}

function useEscape(act: () => void) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("[role=dialog]")) act();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}
