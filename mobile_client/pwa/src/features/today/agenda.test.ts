import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../../db/database.ts";
import type { AppointmentStatus, VisitStatus } from "../../db/types.ts";
import { type AgendaItem, nextItem, readAgenda } from "./agenda.ts";

const DAY = { from: "2026-11-21T23:00:00", to: "2026-11-22T23:00:00" };

let db: Database;

beforeEach(() => {
  db = new Database("agenda");
});

afterEach(() => db.delete());

async function hold(entity: "visit" | "appointment" | "account", id: string, fields: Record<string, unknown>) {
  await db.documents.put({ entity, id, rev: 1, buckets: {}, doc: { id, ...fields } });
}

function visit(id: string, time: string, status: VisitStatus = "planned", rep_id = "nora") {
  const fields = { rep_id, status, account_id: "sonne", site_id: "hall" };
  return hold("visit", id, { ...fields, planned_start_at: `2026-11-22T${time}:00Z` });
}

function appointment(id: string, time: string, status: AppointmentStatus) {
  const fields = { technician_id: "nora", status, account_id: "sonne", site_id: "hall", work_order_id: "work" };
  return hold("appointment", id, { ...fields, starts_at: `2026-11-22T${time}:00Z` });
}

async function agenda() {
  return readAgenda(db, { userId: "nora", ...DAY });
}

async function ids() {
  return (await agenda()).map((item) => item.id);
}

describe("the day's agenda", () => {
  it("has visits and jobs in the order of their times", async () => {
    await visit("late", "14:00");
    await appointment("job", "09:00", "dispatched");
    await visit("early", "07:30");
    expect(await ids()).toEqual(["early", "job", "late"]);
  });

  it("knows the customer", async () => {
    await hold("account", "sonne", { name: "Gasthof Sonne" });
    await visit("visit", "09:00");
    expect((await agenda())[0]?.account?.name).toBe("Gasthof Sonne");
  });

  it("leaves out other people and other days", async () => {
    await visit("hers", "09:00", "planned", "vera");
    await hold("visit", "tomorrow", { rep_id: "nora", status: "planned", planned_start_at: "2026-11-22T23:00:00Z" });
    expect(await ids()).toEqual([]);
  });

  it("leaves out what was canceled, and jobs that the technician has not been told of", async () => {
    await visit("canceled", "09:00", "canceled");
    await appointment("soft", "10:00", "scheduled");
    await appointment("declined", "11:00", "declined");
    expect(await ids()).toEqual([]);
  });
});

describe("what comes next", () => {
  async function next(): Promise<string | undefined> {
    const items: AgendaItem[] = await agenda();
    return nextItem(items)?.id;
  }

  it("is what is under way, else the first that is not done", async () => {
    await visit("done", "07:00", "completed");
    await visit("first", "08:00");
    await visit("second", "09:00");
    expect(await next()).toBe("first");
    await visit("second", "09:00", "in_progress");
    expect(await next()).toBe("second");
  });

  it("is nothing when everything is done", async () => {
    await visit("done", "07:00", "completed");
    await appointment("absent", "08:00", "no_show");
    expect(await next()).toBeUndefined();
  });
});
