import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Appointment, Asset, Contact, Id, Site, WorkOrder, WorkType } from "../../db/types.ts";

export interface JobView {
  appointment: Appointment;
  workOrder: WorkOrder | null;
  workType: WorkType | null;
  account: Account | null;
  site: Site | null;
  asset: Asset | null;
  /** Those of this site first. */
  contacts: Contact[];
  /** Earlier work on the asset, newest first, with what was noted. */
  assetHistory: { workOrder: WorkOrder; notes: string[] }[];
}

export async function readJob(db: Database, id: Id): Promise<JobView | null> {
  const appointment = await getDocument(db, "appointment", id);
  if (!appointment) return null;
  const [workOrder, account, site, contacts, workOrders, appointments] = await Promise.all([
    getDocument(db, "work_order", appointment.work_order_id),
    getDocument(db, "account", appointment.account_id),
    getDocument(db, "site", appointment.site_id),
    listDocuments(db, "contact", { account_id: appointment.account_id }),
    listDocuments(db, "work_order", { account_id: appointment.account_id }),
    listDocuments(db, "appointment", { account_id: appointment.account_id }),
  ]);
  const assetId = workOrder?.asset_id ?? null;
  const here = (contact: Contact) => (contact.site_id === appointment.site_id ? 0 : 1);
  return {
    appointment,
    workOrder,
    workType: workOrder?.work_type_id ? await getDocument(db, "work_type", workOrder.work_type_id) : null,
    account,
    site,
    asset: assetId ? await getDocument(db, "asset", assetId) : null,
    contacts: contacts.sort((a, b) => here(a) - here(b) || a.name.localeCompare(b.name)),
    assetHistory: assetId ? earlierWork(assetId, appointment.work_order_id, workOrders, appointments) : [],
  };
}

function earlierWork(
  assetId: Id,
  thisWorkOrderId: Id,
  workOrders: readonly WorkOrder[],
  appointments: readonly Appointment[],
): JobView["assetHistory"] {
  return workOrders
    .filter((workOrder) => workOrder.asset_id === assetId && workOrder.id !== thisWorkOrderId)
    .sort((a, b) => b.created_at.localeCompare(a.created_at))
    .map((workOrder) => ({
      workOrder,
      notes: appointments
        .filter((appointment) => appointment.work_order_id === workOrder.id)
        .flatMap(({ notes }) => notes || []),
    }));
}
