import type { RefObject } from "react";
import type { Id } from "../../db/types.ts";
import { type DragHandle as Handle, usePointerDrag } from "../../ui/usePointerDrag.ts";
import type { BoardJob } from "./arrange.ts";
import { PX_PER_MIN } from "./scale.ts";
import { snap } from "./timeline.ts";

/** Where a job would be planned if it were let go now. */
export interface DropPlace {
  technicianId: Id;
  minute: number;
}

/** A job, and how far into it the pointer took hold of it. */
export interface GrabbedJob {
  job: BoardJob;
  grabbedAtMin: number;
}

export type DragHandle = Handle<GrabbedJob, DropPlace>;

/**
 * Dragging a job over the technicians' columns, elements with `data-technician`, which lie in `scroller`. Fingers scroll
 * instead: they have the menu.
 */
export function useJobDrag(
  scroller: RefObject<HTMLElement | null>,
  onDrop: (job: BoardJob, place: DropPlace) => void,
): DragHandle {
  return usePointerDrag({
    scroller,
    placeAt,
    isSame: (one, other) => one.technicianId === other.technicianId && one.minute === other.minute,
    onDrop: ({ job }, place) => onDrop(job, place),
  });
}

function placeAt(x: number, y: number, { grabbedAtMin }: GrabbedJob): DropPlace | null {
  const column = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-technician]");
  const technicianId = column?.dataset.technician;
  if (!column || !technicianId) return null;
  return { technicianId, minute: snap((y - column.getBoundingClientRect().top) / PX_PER_MIN - grabbedAtMin) };
}
