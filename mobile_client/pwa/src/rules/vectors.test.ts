import { describe, expect, test } from "vitest";
import appointmentStatus from "../../../../tests/vectors/appointment_status.json";
import farAway from "../../../../tests/vectors/far_away.json";
import openingHours from "../../../../tests/vectors/opening_hours.json";
import orderTotals from "../../../../tests/vectors/order_totals.json";
import owners from "../../../../tests/vectors/owners.json";
import preferredTimes from "../../../../tests/vectors/preferred_times.json";
import quoteStatus from "../../../../tests/vectors/quote_status.json";
import surveyAnswers from "../../../../tests/vectors/survey_answers.json";
import travel from "../../../../tests/vectors/travel.json";
import visitStatus from "../../../../tests/vectors/visit_status.json";
import whoNextVectors from "../../../../tests/vectors/who_next.json";
import workOrderStatus from "../../../../tests/vectors/work_order_status.json";
import type {
  Answers,
  AppointmentStatus,
  CallPlan,
  DateOn,
  Id,
  Position,
  Question,
  Quote,
  Territory,
  VisitStatus,
  WorkOrderStatus,
} from "../db/types.ts";
import { type AppointmentAction, moveAppointment } from "./appointments.ts";
import { preferredOn } from "./callPlans.ts";
import { type CheckInPlace, isFarAway } from "./distance.ts";
import { windowsOf } from "./gaps.ts";
import { openSpans, type Span } from "./openingHours.ts";
import { lineTotal, orderTotal, type PricedLine } from "./orders.ts";
import { ownerOf, territoriesOwnedBy } from "./ownership.ts";
import { moveQuote, type QuoteAction } from "./quotes.ts";
import { problemsOf } from "./surveys.ts";
import { legBetween, type TravelProfile } from "./travel.ts";
import { moveVisit, type VisitAction } from "./visits.ts";
import { type WhoNextRecords, whoNext } from "./whoNext.ts";
import { deriveWorkOrderStatus } from "./workOrders.ts";

interface Vector<Given> {
  name: string;
  given: Given;
  when: string;
  expect?: unknown;
  error?: string;
}

/** The server's tests read the same files. */
function follows<Given>(title: string, vectors: unknown, rule: (given: Given, when: string) => unknown) {
  describe(title, () => {
    test.each(vectors as Vector<Given>[])("$name", ({ given, when, expect: expected, error }) => {
      if (error) expect(() => rule(given, when)).toThrow(error);
      else expect(rule(given, when)).toEqual(expected);
    });
  });
}

follows<{ status: VisitStatus }>("visit status", visitStatus, ({ status }, when) => ({
  status: moveVisit(status, when as VisitAction),
}));

follows<{ status: Quote["status"] }>("quote status", quoteStatus, ({ status }, when) => ({
  status: moveQuote(status, when as QuoteAction),
}));

follows<{ status: AppointmentStatus }>("appointment status", appointmentStatus, ({ status }, when) => ({
  status: moveAppointment(status, when as AppointmentAction),
}));

follows<{ status: WorkOrderStatus; appointments: AppointmentStatus[] }>(
  "work order status",
  workOrderStatus,
  ({ status, appointments }) => ({ status: deriveWorkOrderStatus(status, appointments) }),
);

follows<{ lines: PricedLine[] }>("order totals", orderTotals, ({ lines }) => ({
  total_minor: orderTotal(lines),
  line_totals: lines.map(lineTotal),
}));

follows<CheckInPlace>("far away", farAway, (given) => ({ far_away: isFarAway(given) }));

follows<{ questions: Question[]; answers: Answers }>("survey answers", surveyAnswers, ({ questions, answers }) => ({
  problems: Object.fromEntries(problemsOf(questions, answers)),
}));

follows<WhoNextRecords & { now: string; time_zone: string; position: Position | null }>(
  "who next",
  whoNextVectors,
  ({ now, time_zone, position, ...records }) =>
    whoNext(records, { now, time_zone, position }).map(({ plan: _, ...said }) => said),
);

follows<{ text: string | null; day: string }>("opening hours", openingHours, ({ text, day }) => openSpans(text, day));

follows<Pick<CallPlan, "weekdays" | "time_from" | "time_to" | "duration_min"> & { day: DateOn; free: Span[] }>(
  "preferred times",
  preferredTimes,
  ({ day, free, duration_min: durationMin, ...plan }) =>
    windowsOf({ preferred: preferredOn(day, plan), durationMin }, free).map(({ otherTimeS: costs_s, ...begins }) => ({
      ...begins,
      costs_s,
    })),
);

follows<{ territories: Territory[]; left: Id[]; day: DateOn }>("owners", owners, ({ territories, left, day }) => {
  const byId = new Map(territories.map((territory) => [territory.id, territory]));
  const people = territories.flatMap(({ members }) => members.map(({ user_id }) => user_id));
  const active = new Set(people.filter((id) => !left.includes(id)));
  const found = territories.flatMap(({ id }) => {
    const owner = ownerOf(id, { territories: byId, active, day });
    return owner ? [[id, owner]] : [];
  });
  // Asked the other way round, the answer is the same.
  for (const userId of people) {
    const owned = found.filter(([, owner]) => owner === userId).map(([id]) => id);
    expect([...territoriesOwnedBy(userId, { territories, active, day })]).toEqual(owned);
  }
  return Object.fromEntries(found);
});

describe("travel", () => {
  test.each(travel)("$name", ({ given: { profile, from, to }, expect: expected }) => {
    const leg = legBetween(from as Position, to as Position, profile as TravelProfile);
    // The server reckons with an ellipsoid.
    expect(Math.abs(leg.metres - expected.metres)).toBeLessThanOrEqual(0.005 * expected.metres);
    expect(Math.abs(leg.seconds - expected.seconds)).toBeLessThanOrEqual(0.005 * expected.seconds + 1);
  });
});
