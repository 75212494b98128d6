import type { Effect } from "../db/database.ts";
import type {
  Address,
  Appointment,
  DateOn,
  Document,
  Documents,
  Entity,
  Id,
  OfflineMutation,
  OfflineMutations,
  Organisation,
  Part,
  Position,
  Visit,
  WorkOrder,
} from "../db/types.ts";
import { dateOn } from "../ui/format.ts";
import { type AppointmentAction, moveAppointment } from "./appointments.ts";
import { DEFAULT_FAR_AWAY_M, isFarAway } from "./distance.ts";
import { RuleError } from "./errors.ts";
import { saysSomething } from "./observations.ts";
import { lineTotal, mayCancelOrder, orderTotal } from "./orders.ts";
import { acceptQuote, checkValidUntil, moveQuote, type QuoteAction } from "./quotes.ts";
import { checkAnswers, questionsOf } from "./surveys.ts";
import { distanceM } from "./travel.ts";
import { moveVisit, type VisitAction } from "./visits.ts";
import { checkAbsence } from "./workingTime.ts";
import { deriveWorkOrderStatus } from "./workOrders.ts";

/** What a rule may look at: this device's records, and who does it when. */
export interface Circumstances {
  get<E extends Entity>(entity: E, id: Id): Promise<Documents[E] | null>;
  /** The appointments of a work order. */
  appointmentsOf(workOrderId: Id): Promise<Appointment[]>;
  organisation(): Promise<Organisation | null>;
  actorId: Id;
  /** The device's clock, RFC 3339 in UTC. */
  now: string;
}

type Rules = {
  [Name in OfflineMutation]: (args: OfflineMutations[Name], at: Circumstances) => Effect[] | Promise<Effect[]>;
};

const NO_ADDRESS: Address = { street: null, house_number: null, postcode: null, city: null, country: null };

/**
 * What each mutation does to the documents on this device, before the server says so. A guess of the same outcome: the
 * server's document replaces it. Throws `RuleError` where a rule that the phone knows refuses it.
 */
