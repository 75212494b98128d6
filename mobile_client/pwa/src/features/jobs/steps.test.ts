import { expect, it } from "vitest";
import { nextAction, possibleExits, stepsDone } from "./steps.ts";

it("leads from one step to the next", () => {
  expect(nextAction("dispatched")).toBe("accept");
  expect(nextAction("accepted")).toBe("travel");
  expect(nextAction("traveling")).toBe("start");
  expect(nextAction("in_progress")).toBe("complete");
  expect(nextAction("paused")).toBe("resume");
});

it("offers nothing for a job that has ended or that nobody was told", () => {
  expect(nextAction("completed")).toBeNull();
  expect(nextAction("scheduled")).toBeNull();
});

it("offers to decline only before it was accepted", () => {
  expect(possibleExits("dispatched")).toEqual(["decline"]);
  expect(possibleExits("accepted")).toEqual([]);
});

it("offers the ways a started job may end", () => {
  expect(possibleExits("traveling")).toEqual(["no_show"]);
  expect(possibleExits("in_progress")).toEqual(["complete_partially", "cannot_complete", "no_show"]);
  expect(possibleExits("paused")).toEqual(["complete_partially", "cannot_complete"]);
});

it("counts the steps that are done", () => {
  expect(stepsDone("dispatched")).toBe(0);
  expect(stepsDone("in_progress")).toBe(3);
  expect(stepsDone("completed")).toBe(4);
});
