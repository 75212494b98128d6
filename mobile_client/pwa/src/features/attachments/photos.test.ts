import { expect, test } from "vitest";
import type { Mutation } from "../../db/database.ts";
import type { Attachment } from "../../db/types.ts";
import { judge } from "./photos.ts";

const pending = { status: "pending", reason: null } as Attachment;
const stored = { ...pending, status: "stored" } as Attachment;
const waiting = { state: "waiting", refusal: null } as const;
const here = { state: "here", refusal: null } as const;
const add = (fields: Partial<Mutation>) =>
  ({ name: "attachment.add", state: "unsent", result: null, ...fields }) as Mutation;

test("a photo is pending until its record and its content are sent", () => {
  expect(judge(pending, waiting, [add({})]).state).toBe("unsent");
  expect(judge(pending, here, [add({})]).state).toBe("unsent");
  expect(judge(pending, waiting, []).state).toBe("unsent");
  expect(judge(pending, here, []).state).toBe("sent");
  expect(judge(stored, undefined, []).state).toBe("sent");
});

test("a photo that another phone has not sent is on its way", () => {
  expect(judge(pending, undefined, []).state).toBe("elsewhere");
});

test("a refused record says why and can be tried again", () => {
  const refused = add({
    state: "rejected",
    result: { code: "record.not_found", message: "Gone." } as Mutation["result"],
  });
  expect(judge(pending, waiting, [refused])).toEqual({
    state: "refused",
    problem: { code: "record.not_found", message: "Gone." },
    mayRetry: true,
  });
});

test("a refused content says why, and can be tried again unless the phone has lost it", () => {
  const refused = (code: string) => ({ state: "refused", refusal: { code, message: "No." } }) as const;
  expect(judge(pending, refused("attachment.too_large"), [])).toMatchObject({ state: "refused", mayRetry: true });
  expect(judge(pending, refused("damaged"), [])).toMatchObject({ state: "refused", mayRetry: false });
});

test("what the server found in a content is final", () => {
  const infected = { ...pending, status: "refused", reason: "It carries a virus." } as Attachment;
  expect(judge(infected, here, [])).toEqual({
    state: "refused",
    problem: { code: null, message: "It carries a virus." },
    mayRetry: false,
  });
});
