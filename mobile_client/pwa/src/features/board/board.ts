import { createContext, useContext } from "react";
import type { Id } from "../../db/types.ts";
import type { Format } from "../../ui/index.ts";
import type { Arrangement, BoardJob } from "./arrange.ts";
import type { Obstacle } from "./obstacles.ts";
import type { BoardData } from "./readBoard.ts";
import type { BoardActions } from "./useBoardActions.ts";

/** What every part of the board knows. */
export interface Board {
  data: BoardData;
  arrangement: Arrangement;
  actions: BoardActions;
  /** Appointments that the server has not taken over, or has not answered about yet. */
  unsent: ReadonlySet<Id>;
  format: Format;
  now: Date;
  /** The minute of the shown day that it is now; outside 0 to 1440 on another day. */
  nowMinute: number;
  selected: Id | null;
  select: (id: Id | null) => void;
  skillName: (id: Id) => string;
  explain: (obstacle: Obstacle) => string;
  /** Plans a job, or says why it cannot be; asks first if a technician was told of it. */
  propose: (job: BoardJob, technicianId: Id, minute: number) => void;
  openAssign: (job: BoardJob) => void;
}

export const BoardContext = createContext<Board | null>(null);

export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (!board) throw new Error("outside the board");
  return board;
}
