import { expect, test } from "vitest";
import type { Task } from "../../db/types.ts";
import { byUrgency, isForDay } from "./readTasks.ts";

function task(fields: Partial<Task>): Task {
  return { title: "", due_on: null, done_at: null, created_at: "2026-11-20T08:00:00Z", ...fields } as Task;
}

const DAY = { date: "2026-11-22", from: "2026-11-21T23:00:00" };

test.each([
  ["due that day", { due_on: "2026-11-22" }, true],
  ["late", { due_on: "2026-11-02" }, true],
  ["without a date", {}, true],
  ["due tomorrow", { due_on: "2026-11-23" }, false],
  ["done that day", { due_on: "2026-11-02", done_at: "2026-11-22T09:00:00Z" }, true],
  ["done before", { due_on: "2026-11-22", done_at: "2026-11-21T09:00:00Z" }, false],
])("a task %s", (_name, fields, shown) => {
  expect(isForDay(task(fields), DAY)).toBe(shown);
});

test("what is most urgent comes first, what is done last", () => {
  const tasks = [
    task({ title: "done", due_on: "2026-11-01", done_at: "2026-11-22T09:00:00Z" }),
    task({ title: "no date" }),
    task({ title: "tomorrow", due_on: "2026-11-23" }),
    task({ title: "late", due_on: "2026-11-02" }),
  ];
  expect(tasks.sort(byUrgency).map(({ title }) => title)).toEqual(["late", "tomorrow", "no date", "done"]);
});
