import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";

const STARTS_AFTER_PX = 5;
const EDGE_PX = 56;
const SCROLL_PX = 14;

/** What is dragged, and where it would land if it were let go now. */
export interface Drag<Item, Place> {
  item: Item;
  place: Place | null;
}

export interface DragHandle<Item, Place> {
  drag: Drag<Item, Place> | null;
  /** The element that follows the pointer. */
  ghost: RefObject<HTMLDivElement | null>;
  /** For `onPointerDown` of whatever is dragged. */
  grab: (event: ReactPointerEvent<HTMLElement>, item: Item) => void;
}

interface DragOptions<Item, Place> {
  /** What scrolls on while the pointer is near its edge; the page itself without one. */
  scroller?: RefObject<HTMLElement | null>;
  /** Where it would land. */
  placeAt: (x: number, y: number, item: Item) => Place | null;
  isSame: (one: Place, other: Place) => boolean;
  onDrop: (item: Item, place: Place) => void;
  /** Also with a finger: the handle must not scroll (`touch-action: none`). */
  fingers?: boolean;
}

/** Dragging with a pointer, from when it has moved a little. Escape gives it up. */
export function usePointerDrag<Item, Place>(options: DragOptions<Item, Place>): DragHandle<Item, Place> {
  const [drag, setDrag] = useState<Drag<Item, Place> | null>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const stop = useRef<(() => void) | null>(null);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => () => stop.current?.(), []);

  const grab = useCallback((event: ReactPointerEvent<HTMLElement>, item: Item) => {
    const { placeAt, isSame, fingers } = latest.current;
    if (event.button !== 0 || (event.pointerType === "touch" && !fingers)) return;
    const start = { x: event.clientX, y: event.clientY };
    let pointer = start;
    let place: Place | null = null;
    let dragging = false;
    let frame = 0;

    function follow() {
      const found = placeAt(pointer.x, pointer.y, item);
      if (!dragging || !(found && place ? isSame(found, place) : found === place)) {
        place = found;
        setDrag({ item, place });
      }
      dragging = true;
      // Above the pointer: below it is where it would land.
      ghost.current?.style.setProperty("transform", `translate(${pointer.x + 8}px, calc(${pointer.y - 12}px - 100%))`);
    }
    function everyFrame() {
      if (scrollAtEdge(latest.current.scroller?.current ?? null, pointer)) follow();
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
      if (event.type === "pointerup" && place) latest.current.onDrop(item, place);
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
  }, []);

  return { drag, ghost, grab };
}

/** Scrolls on while the pointer is near an edge. Returns whether it did. */
function scrollAtEdge(element: HTMLElement | null, { x, y }: { x: number; y: number }): boolean {
  const scroller = element ?? document.documentElement;
  const { left, right, top, bottom } = element?.getBoundingClientRect() ?? {
    left: 0,
    right: innerWidth,
    top: 0,
    bottom: innerHeight,
  };
  if (x < left || x > right || y < top || y > bottom) return false;
  const towards = (at: number, low: number, high: number) => (at < low + EDGE_PX ? -1 : at > high - EDGE_PX ? 1 : 0);
  const before = [scroller.scrollLeft, scroller.scrollTop];
  scroller.scrollBy(SCROLL_PX * towards(x, left, right), SCROLL_PX * towards(y, top, bottom));
  return scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1];
}
