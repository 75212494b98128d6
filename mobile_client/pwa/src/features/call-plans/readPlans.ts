import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { CallPlan, DateOn, Id, Visit } from "../../db/types.ts";
import { isBySales, planFor } from "../../rules/callPlans.ts";
import { readOwnerId } from "../shared/readOwner.ts";
import type { PlanBook } from "./callPlans.ts";

export async function readPlans(db: Database): Promise<PlanBook> {
  const [plans, users, territories] = await Promise.all([
    listDocuments(db, "call_plan", {}),
    listDocuments(db, "user", {}),
    listDocuments(db, "territory", {}),
  ]);
  const people = new Map(users.map((user) => [user.id, user]));
  const rows = await Promise.all(
    plans.map(async (plan) => ({
      plan,
      account: plan.account_id ? await getDocument(db, "account", plan.account_id) : null,
      rep: plan.rep_id ? (people.get(plan.rep_id) ?? null) : null,
    })),
  );
  const reps = users.filter(({ active, roles }) => active && roles.includes("rep"));
  return {
    rows,
    territories: new Map(territories.map((territory) => [territory.id, territory])),
    reps: reps.sort((one, other) => one.name.localeCompare(other.name)),
  };
}

export interface AccountPlan {
  plan: CallPlan | null;
  /** Who goes by it. */
  repName: string | null;
  /** The last one that was made. */
  last: Visit | null;
  next: Visit | null;
}

/** The call plan of a customer, and the visits around now (UTC). */
export async function readPlanOf(db: Database, accountId: Id, today: DateOn, now: string): Promise<AccountPlan | null> {
  const account = await getDocument(db, "account", accountId);
  if (!account) return null;
  const [plans, visits] = await Promise.all([
    listDocuments(db, "call_plan", {}),
    listDocuments(db, "visit", { account_id: accountId }),
  ]);
  visits.sort((a, b) => a.planned_start_at.localeCompare(b.planned_start_at));
  const salesPlans = new Set(plans.filter(isBySales).map(({ id }) => id));
  const bySales = visits.findLast(({ call_plan_id }) => call_plan_id && salesPlans.has(call_plan_id))?.call_plan_id;
  const plan = planFor(plans, account, today, bySales ?? null);
  const people = new Map((await listDocuments(db, "user", { active: true })).map((user) => [user.id, user.name]));
  const repId = plan && (plan.rep_id ?? (await readOwnerId(db, account, today)));
  const open = ["planned", "confirmed"];
  return {
    plan,
    repName: (repId && people.get(repId)) || null,
    last: visits.findLast(({ status }) => status === "completed") ?? null,
    next: visits.find(({ status, planned_start_at }) => open.includes(status) && planned_start_at >= now) ?? null,
  };
}
