import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import type {
  Account,
  Appointment,
  Documents,
  Entity,
  Id,
  Site,
  Skill,
  Territory,
  User,
  WorkOrder,
} from "../../db/types.ts";
import { addDays, dayBounds } from "../../ui/format.ts";

/** What the board of one day shows, as it is on this device. */
export interface BoardData {
  date: string;
  timeZone: string;
  /** Those of the day, and those that wait to be planned. */
  appointments: Appointment[];
  workOrders: ReadonlyMap<Id, WorkOrder>;
  accounts: ReadonlyMap<Id, Account>;
  sites: ReadonlyMap<Id, Site>;
  /** In the order of their names. */
  technicians: User[];
  skills: ReadonlyMap<Id, Skill>;
  territories: ReadonlyMap<Id, Territory>;
}

export async function readBoard(db: Database, date: string, timeZone: string): Promise<BoardData> {
  const { to } = dayBounds(date, timeZone);
  // What began yesterday may go on past midnight.
  const { from } = dayBounds(addDays(date, -1), timeZone);
  const [planned, waiting, users, skills, territories] = await Promise.all([
    listDocuments(db, "appointment", { between: { field: "starts_at", from, to } }),
    listDocuments(db, "appointment", { status: ["unscheduled", "declined"] }),
    listDocuments(db, "user", {}),
    listDocuments(db, "skill", {}),
    listDocuments(db, "territory", {}),
  ]);
  const appointments = [...byId([...planned, ...waiting]).values()];
  const [workOrders, accounts, sites] = await Promise.all([
    getMany(db, "work_order", appointments, "work_order_id"),
    getMany(db, "account", appointments, "account_id"),
    getMany(db, "site", appointments, "site_id"),
  ]);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return {
    date,
    timeZone,
    appointments,
    workOrders,
    accounts,
    sites,
    technicians: users
      .filter(({ active, roles }) => active && roles.includes("technician"))
      .sort((a, b) => compare(a.name, b.name)),
    skills: byId(skills),
    territories: byId(territories),
  };
}

async function getMany<E extends Entity>(
  db: Database,
  entity: E,
  appointments: readonly Appointment[],
  field: "work_order_id" | "account_id" | "site_id",
): Promise<Map<Id, Documents[E]>> {
  const ids = [...new Set(appointments.map((appointment) => appointment[field]))];
  const rows = await db.documents.bulkGet(ids.map((id) => [entity, id] as [Entity, Id]));
  return byId(rows.flatMap((row) => (row ? [row.doc as unknown as Documents[E]] : [])));
}

function byId<Row extends { id: Id }>(rows: readonly Row[]): Map<Id, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
