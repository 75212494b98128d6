import { useTranslation } from "react-i18next";
import type { Position } from "../../db/types.ts";
import { gapsFor, type WorkingDay } from "../../rules/gaps.ts";
import { distanceM } from "../../rules/travel.ts";
import { Button, Icon, IconButton, RowContent, useFormat } from "../../ui/index.ts";
import { AddressText } from "../shared/AddressText.tsx";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { navigationLink } from "../shared/place.ts";
import { callOn, clockAt, type Next } from "./nextVisits.ts";
import { usePlanVisit } from "./usePlanVisit.ts";
import { useReasonText } from "./useReasonText.ts";

interface NextRowProps {
  next: Next;
  day: WorkingDay | null;
  position: Position | null;
  onChoose: () => void;
}

/** A customer, why to go there, and what can be done about it at once. */
export function NextRow({ next, day, position, onChoose }: NextRowProps) {
  const { t } = useTranslation("who-next");
  const format = useFormat();
  const reasonText = useReasonText();
  const planVisit = usePlanVisit();
  const marks = useMarks();
  const { account, site, reasons } = next;
  const { name } = account;
  const today = format.today();
  const free = day && site && gapsFor(day, callOn(today, next))[0];
  const time = free && clockAt(free.begins);
  const way = site && navigationLink(site);
  const isNear = reasons.some(({ kind }) => kind === "near");
  const metres = !isNear && position && site?.position ? distanceM(position, site.position) : null;
  return (
    <div className="next-row">
      <RowContent
        to={`/accounts/${account.id}`}
        leading={
          <span className="account-class" data-class={account.account_class}>
            {account.account_class}
          </span>
        }
        title={name}
        detail={
          <>
            {reasons.map((reason) => (
              <span key={reason.kind} className="row-line next-reason">
                {reasonText(reason)}
              </span>
            ))}
            {site && (
              <span className="row-line">
                <AddressText address={site.address} />
                {metres !== null && <span className="nowrap"> · {format.distance(metres)}</span>}
              </span>
            )}
          </>
        }
        trailing={<RecordMark marks={marks} entity="account" id={account.id} />}
      />
      <div className="next-actions">
        {time && (
          <Button
            icon="plus"
            aria-label={t("planTodayFor", { name, time })}
            onPress={() => planVisit(next, today, free.begins)}
          >
            {t("planToday", { time })}
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
