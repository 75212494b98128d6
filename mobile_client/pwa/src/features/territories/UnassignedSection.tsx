import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Territory } from "../../db/types.ts";
import { Button, CheckChoice, RadioCards, Section, Select, showToast } from "../../ui/index.ts";
import type { Geometry } from "../../ui/map/content.ts";
import { isInside } from "./outline.ts";
import { type Land, type TerritoryRow, withAllBelow } from "./territories.ts";
import { useAsk } from "./useAsk.ts";
import { useTakeAccounts } from "./useTakeAccounts.ts";

const RULES = ["by_hand", "polygon", "nearest"] as const satisfies readonly Territory["new_accounts"][];
const SHOWN = 50;

/** The customers that are in a territory with others below it: why nobody owns them, and to whom they go. */
export function UnassignedSection({ row, land }: { row: TerritoryRow; land: Land }) {
  const { t } = useTranslation("territories");
  const { territory, own } = row;
  const update = useAsk("territory.update");
  const assign = useAsk("territory.assign_accounts");
  const take = useTakeAccounts(land);
  const [chosen, setChosen] = useState<string[]>([]);
  const [to, setTo] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const below = useMemo(() => {
    const ids = withAllBelow([territory.id], land.rows);
    return land.rows.filter(({ territory: { id } }) => id !== territory.id && ids.has(id));
  }, [territory.id, land]);
  const waiting = useMemo(() => {
    const drawn = below.filter(({ territory: { polygon } }) => polygon !== null);
    return own
      .map((account) => {
        const place = land.places.get(account.id);
        const its = place && drawn.filter(({ territory: { polygon } }) => isInside(polygon as Geometry, place)).at(-1);
        return { account, its: its?.territory.name, reason: place ? "outside" : "no_position" } as const;
      })
      .sort((one, other) => one.account.name.localeCompare(other.account.name));
  }, [own, below, land]);
  if (below.length === 0) return null;
  const ready = waiting.filter(({ its }) => its !== undefined).length;
  const picked = chosen.filter((id) => own.some((account) => account.id === id));

  async function ask(send: () => Promise<string | null>, done: string, undo?: () => void) {
    setBusy(true);
    const refused = await send();
    setBusy(false);
    showToast(refused ?? done, refused ? undefined : undo);
  }

  return (
    <Section title={t("unassigned.title")}>
      <RadioCards
        label={t("unassigned.rule")}
        choices={RULES.map((value) => ({
          value,
          label: t(`unassigned.${value}`),
          detail: t(`unassigned.${value}Why`),
        }))}
        value={territory.new_accounts}
        onChange={(rule) =>
          void ask(
            () => update({ territory_id: territory.id, new_accounts: rule }),
            t("unassigned.ruleSet"),
            () => void update({ territory_id: territory.id, new_accounts: territory.new_accounts }),
          )
        }
      />
      {waiting.length === 0 && <p className="muted">{t("unassigned.none")}</p>}
      {ready > 0 && (
        <Button
          variant="primary"
          busy={busy}
          onPress={() => void ask(() => assign({ territory_id: territory.id }), t("unassigned.assigned"))}
        >
          {t("unassigned.assign", { accounts: t("accounts", { count: ready }) })}
        </Button>
      )}
      {waiting.length > 0 && (
        <>
          <CheckChoice
            many
            label={t("unassigned.list", { accounts: t("accounts", { count: waiting.length }) })}
            choices={waiting.slice(0, SHOWN).map(({ account, its, reason }) => ({
              value: account.id,
              label: account.name,
              detail: its ? t("unassigned.liesIn", { name: its }) : t(`unassigned.reason.${reason}`),
            }))}
            value={picked}
            onChange={setChosen}
          />
          {waiting.length > SHOWN && <p className="muted">{t("unassigned.more", { count: waiting.length - SHOWN })}</p>}
          <Select
            label={t("unassigned.to")}
            choices={below.map(({ territory: { id, name } }) => ({ value: id, label: name }))}
            value={to}
            onChange={setTo}
          />
          <Button
            busy={busy}
            isDisabled={!to || picked.length === 0}
            onPress={() => void take(to ?? "", picked).then(() => setChosen([]))}
          >
            {t("unassigned.move", { accounts: t("accounts", { count: picked.length }) })}
          </Button>
        </>
      )}
    </Section>
  );
}
