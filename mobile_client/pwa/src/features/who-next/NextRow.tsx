import { useTranslation } from "react-i18next";
import type { DateOn, Position } from "../../db/types.ts";
import { gapsFor, type WorkingDay } from "../../rules/gaps.ts";
import { distanceM } from "../../rules/travel.ts";
import { Button, Icon, IconButton, RowContent, useFormat } from "../../ui/index.ts";
import { type Marks, RecordMark } from "../shared/marks.tsx";
import { formatAddress, navigationLink } from "../shared/place.ts";
import { HoursUnread } from "./HoursUnread.tsx";
import { callOn, clockAt, type Next } from "./nextVisits.ts";
import { usePlanVisit } from "./usePlanVisit.ts";
import { useReasonText } from "./useReasonText.ts";

export interface NextDay {
  when: "Today" | "Tomorrow";
  date: DateOn;
  day: WorkingDay | null;
}

/** When the customer could be visited first. */
function firstFree(next: Next, days: readonly NextDay[]) {
  for (const { when, date, day } of next.site ? days : []) {
    const gap = day && gapsFor(day, callOn(date, next))[0];
    if (gap) return { when, date, begins: gap.begins, time: clockAt(gap.begins) };
  }
  return null;
}

interface NextRowProps {
  next: Next;
  days: readonly NextDay[];
  marks: Marks;
  position: Position | null;
  onChoose: () => void;
}

/** A customer, why to go there, and what can be done about it at once. */
export function NextRow({ next, days, marks, position, onChoose }: NextRowProps) {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  const reasonText = useReasonText();
  const planVisit = usePlanVisit();
  const { account, site, reasons } = next;
  const { name } = account;
  const free = firstFree(next, days);
  const way = site && navigationLink(site);
  const isNear = reasons.some(({ kind }) => kind === "near");
  const metres = !isNear && position && site?.position ? distanceM(position, site.position) : null;
  const where = [site && formatAddress(site.address), metres !== null && format.distance(metres)]
    .filter(Boolean)
    .join(" · ");
  return (
    <div className="next-row">
      <RowContent
        to={`/accounts/${account.id}`}
        leading={
          <span className="account-class" data-class={account.account_class}>
            {account.account_class}
          </span>
        }
        plain
        title={name}
        detail={
          <>
            {reasons.map((reason) => (
              <span key={reason.kind} className="row-line next-reason">
                {reasonText(reason)}
              </span>
            ))}
            {where && <span className="row-line">{where}</span>}
            <HoursUnread site={site} />
          </>
        }
        trailing={<RecordMark marks={marks} entity="account" id={account.id} />}
      />
      <div className="next-actions">
        {free && (
          <Button
            icon="plus"
            aria-label={t(`plan${free.when}For`, { name, time: free.time })}
            onPress={() => planVisit(next, free.date, free.begins)}
          >
            {t(`plan${free.when}`, { time: free.time })}
          </Button>
        )}
        <IconButton icon="calendar" label={t("chooseTime", { name })} onPress={onChoose} />
        {way && (
          <a
            className="icon-button"
            href={way}
            aria-label={t("routeTo", { name })}
            target={way.startsWith("http") ? "_blank" : undefined}
            rel="noreferrer"
          >
            <Icon name="navigate" />
          </a>
        )}
      </div>
    </div>
  );
}
