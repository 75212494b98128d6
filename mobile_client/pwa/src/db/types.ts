/** The documents and mutations on the wire, as docs/model.md has them. A field that can be empty is `null`. */

import type { components } from "../api/schema.d.ts";

export type Id = string;
/** RFC 3339 in UTC. */
export type Instant = string;
/** `2026-11-22`, in the site's time zone. */
export type DateOn = string;

type Schemas = components["schemas"];

export type Organisation = Schemas["OrganisationDocument"];
export type User = Schemas["UserDocument"];
export type Skill = Schemas["SkillDocument"];
export type Territory = Schemas["TerritoryDocument"];
export type ProductCategory = Schemas["ProductCategoryDocument"];
export type Product = Schemas["ProductDocument"];
export type PriceList = Schemas["PriceListDocument"];
export type Price = Schemas["PriceDocument"];
export type Account = Schemas["AccountDocument"];
export type Site = Schemas["SiteDocument"];
export type Contact = Schemas["ContactDocument"];
export type Asset = Schemas["AssetDocument"];
export type Visit = Schemas["VisitDocument"];
export type Order = Schemas["OrderDocument"];
export type OrderLine = Schemas["OrderLineDocument"];
export type Survey = Schemas["SurveyDocument"];
export type SurveyVersion = Survey["versions"][number];
export type Question = Required<SurveyVersion["questions"][number]>;
export type SurveyAnswer = Omit<Schemas["SurveyAnswerDocument"], "answers"> & { answers: Answers };
/** Question id → what was answered. A photo or a signature is answered with the ids of attachments. */
export type Answers = Record<Id, Answer>;
export type Answer = string | number | boolean | readonly string[] | null;
/** `removed` only until the server has taken it away. */
export type Observation = Schemas["ObservationDocument"] & { removed?: true };
export type Task = Schemas["TaskDocument"];
export type TaskRule = Schemas["TaskRuleDocument"];
export type Quote = Schemas["QuoteDocument"];
export type Agreement = Schemas["AgreementDocument"];
export type CallPlan = Schemas["CallPlanDocument"];
export type CallPlanFields = Omit<CallPlan, keyof Document>;
export type Weekday = CallPlan["weekdays"][number];
export type Absence = Schemas["AbsenceDocument"];
export type WorkingWeek = Schemas["WorkingWeekDocument"];
export type WorkType = Schemas["WorkTypeDocument"];
export type WorkOrder = Schemas["WorkOrderDocument"];
export type Appointment = Schemas["AppointmentDocument"];
export type Part = Schemas["PartDocument"];
export type Transition = Schemas["TransitionDocument"];
export type Notice = Schemas["NoticeDocument"];
export type TerritoryPlan = Schemas["TerritoryPlanDocument"];
export type PlanFigures = Schemas["PlanFigures"];
export type Address = Schemas["Address"];
export type Membership = Schemas["Membership"];
export type Position = Schemas["Position"];
export type SkillLevel = Schemas["SkillLevel"];

/** Every document has these. */
export type Document = Pick<Account, "id" | "version" | "created_at" | "updated_at">;

/** A photo, a signature or a file that belongs to a record. Its content has a lane of its own: see `src/attachments`. */
export interface Attachment extends Document {
  entity: AttachedTo;
  record_id: Id;
  account_id: Id;
  kind: "photo" | "signature" | "file";
  /** The content's id: the hex digest of its bytes. */
  sha256: string;
  size: number;
  media_type: string;
  name: string;
  width: number | null;
  height: number | null;
  /** `removed` only until the server has taken it away. */
  status: "pending" | "stored" | "refused" | "removed";
  /** Why the content was refused. */
  reason: string | null;
  created_by_id: Id;
  occurred_at: Instant;
}

export type AttachedTo = "account" | "site" | "asset" | "visit" | "order" | "appointment" | "observation";

/** Two people changed the same field; both values are kept until whoever lost has looked at it. */
export type Conflict = Omit<Schemas["ConflictDocument"], "entity"> & { entity: Entity };

