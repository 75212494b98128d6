import { expect, test } from "vitest";
import type { Effect, Mutation } from "../db/database.ts";
import { rebase } from "./overlay.ts";

const ID = "00000000-0000-7000-8000-000000000001";
const made: Effect = { entity: "site", id: ID, create: { id: ID, name: "Main house", access_notes: null } };
const noted: Effect = { entity: "site", id: ID, patch: { access_notes: "Ring twice" } };

const unsent = (...effects: Effect[]) => ({ state: "unsent", effects }) as Mutation;

test("what was done to a record shows though its mended creation is sent behind it", () => {
  const shown = rebase(null, "site", ID, [unsent(noted), unsent(made)]);
  expect(shown).toEqual({ id: ID, name: "Main house", access_notes: "Ring twice" });
});

test("the server's record counts more than its creation here", () => {
  const base = { id: ID, version: 1, name: "Annexe" };
  expect(rebase(base, "site", ID, [unsent(made), unsent(noted)])).toEqual({ ...base, access_notes: "Ring twice" });
});

test("a change of what is not here shows nothing", () => {
  expect(rebase(null, "site", ID, [unsent(noted)])).toBeNull();
});
