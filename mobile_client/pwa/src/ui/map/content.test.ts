import { expect, it } from "vitest";
import { boundsOf, colorOf, labelsOf, outlineOf } from "./content.ts";

const square = [
  { lat: 0, lng: 0 },
  { lat: 0, lng: 2 },
  { lat: 2, lng: 2 },
  { lat: 2, lng: 0 },
];

it("draws the outline around places, without those inside", () => {
  expect(outlineOf([...square, { lat: 1, lng: 1 }])).toEqual({
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  });
});

it("draws no outline around a line, a point or nothing", () => {
  const line = [1, 2, 3].map((step) => ({ lat: step, lng: step }));
  expect([outlineOf(line), outlineOf(line.slice(0, 1)), outlineOf([])]).toEqual([null, null, null]);
});

it("finds the box around areas, points and stops", () => {
  const area = { id: "a", color: "red", geometry: outlineOf(square)! };
  const stop = { id: "s", label: "1", name: "Adler", done: false, lat: -1, lng: 5 };
  expect(boundsOf({ areas: [area], stops: [stop] })).toEqual([0, -1, 5, 2]);
  expect(boundsOf({})).toBeNull();
});

it("names each town in the middle of its sites, the largest first", () => {
  const sites = [
    { city: "Vaduz", position: { lat: 1, lng: 1 } },
    { city: "Schaan", position: { lat: 4, lng: 4 } },
    { city: "Schaan", position: { lat: 6, lng: 8 } },
    { city: "Schaan", position: null },
    { city: null, position: { lat: 9, lng: 9 } },
  ];
  expect(labelsOf(sites)).toEqual([
    { text: "Schaan", lat: 5, lng: 6 },
    { text: "Vaduz", lat: 1, lng: 1 },
  ]);
});

it("gives neighbours different colours", () => {
  expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(colorOf)).size).toBe(8);
});
