import { expect, test } from "vitest";
import { restOf } from "./useOnlineCommand.ts";

test("an action becomes the address of its record, and the rest its body", () => {
  expect(restOf("appointment.assign", { appointment_id: "a1", technician_id: "t1", starts_at: "…" })).toEqual({
    path: "/appointments/a1/assign",
    body: { technician_id: "t1", starts_at: "…" },
  });
});

test("underscores are dashes in an address", () => {
  expect(restOf("work_order.hold", { work_order_id: "w1", reason: "Part" }).path).toBe("/work-orders/w1/hold");
});
