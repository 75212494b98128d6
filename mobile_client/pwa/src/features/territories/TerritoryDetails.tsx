import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Membership, Territory } from "../../db/types.ts";
import { isOn, type Owner } from "../../rules/ownership.ts";
import {
  Badge,
  Button,
  Card,
  Facts,
  LinkButton,
  List,
  ListRow,
  Section,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { EndMemberSheet, NewMemberSheet } from "./MemberSheets.tsx";
import { OwnerSheet } from "./OwnerSheet.tsx";
import { geoJsonOf, type Land, polygonIn, type TerritoryRow } from "./territories.ts";
import { UnassignedSection } from "./UnassignedSection.tsx";
import { useAsk } from "./useAsk.ts";

/** One territory: its figures, its members and its outline. */
export function TerritoryDetails({ row, land }: { row: TerritoryRow; land: Land }) {
  const { t } = useTranslation("territories");
  const { territory, own, owner, followers } = row;
  const owned = useOwnership(land);
  const placeless = own.filter(({ id }) => !land.places.has(id)).length;
  return (
    <div className="territory-details">
      <Card>
        <Facts
          rows={[
            [t("owner"), owner ? owned(owner, territory) : t("nobody")],
            [t("followed"), followers.map((follower) => owned(follower, territory)).join("; ") || null],
            [t("ownAccounts"), t("accounts", { count: own.length })],
            [t("withBelow"), row.accounts > own.length ? t("accounts", { count: row.accounts }) : null],
            [t("work"), row.workload],
            [t("placeless"), placeless > 0 ? t("accounts", { count: placeless }) : null],
          ]}
        />
      </Card>
      <Members territory={territory} land={land} />
      <UnassignedSection row={row} land={land} />
      <Outline territory={territory} />
    </div>
  );
}

/** Says who owns the customers from when to when, and for which territory if it is one above. */
function useOwnership(land: Land): (owner: Owner, territory: Territory) => string {
  const { t } = useTranslation("territories");
  const format = useFormat();
  return ({ userId, startsOn, endsOn, territory: theirs }, territory) =>
    [
      land.users.get(userId)?.name ?? t("someone"),
      endsOn
        ? t("fromTo", { from: format.date(startsOn), to: format.date(endsOn) })
        : t("since", { from: format.date(startsOn) }),
      theirs.id !== territory.id && t("through", { name: theirs.name }),
    ]
      .filter(Boolean)
      .join(" · ");
}

function Members({ territory, land }: { territory: Territory; land: Land }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState(false);
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
        <span className="button-row">
          <Button variant="quiet" onPress={() => setChanging(true)}>
            {t("changeOwner.open")}
          </Button>
          <Button variant="quiet" icon="plus" onPress={() => setAdding(true)}>
            {t("addMember")}
          </Button>
        </span>
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
                  {member.owner && <Badge tone="accent">{t("ownerBadge")}</Badge>}
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
      {changing && <OwnerSheet territory={territory} land={land} onClose={() => setChanging(false)} />}
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
        <LinkButton icon="map" to={`/territories/${id}/outline`}>
          {t("outline.draw")}
        </LinkButton>
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
