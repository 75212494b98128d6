import { type Map as LibreMap, Marker } from "maplibre-gl";
import type { Place } from "./content.ts";
import { type At, type Corner, type Draft, insertCorner, moveCorner, removeCorner, rounded } from "./draft.ts";

/** More would be in each other's way, and slow: of a long outline the corners in view have handles, at most these. */
const MOST_HANDLES = 200;
/** How far an arrow key moves a corner or the pin, in pixels. */
const STEP = 8;
const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

export interface HandleTexts {
  /** What a corner's handle is called, with its number. */
  corner: (number: number) => string;
  /** What the handle between two corners is called. */
  between: string;
}

/** Where an arrow key moves a corner to; null for any other key. */
function stepFrom(map: LibreMap, corner: Corner, { key }: KeyboardEvent): Corner | null {
  const step = STEPS[key];
  if (!step) return null;
  const { x, y } = map.project([...corner]);
  const { lng, lat } = map.unproject([x + step[0], y + step[1]]);
  return [lng, lat];
}

/** A pin that is dragged, or moved with the arrow keys. Returns what puts it somewhere, or away. */
export function makePin(
  map: LibreMap,
  { label, onChange }: { label: string; onChange: (place: Place) => void },
): (place: Place | null) => void {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "map-pin";
  const marker = new Marker({ element, draggable: true, anchor: "bottom" });
  // The library has its own name for every marker, and gives it when the marker is put on the map.
  const name = () => {
    element.setAttribute("aria-label", label);
    element.title = label;
  };
  const tell = ([lng, lat]: Corner) => onChange(placeAt([lng, lat]));
  marker.on("dragend", () => tell(marker.getLngLat().toArray()));
  // A press on the pin is none on the map.
  element.addEventListener("click", (event) => event.stopPropagation());
  element.addEventListener("keydown", (event) => {
    const stepped = stepFrom(map, marker.getLngLat().toArray(), event);
    if (!stepped) return;
    tell(stepped);
    // The map would move, too.
    event.preventDefault();
    event.stopPropagation();
  });
  return (place) => {
    if (!place) marker.remove();
    else if (element.isConnected) marker.setLngLat(place);
    else {
      marker.setLngLat(place).addTo(map);
      name();
    }
  };
}

/** A place on the map as it is kept. */
export function placeAt(corner: Corner): Place {
  const [lng, lat] = rounded(corner);
  return { lat, lng };
}

/** Draws a handle for each corner, and between two corners one that makes a new one. Returns what removes them. */
export function drawHandles(
  map: LibreMap,
  draft: Draft,
  { texts, onChange }: { texts: HandleTexts; onChange: (draft: Draft) => void },
): () => void {
  const focused = map.getContainer().querySelector<HTMLElement>(".map-corner:focus")?.dataset.at;
  const inView = map.getBounds();
  const markers: Marker[] = [];

  function handle(corner: Corner, at: At, className: string, label: string, onDrop: (to: Corner) => Draft) {
    if (markers.length >= MOST_HANDLES || !inView.contains([...corner])) return;
    const element = document.createElement("button");
    element.type = "button";
    element.className = className;
    element.setAttribute("aria-label", label);
    element.title = label;
    element.dataset.at = at.join();
    const marker = new Marker({ element, draggable: true }).setLngLat([...corner]).addTo(map);
    marker.on("dragend", () => {
      const { lng, lat } = marker.getLngLat();
      onChange(onDrop([lng, lat]));
    });
    // A press on a handle is none on the map.
    element.addEventListener("click", (event) => event.stopPropagation());
    markers.push(marker);
    return { element, marker };
  }

  draft.polygons.forEach((rings, polygon) => {
    rings.forEach((ring, inner) => {
      ring.forEach((corner, index) => {
        const at: At = [polygon, inner, index];
        const made = handle(corner, at, "map-corner", texts.corner(index + 1), (to) => moveCorner(draft, at, to));
        made?.element.addEventListener("keydown", (event) => {
          const stepped = stepFrom(map, corner, event);
          if (event.key === "Delete" || event.key === "Backspace") onChange(removeCorner(draft, at));
          else if (stepped) onChange(moveCorner(draft, at, stepped));
          else return;
          // The map would move, too.
          event.preventDefault();
          event.stopPropagation();
        });
        made?.element.addEventListener("dblclick", (event) => {
          event.stopPropagation();
          onChange(removeCorner(draft, at));
        });
        const next = ring[(index + 1) % ring.length];
        if (!next || ring.length < 3) return;
        const middle: Corner = [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2];
        const between: At = [polygon, inner, index + 1];
        const inserted = handle(middle, between, "map-between", texts.between, (to) =>
          insertCorner(draft, between, to),
        );
        inserted?.element.addEventListener("click", () => onChange(insertCorner(draft, between, middle)));
      });
    });
  });
  if (focused) map.getContainer().querySelector<HTMLElement>(`.map-corner[data-at="${focused}"]`)?.focus();
  return () => {
    for (const marker of markers) marker.remove();
  };
}
