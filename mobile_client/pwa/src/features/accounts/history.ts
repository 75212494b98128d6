import type { Order, Visit, WorkOrder } from "../../db/types.ts";

export type HistoryItem =
  | { kind: "visit"; at: string; visit: Visit }
  | { kind: "order"; at: string; order: Order }
  | { kind: "work_order"; at: string; workOrder: WorkOrder };

/** What happened with a customer, newest first. */
export function buildHistory(
  visits: readonly Visit[],
  orders: readonly Order[],
  workOrders: readonly WorkOrder[],
): HistoryItem[] {
  const items: HistoryItem[] = [
    ...visits.map((visit) => ({ kind: "visit" as const, at: visit.checked_in_at ?? visit.planned_start_at, visit })),
    ...orders.map((order) => ({ kind: "order" as const, at: order.placed_at, order })),
    ...workOrders.map((workOrder) => ({ kind: "work_order" as const, at: workOrder.created_at, workOrder })),
  ];
  return items.sort((a, b) => b.at.localeCompare(a.at));
}
