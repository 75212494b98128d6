import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Territory } from "../../db/types.ts";
import { Button, EmptyState, Page, Skeleton, showToast, TextArea, useFormat } from "../../ui/index.ts";
import type { Geometry, MapContent } from "../../ui/map/content.ts";
import type { Draft } from "../../ui/map/draft.ts";
import { MapFrame } from "../../ui/map/MapFrame.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { OutlinePreview } from "./OutlinePreview.tsx";
import { draftFrom, draftOf, geometryOf, previewOf, textOf } from "./outline.ts";
import { readLand } from "./readLand.ts";
import { type Land, mapOf, type TerritoryRow } from "./territories.ts";
import { useAsk } from "./useAsk.ts";
import { useTakeAccounts } from "./useTakeAccounts.ts";
import "./territories.css";

/** Drawing the outline of a territory, with what it would mean before it is saved. */
export default function OutlinePage({ id }: { id: string }) {
  const { t } = useTranslation("territories");
  const today = useFormat().today();
  const land = useLocal(`land/${today}`, (db) => readLand(db, today));
  const row = land?.byId.get(id);
  if (!land || !row) {
    return (
      <Page title={t("outline.title")} backTo="/territories" wide>
        {land ? <EmptyState icon="map" title={t("outline.gone")} /> : <Skeleton rows={8} />}
      </Page>
    );
  }
  return <Editor key={id} row={row} land={land} />;
}

function Editor({ row, land }: { row: TerritoryRow; land: Land }) {
  const { t } = useTranslation("territories");
  const [, navigate] = useLocation();
  const update = useAsk("territory.update");
  const take = useTakeAccounts(land);
  const { territory } = row;
  const [steps, setSteps] = useState<readonly Draft[]>(() => [draftOf(territory.polygon as Geometry | null)]);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const draft = steps.at(-1)!;
  const change = (next: Draft) => setSteps([...steps, next]);
  const geometry = useMemo(() => geometryOf(draft), [draft]);
  const preview = useMemo(() => previewOf(territory.id, geometry, land), [territory.id, geometry, land]);
  const content = useMemo(() => contentOf(row, geometry, land), [row, geometry, land]);
  const moving = preview.coming.filter(({ id }) => !left.includes(id)).map(({ id }) => id);
  const back = `/territories?territory=${territory.id}`;

  async function save() {
    setBusy(true);
    const former = territory.polygon;
    const refused = await update({ territory_id: territory.id, polygon: geometry as unknown as Territory["polygon"] });
    const goBack = () => update({ territory_id: territory.id, polygon: former });
    if (refused) showToast(refused);
    else if (moving.length > 0) await take(territory.id, moving, goBack);
    else showToast(t("outline.saved"), () => void goBack());
    setBusy(false);
    if (!refused) navigate(back, { transition: true });
  }

  return (
    <Page
      wide
      title={t("outline.of", { name: territory.name })}
      kicker={t("title")}
      backTo={back}
      footer={
        <div className="button-row">
          <Button isDisabled={steps.length < 2} onPress={() => setSteps(steps.slice(0, -1))}>
            {t("outline.undo")}
          </Button>
          <Button onPress={() => change(draftOf(null))}>{t("outline.anew")}</Button>
          <Button variant="primary" busy={busy} isDisabled={!geometry || steps.length < 2} onPress={() => void save()}>
            {moving.length > 0
              ? t("outline.saveAndMove", { accounts: t("accounts", { count: moving.length }) })
              : t("outline.save")}
          </Button>
        </div>
      }
    >
      <div className="outline">
        <div className="outline-map">
          <MapFrame label={t("map")} content={content} chosen={territory.id} draft={draft} onDraw={change} />
          <p className="muted">{t(draft.drawing ? "outline.howToDraw" : "outline.howToEdit")}</p>
          {draft.drawing && (
            <Button isDisabled={!geometry} onPress={() => change({ ...draft, drawing: false })}>
              {t("outline.finish")}
            </Button>
          )}
        </div>
        <div className="outline-side">
          <OutlinePreview
            preview={preview}
            drawn={geometry !== null}
            nameOf={(id) => land.byId.get(id)?.territory.name ?? ""}
            left={left}
            onLeave={setLeft}
          />
          <Corners key={steps.length} draft={draft} onChange={change} />
        </div>
      </div>
    </Page>
  );
}

/** The same outline as text, for who does not draw. */
function Corners({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation("territories");
  const [text, setText] = useState(() => textOf(draft));
  const read = draftFrom(text);
  return (
    <details className="outline-text">
      <summary>{t("outline.asText")}</summary>
      <TextArea
        label={t("outline.corners")}
        hint={t("outline.cornersHint")}
        rows={8}
        value={text}
        onChange={setText}
        error={read ? undefined : t("outline.unreadable")}
      />
      <Button isDisabled={!read || text === textOf(draft)} onPress={() => read && onChange(read)}>
        {t("outline.takeText")}
      </Button>
    </details>
  );
}

/** The land as always, with the outline as it is being drawn. */
function contentOf({ territory, color }: TerritoryRow, geometry: Geometry | null, land: Land): MapContent {
  const { areas = [], ...rest } = mapOf(land);
  const others = areas.filter(({ id }) => id !== territory.id);
  return { ...rest, areas: geometry ? [...others, { id: territory.id, geometry, color }] : others };
}
