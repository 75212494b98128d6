import { expect, it } from "vitest";
import { addCorner, type Draft, insertCorner, moveCorner, removeCorner } from "./draft.ts";

const EMPTY: Draft = { polygons: [[[]]], drawing: true };
const corners = ({ polygons }: Draft) => polygons[0]?.[0];
const triangle = (
  [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as const
).reduce(addCorner, EMPTY);

it("grows by a corner at a time, kept to a tenth of a metre", () => {
  expect(corners(triangle)).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
  expect(corners(addCorner(EMPTY, [9.12345678, 47]))).toEqual([[9.123457, 47]]);
});

it("gets a corner between two others", () => {
  expect(corners(insertCorner(triangle, [0, 0, 1], [0.5, 0]))).toEqual([
    [0, 0],
    [0.5, 0],
    [1, 0],
    [1, 1],
  ]);
});

it("moves the corner that was dragged, and no other", () => {
  expect(corners(moveCorner(triangle, [0, 0, 2], [2, 2]))).toEqual([
    [0, 0],
    [1, 0],
    [2, 2],
  ]);
});

it("loses a corner; what is less than a triangle then begins anew", () => {
  const square = { ...addCorner(triangle, [0, 1]), drawing: false };
  expect(corners(removeCorner(square, [0, 0, 1]))).toEqual([
    [0, 0],
    [1, 1],
    [0, 1],
  ]);
  expect(removeCorner({ ...triangle, drawing: false }, [0, 0, 0])).toEqual(EMPTY);
});

it("loses a hole with its third corner, and keeps what is around it", () => {
  const ring = corners(triangle)!;
  const holed: Draft = { polygons: [[ring, ring]], drawing: false };
  expect(removeCorner(holed, [0, 1, 0]).polygons).toEqual([[ring]]);
});
