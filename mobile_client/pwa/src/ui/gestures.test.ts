import { expect, it } from "vitest";
import { isCurrent } from "./Page.tsx";
import { isDismissal } from "./useDragToDismiss.ts";
import { isSwipeBack } from "./useSwipeBack.ts";

it("closes a sheet that was dragged far, or flicked", () => {
  expect(isDismissal(150, 900)).toBe(true);
  expect(isDismissal(60, 80)).toBe(true);
});

it("lets a sheet spring back after a small or slow pull", () => {
  expect(isDismissal(60, 600)).toBe(false);
  expect(isDismissal(10, 5)).toBe(false);
});

it("goes back when the screen was pulled a third of the way", () => {
  expect(isSwipeBack(140, 390)).toBe(true);
  expect(isSwipeBack(60, 390)).toBe(false);
});

it("keeps a tab current on the screens below it", () => {
  expect(isCurrent("/accounts", "/accounts/1")).toBe(true);
  expect(isCurrent("/accounts", "/accounts-archive")).toBe(false);
});
