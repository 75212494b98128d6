import { expect, it } from "vitest";
import type { Site } from "../../db/types.ts";
import { movedBy, readDegrees, readPair, readWritten, surroundingsOf, writePlace } from "./sitePlace.ts";

const VADUZ = { lat: "47.1410", lng: "9.5209" };

it.each([
  "47.1410, 9.5209",
  "47.1410,9.5209",
  " 47.1410 9.5209\n",
  "47.1410\t9.5209",
  "47.1410; 9.5209",
  "47,1410 9,5209",
  "47,1410; 9,5209",
  "47,1410° N, 9,5209° O",
  "47.1410° N, 9.5209° E",
  "geo:47.1410,9.5209",
  "geo:47.1410,9.5209;u=35?z=19",
])("takes the pair %j apart", (text) => {
  expect(readPair(text)).toEqual(VADUZ);
});

it("knows the south and the west", () => {
  expect(readPair("33.8688° S, 70.6693° W")).toEqual({ lat: "-33.8688", lng: "-70.6693" });
  expect(readPair("-33.8688, -70.6693")).toEqual({ lat: "-33.8688", lng: "-70.6693" });
});

it.each(["", "47.1410", "47,1410", "47,14", "Vaduz", "47.1410, 9.5209, 3", "geo:Vaduz"])(
  "takes %j for no pair",
  (text) => {
    expect(readPair(text)).toBeNull();
  },
);

it("reads degrees with a point or a comma, within their bounds", () => {
  expect(readDegrees(" 47,1410 ", "lat")).toBe(47.141);
  expect(readDegrees("-90", "lat")).toBe(-90);
  expect(readDegrees("90.1", "lat")).toBeNull();
  expect(readDegrees("90.1", "lng")).toBe(90.1);
  expect(readDegrees("-180.5", "lng")).toBeNull();
  expect(readDegrees("9.52.09", "lng")).toBeNull();
  expect(readDegrees("", "lng")).toBeNull();
});

it("is a place only with both numbers, and keeps a tenth of a metre", () => {
  expect(readWritten({ lat: "47.14101234", lng: "9.5209" })).toEqual({ lat: 47.141012, lng: 9.5209 });
  expect(readWritten({ lat: "47.1410", lng: "" })).toBeNull();
  expect(writePlace(null)).toEqual({ lat: "", lng: "" });
});

it("says how far a site moves, if it was anywhere before and goes anywhere else", () => {
  const former = { lat: 47.141, lng: 9.5209 };
  expect(Math.round(movedBy(former, { lat: 47.142, lng: 9.5209 })!)).toBe(111);
  expect(movedBy(former, { ...former })).toBeNull();
  expect(movedBy(null, former)).toBeNull();
});

it("shows the other sites around, by their towns", () => {
  const site = (id: string, city: string | null, placed = true) =>
    ({ id, name: id, address: { city }, position: placed ? { lat: 47, lng: 9, accuracy_m: null } : null }) as Site;
  const shown = surroundingsOf(site("own", "Vaduz"), [
    site("own", "Vaduz"),
    site("near", "Vaduz"),
    site("far", "Balzers"),
    site("unknown", "Vaduz", false),
  ]);
  expect(shown.points?.map(({ name, id }) => [name, id])).toEqual([
    ["near", "Vaduz"],
    ["far", "Balzers"],
  ]);
  expect(shown.labels?.map(({ text }) => text)).toEqual(["Vaduz", "Balzers"]);
});
