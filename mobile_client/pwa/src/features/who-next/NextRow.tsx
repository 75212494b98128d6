import { useTranslation } from "react-i18next";
import type { Position } from "../../db/types.ts";
import { distanceM } from "../../rules/travel.ts";
import { Button, Icon, IconButton, RowContent, useFormat } from "../../ui/index.ts";
import { type Marks, RecordMark } from "../shared/marks.tsx";
import { formatAddress, navigationLink } from "../shared/place.ts";
import { HoursUnread } from "./HoursUnread.tsx";
import { bestFree, clockAt, type Next, type NextDay } from "./nextVisits.ts";
import { usePlanVisit } from "./usePlanVisit.ts";
import { useReasonText } from "./useReasonText.ts";

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
  const free = bestFree(next, days);
  const time = free && clockAt(free.begins);
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
            aria-label={t(`plan${free.when}For`, { name, time })}
            onPress={() => planVisit(next, free.date, free.begins)}
          >
            {t(`plan${free.when}`, { time })}
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
