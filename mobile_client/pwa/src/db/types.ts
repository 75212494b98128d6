/** The documents and mutations on the wire, as docs/model.md has them. A field that can be empty is `null`. */

export type Id = string;
/** RFC 3339 in UTC. */
export type Instant = string;
/** `2026-11-22`, in the site's time zone. */
export type DateOn = string;

export interface Position {
  lat: number;
  lng: number;
  accuracy_m: number | null;
}

export interface Address {
  street: string | null;
  house_number: string | null;
  postcode: string | null;
  city: string | null;
  country: string | null;
}

export interface SkillLevel {
  skill_id: Id;
  /** 1 to 5. */
  level: number;
}

export type Role = "rep" | "technician" | "dispatcher" | "manager" | "admin";
export type VisitStatus = "planned" | "confirmed" | "in_progress" | "completed" | "missed" | "canceled";
export type VisitOutcome = "order" | "no_order" | "follow_up" | "not_available";
export type OrderStatus =
  | "placed"
  | "held"
  | "confirmed"
  | "partly_shipped"
  | "shipped"
  | "invoiced"
  | "canceled"
  | "rejected";
export type WorkOrderStatus = "open" | "scheduled" | "in_progress" | "on_hold" | "completed" | "closed" | "canceled";
export type AppointmentStatus =
  | "unscheduled"
  | "scheduled"
  | "dispatched"
  | "accepted"
  | "declined"
  | "traveling"
  | "in_progress"
  | "paused"
  | "completed"
  | "partially_completed"
  | "cannot_complete"
  | "canceled"
  | "no_show";
export type Priority = "low" | "normal" | "high" | "urgent";
export type AccountKind = "end_customer" | "dealer" | "distributor" | "partner";
export type AccountClass = "A" | "B" | "C";

