import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Membership, Territory } from "../../db/types.ts";
import { isOn } from "../../rules/ownership.ts";
import { Badge, Button, Card, Facts, List, ListRow, Section, showToast, useFormat } from "../../ui/index.ts";
import { EndMemberSheet, NewMemberSheet } from "./MemberSheets.tsx";
import { geoJsonOf, type Land, polygonIn, type TerritoryRow } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

/** One territory: its figures, its members and its outline. */
export function TerritoryDetails({ row, land }: { row: TerritoryRow; land: Land }) {
  const { t } = useTranslation("territories");
  const { territory, own, owners } = row;
  const placeless = own.filter(({ id }) => !land.places.has(id)).length;
  return (
    <div className="territory-details">
      <Card>
        <Facts
          rows={[
            [t("owner"), owners.join(", ") || t("nobody")],
            [t("ownAccounts"), t("accounts", { count: own.length })],
            [t("withBelow"), row.accounts > own.length ? t("accounts", { count: row.accounts }) : null],
            [t("work"), row.workload],
            [t("placeless"), placeless > 0 ? t("accounts", { count: placeless }) : null],
          ]}
        />
      </Card>
      <Members territory={territory} land={land} />
      <Outline territory={territory} />
    </div>
  );
}

function Members({ territory, land }: { territory: Territory; land: Land }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Membership | null>(null);
  const today = format.today();
  const nameOf = ({ user_id }: Membership) => land.users.get(user_id)?.name ?? t("someone");
  function periodOf({ starts_on, ends_on }: Membership) {
    const from = format.date(starts_on);
    return ends_on ? t("fromTo", { from, to: format.date(ends_on) }) : t("since", { from });
  }
  const members = territory.members
    .filter(({ ends_on }) => ends_on === null || ends_on >= today)
    .sort((one, other) => one.starts_on.localeCompare(other.starts_on) || nameOf(one).localeCompare(nameOf(other)));
  return (
    <Section
      title={t("members")}
      action={
        <Button variant="quiet" icon="plus" onPress={() => setAdding(true)}>
          {t("addMember")}
        </Button>
      }
    >
      {members.length === 0 ? (
        <p className="muted">{t("noMembers")}</p>
      ) : (
        <List label={t("members")}>
          {members.map((member) => (
            <ListRow
              key={member.id}
              icon="contact"
              title={nameOf(member)}
              detail={`${t(`role.${member.role}`)} · ${periodOf(member)}`}
              trailing={
                <>
                  {!isOn(member, today) && <Badge tone="info">{t("soon")}</Badge>}
                  <Button
                    variant="quiet"
                    aria-label={t("endNamed", { name: nameOf(member) })}
                    onPress={() => setEnding(member)}
                  >
                    {t("end")}
                  </Button>
                </>
              }
            />
          ))}
        </List>
      )}
      {adding && <NewMemberSheet territory={territory} land={land} onClose={() => setAdding(false)} />}
      {ending && <EndMemberSheet member={ending} name={nameOf(ending)} onClose={() => setEnding(null)} />}
    </Section>
  );
}

/** The territory's polygon comes from a file, and goes into one. */
function Outline({ territory }: { territory: Territory }) {
  const { t } = useTranslation("territories");
  const update = useAsk("territory.update");
  const file = useRef<HTMLInputElement>(null);
  const { id, name, polygon } = territory;

  async function take(files: FileList | null) {
    const text = await files?.[0]?.text();
    if (file.current) file.current.value = "";
    if (text === undefined) return;
    const found = polygonIn(text);
    if (!found) return showToast(t("outline.noPolygon"));
    await change(found as unknown as Territory["polygon"], t("outline.taken"));
  }

  async function change(next: Territory["polygon"], done: string) {
    const refused = await update({ territory_id: id, polygon: next });
    showToast(refused ?? done, refused ? undefined : () => void update({ territory_id: id, polygon }));
  }

  function download() {
    const address = URL.createObjectURL(new Blob([geoJsonOf(territory)], { type: "application/geo+json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${name}.geojson`;
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <Section title={t("outline.title")}>
      <p className="muted">{t(polygon ? "outline.drawn" : "outline.missing")}</p>
      <div className="button-row">
        <Button onPress={() => file.current?.click()}>{t("outline.import")}</Button>
        {polygon && <Button onPress={download}>{t("outline.export")}</Button>}
        {polygon && (
          <Button variant="quiet" icon="discard" onPress={() => change(null, t("outline.removed"))}>
            {t("outline.remove")}
          </Button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        hidden
        accept=".geojson,.json,application/geo+json,application/json"
        aria-label={t("outline.import")}
        onChange={(event) => void take(event.target.files)}
      />
    </Section>
  );
}
