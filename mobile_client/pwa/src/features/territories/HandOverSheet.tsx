import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dayBounds } from "../../ui/format.ts";
import {
  Banner,
  Button,
  CheckChoice,
  DateTimeField,
  RadioCards,
  Select,
  Sheet,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { useSending } from "./MemberSheets.tsx";
import { readOpenVisits } from "./readLand.ts";
import { goingAlong, type Land, peopleToChoose, territoriesOf } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

type Extent = "all" | "some";

/** A rep's customers go to another rep from a day on, with the visits that nobody has begun. */
export function HandOverSheet({ land, onClose }: { land: Land; onClose: () => void }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const today = format.today();
  const handOver = useAsk("user.hand_over");
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [startsOn, setStartsOn] = useState(today);
  const [extent, setExtent] = useState<Extent>("all");
  const [some, setSome] = useState<string[]>([]);
  const { busy, refused, send } = useSending(onClose);

  const theirs = from ? territoriesOf(from, land.rows, startsOn) : [];
  const taken = theirs.filter(({ territory }) => extent === "all" || some.includes(territory.id));
  const ids = taken.map(({ territory }) => territory.id);
  const begins = dayBounds(startsOn || today, format.timeZone).from;
  const visits = useLocal(`open-visits/${from}/${begins}`, (db) => readOpenVisits(db, from ?? "", begins));
  const along = goingAlong(ids, land, visits ?? []);
  const fromName = (from && land.users.get(from)?.name) ?? "";
  const toName = (to && land.users.get(to)?.name) ?? "";
  // Where the successor works already, handing back would take that away too.
  const canGoBack = to !== null && territoriesOf(to, taken, startsOn).length === 0;

  async function giveBack() {
    const reason = await handOver({ user_id: to ?? "", to_id: from ?? "", starts_on: startsOn, territory_ids: ids });
    showToast(reason ?? t("handOver.undone", { name: fromName }));
  }

  return (
    <Sheet
      title={t("handOver.title")}
      isOpen
      onClose={onClose}
      footer={
        <>
          {refused && <Banner tone="bad" title={refused} />}
          <Button
            variant="primary"
            wide
            busy={busy}
            isDisabled={!from || !to || !startsOn || taken.length === 0}
            onPress={() =>
              send(
                t("handOver.done", { name: toName }),
                () => handOver({ user_id: from ?? "", to_id: to ?? "", starts_on: startsOn, territory_ids: ids }),
                canGoBack ? () => void giveBack() : undefined,
              )
            }
          >
            {t("handOver.confirm")}
          </Button>
        </>
      }
    >
      <Select
        label={t("handOver.from")}
        choices={peopleToChoose(land, ({ roles }) => roles.includes("rep"))}
        value={from}
        onChange={(id) => {
          setFrom(id);
          setSome([]);
          if (id === to) setTo(null);
        }}
      />
      <Select
        label={t("handOver.to")}
        choices={peopleToChoose(land, ({ id, active, roles }) => active && roles.includes("rep") && id !== from)}
        value={to}
        onChange={setTo}
      />
      <DateTimeField type="date" label={t("handOver.startsOn")} value={startsOn} onChange={setStartsOn} min={today} />
      {from && theirs.length === 0 && (
        <Banner tone="warn" title={t("handOver.nothing", { name: fromName })}>
          {t("handOver.nothingWhy")}
        </Banner>
      )}
      {theirs.length > 1 && (
        <RadioCards<Extent>
          label={t("handOver.extent")}
          choices={[
            { value: "all", label: t("handOver.all", { count: theirs.length }) },
            { value: "some", label: t("handOver.some") },
          ]}
          value={extent}
          onChange={setExtent}
        />
      )}
      {theirs.length > 1 && extent === "some" && (
        <CheckChoice
          many
          label={t("title")}
          choices={theirs.map(({ territory, accounts }) => ({
            value: territory.id,
            label: territory.name,
            detail: t("accounts", { count: accounts }),
          }))}
          value={some}
          onChange={setSome}
        />
      )}
      {taken.length > 0 && (
        <Banner
          tone="info"
          title={t("handOver.along", {
            accounts: t("accounts", { count: along.accounts }),
            visits: t("visits", { count: along.visits }),
          })}
        >
          {t("handOver.alongWhy", { where: taken.map(({ territory }) => territory.name).join(", ") })}
        </Banner>
      )}
    </Sheet>
  );
}
