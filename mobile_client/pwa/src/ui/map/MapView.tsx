import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import "maplibre-gl/dist/maplibre-gl.css";
import { useSession } from "../../db/hooks.ts";
import { EmptyState } from "../Surfaces.tsx";
import { type Bounds, boundsOf, type MapContent, type Place } from "./content.ts";
import type { Draft } from "./draft.ts";
import { type Drawing, startDrawing } from "./drawing.ts";

export interface MapViewProps {
  /** What the map shows, for those who do not see it. */
  label: string;
  content: MapContent;
  /** The area that stands out. */
  chosen?: string | null;
  /** An outline that is being drawn, and what is told when somebody draws on. */
  draft?: Draft | null;
  onDraw?: (draft: Draft) => void;
  /** A pin that the person puts somewhere, null while there is none, and what is told where. */
  pin?: Place | null;
  onPin?: (place: Place) => void;
  /** An area, a point or a stop was pressed. */
  onChoose?: (id: string) => void;
}

export default function MapView(props: MapViewProps) {
  const { label, content, chosen = null, draft = null, onDraw, pin = null, onPin, onChoose } = props;
  const { t } = useTranslation("map");
  const holder = useRef<HTMLDivElement>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  const draw = useRef(onDraw);
  draw.current = onDraw;
  const put = useRef(onPin);
  put.current = onPin;
  const pinning = onPin !== undefined;
  const styleUrl = useSession()?.mapStyleUrl ?? null;
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const fitted = useRef<Drawing | null>(null);
  const [broken, setBroken] = useState(false);

  useEffect(() => {
    if (!holder.current) return;
    let started: Drawing | null = null;
    try {
      started = startDrawing(holder.current, {
        styleUrl,
        label,
        texts: {
          zoomIn: t("zoomIn"),
          zoomOut: t("zoomOut"),
          copyright: t("copyright"),
          corner: (number) => t("corner", { number }),
          between: t("between"),
          pin: t("pin"),
        },
        onChoose: (id) => choose.current?.(id),
      });
      setDrawing(started);
    } catch {
      // Without WebGL there is no map: an old device, or one whose graphics failed.
      setBroken(true);
    }
    return () => {
      setDrawing(null);
      started?.stop();
    };
  }, [styleUrl, label, t]);

  useEffect(() => drawing?.show(content, chosen), [drawing, content, chosen]);

  useEffect(() => drawing?.sketch(draft, (next) => draw.current?.(next)), [drawing, draft]);

  // While an outline is being drawn, or a pin has its place, the map stays where the person has it.
  const sketching = draft !== null;
  const pinned = pin !== null;
  const bounds = JSON.stringify(boundsOf(onlyOf(chosen, content)) ?? boundsOf(content));
  useEffect(() => {
    const box = JSON.parse(bounds) as Bounds | null;
    if (box && !pinned && !(sketching && fitted.current === drawing)) drawing?.fit(box);
    fitted.current = drawing;
  }, [drawing, bounds, sketching, pinned]);

  useEffect(() => {
    if (pinning) drawing?.pin(pin, (place) => put.current?.(place));
  }, [drawing, pinning, pin]);

  if (broken) {
    return (
      <EmptyState icon="place" title={t("broken")}>
        {t("brokenWhy")}
      </EmptyState>
    );
  }
  return <div ref={holder} className="map" />;
}

/** What belongs to the chosen area. */
function onlyOf(chosen: string | null, { areas, points, stops }: MapContent): MapContent {
  if (chosen === null) return { areas, points, stops };
  return { areas: areas?.filter(({ id }) => id === chosen), points: points?.filter(({ id }) => id === chosen) };
}