export type Role = User["roles"][number];
export type AccountKind = Account["kind"];
export type AccountClass = Account["account_class"];
export type VisitStatus = Visit["status"];
export type VisitKind = Visit["kind"];
export type VisitOutcome = NonNullable<Visit["outcome"]>;
export type OrderStatus = Order["status"];
export type WorkOrderStatus = WorkOrder["status"];
export type AppointmentStatus = Appointment["status"];
export type Priority = WorkOrder["priority"];

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
  quote: Quote;
  agreement: Agreement;
  call_plan: CallPlan;
  absence: Absence;
  working_week: WorkingWeek;
  work_type: WorkType;
  work_order: WorkOrder;
  appointment: Appointment;
  survey: Survey;
  survey_answer: SurveyAnswer;
  observation: Observation;
  task: Task;
  task_rule: TaskRule;
  attachment: Attachment;
  notice: Notice;
  conflict: Conflict;
  territory_plan: TerritoryPlan;
}

export type Entity = keyof Documents;

type Editable<T, K extends keyof T> = Partial<Pick<T, K>>;

type WhatTheCustomerWants = {
  id: Id;
  account_id: Id;
  site_id?: Id | null;
  visit_id?: Id | null;
  price_list_id: Id;
  lines: { id: Id; product_id: Id; quantity: number; unit_price_minor: number }[];
  notes?: string | null;
};

type Terms = Pick<
  Agreement,
  | "name"
  | "coverage"
  | "site_ids"
  | "asset_ids"
  | "response_hours"
  | "fix_hours"
  | "visits_per_year"
  | "starts_on"
  | "ends_on"
>;

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
    "rep_id" | "duration_min" | "purpose" | "unplanned" | "kind"
  >;
  "visit.update": { visit_id: Id } & Editable<Visit, "purpose" | "notes" | "next_step" | "follow_up_on">;
  "visit.reschedule": { visit_id: Id } & Editable<Visit, "planned_start_at" | "duration_min" | "kind">;
  "visit.confirm": { visit_id: Id };
  "visit.check_in": { visit_id: Id; position?: Position | null };
  "visit.complete": { visit_id: Id; outcome: VisitOutcome } & Editable<Visit, "notes" | "next_step" | "follow_up_on">;
  "visit.cancel": { visit_id: Id; reason: string };
  "order.place": WhatTheCustomerWants & { quote_id?: Id | null };
  "order.cancel": { order_id: Id; reason: string };
  "quote.write": WhatTheCustomerWants & Pick<Quote, "valid_until_on">;
  "quote.decline": { quote_id: Id; reason: string };
  "quote.withdraw": { quote_id: Id; reason?: string | null };
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
  "attachment.add": { id: Id } & Pick<
    Attachment,
    "entity" | "record_id" | "kind" | "sha256" | "size" | "media_type" | "name"
  > &
    Editable<Attachment, "width" | "height">;
  "attachment.remove": { attachment_id: Id };
  "survey.answer": { id: Id } & Pick<SurveyAnswer, "survey_id" | "survey_version" | "visit_id" | "answers">;
  "survey_answer.update": { survey_answer_id: Id; answers: Answers };
  "observation.add": { id: Id } & Pick<Observation, "account_id" | "kind"> &
    Editable<
      Observation,
      "visit_id" | "product_id" | "product" | "competitor" | "price_minor" | "facings" | "out_of_stock" | "note"
    >;
  "observation.update": { observation_id: Id } & Editable<
    Observation,
    "product_id" | "product" | "competitor" | "price_minor" | "facings" | "out_of_stock" | "note"
  >;
  "observation.remove": { observation_id: Id };
  "task.create": { id: Id; title: string } & Editable<
    Task,
    "notes" | "due_on" | "assignee_id" | "account_id" | "source" | "source_id"
  >;
  "task.update": { task_id: Id } & Editable<Task, "title" | "notes" | "due_on">;
  "task.complete": { task_id: Id };
  "task.reopen": { task_id: Id };
  "task.reassign": { task_id: Id; assignee_id: Id };
  "absence.add": { id: Id } & Pick<Absence, "starts_on" | "ends_on"> & Editable<Absence, "user_id">;
  "absence.update": { absence_id: Id } & Editable<Absence, "starts_on" | "ends_on">;
  "absence.withdraw": { absence_id: Id };
  "notice.read": { notice_id: Id };
  "user.set_language": { user_id: Id; language: string };
  "conflict.restore": { conflict_id: Id };
  "conflict.dismiss": { conflict_id: Id };
}