export interface Document {
  id: Id;
  version: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface Organisation extends Document {
  name: string;
  slug: string;
  currency: string;
  country: string;
  time_zone: string;
  language: string;
}

export interface User extends Document {
  name: string;
  email: string;
  phone: string | null;
  roles: Role[];
  active: boolean;
  language: string | null;
  skills: SkillLevel[];
  home: Position | null;
}

export interface Skill extends Document {
  name: string;
}

export interface Membership {
  id: Id;
  user_id: Id;
  role: Role;
  starts_on: DateOn;
  ends_on: DateOn | null;
}

export interface Territory extends Document {
  name: string;
  parent_id: Id | null;
  area_id: Id;
  members: Membership[];
}

export interface ProductCategory extends Document {
  name: string;
  sort_order: number;
}

export interface Product extends Document {
  sku: string;
  name: string;
  description: string | null;
  category_id: Id;
  unit: string;
  kind: "goods" | "part" | "service";
  status: "active" | "withdrawn";
}

export interface PriceList extends Document {
  name: string;
  currency: string;
  is_default: boolean;
}

export interface Price extends Document {
  price_list_id: Id;
  product_id: Id;
  amount_minor: number;
}

export interface Account extends Document {
  number: string | null;
  name: string;
  kind: AccountKind;
  account_class: AccountClass;
  industry: string | null;
  phone: string | null;
  email: string | null;
  territory_id: Id;
  status: "active" | "inactive";
  notes: string | null;
  external_id: string | null;
}

export interface Site extends Document {
  account_id: Id;
  name: string;
  address: Address;
  position: Position | null;
  /** OpenStreetMap syntax. */
  opening_hours: string | null;
  access_notes: string | null;
  external_id: string | null;
}

export interface Contact extends Document {
  account_id: Id;
  site_id: Id | null;
  name: string;
  job_title: string | null;
  phone: string | null;
  email: string | null;
}

export interface Asset extends Document {
  account_id: Id;
  site_id: Id;
  product_id: Id | null;
  name: string;
  serial_number: string | null;
  installed_on: DateOn | null;
  warranty_ends_on: DateOn | null;
  status: "active" | "retired";
  notes: string | null;
}

export interface Visit extends Document {
  account_id: Id;
  site_id: Id;
  rep_id: Id;
  status: VisitStatus;
  unplanned: boolean;
  planned_start_at: Instant;
  duration_min: number;
  purpose: string | null;
  notes: string | null;
  outcome: VisitOutcome | null;
  confirmed_at: Instant | null;
  checked_in_at: Instant | null;
  checked_in_position: Position | null;
  distance_m: number | null;
  completed_at: Instant | null;
  canceled_at: Instant | null;
  cancel_reason: string | null;
}

export interface OrderLine {
  id: Id;
  product_id: Id;
  sku: string;
  name: string;
  unit: string;
  quantity: number;
  unit_price_minor: number;
  total_minor: number;
}

export interface Order extends Document {
  /** Given by the server; null until then. */
  number: string | null;
  account_id: Id;
  site_id: Id | null;
  visit_id: Id | null;
  placed_by_id: Id;
  status: OrderStatus;
  placed_at: Instant;
  price_list_id: Id;
  currency: string;
  lines: OrderLine[];
  total_minor: number;
  notes: string | null;
  canceled_at: Instant | null;
  cancel_reason: string | null;
}

export interface WorkType extends Document {
  name: string;
  duration_min: number;
  skills: SkillLevel[];
}

export interface WorkOrder extends Document {
  number: string | null;
  account_id: Id;
  site_id: Id;
  asset_id: Id | null;
  work_type_id: Id | null;
  title: string;
  description: string | null;
  priority: Priority;
  status: WorkOrderStatus;
  due_at: Instant | null;
  duration_min: number;
  skills: SkillLevel[];
  created_by_id: Id;
  closed_at: Instant | null;
  canceled_at: Instant | null;
  cancel_reason: string | null;
}

export interface Part {
  id: Id;
  product_id: Id;
  sku: string;
  name: string;
  quantity: number;
}

export interface Transition {
  from: AppointmentStatus;
  to: AppointmentStatus;
  occurred_at: Instant;
  recorded_at: Instant | null;
  actor_id: Id;
  position: Position | null;
}

export interface Appointment extends Document {
  work_order_id: Id;
  account_id: Id;
  site_id: Id;
  technician_id: Id | null;
  status: AppointmentStatus;
  starts_at: Instant | null;
  ends_at: Instant | null;
  duration_min: number;
  dispatched_at: Instant | null;
  accepted_at: Instant | null;
  travel_started_at: Instant | null;
  started_at: Instant | null;
  finished_at: Instant | null;
  reason: string | null;
  notes: string | null;
  parts: Part[];
  transitions: Transition[];
}

export interface Notice extends Document {
  user_id: Id;
  kind: string;
  title: string;
  body: string;
  params: Record<string, string | number | null>;
  /** A path in the app. */
  link: string | null;
  read_at: Instant | null;
}

export interface Documents {
  organisation: Organisation;
  user: User;
  skill: Skill;
  territory: Territory;
  product_category: ProductCategory;
  product: Product;
  price_list: PriceList;
  price: Price;
  account: Account;
  site: Site;
  contact: Contact;
  asset: Asset;
  visit: Visit;
  order: Order;
  work_type: WorkType;
  work_order: WorkOrder;
  appointment: Appointment;
  notice: Notice;
}

export type Entity = keyof Documents;

type Editable<T, K extends keyof T> = Partial<Pick<T, K>>;

/** The arguments of every mutation that a phone may record without signal. */
export interface OfflineMutations {
  "account.create": { id: Id; name: string; territory_id: Id } & Editable<
    Account,
    "kind" | "account_class" | "industry" | "phone" | "email" | "notes" | "external_id"
  >;
  "account.update": { account_id: Id } & Editable<
    Account,
    "name" | "kind" | "account_class" | "industry" | "phone" | "email" | "status" | "notes"
  >;
  "site.create": { id: Id; account_id: Id; name: string } & Editable<
    Site,
    "address" | "position" | "opening_hours" | "access_notes" | "external_id"
  >;
  "site.update": { site_id: Id } & Editable<Site, "name" | "address" | "position" | "opening_hours" | "access_notes">;
  "contact.create": { id: Id; account_id: Id; name: string } & Editable<
    Contact,
    "site_id" | "job_title" | "phone" | "email"
  >;
  "contact.update": { contact_id: Id } & Editable<Contact, "site_id" | "name" | "job_title" | "phone" | "email">;
  "asset.create": { id: Id; account_id: Id; site_id: Id; name: string } & Editable<
    Asset,
    "product_id" | "serial_number" | "installed_on" | "warranty_ends_on" | "notes"
  >;
  "asset.update": { asset_id: Id } & Editable<
    Asset,
    "name" | "serial_number" | "installed_on" | "warranty_ends_on" | "status" | "notes"
  >;
  "visit.plan": { id: Id; account_id: Id; site_id: Id; planned_start_at: Instant } & Editable<
    Visit,
    "rep_id" | "duration_min" | "purpose" | "unplanned"
  >;
  "visit.update": { visit_id: Id } & Editable<Visit, "planned_start_at" | "duration_min" | "purpose" | "notes">;
  "visit.confirm": { visit_id: Id };
  "visit.check_in": { visit_id: Id; position?: Position | null };
  "visit.complete": { visit_id: Id; outcome: VisitOutcome; notes?: string | null };
  "visit.cancel": { visit_id: Id; reason: string };
  "order.place": {
    id: Id;
    account_id: Id;
    site_id?: Id | null;
    visit_id?: Id | null;
    price_list_id: Id;
    lines: { id: Id; product_id: Id; quantity: number; unit_price_minor: number }[];
    notes?: string | null;
  };
  "order.cancel": { order_id: Id; reason: string };
  "work_order.create": { id: Id; appointment_id: Id; site_id: Id; title: string } & Editable<
    WorkOrder,
    "asset_id" | "work_type_id" | "description" | "priority" | "due_at" | "duration_min" | "skills"
  >;
  "work_order.update": { work_order_id: Id } & Editable<WorkOrder, "title" | "description" | "priority" | "due_at">;
  "appointment.accept": { appointment_id: Id };
  "appointment.decline": { appointment_id: Id; reason: string };
  "appointment.travel": { appointment_id: Id; position?: Position | null };
  "appointment.start": { appointment_id: Id; position?: Position | null };
  "appointment.pause": { appointment_id: Id; reason: string };
  "appointment.resume": { appointment_id: Id };
  "appointment.update": { appointment_id: Id; notes: string | null };
  "appointment.complete": {
    appointment_id: Id;
    notes?: string | null;
    parts?: { id: Id; product_id: Id; quantity: number }[];
    position?: Position | null;
  };
  "appointment.complete_partially": {
    appointment_id: Id;
    next_appointment_id: Id;
    reason: string;
    notes?: string | null;
    parts?: { id: Id; product_id: Id; quantity: number }[];
  };
  "appointment.cannot_complete": { appointment_id: Id; reason: string; notes?: string | null };
  "appointment.no_show": { appointment_id: Id; reason?: string | null; position?: Position | null };
  "notice.read": { notice_id: Id };
}

export type OfflineMutation = keyof OfflineMutations;

/** The arguments of the actions that need the server there and then (dispatching). */
export interface OnlineMutations {
  "work_order.hold": { work_order_id: Id; reason: string };
  "work_order.resume": { work_order_id: Id };
  "work_order.close": { work_order_id: Id };
  "work_order.cancel": { work_order_id: Id; reason: string };
  "appointment.assign": { appointment_id: Id; technician_id: Id; starts_at: Instant; duration_min?: number };
  "appointment.unassign": { appointment_id: Id };
  "appointment.dispatch": { appointment_id: Id };
  "appointment.cancel": { appointment_id: Id; reason: string };
}

export type OnlineMutation = keyof OnlineMutations;
