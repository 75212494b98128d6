import { type ClipboardEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { Position, Site } from "../../db/types.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Banner, Button, Sheet, showToast, TextField, useFormat } from "../../ui/index.ts";
import type { Place } from "../../ui/map/content.ts";
import { MapFrame } from "../../ui/map/MapFrame.tsx";
import { AddressText } from "../shared/AddressText.tsx";
import { readPosition, usePositionIfAllowed } from "../shared/position.ts";
import { useLocal } from "../shared/useLocal.ts";
import {
  INEXACT_M,
  movedBy,
  readDegrees,
  readPair,
  readWritten,
  samePlace,
  surroundingsOf,
  type WrittenPlace,
  writePlace,
} from "./sitePlace.ts";

/** Where a site is, said by a person: the phone is there now, a pin on the map, or two numbers. It needs no signal. */
export default function PositionSheet({ site, onClose }: { site: Site; onClose: () => void }) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const update = useCommand("site.update");
  const former = site.position;
  const [written, setWritten] = useState(() => writePlace(former));
  const [located, setLocated] = useState<Position | "nowhere" | "asking" | null>(null);
  const sites = useLocal("sites", (db) => listDocuments(db, "site", {}));
  const here = usePositionIfAllowed();
  const place = useMemo(() => readWritten(written), [written]);
  const surroundings = useMemo(() => surroundingsOf(site, sites ?? []), [site, sites]);
  const content = useMemo(() => ({ ...surroundings, here }), [surroundings, here]);
  const moved = movedBy(former, place);

  function take(next: WrittenPlace) {
    setWritten(next);
    setLocated(null);
  }

  async function locate() {
    setLocated("asking");
    const found = await readPosition();
    if (found) setWritten(writePlace(found));
    setLocated(found ?? "nowhere");
  }

  async function save(to: Place) {
    const set = (position: Place | null) =>
      update({ site_id: site.id, position: position && { lat: position.lat, lng: position.lng, accuracy_m: null } });
    await set(to);
    onClose();
    showToast(t("position.saved", { name: site.name }), () => void set(former));
  }

  return (
    <Sheet
      title={t("position.of", { name: site.name })}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          icon="check"
          isDisabled={!place || samePlace(former, place)}
          onPress={() => place && void save(place)}
        >
          {t("position.save")}
        </Button>
      }
    >
      <p className="muted">
        <AddressText address={site.address} />
      </p>
      <Button wide icon="place" busy={located === "asking"} onPress={() => void locate()}>
        {t("position.thereNow")}
      </Button>
      <Located located={located} />
      <MapFrame
        label={t("position.map")}
        content={content}
        chosen={site.address.city}
        pin={place}
        onPin={(next) => take(writePlace(next))}
      />
      <PlaceFields written={written} onChange={take} />
      <p className="muted" aria-live="polite">
        {moved !== null && t("position.moved", { distance: format.distance(moved) })}
        {!former && !place && t("position.none")}
      </p>
    </Sheet>
  );
}

/** What the phone said when it was asked where it is. */
function Located({ located }: { located: Position | "nowhere" | "asking" | null }) {
  const { t } = useTranslation("accounts");
  if (located === null || located === "asking") return null;
  if (located === "nowhere") {
    return (
      <Banner tone="warn" title={t("position.nowhere")}>
        {t("position.nowhereWhy")}
      </Banner>
    );
  }
  const accuracy = located.accuracy_m ?? 0;
  const exactTo = t("position.exactTo", { metres: accuracy });
  if (accuracy <= INEXACT_M) return <Banner tone="good" title={exactTo} />;
  return (
    <Banner tone="warn" title={exactTo}>
      {t("position.inexact")}
    </Banner>
  );
}

function PlaceFields({ written, onChange }: { written: WrittenPlace; onChange: (written: WrittenPlace) => void }) {
  const { t } = useTranslation("accounts");
  const takePair = (text: string) => {
    const pair = readPair(text);
    if (pair) onChange(pair);
    return pair !== null;
  };
  const field = (of: keyof WrittenPlace) => ({
    label: t(`position.${of}`),
    value: written[of],
    inputMode: "decimal" as const,
    autoComplete: "off",
    onChange: (text: string) => onChange({ ...written, [of]: text }),
    // A pair is taken apart when it is pasted, or written to its end: not while somebody is still typing.
    onPaste: (event: ClipboardEvent) => takePair(event.clipboardData.getData("text")) && event.preventDefault(),
    onBlur: () => void takePair(written[of]),
    error: written[of].trim() && readDegrees(written[of], of) === null ? t(`position.${of}Wrong`) : undefined,
  });
  return (
    <>
      <div className="field-pair">
        <TextField {...field("lat")} />
        <TextField {...field("lng")} />
      </div>
      <p className="muted footnote">{t("position.pairHint")}</p>
    </>
  );
}
