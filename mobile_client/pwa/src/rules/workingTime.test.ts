import { expect, test } from "vitest";
import { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { OfflineMutation, OfflineMutations } from "../db/types.ts";
import { record } from "../sync/outbox.ts";
import { newId } from "./ids.ts";
import { worksOn } from "./workingTime.ts";

const ME = newId();

test("an absence is one's own, ends on or after its first day, and can be taken back", async () => {
  const db = new Database(`test-${newId()}`);
  const act = <Name extends OfflineMutation>(name: Name, args: OfflineMutations[Name]) =>
    record(db, name, args, { actorId: ME, now: new Date("2026-11-22T08:00:00Z") });
  const id = newId();
  const asked = act("absence.add", { id, starts_on: "2026-12-24", ends_on: "2026-12-23" });
  await expect(asked).rejects.toThrow("absence.ends_before_start");
  await act("absence.add", { id, starts_on: "2026-12-24", ends_on: "2026-12-24" });
  expect(await getDocument(db, "absence", id)).toMatchObject({ user_id: ME, ends_on: "2026-12-24", withdrawn: false });
  await expect(act("absence.update", { absence_id: id, ends_on: "2026-12-20" })).rejects.toThrow();
  await act("absence.update", { absence_id: id, ends_on: "2026-12-31" });
  await act("absence.withdraw", { absence_id: id });
  expect(await getDocument(db, "absence", id)).toMatchObject({ ends_on: "2026-12-31", withdrawn: true });
});

test("a person works by the own week, or else Monday to Friday", () => {
  const [friday, saturday] = ["2026-11-27", "2026-11-28"];
  expect(worksOn(friday, null)).toEqual([
    [480, 720],
    [780, 1020],
  ]);
  expect(worksOn(saturday, null)).toEqual([]);
  expect(worksOn(saturday, { shifts: [{ weekday: "sa", starts: "09:30", ends: "13:00" }] })).toEqual([[570, 780]]);
  expect(worksOn(friday, { shifts: [] })).toEqual([]);
});
