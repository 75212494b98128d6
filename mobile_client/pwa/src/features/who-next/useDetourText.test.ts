import { createInstance } from "i18next";
import { expect, test } from "vitest";
import german from "../../i18n/de/who-next.json";
import english from "../../i18n/en/who-next.json";
import type { Leg } from "../../rules/travel.ts";
import { detourText } from "./useDetourText.ts";

const i18n = createInstance();
await i18n.init({ resources: { en: { "who-next": english }, de: { "who-next": german } } });

function inBoth(detour: Leg): string[] {
  const format = { distance: (metres: number) => `${metres / 1000} km` };
  return ["en", "de"].map((language) => detourText(detour, i18n.getFixedT(language, "who-next"), format));
}

test("what adds nothing to the road is on the way", () => {
  expect(inBoth({ metres: 0, seconds: 0 })).toEqual(["on your way", "liegt auf Ihrem Weg"]);
  // Straight lines are rounded each by itself.
  expect(inBoth({ metres: -1, seconds: -40 })).toEqual(["on your way", "liegt auf Ihrem Weg"]);
});

test("a little more is on the way, too, with its minutes", () => {
  expect(inBoth({ metres: 199, seconds: 60 })).toEqual([
    "on your way, 1 minute more",
    "liegt auf Ihrem Weg, 1 Minute mehr",
  ]);
});

test("a detour is told with its length and its minutes, if there are any", () => {
  expect(inBoth({ metres: 3000, seconds: 240 })).toEqual([
    "3 km and 4 minutes more on the road",
    "3 km und 4 Minuten mehr unterwegs",
  ]);
  expect(inBoth({ metres: 200, seconds: 20 })).toEqual(["0.2 km more on the road", "0.2 km mehr unterwegs"]);
});
