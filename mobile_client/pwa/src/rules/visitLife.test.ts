import { beforeEach, expect, test } from "vitest";
import { Database } from "../db/database.ts";
import { getDocument } from "../db/documents.ts";
import type { Entity, OfflineMutation, OfflineMutations } from "../db/types.ts";
import { record } from "../sync/outbox.ts";
import { plannedVisit } from "../testing/phone.ts";
import { newId } from "./ids.ts";

const ME = newId();
const NOW = "2026-11-22T08:00:00.000Z";
const COLD = {
  id: newId(),
  text: "How cold?",
  kind: "number",
  required: true,
  unit: "°C",
  min: -5,
  max: 12,
  options: [],
};

let db: Database;
let visit: ReturnType<typeof plannedVisit>;

beforeEach(async () => {
  db = new Database(`test-${newId()}`);
  visit = plannedVisit({ rep_id: ME });
  await here("visit", visit);
  await here("site", { id: visit.site_id, account_id: visit.account_id, position: { lat: 47.141, lng: 9.5209 } });
});

async function here(entity: Entity, doc: { id: string; [field: string]: unknown }): Promise<void> {
  await db.documents.put({ entity, id: doc.id, rev: 1, buckets: { org: 1 }, doc });
}

function act<Name extends OfflineMutation>(name: Name, args: OfflineMutations[Name]): Promise<string> {
  return record(db, name, args, { actorId: ME, now: new Date(NOW) });
}

test("a check-in far away is flagged without signal, by the organisation's own figure", async () => {
  const position = { lat: 47.1686, lng: 9.5086, accuracy_m: 20 };
  await act("visit.check_in", { visit_id: visit.id, position });
  expect(await getDocument(db, "visit", visit.id)).toMatchObject({ distance_m: 3207, far_away: true });
  await here("organisation", { id: newId(), far_away_m: 5000 });
  const other = plannedVisit({ rep_id: ME, site_id: visit.site_id });
  await here("visit", other);
  await act("visit.check_in", { visit_id: other.id, position });
  expect(await getDocument(db, "visit", other.id)).toMatchObject({ distance_m: 3207, far_away: false });
});

test("a call is made from anywhere", async () => {
  await act("visit.reschedule", { visit_id: visit.id, kind: "phone" });
  await act("visit.check_in", { visit_id: visit.id, position: { lat: 0, lng: 0, accuracy_m: null } });
  expect(await getDocument(db, "visit", visit.id)).toMatchObject({ kind: "phone", far_away: false });
});

test("answers are checked by the version that was asked, and empty ones are not kept", async () => {
  const survey_id = newId();
  const note = { ...COLD, id: newId(), kind: "text", required: false };
  const versions = [
    { number: 1, questions: [COLD, note], published_at: NOW },
    { number: 2, questions: [{ ...COLD, max: 4 }], published_at: NOW },
  ];
  await here("survey", { id: survey_id, versions });
  const id = newId();
  const given = { id, survey_id, survey_version: 1, visit_id: visit.id };
  await expect(act("survey.answer", { ...given, answers: {} })).rejects.toThrow("survey.answers_invalid");
  await expect(act("survey.answer", { ...given, survey_version: 3, answers: {} })).rejects.toThrow(
    "survey.version_unknown",
  );
  await act("survey.answer", { ...given, answers: { [COLD.id]: 8, [note.id]: "  " } });
  expect(await getDocument(db, "survey_answer", id)).toMatchObject({
    account_id: visit.account_id,
    answers: { [COLD.id]: 8 },
    answered_by_id: ME,
    occurred_at: NOW,
    corrected_at: null,
  });
  await act("survey_answer.update", { survey_answer_id: id, answers: { [COLD.id]: 5 } });
  expect(await getDocument(db, "survey_answer", id)).toMatchObject({ answers: { [COLD.id]: 5 }, corrected_at: NOW });
});

test("an observation says something, and is hidden at once when it is taken away", async () => {
  const id = newId();
  const seen = { id, account_id: visit.account_id, kind: "shelf" as const };
  await expect(act("observation.add", { ...seen, competitor: "Bergbohne" })).rejects.toThrow("observation.empty");
  await act("observation.add", { ...seen, product: "Tea", facings: 2 });
  await expect(act("observation.update", { observation_id: id, product: " " })).rejects.toThrow("observation.empty");
  await act("observation.remove", { observation_id: id });
  expect(await getDocument(db, "observation", id)).toMatchObject({ product: "Tea", facings: 2, removed: true });
});

test("a task is one's own unless said otherwise, about the account of its visit, and can be ticked and opened again", async () => {
  const id = newId();
  await act("task.create", { id, title: "Send the offer", source: "visit", source_id: visit.id });
  expect(await getDocument(db, "task", id)).toMatchObject({ assignee_id: ME, account_id: visit.account_id });
  await act("task.complete", { task_id: id });
  expect(await getDocument(db, "task", id)).toMatchObject({ done_at: NOW, done_by_id: ME });
  await act("task.reopen", { task_id: id });
  expect(await getDocument(db, "task", id)).toMatchObject({ done_at: null, done_by_id: null });
});
