import { expect, test } from "vitest";
import { texts as moreGerman } from "./de.more.ts";
import { texts as firstGerman } from "./de.ts";
import { texts as moreEnglish } from "./en.more.ts";
import { texts as firstEnglish } from "./en.ts";

const german = { ...firstGerman, ...moreGerman };
const english = { ...firstEnglish, ...moreEnglish };

function keys(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? keys(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function texts(tree: object): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === "object" && value !== null ? texts(value) : [value]));
}

test("every text exists in both languages", () => {
  expect(keys(german).sort()).toEqual(keys(english).sort());
});

test("no text is empty", () => {
  expect([...texts(english), ...texts(german)].filter((text) => text.trim() === "")).toEqual([]);
});