export type OfflineMutation = keyof OfflineMutations;

/** The arguments of the actions that need the server there and then (dispatching, territories). */
export interface OnlineMutations {
  "work_order.hold": { work_order_id: Id; reason: string };
  "work_order.resume": { work_order_id: Id };
  "work_order.close": { work_order_id: Id };
  "work_order.cancel": { work_order_id: Id; reason: string };
  "appointment.assign": { appointment_id: Id; technician_id: Id; starts_at: Instant; duration_min?: number };
  "appointment.unassign": { appointment_id: Id };
  "appointment.dispatch": { appointment_id: Id };
  "appointment.cancel": { appointment_id: Id; reason: string };
  "agreement.create": { id: Id; account_id: Id; renews_id: Id | null } & Terms;
  "agreement.update": { agreement_id: Id } & Partial<Terms>;
  "agreement.end": { agreement_id: Id; ends_on: DateOn; reason: string };
  "territory.update": { territory_id: Id } & Editable<Territory, "name" | "polygon" | "new_accounts">;
  "territory.assign_accounts": { territory_id: Id };
  "territory.take_accounts": { territory_id: Id; account_ids: readonly Id[] };
  "territory.change_owner": { territory_id: Id; user_id: Id; starts_on: DateOn };
  "membership.add": { id: Id; territory_id: Id } & Omit<Membership, "id" | "owner">;
  "membership.end": { membership_id: Id; ends_on: DateOn };
  "user.hand_over": { user_id: Id; to_id: Id; starts_on: DateOn; territory_ids: Id[] | null };
  "territory_plan.propose": { id: Id; name: string } & Pick<
    TerritoryPlan,
    "territory_ids" | "method" | "workload" | "by_call_plans" | "tolerance_pct"
  > & { territories: number | null };
  "territory_plan.publish": { territory_plan_id: Id; starts_on: DateOn };
  "territory_plan.discard": { territory_plan_id: Id };
  "survey.create": { id: Id } & Pick<Survey, "name"> & Editable<Survey, "account_classes" | "purposes">;
  "survey.update": { survey_id: Id } & Editable<Survey, "name" | "account_classes" | "purposes">;
  "survey.publish": { survey_id: Id; questions: readonly Question[] };
  "survey.retire": { survey_id: Id };
  "call_plan.create": { id: Id } & Pick<CallPlan, "name" | "starts_on"> & Partial<CallPlanFields>;
  "call_plan.update": { call_plan_id: Id } & Editable<
    CallPlan,
    | "name"
    | "every_weeks"
    | "per_month"
    | "weekdays"
    | "time_from"
    | "time_to"
    | "duration_min"
    | "purpose"
    | "rep_id"
    | "starts_on"
    | "enabled"
  >;
  "call_plan.end": { call_plan_id: Id; ends_on: DateOn | null };
  "working_week.set": Pick<WorkingWeek, "user_id" | "shifts">;
  "organisation.set_subdivision": { organisation_id: Id; subdivision: string | null };
  "task_rule.create": { id: Id } & Pick<TaskRule, "trigger" | "title"> &
    Editable<TaskRule, "outcome" | "due_in_days" | "assign_to">;
  "task_rule.update": { task_rule_id: Id } & Editable<
    TaskRule,
    "outcome" | "title" | "due_in_days" | "assign_to" | "active"
  >;
}

export type OnlineMutation = keyof OnlineMutations;
