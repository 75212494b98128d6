import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Id, Task } from "../../db/types.ts";

export interface TaskItem {
  task: Task;
  account: Account | null;
}

const NEVER = "9999-12-31";

/** Open tasks first, the most urgent at the top: what has a date before what has none; then what is done, newest first. */
export function byUrgency(a: Task, b: Task): number {
  if (a.done_at && b.done_at) return b.done_at.localeCompare(a.done_at);
  if (a.done_at || b.done_at) return a.done_at ? 1 : -1;
  return (a.due_on ?? NEVER).localeCompare(b.due_on ?? NEVER) || a.created_at.localeCompare(b.created_at);
}

/** What somebody is to do by `date`, with what is late and what has no date. What was done that day stays to be seen. */
export function isForDay({ due_on, done_at }: Task, { date, from }: { date: string; from: string }): boolean {
  return done_at ? done_at >= from : due_on === null || due_on <= date;
}

interface Day {
  userId: Id;
  /** `2026-11-22` */
  date: string;
  /** When the day began, as the prefix of a UTC time. */
  from: string;
}

export async function readTasksOfDay(db: Database, { userId, date, from }: Day): Promise<TaskItem[]> {
  const tasks = await listDocuments(db, "task", { assignee_id: userId });
  return withAccounts(
    db,
    tasks.filter((task) => isForDay(task, { date, from })),
  );
}

/** The tasks about a customer; of those that are done the newest few. */
export async function readTasksOfAccount(db: Database, accountId: Id): Promise<TaskItem[]> {
  const tasks = await listDocuments(db, "task", { account_id: accountId });
  const open = tasks.filter(({ done_at }) => !done_at);
  const done = tasks.filter(({ done_at }) => done_at).sort(byUrgency);
  return withAccounts(db, [...open, ...done.slice(0, 5)]);
}

async function withAccounts(db: Database, tasks: readonly Task[]): Promise<TaskItem[]> {
  return Promise.all(
    [...tasks].sort(byUrgency).map(async (task) => ({
      task,
      account: task.account_id ? await getDocument(db, "account", task.account_id) : null,
    })),
  );
}
