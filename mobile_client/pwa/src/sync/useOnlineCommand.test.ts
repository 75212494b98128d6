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
