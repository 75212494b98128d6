import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../db/hooks.ts";
import type { Position } from "../../db/types.ts";
import { fillGaps } from "../../rules/gaps.ts";
import { Banner, Button, IconButton, LinkButton, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { usePlanWords } from "../call-plans/usePlanWords.ts";
import { useLocal } from "../shared/useLocal.ts";
import type { AgendaItem } from "../today/agenda.ts";
import { useDayPlan } from "../today/useDayPlan.ts";
import { readFellOut } from "./fellOut.ts";
import { HoursUnread } from "./HoursUnread.tsx";
import { callOn, clockAt } from "./nextVisits.ts";
import { useDetourText } from "./useDetourText.ts";
import { useNext } from "./useNext.ts";
import { usePlanVisit } from "./usePlanVisit.ts";
import { useReasonText } from "./useReasonText.ts";
import { useWorkingDay } from "./useWorkingDay.ts";
import "./who-next.css";

interface RestOfDayProps {
  date: string;
  open: readonly AgendaItem[];
  isToday: boolean;
  position: Position | null;
  onOrder: () => void;
}

/** What can be made of the gaps of a day: whoever is overdue and fits in, and a better order where something fell out. */
export default function RestOfDay({ date, open, isToday, position, onOrder }: RestOfDayProps) {
  const { t } = useTranslation("who-next");
  const offers = useOffers(date, position);
  return (
    <>
      <FellOut date={date} open={open} isToday={isToday} onOrder={onOrder} />
      <Section
        title={t("gaps")}
        action={
          <LinkButton to="/who-next" variant="quiet">
            {t("title")}
          </LinkButton>
        }
      >
        {offers?.length === 0 && <p className="muted">{t("noGaps")}</p>}
        {offers && offers.length > 0 && <Offers date={date} offers={offers} />}
      </Section>
    </>
  );
}

/** Of more nobody makes use, and each makes the next worse. */
const MOST_OFFERS = 3;
/** Whoever is further down the list is not worth a gap. */
const CANDIDATES = 100;

function useOffers(date: string, position: Position | null) {
  const next = useNext(position);
  const day = useWorkingDay(date, position);
  return useMemo(() => {
    if (!next || !day) return null;
    const candidates = next
      .filter(({ site, reasons }) => site && reasons.some(({ kind }) => kind !== "near"))
      .slice(0, CANDIDATES)
      .map((each) => ({ ...each, call: callOn(date, each) }));
    return fillGaps(day, candidates, MOST_OFFERS);
  }, [next, day, date]);
}

type Offers = NonNullable<ReturnType<typeof useOffers>>;

function Offers({ date, offers }: { date: string; offers: Offers }) {
  const { t } = useTranslation("who-next");
  const words = usePlanWords();
  const reasonText = useReasonText();
  const detourText = useDetourText();
  const planVisit = usePlanVisit();
  return (
    <List label={t("gaps")}>
      {offers.map(({ wanted, gap }) => {
        const time = clockAt(gap.begins);
        const { account, plan } = wanted;
        const { name } = account;
        return (
          <ListRow
            key={account.id}
            leading={<time className="agenda-time">{time}</time>}
            title={name}
            detail={
              <>
                <span className="row-line">{wanted.reasons.map(reasonText).join(" · ")}</span>
                <span className="row-line">{detourText(gap.detour)}</span>
                {plan && gap.otherTimeS > 0 && (
                  <span className="row-line">{t("prefers", { when: words.when(plan) })}</span>
                )}
                <HoursUnread site={wanted.site} />
              </>
            }
            trailing={
              <IconButton
                icon="plus"
                label={t("planAt", { name, time })}
                onPress={() => planVisit(wanted, date, gap.begins)}
              />
            }
          />
        );
      })}
    </List>
  );
}

interface FellOutProps {
  date: string;
  open: readonly AgendaItem[];
  isToday: boolean;
  onOrder: () => void;
}

/** A visit was canceled or missed: the rest may be better in another order. */
function FellOut({ date, open, isToday, onOrder }: FellOutProps) {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  const userId = useSession()?.user.id ?? "";
  const { timeZone } = format;
  const takenBack = t("takenBack");
  const fellOut = useLocal(`fell-out/${userId}/${date}`, (db) =>
    readFellOut(db, { userId, date, timeZone, but: takenBack }),
  );
  const plan = useDayPlan(open, isToday);
  const minutes = plan ? Math.round(plan.savedS / 60) : 0;
  if (!fellOut || !plan?.stops.some(({ moved }) => moved)) return null;
  const { visit, account } = fellOut;
  const said = { name: account?.name ?? "", time: format.time(visit.planned_start_at) };
  return (
    <Banner
      tone="info"
      title={t(visit.status === "missed" ? "missed" : "canceled", said)}
      action={
        <Button icon="route" onPress={onOrder}>
          {t("reorder")}
        </Button>
      }
    >
      {minutes > 0
        ? t("reorderSaves", { distance: format.distance(plan.savedMetres), count: minutes })
        : t("reorderInTime")}
    </Banner>
  );
}