const RULES: Rules = {
  "account.create": (args, at) => [
    create("account", at, {
      number: null,
      kind: "end_customer",
      account_class: "C",
      industry: null,
      phone: null,
      email: null,
      notes: null,
      external_id: null,
      ...args,
      status: "active",
    }),
  ],
  "account.update": ({ account_id, ...fields }) => [patch("account", account_id, fields)],
  "site.create": (args, at) => [
    create("site", at, {
      address: NO_ADDRESS,
      position: null,
      opening_hours: null,
      access_notes: null,
      external_id: null,
      ...args,
    }),
  ],
  "site.update": ({ site_id, ...fields }) => [patch("site", site_id, fields)],
  "contact.create": (args, at) => [
    create("contact", at, { site_id: null, job_title: null, phone: null, email: null, ...args }),
  ],
  "contact.update": ({ contact_id, ...fields }) => [patch("contact", contact_id, fields)],
  "asset.create": (args, at) => [
    create("asset", at, {
      product_id: null,
      serial_number: null,
      installed_on: null,
      warranty_ends_on: null,
      notes: null,
      ...args,
      status: "active",
    }),
  ],
  "asset.update": ({ asset_id, ...fields }) => [patch("asset", asset_id, fields)],

  "visit.plan": (args, at) => [
    create("visit", at, {
      rep_id: at.actorId,
      duration_min: 30,
      purpose: null,
      unplanned: false,
      call_plan_id: null,
      call_period_on: null,
      generated: false,
      kind: "in_person",
      ...args,
      status: "planned",
      notes: null,
      outcome: null,
      next_step: null,
      follow_up_on: null,
      confirmed_at: null,
      checked_in_at: null,
      checked_in_position: null,
      distance_m: null,
      far_away: false,
      completed_at: null,
      canceled_at: null,
      cancel_reason: null,
    }),
  ],
  "visit.update": ({ visit_id, ...fields }) => [patch("visit", visit_id, fields)],
  "visit.reschedule": async ({ visit_id, ...fields }, at) => {
    const visit = await known(at, "visit", visit_id);
    const status = moveVisit(visit.status, "reschedule");
    const moved = fields.planned_start_at !== undefined && fields.planned_start_at !== visit.planned_start_at;
    return [patch("visit", visit_id, { ...fields, ...(moved && { status, confirmed_at: null }) })];
  },
  "visit.confirm": ({ visit_id }, at) => visitMove(at, visit_id, "confirm", { confirmed_at: at.now }),
  "visit.check_in": async ({ visit_id, position = null }, at) =>
    visitMove(at, visit_id, "check_in", {
      checked_in_at: at.now,
      checked_in_position: position,
      ...(position && (await howFar(at, visit_id, position))),
    }),
  "visit.complete": ({ visit_id, ...fields }, at) =>
    visitMove(at, visit_id, "complete", { completed_at: at.now, ...fields }),
  "visit.cancel": ({ visit_id, reason }, at) =>
    visitMove(at, visit_id, "cancel", { canceled_at: at.now, cancel_reason: reason }),

  "order.place": async (args, at) => {
    const order = create("order", at, {
      quote_id: null,
      ...(await wanted(args, at)),
      placed_by_id: at.actorId,
      status: "placed",
      placed_at: at.now,
      canceled_at: null,
      cancel_reason: null,
    });
    if (!args.quote_id) return [order];
    const quote = await known(at, "quote", args.quote_id);
    const status = acceptQuote(quote, await today(at));
    return [order, patch("quote", quote.id, { status, closed_at: at.now })];
  },
  "order.cancel": async ({ order_id, reason }, at) => {
    const { status } = await known(at, "order", order_id);
    if (!mayCancelOrder(status)) throw new RuleError("order.invalid_transition");
    return [patch("order", order_id, { status: "canceled", canceled_at: at.now, cancel_reason: reason })];
  },

  "quote.write": async (args, at) => {
    checkValidUntil(args.valid_until_on, await today(at));
    return [
      create("quote", at, {
        ...(await wanted(args, at)),
        written_by_id: at.actorId,
        status: "open",
        written_at: at.now,
        closed_at: null,
        close_reason: null,
      }),
    ];
  },
  "quote.decline": ({ quote_id, reason }, at) => closeQuote(at, quote_id, "decline", reason),
  "quote.withdraw": ({ quote_id, reason }, at) => closeQuote(at, quote_id, "withdraw", reason ?? null),

  "work_order.create": async ({ appointment_id, ...args }, at) => {
    const { account_id } = await known(at, "site", args.site_id);
    const duration_min = args.duration_min ?? 60;
    return [
      create("work_order", at, {
        asset_id: null,
        work_type_id: null,
        description: null,
        priority: "normal",
        due_at: null,
        skills: [],
        ...args,
        duration_min,
        account_id,
        number: null,
        status: "open",
        created_by_id: at.actorId,
        closed_at: null,
        canceled_at: null,
        cancel_reason: null,
      }),
      unscheduledAppointment(at, {
        id: appointment_id,
        work_order_id: args.id,
        account_id,
        site_id: args.site_id,
        duration_min,
      }),
    ];
  },
  "work_order.update": ({ work_order_id, ...fields }) => [patch("work_order", work_order_id, fields)],

  "appointment.accept": ({ appointment_id }, at) =>
    appointmentMove(at, appointment_id, "accept", { accepted_at: at.now }),
  "appointment.decline": ({ appointment_id, reason }, at) => appointmentMove(at, appointment_id, "decline", { reason }),
  "appointment.travel": ({ appointment_id, position }, at) =>
    appointmentMove(at, appointment_id, "travel", { travel_started_at: at.now }, position),
  "appointment.start": ({ appointment_id, position }, at) =>
    appointmentMove(at, appointment_id, "start", { started_at: at.now }, position),
  "appointment.pause": ({ appointment_id, reason }, at) => appointmentMove(at, appointment_id, "pause", { reason }),
  "appointment.resume": ({ appointment_id }, at) => appointmentMove(at, appointment_id, "resume", { reason: null }),
  "appointment.update": ({ appointment_id, ...fields }) => [patch("appointment", appointment_id, fields)],
  "appointment.complete": async ({ appointment_id, position, parts, ...fields }, at) =>
    appointmentMove(
      at,
      appointment_id,
      "complete",
      { finished_at: at.now, ...fields, ...(parts && { parts: await nameParts(at, parts) }) },
      position,
    ),
  "appointment.complete_partially": async ({ appointment_id, next_appointment_id, parts, ...fields }, at) => {
    const { work_order_id, account_id, site_id, duration_min } = await known(at, "appointment", appointment_id);
    const rest = { id: next_appointment_id, work_order_id, account_id, site_id, duration_min };
    return [
      ...(await appointmentMove(at, appointment_id, "complete_partially", {
        finished_at: at.now,
        ...fields,
        ...(parts && { parts: await nameParts(at, parts) }),
      })),
      unscheduledAppointment(at, rest),
    ];
  },
  "appointment.cannot_complete": ({ appointment_id, ...fields }, at) =>
    appointmentMove(at, appointment_id, "cannot_complete", { finished_at: at.now, ...fields }),
  "appointment.no_show": ({ appointment_id, position, ...fields }, at) =>
    appointmentMove(at, appointment_id, "no_show", { finished_at: at.now, ...fields }, position),

  "attachment.add": async (args, at) => {
    const { id, account_id } = (await known(at, args.entity, args.record_id)) as { id: Id; account_id?: Id };
    return [
      create("attachment", at, {
        width: null,
        height: null,
        ...args,
        account_id: account_id ?? id,
        status: "pending",
        reason: null,
        created_by_id: at.actorId,
        occurred_at: at.now,
      }),
    ];
  },
  "attachment.remove": ({ attachment_id }) => [patch("attachment", attachment_id, { status: "removed" })],

  "survey.answer": async (args, at) => {
    const { account_id } = await known(at, "visit", args.visit_id);
    const survey = await known(at, "survey", args.survey_id);
    return [
      create("survey_answer", at, {
        ...args,
        answers: checkAnswers(questionsOf(survey, args.survey_version), args.answers),
        account_id,
        answered_by_id: at.actorId,
        occurred_at: at.now,
        corrected_at: null,
      }),
    ];
  },
  "survey_answer.update": async ({ survey_answer_id, answers }, at) => {
    const { survey_id, survey_version } = await known(at, "survey_answer", survey_answer_id);
    const survey = await known(at, "survey", survey_id);
    const kept = checkAnswers(questionsOf(survey, survey_version), answers);
    return [patch("survey_answer", survey_answer_id, { answers: kept, corrected_at: at.now })];
  },

  "observation.add": async (args, at) => {
    if (!saysSomething(args)) throw new RuleError("observation.empty");
    return [
      create("observation", at, {
        visit_id: null,
        product_id: null,
        product: null,
        competitor: null,
        price_minor: null,
        facings: null,
        out_of_stock: false,
        note: null,
        ...args,
        currency: (await at.organisation())?.currency ?? "",
        observed_by_id: at.actorId,
        occurred_at: at.now,
      }),
    ];
  },
  "observation.update": async ({ observation_id, ...fields }, at) => {
    const observation = await known(at, "observation", observation_id);
    if (!saysSomething({ ...observation, ...fields })) throw new RuleError("observation.empty");
    return [patch("observation", observation_id, fields)];
  },
  "observation.remove": ({ observation_id }) => [patch("observation", observation_id, { removed: true })],

  "task.create": async (args, at) => {
    const source =
      args.source && args.source_id ? ((await at.get(args.source, args.source_id)) as { account_id: Id } | null) : null;
    return [
      create("task", at, {
        notes: null,
        due_on: null,
        account_id: source?.account_id ?? null,
        source: null,
        source_id: null,
        ...args,
        assignee_id: args.assignee_id ?? at.actorId,
        rule_id: null,
        created_by_id: at.actorId,
        done_at: null,
        done_by_id: null,
      }),
    ];
  },
  "task.update": ({ task_id, ...fields }) => [patch("task", task_id, fields)],
  "task.complete": async ({ task_id }, at) => {
    const { done_at } = await known(at, "task", task_id);
    return [patch("task", task_id, done_at ? {} : { done_at: at.now, done_by_id: at.actorId })];
  },
  "task.reopen": ({ task_id }) => [patch("task", task_id, { done_at: null, done_by_id: null })],
  "task.reassign": ({ task_id, assignee_id }) => [patch("task", task_id, { assignee_id })],

  "absence.add": (args, at) => {
    checkAbsence(args);
    return [create("absence", at, { user_id: at.actorId, ...args, withdrawn: false })];
  },
  "absence.update": async ({ absence_id, ...days }, at) => {
    checkAbsence({ ...(await known(at, "absence", absence_id)), ...days });
    return [patch("absence", absence_id, days)];
  },
  "absence.withdraw": ({ absence_id }) => [patch("absence", absence_id, { withdrawn: true })],

  "notice.read": ({ notice_id }, at) => [patch("notice", notice_id, { read_at: at.now })],
  "user.set_language": ({ user_id, language }) => [patch("user", user_id, { language })],

  "conflict.restore": async ({ conflict_id }, at) => {
    const { entity, record_id, field, lost_value } = await known(at, "conflict", conflict_id);
    return [
      patch("conflict", conflict_id, { status: "restored", settled_at: at.now }),
      patch(entity, record_id, { [field]: lost_value }),
    ];
  },
  "conflict.dismiss": ({ conflict_id }, at) => [
    patch("conflict", conflict_id, { status: "dismissed", settled_at: at.now }),
  ],
};

