import { expect, test } from "vitest";
import { restOf } from "./useOnlineCommand.ts";

test("an action becomes the address of its record, and the rest its body", () => {
  expect(restOf("appointment.assign", { appointment_id: "a1", technician_id: "t1", starts_at: "…" })).toEqual({
    method: "POST",
    path: "/appointments/a1/assign",
    body: { technician_id: "t1", starts_at: "…" },
  });
});

test("underscores are dashes in an address", () => {
  expect(restOf("work_order.hold", { work_order_id: "w1", reason: "Part" }).path).toBe("/work-orders/w1/hold");
});

test("what is made, added or changed has an address of its own", () => {
  expect(restOf("territory_plan.propose", { id: "p1", name: "Spring" })).toEqual({
    method: "POST",
    path: "/territory-plans",
    body: { id: "p1", name: "Spring" },
  });
  expect(restOf("membership.add", { id: "m1", territory_id: "t1" }).path).toBe("/territories/t1/memberships");
  expect(restOf("territory.update", { territory_id: "t1", polygon: null })).toEqual({
    method: "PATCH",
    path: "/territories/t1",
    body: { polygon: null },
  });
});

test("a new record goes to its collection, with its id", () => {
  expect(restOf("task_rule.create", { id: "r1", title: "Call back" })).toEqual({
    method: "POST",
    path: "/task-rules",
    body: { id: "r1", title: "Call back" },
  });
});

test("an update is a patch of the record", () => {
  expect(restOf("survey.update", { survey_id: "s1", name: "Fridge" })).toEqual({
    method: "PATCH",
    path: "/surveys/s1",
    body: { name: "Fridge" },
  });
});

test("a working week is set where all are kept", () => {
  expect(restOf("working_week.set", { user_id: "u1", shifts: [] })).toEqual({
    method: "POST",
    path: "/working-weeks",
    body: { user_id: "u1", shifts: [] },
  });
  expect(restOf("organisation.set_subdivision", { organisation_id: "o1", subdivision: "BE" }).path).toBe(
    "/organisations/o1/set-subdivision",
  );
});
