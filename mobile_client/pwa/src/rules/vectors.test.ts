import { describe, expect, test } from "vitest";
import appointmentStatus from "../../../../tests/vectors/appointment_status.json";
import farAway from "../../../../tests/vectors/far_away.json";
import orderTotals from "../../../../tests/vectors/order_totals.json";
import surveyAnswers from "../../../../tests/vectors/survey_answers.json";
import visitStatus from "../../../../tests/vectors/visit_status.json";
import workOrderStatus from "../../../../tests/vectors/work_order_status.json";
import type { Answers, AppointmentStatus, Question, VisitStatus, WorkOrderStatus } from "../db/types.ts";
import { type AppointmentAction, moveAppointment } from "./appointments.ts";
import { type CheckInPlace, isFarAway } from "./distance.ts";
import { lineTotal, orderTotal, type PricedLine } from "./orders.ts";
import { problemsOf } from "./surveys.ts";
import { moveVisit, type VisitAction } from "./visits.ts";
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
