import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import type { Id } from "../../db/types.ts";
import type { BoardJob } from "./arrange.ts";
import { PX_PER_MIN } from "./scale.ts";
import { snap } from "./timeline.ts";

const STARTS_AFTER_PX = 5;
const EDGE_PX = 56;
const SCROLL_PX = 14;

/** Where a job would be planned if it were let go now. */
export interface DropPlace {
  technicianId: Id;
  minute: number;
}

export interface JobDrag {
  job: BoardJob;
  place: DropPlace | null;
}

export interface DragHandle {
  drag: JobDrag | null;
  /** The element that follows the pointer. */
  ghost: RefObject<HTMLDivElement | null>;
  /** For `onPointerDown` of whatever shows a job. Fingers scroll instead: they have the menu. */
  grab: (event: ReactPointerEvent<HTMLElement>, job: BoardJob, grabbedAtMin: number) => void;
}

/**
 * Dragging a job over the technicians' columns, elements with `data-technician`, which lie in `scroller`. Escape gives
 * it up.
 */
export function useJobDrag(
  scroller: RefObject<HTMLElement | null>,
  onDrop: (job: BoardJob, place: DropPlace) => void,
): DragHandle {
  const [drag, setDrag] = useState<JobDrag | null>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const stop = useRef<(() => void) | null>(null);
  const drop = useRef(onDrop);
  useEffect(() => {
    drop.current = onDrop;
  });
  useEffect(() => () => stop.current?.(), []);

  const grab = useCallback<DragHandle["grab"]>(
    (event, job, grabbedAtMin) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      const start = { x: event.clientX, y: event.clientY };
      let pointer = start;
      let place: DropPlace | null = null;
      let dragging = false;
      let frame = 0;

      function follow() {
        const found = placeAt(pointer.x, pointer.y, grabbedAtMin);
        if (found?.technicianId !== place?.technicianId || found?.minute !== place?.minute || !dragging) {
          place = found;
          setDrag({ job, place });
        }
        dragging = true;
        // Above the pointer: below it is where the job would land.
        ghost.current?.style.setProperty(
          "transform",
          `translate(${pointer.x + 8}px, calc(${pointer.y - 12}px - 100%))`,
        );
      }
      function everyFrame() {
        if (scroller.current && scrollAtEdge(scroller.current, pointer)) follow();
        frame = requestAnimationFrame(everyFrame);
      }
      function move({ clientX: x, clientY: y }: PointerEvent) {
        pointer = { x, y };
        if (dragging) follow();
        else if (Math.hypot(x - start.x, y - start.y) > STARTS_AFTER_PX) {
          document.documentElement.dataset.dragging = "";
          follow();
          everyFrame();
        }
      }
      function end(event: Event) {
        stop.current?.();
        if (!dragging) return;
        // The click that follows belongs to the drag.
        const swallow = (click: Event) => click.stopPropagation();
        window.addEventListener("click", swallow, { capture: true, once: true });
        setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
        if (event.type === "pointerup" && place) drop.current(job, place);
      }
      function key(event: KeyboardEvent) {
        if (event.key === "Escape") end(event);
      }

      stop.current?.();
      stop.current = () => {
        stop.current = null;
        cancelAnimationFrame(frame);
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
        window.removeEventListener("keydown", key, { capture: true });
        delete document.documentElement.dataset.dragging;
        setDrag(null);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
      window.addEventListener("keydown", key, { capture: true });
    },
    [scroller],
  );

  return { drag, ghost, grab };
}

function placeAt(x: number, y: number, grabbedAtMin: number): DropPlace | null {
  const column = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-technician]");
  const technicianId = column?.dataset.technician;
  if (!column || !technicianId) return null;
  return { technicianId, minute: snap((y - column.getBoundingClientRect().top) / PX_PER_MIN - grabbedAtMin) };
}

/** Scrolls on while the pointer is near an edge. Returns whether it did. */
function scrollAtEdge(scroller: HTMLElement, { x, y }: { x: number; y: number }): boolean {
  const { left, right, top, bottom } = scroller.getBoundingClientRect();
  if (x < left || x > right || y < top || y > bottom) return false;
  const towards = (at: number, low: number, high: number) => (at < low + EDGE_PX ? -1 : at > high - EDGE_PX ? 1 : 0);
  const before = [scroller.scrollLeft, scroller.scrollTop];
  scroller.scrollBy(SCROLL_PX * towards(x, left, right), SCROLL_PX * towards(y, top, bottom));
  return scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1];
}
