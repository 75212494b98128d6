import { useTranslation } from "react-i18next";
import type { Id } from "../../db/types.ts";
import type { Reason } from "../../rules/whoNext.ts";
import { Badge, Banner, CheckChoice, EmptyState, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { useDetourText } from "../who-next/useDetourText.ts";
import { useReasonText } from "../who-next/useReasonText.ts";
import { driving, type LeftOut, type PlannedStop, type Proposal, suggestionsOf, type Why } from "./weekPlan.ts";

interface WeekProposalProps {
  proposal: Proposal;
  /** The accounts whose suggested visit the person does not want. */
  without: readonly Id[];
  onChange: (without: Id[]) => void;
}

/** What would become of the week: the driving before and after, whom to visit besides, each day, what has no place. */
export function WeekProposal({ proposal, without, onChange }: WeekProposalProps) {
  const { t } = useTranslation("week-plan");
  const why = useWhy();
  const detourText = useDetourText();
  const format = useFormat();
  const suggestions = suggestionsOf(proposal);
  const days = proposal.days.filter(({ stops }) => stops.length > 0);
  const wanted = suggestions.filter(({ account_id }) => !without.includes(account_id));
  const dayOf = (stop: PlannedStop) => proposal.days.find(({ stops }) => stops.includes(stop))?.date ?? "";
  if (days.length === 0 && proposal.left_out.length === 0) {
    return (
      <EmptyState icon="calendar" title={t("nothing")}>
        {t("nothingWhy")}
      </EmptyState>
    );
  }
  return (
    <>
      <Driving proposal={proposal} />
      {suggestions.length > 0 && (
        <CheckChoice
          label={t("suggestions", { count: suggestions.length })}
          choices={suggestions.map((stop) => ({
            value: stop.account_id,
            label: stop.account_name ?? t("customer"),
            detail: [
              `${format.day(dayOf(stop))}, ${format.time(stop.starts_at)}`,
              ...stop.reasons.map(why),
              ...(stop.adds ? [detourText(stop.adds)] : []),
            ].join(" · "),
          }))}
          value={wanted.map(({ account_id }) => account_id)}
          onChange={(chosen) =>
            onChange(suggestions.map(({ account_id }) => account_id).filter((id) => !chosen.includes(id)))
          }
        />
      )}
      {days.map(({ date, stops, before, after }) => (
        <Section
          key={date}
          title={format.day(date)}
          action={
            <span className="muted">
              {before.metres > 0
                ? t("way", { after: format.distance(after.metres), before: format.distance(before.metres) })
                : format.distance(after.metres)}
            </span>
          }
        >
          <List label={format.day(date)}>
            {stops
              .filter(({ change, account_id }) => change !== "new" || !without.includes(account_id))
              .map((stop) => (
                <StopRow key={stop.id ?? stop.account_id} stop={stop} date={date} />
              ))}
          </List>
        </Section>
      ))}
      {proposal.left_out.length > 0 && <NoPlace leftOut={proposal.left_out} />}
      <p className="muted">{t("how")}</p>
    </>
  );
}

function Driving({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation("week-plan");
  const format = useFormat();
  const before = driving(proposal, "before");
  const after = driving(proposal, "after");
  return (
    <>
      <p>
        {t(before.metres > 0 ? "driving" : "drivingNew", {
          before: format.distance(before.metres),
          after: format.distance(after.metres),
          beforeMin: before.minutes,
          afterMin: after.minutes,
        })}
      </p>
      {proposal.shortcoming && (
        <Banner tone="warn" title={t("straightLines")}>
          {proposal.shortcoming.detail}
        </Banner>
      )}
    </>
  );
}

function StopRow({ stop, date }: { stop: PlannedStop; date: string }) {
  const { t } = useTranslation("week-plan");
  const format = useFormat();
  const { change, fixed, kind, was_at, starts_at } = stop;
  return (
    <ListRow
      plain
      leading={<time className="agenda-time">{format.time(starts_at)}</time>}
      title={stop.account_name ?? t("customer")}
      detail={
        change === "moves" && was_at
          ? t("moves", { when: format.dateTime(was_at) })
          : t(change === "new" ? "new" : kind === "appointment" ? "appointment" : fixed ? "fixed" : "stays")
      }
      muted={change === "stays"}
      trailing={
        change !== "stays" && (
          <Badge tone={change === "new" ? "good" : "info"}>
            {change === "new" ? t("newBadge") : was_at && isOn(was_at, date, format.timeZone) ? t("time") : t("day")}
          </Badge>
        )
      }
    />
  );
}

function isOn(instant: string, date: string, timeZone: string): boolean {
  return new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date(instant)) === date;
}

function NoPlace({ leftOut }: { leftOut: readonly LeftOut[] }) {
  const { t } = useTranslation("week-plan");
  const format = useFormat();
  return (
    <Section title={t("leftOut", { count: leftOut.length })}>
      <List label={t("leftOut", { count: leftOut.length })}>
        {leftOut.map((one) => (
          <ListRow
            key={one.id ?? one.account_id}
            title={one.account_name ?? t("customer")}
            detail={
              <>
                <span className="row-line">
                  {t(`reason.${one.reason}`, {
                    count: Math.round((one.detour_s ?? 0) / 60),
                    minutes: one.duration_min,
                  })}
                </span>
                {one.was_at && <span className="row-line">{t("staysAt", { when: format.dateTime(one.was_at) })}</span>}
              </>
            }
          />
        ))}
      </List>
    </Section>
  );
}

/** Why a customer waits, in words. */
function useWhy(): (why: Why) => string {
  const { t } = useTranslation("week-plan");
  const format = useFormat();
  const reasonText = useReasonText();
  return (why) => (why.kind === "due" ? t("due", { day: format.day(why.last ?? "") }) : reasonText(why as Reason));
}