/**
 * The effects of a mutation on this device's documents.
 *
 * @throws RuleError a rule that the phone knows refuses it.
 */
export async function effectsOf<Name extends OfflineMutation>(
  name: Name,
  args: OfflineMutations[Name],
  at: Circumstances,
): Promise<Effect[]> {
  return await RULES[name](args, at);
}

type Fresh<E extends Entity> = Omit<Documents[E], Exclude<keyof Document, "id">>;

function create<E extends Entity>(entity: E, at: Circumstances, fields: Fresh<E>): Effect {
  return {
    entity,
    id: (fields as { id: Id }).id,
    create: { ...fields, version: 0, created_at: at.now, updated_at: at.now } as Effect["create"] & object,
  };
}

function patch<E extends Entity>(entity: E, id: Id, fields: Partial<Documents[E]>): Effect {
  return { entity, id, patch: fields };
}

async function known<E extends Entity>(at: Circumstances, entity: E, id: Id): Promise<Documents[E]> {
  const document = await at.get(entity, id);
  if (!document) throw new RuleError("not_on_this_phone");
  return document;
}

async function visitMove(
  at: Circumstances,
  id: Id,
  action: VisitAction,
  fields: Partial<Documents["visit"]>,
): Promise<Effect[]> {
  const visit = await known(at, "visit", id);
  return [patch("visit", id, { ...fields, status: moveVisit(visit.status, action) })];
}

