import { expect, it } from "vitest";
import type { Membership, Territory } from "../db/types.ts";
import { ownerOn, ownersFrom, type People } from "./ownership.ts";

function member(user_id: string, starts_on: string, ends_on: string | null, owner = true): Membership {
  return { id: `${user_id}${starts_on}`, user_id, role: "rep", starts_on, ends_on, owner };
}

function territory(id: string, parent_id: string | null, ...members: Membership[]): Territory {
  return { id, parent_id, members } as unknown as Territory;
}

const area = territory("area", null, member("cy", "2026-01-01", null));
const village = territory(
  "village",
  "area",
  member("bob", "2026-12-01", "2026-12-31"),
  member("ada", "2026-01-01", "2026-11-30"),
  member("dan", "2026-01-01", null, false),
);
const people: People = {
  byId: new Map([area, village].map((each) => [each.id, each])),
  isActive: (id) => id !== "gone",
};

it("is the one member who owns the accounts on the day", () => {
  const owners = ["2026-11-30", "2026-12-01"].map((day) => ownerOn(village, people, day)?.userId);
  expect(owners).toEqual(["ada", "bob"]);
});

it("is the owner of the territory above where there is none", () => {
  expect(ownerOn(village, people, "2027-01-01")).toMatchObject({ userId: "cy", territory: { id: "area" } });
});

it("is nobody who has left the company", () => {
  expect(ownerOn(territory("t", null, member("gone", "2026-01-01", null)), people, "2026-06-01")).toBeNull();
});

it("lists those who follow in their order", () => {
  expect(ownersFrom(village, people, "2026-11-22").map(({ userId }) => userId)).toEqual(["ada", "bob"]);
});
