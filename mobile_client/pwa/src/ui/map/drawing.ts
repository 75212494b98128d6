import type { Feature } from "geojson";
import {
  AttributionControl,
  GeoJSONSource,
  Map as LibreMap,
  type MapMouseEvent,
  Marker,
  NavigationControl,
  Popup,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
// The bundler does not emit the library's worker by itself.
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import type { Bounds, MapContent, MapStop, Place } from "./content.ts";
import { addCorner, type Draft } from "./draft.ts";
import { drawHandles, type HandleTexts, makePin, placeAt } from "./handles.ts";

setWorkerUrl(workerUrl);

export interface Drawing {
  show: (content: MapContent, chosen: string | null) => void;
  fit: (bounds: Bounds) => void;
  /** Show the handles of an outline that is being drawn, and add corners where the map is pressed; null ends it. */
  sketch: (draft: Draft | null, onChange: (draft: Draft) => void) => void;
  /** Show a pin, which is put where the map is pressed. One that comes from elsewhere is brought into the middle. */
  pin: (place: Place | null, onChange: (place: Place) => void) => void;
  stop: () => void;
}

interface DrawingOptions {
  styleUrl: string | null;
  label: string;
  texts: { zoomIn: string; zoomOut: string; copyright: string; pin: string } & HandleTexts;
  onChoose: (id: string) => void;
}

/** Nothing below our own: the page's colour shows through, and nothing comes from the network. */
const PLAIN: StyleSpecification = { version: 8, sources: {}, layers: [] };
/** Liechtenstein and its neighbours, until there is something to show. */
const START = { center: [9.54, 47.15] as [number, number], zoom: 9 };
const AREAS = "areas";
const POINTS = "points";
const ROUTE = "route";
const LABELS = "labels";
const OUTLINE_DASH = [2, 2];
/** A few streets around the pin: near enough to put it on a house. */
const PIN_ZOOM = 15;

/**
 * Start a map in `holder`.
 *
 * @throws Error on a device that cannot draw one
 */
export function startDrawing(holder: HTMLElement, { styleUrl, label, texts, onChoose }: DrawingOptions): Drawing {
  const map = new LibreMap({
    container: holder,
    style: styleUrl ?? PLAIN,
    ...START,
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    maxZoom: 18,
    locale: {
      "NavigationControl.ZoomIn": texts.zoomIn,
      "NavigationControl.ZoomOut": texts.zoomOut,
      "Map.Title": label,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  if (styleUrl) map.addControl(new AttributionControl({ customAttribution: texts.copyright }));

  const popup = new Popup({ closeButton: false, closeOnClick: false, className: "map-popup" });
  let markers: Marker[] = [];
  let shown: [MapContent, string | null] | null = null;
  let plain = styleUrl === null;
  let ready = false;
  let sketched: { draft: Draft; onChange: (draft: Draft) => void } | null = null;
  let removeHandles = () => {};
  let onPin: ((place: Place) => void) | null = null;
  let putByHand: Place | null = null;
  const tellPin = (place: Place) => {
    putByHand = place;
    onPin?.(place);
  };
  const putPin = makePin(map, { label: texts.pin, onChange: tellPin });
  const drawAgain = () => {
    removeHandles();
    removeHandles = sketched ? drawHandles(map, sketched.draft, { texts, onChange: sketched.onChange }) : () => {};
  };
  map.on("moveend", drawAgain);

  map.on("style.load", () => {
    addLayers(map, plain, colorsOf(holder));
    ready = true;
    if (shown) paint(...shown);
  });
  map.on("error", () => {
    // The style did not come: off line the map goes on without it.
    if (ready || plain) return;
    plain = true;
    map.setStyle(PLAIN);
  });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolor = () => ready && setColors(map, plain, colorsOf(holder));
  scheme.addEventListener("change", recolor);

  map.on("click", (event) => {
    if (sketched) {
      const { lng, lat } = event.lngLat;
      if (sketched.draft.drawing) sketched.onChange(addCorner(sketched.draft, [lng, lat]));
      return;
    }
    if (onPin) {
      tellPin(placeAt([event.lngLat.lng, event.lngLat.lat]));
      return;
    }
    const [hit] = map.queryRenderedFeatures(aroundFinger(event), { layers: [POINTS, `${AREAS}-fill`] });
    if (hit?.properties.id) onChoose(hit.properties.id as string);
  });
  map.on("mousemove", POINTS, ({ features }) => {
    const point = features?.[0];
    if (point?.geometry.type !== "Point") return;
    map.getCanvas().style.cursor = "pointer";
    popup
      .setLngLat(point.geometry.coordinates as [number, number])
      .setText(point.properties.name as string)
      .addTo(map);
  });
  map.on("mouseleave", POINTS, () => {
    map.getCanvas().style.cursor = "";
    popup.remove();
  });

  function paint(content: MapContent, chosen: string | null) {
    const { areas = [], points = [], stops = [], labels = [], here = null } = content;
    setFeatures(
      map,
      AREAS,
      areas.map(({ id, geometry, color, outline = false }) => ({
        type: "Feature",
        geometry,
        properties: { id, color, outline, chosen: id === chosen },
      })),
    );
    setFeatures(
      map,
      POINTS,
      points.map(({ id, name, color, marked = false, lng, lat }) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [lng, lat] },
        properties: { id, name, color, marked, faded: chosen !== null && id !== chosen },
      })),
    );
    setFeatures(
      map,
      ROUTE,
      stops.length > 1
        ? [
            {
              type: "Feature",
              geometry: { type: "LineString", coordinates: stops.map(({ lng, lat }) => [lng, lat]) },
              properties: {},
            },
          ]
        : [],
    );
    setFeatures(
      map,
      LABELS,
      labels.map(({ text, lng, lat }, rank) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [lng, lat] },
        properties: { text, rank },
      })),
    );
    for (const marker of markers) marker.remove();
    markers = stops.map((stop) => mark(map, stopElement(stop, onChoose), stop));
    if (here) {
      const element = document.createElement("div");
      element.className = "map-here";
      markers.push(mark(map, element, here));
    }
  }

  return {
    show(content, chosen) {
      shown = [content, chosen];
      if (ready) paint(content, chosen);
    },
    fit([west, south, east, north]) {
      // What is around the map may have just given it another size.
      map.resize();
      map.fitBounds([west, south, east, north], { padding: 40, maxZoom: 13.5, animate: false });
    },
    sketch(draft, onChange) {
      sketched = draft && { draft, onChange };
      if (draft) map.doubleClickZoom.disable();
      map.getCanvas().style.cursor = draft?.drawing ? "crosshair" : "";
      drawAgain();
    },
    pin(place, onChange) {
      onPin = onChange;
      putPin(place);
      map.doubleClickZoom.disable();
      map.getCanvas().style.cursor = "crosshair";
      if (!place || (place.lat === putByHand?.lat && place.lng === putByHand.lng)) return;
      map.resize();
      map.jumpTo({ center: place, zoom: Math.max(PIN_ZOOM, map.getZoom()) });
    },
    stop() {
      scheme.removeEventListener("change", recolor);
      map.remove();
    },
  };
}