/** How far from the site a check-in is; nothing where the site's position is not known. */
async function howFar(
  at: Circumstances,
  visitId: Id,
  position: Position,
): Promise<Partial<Pick<Visit, "distance_m" | "far_away">>> {
  const { kind, site_id } = await known(at, "visit", visitId);
  const site = await at.get("site", site_id);
  if (!site?.position) return {};
  const distance_m = Math.round(distanceM(position, site.position));
  const limit_m = (await at.organisation())?.far_away_m ?? DEFAULT_FAR_AWAY_M;
  const far_away = kind !== "phone" && isFarAway({ distance_m, accuracy_m: position.accuracy_m, limit_m });
  return { distance_m, far_away };
}

type Wanted = OfflineMutations["order.place"] | OfflineMutations["quote.write"];

/** What an order and a quote have in common: priced by the same rule. */
async function wanted<Args extends Wanted>(args: Args, at: Circumstances) {
  const list = await at.get("price_list", args.price_list_id);
  const lines = await Promise.all(
    args.lines.map(async (line) => {
      const { sku, name, unit } = await known(at, "product", line.product_id);
      return { ...line, sku, name, unit, total_minor: lineTotal(line) };
    }),
  );
  return {
    site_id: null,
    visit_id: null,
    notes: null,
    ...args,
    number: null,
    currency: list?.currency ?? "",
    lines,
    total_minor: orderTotal(lines),
  };
}

async function closeQuote(at: Circumstances, id: Id, action: QuoteAction, reason: string | null): Promise<Effect[]> {
  const { status } = await known(at, "quote", id);
  return [patch("quote", id, { status: moveQuote(status, action), closed_at: at.now, close_reason: reason })];
}

async function today(at: Circumstances): Promise<DateOn> {
  return dateOn(new Date(at.now), (await at.organisation())?.time_zone ?? "UTC");
}

async function appointmentMove(
  at: Circumstances,
  id: Id,
  action: AppointmentAction,
  fields: Partial<Appointment>,
  position: Position | null = null,
): Promise<Effect[]> {
  const appointment = await known(at, "appointment", id);
  const status = moveAppointment(appointment.status, action);
  const transition = {
    from: appointment.status,
    to: status,
    occurred_at: at.now,
    recorded_at: at.now,
    actor_id: at.actorId,
    position,
  };
  const moved = patch("appointment", id, {
    ...fields,
    status,
    transitions: [...appointment.transitions, transition],
  });
  const workOrder = await at.get("work_order", appointment.work_order_id);
  return workOrder ? [moved, await derived(at, workOrder, { ...appointment, status })] : [moved];
}

async function derived(at: Circumstances, workOrder: WorkOrder, moved: Appointment): Promise<Effect> {
  const others = (await at.appointmentsOf(workOrder.id)).filter((appointment) => appointment.id !== moved.id);
  const status = deriveWorkOrderStatus(
    workOrder.status,
    [moved, ...others].map((appointment) => appointment.status),
  );
  return patch("work_order", workOrder.id, { status });
}

function unscheduledAppointment(
  at: Circumstances,
  slot: Pick<Appointment, "id" | "work_order_id" | "account_id" | "site_id" | "duration_min">,
): Effect {
  return create("appointment", at, {
    ...slot,
    technician_id: null,
    status: "unscheduled",
    starts_at: null,
    ends_at: null,
    dispatched_at: null,
    accepted_at: null,
    travel_started_at: null,
    started_at: null,
    finished_at: null,
    reason: null,
    notes: null,
    parts: [],
    transitions: [],
  });
}

async function nameParts(
  at: Circumstances,
  parts: readonly Pick<Part, "id" | "product_id" | "quantity">[],
): Promise<Part[]> {
  return Promise.all(
    parts.map(async (part) => {
      const { sku, name } = await known(at, "product", part.product_id);
      return { ...part, sku, name };
    }),
  );
}
