import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Appointment, Id, Instant } from "../../db/types.ts";
import { Refused, useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import { showToast } from "../../ui/index.ts";
import type { BoardJob, Expectation, Expectations } from "./arrange.ts";
import { isTold } from "./obstacles.ts";

const UNSCHEDULED: Partial<Appointment> = {
  status: "unscheduled",
  technician_id: null,
  starts_at: null,
  ends_at: null,
};

export interface BoardActions {
  /** Gives the job to a technician at a time; one that is told already is taken back from whom it was told to first. */
  plan: (job: BoardJob, technicianId: Id, startsAt: Instant) => Promise<void>;
  unassign: (job: BoardJob) => Promise<void>;
  dispatch: (jobs: readonly BoardJob[]) => Promise<void>;
  cancel: (job: BoardJob, reason: string) => Promise<void>;
}

/**
 * What a dispatcher does with appointments. All of it needs the server; the board shows it at once all the same, as
 * `expected`, and takes it back if the server refuses.
 */
export function useBoardActions(): { actions: BoardActions; expected: Expectations } {
  const { t, i18n } = useTranslation("board");
  const sendAssign = useOnlineCommand("appointment.assign");
  const sendUnassign = useOnlineCommand("appointment.unassign");
  const sendDispatch = useOnlineCommand("appointment.dispatch");
  const sendCancel = useOnlineCommand("appointment.cancel");
  const [expected, setExpected] = useState<Expectations>(new Map());

  function expect(id: Id, expectation: Expectation | null) {
    setExpected((present) => {
      const next = new Map(present);
      if (expectation) next.set(id, expectation);
      else next.delete(id);
      return next;
    });
  }

  function reasonOf(error: unknown): string {
    if (!(error instanceof Refused)) return t("refusal.unreachable");
    const key = `refusal.${error.code.replaceAll(".", "_")}`;
    return i18n.exists(key, { ns: "board" }) ? t(key) : error.message;
  }

  /** Sends and shows what will come of it. Returns why not, or null if it was done. */
  async function attempt(
    { appointment }: BoardJob,
    fields: Partial<Appointment>,
    send: () => Promise<void>,
  ): Promise<string | null> {
    expect(appointment.id, { version: appointment.version, fields });
    try {
      await send();
      return null;
    } catch (error) {
      expect(appointment.id, null);
      return reasonOf(error);
    }
  }

  async function plan(job: BoardJob, technicianId: Id, startsAt: Instant) {
    const { id, duration_min, technician_id, starts_at, status } = job.appointment;
    const planned = {
      status: "scheduled" as const,
      technician_id: technicianId,
      starts_at: startsAt,
      ends_at: new Date(Date.parse(startsAt) + duration_min * 60_000).toISOString(),
    };
    const refused = await attempt(job, planned, async () => {
      if (isTold(job)) await sendUnassign({ appointment_id: id });
      await sendAssign({ appointment_id: id, technician_id: technicianId, starts_at: startsAt });
    });
    if (refused) return showToast(refused);
    const before = status === "scheduled" && technician_id && starts_at ? { technician_id, starts_at } : null;
    showToast(t(before ? "done.moved" : "done.assigned", { title: job.title }), async () => {
      const undone = before
        ? await attempt(job, { ...before, status }, () => sendAssign({ appointment_id: id, ...before }))
        : await attempt(job, UNSCHEDULED, () => sendUnassign({ appointment_id: id }));
      if (undone) showToast(undone);
    });
  }

  async function unassign(job: BoardJob) {
    const { id, technician_id, starts_at } = job.appointment;
    const refused = await attempt(job, UNSCHEDULED, () => sendUnassign({ appointment_id: id }));
    if (refused) return showToast(refused);
    // Who was told of it has been told that it is off: that cannot be taken back.
    const undo = isTold(job) || !technician_id || !starts_at ? undefined : () => plan(job, technician_id, starts_at);
    showToast(t("done.unassigned", { title: job.title }), undo);
  }

  async function dispatch(jobs: readonly BoardJob[]) {
    const refusals: string[] = [];
    for (const job of jobs) {
      const refused = await attempt(job, { status: "dispatched" }, () => sendDispatch({ appointment_id: job.id }));
      if (refused) refusals.push(`${job.title}: ${refused}`);
    }
    showToast([t("done.dispatched", { count: jobs.length - refusals.length }), ...refusals.slice(0, 2)].join(" "));
  }

  async function cancel(job: BoardJob, reason: string) {
    const send = () => sendCancel({ appointment_id: job.id, reason });
    const refused = await attempt(job, { status: "canceled", reason }, send);
    showToast(refused ?? t("done.canceled", { title: job.title }));
  }

  return { actions: { plan, unassign, dispatch, cancel }, expected };
}