function setFeatures(map: LibreMap, id: string, features: Feature[]): void {
  const source = map.getSource(id);
  if (source instanceof GeoJSONSource) source.setData({ type: "FeatureCollection", features });
}

/** A finger is not as exact as a pointer. */
function aroundFinger({ point: { x, y } }: MapMouseEvent): [[number, number], [number, number]] {
  return [
    [x - 6, y - 6],
    [x + 6, y + 6],
  ];
}

interface Colors {
  ground: string;
  text: string;
  accent: string;
}

/** The app's colours as they are now: the library does not know custom properties. */
function colorsOf(holder: HTMLElement): Colors {
  const { backgroundColor, color, outlineColor } = getComputedStyle(holder);
  return { ground: backgroundColor, text: color, accent: outlineColor };
}

function addLayers(map: LibreMap, plain: boolean, colors: Colors): void {
  for (const id of [AREAS, POINTS, ROUTE, LABELS]) {
    map.addSource(id, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  }
  map.addLayer({
    id: `${AREAS}-fill`,
    type: "fill",
    source: AREAS,
    paint: { "fill-color": ["get", "color"], "fill-opacity": ["case", ["get", "chosen"], 0.32, 0.13] },
  });
  map.addLayer({
    id: `${AREAS}-line`,
    type: "line",
    source: AREAS,
    filter: ["!", ["get", "outline"]],
    paint: { "line-color": ["get", "color"], "line-width": ["case", ["get", "chosen"], 3, 1.5] },
  });
  map.addLayer({
    id: `${AREAS}-outline`,
    type: "line",
    source: AREAS,
    filter: ["get", "outline"],
    paint: {
      "line-color": ["get", "color"],
      "line-width": ["case", ["get", "chosen"], 3, 1.5],
      "line-dasharray": OUTLINE_DASH,
    },
  });
  map.addLayer({
    id: ROUTE,
    type: "line",
    source: ROUTE,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-width": 4, "line-opacity": 0.75 },
  });
  map.addLayer({
    id: POINTS,
    type: "circle",
    source: POINTS,
    paint: {
      "circle-color": ["get", "color"],
      "circle-opacity": ["case", ["get", "faded"], 0.25, 0.9],
      "circle-stroke-opacity": ["case", ["get", "faded"], 0.25, 1],
      "circle-stroke-width": ["case", ["get", "marked"], 2, 0.75],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, ["case", ["get", "marked"], 5, 3], 14, 8],
    },
  });
  if (plain) {
    map.addLayer({
      id: LABELS,
      type: "symbol",
      source: LABELS,
      layout: {
        "text-field": ["get", "text"],
        "text-size": 13,
        "text-font": ["sans-serif"],
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "text-halo-width": 2 },
    });
  }
  setColors(map, plain, colors);
}

function setColors(map: LibreMap, plain: boolean, { ground, text, accent }: Colors): void {
  map.setPaintProperty(ROUTE, "line-color", accent);
  map.setPaintProperty(POINTS, "circle-stroke-color", ["case", ["get", "marked"], text, ground]);
  if (!plain) return;
  map.setPaintProperty(LABELS, "text-color", text);
  map.setPaintProperty(LABELS, "text-halo-color", ground);
}

function mark(map: LibreMap, element: HTMLElement, { lng, lat }: { lng: number; lat: number }): Marker {
  return new Marker({ element }).setLngLat([lng, lat]).addTo(map);
}

function stopElement({ id, label, name, done }: MapStop, onChoose: (id: string) => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "map-stop";
  button.textContent = label;
  button.setAttribute("aria-label", `${label} ${name}`);
  button.title = name;
  button.toggleAttribute("data-done", done);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    onChoose(id);
  });
  return button;
}
