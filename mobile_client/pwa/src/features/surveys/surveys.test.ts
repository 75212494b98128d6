import { expect, test } from "vitest";
import type { Survey } from "../../db/types.ts";
import { appliesTo, currentVersion } from "../../rules/surveys.ts";
import { type AnswerRow, asCsv, columnsOf, writeAnswer } from "./answersTable.ts";
import { emptyQuestion, moved, withKind } from "./editing.ts";
import { readNumber } from "./readNumber.ts";
import { isSigned } from "./signature.ts";

test.each([
  ["4.5", 4.5],
  ["4,5", 4.5],
  ["-3", -3],
  [" 12 ", 12],
  [".5", 0.5],
  ["", null],
  ["4.5.", "4.5."],
  ["warm", "warm"],
  ["1e9", "1e9"],
])("“%s” is read as %s", (text, read) => {
  expect(readNumber(text)).toBe(read);
});

const everywhere = { account_classes: [], purposes: [] };
const regular = { purpose: "Regular visit" };

test("a survey without conditions is for every visit", () => {
  expect(appliesTo(everywhere, { purpose: null }, null)).toBe(true);
});

test("a survey for a class is for accounts of that class", () => {
  const survey = { ...everywhere, account_classes: ["A" as const] };
  expect(appliesTo(survey, regular, { account_class: "A" })).toBe(true);
  expect(appliesTo(survey, regular, { account_class: "B" })).toBe(false);
  expect(appliesTo(survey, regular, null)).toBe(false);
});

test("purposes are compared as people write them", () => {
  const survey = { ...everywhere, purposes: [" regular Visit"] };
  expect(appliesTo(survey, regular, null)).toBe(true);
  expect(appliesTo(survey, { purpose: "Complaint" }, null)).toBe(false);
  expect(appliesTo(survey, { purpose: null }, null)).toBe(false);
});

test("the newest version is asked, and of a retired survey none", () => {
  const versions = [1, 2].map((number) => ({ number, questions: [], published_at: "2026-11-22T08:00:00Z" }));
  expect(currentVersion({ status: "published", versions } as unknown as Survey)?.number).toBe(2);
  expect(currentVersion({ status: "retired", versions } as unknown as Survey)).toBe(null);
  expect(currentVersion({ status: "draft", versions: [] } as unknown as Survey)).toBe(null);
});

test("a touch is no signature", () => {
  expect(isSigned([[{ x: 1, y: 1 }], [{ x: 9, y: 9 }]])).toBe(false);
  expect(isSigned([Array.from({ length: 12 }, (_, x) => ({ x, y: x }))])).toBe(true);
});

const fridge = { ...emptyQuestion("q1"), text: "Fridge", kind: "number" as const, unit: "°C" };
const shelf = { ...emptyQuestion("q2"), text: "Shelf", kind: "choices" as const, options: ["Eye", "Floor"] };
const words = { yes: "Yes", no: "No", pictures: (count: number) => `${count} pictures` };

test("a question of several versions is one column, as it was last worded", () => {
  const versions = [
    { number: 1, questions: [{ ...fridge, text: "Cold?" }, shelf], published_at: "" },
    { number: 2, questions: [fridge], published_at: "" },
  ];
  expect(columnsOf({ versions } as unknown as Survey).map(({ text }) => text)).toEqual(["Fridge", "Shelf"]);
});

test("answers are written for people", () => {
  expect(writeAnswer(fridge, 4.5, words)).toBe("4.5 °C");
  expect(writeAnswer(shelf, ["Eye", "Floor"], words)).toBe("Eye, Floor");
  expect(writeAnswer({ ...fridge, kind: "yes_no" }, false, words)).toBe("No");
  expect(writeAnswer({ ...fridge, kind: "photo" }, ["a", "b"], words)).toBe("2 pictures");
  expect(writeAnswer(fridge, undefined, words)).toBe("");
});

test("a CSV keeps commas and quotes, and no formula gets into a spreadsheet", () => {
  const answer = { answers: { q1: -3, q2: ["Eye", "Floor"] }, occurred_at: "now", survey_version: 2 };
  const row = { answer, account: '=1+1 "Adler"', person: "Mira" } as unknown as AnswerRow;
  expect(asCsv(["Date", "Customer", "Who", "Version"], [fridge, shelf], [row], words, (at) => at)).toBe(
    '\ufeffDate,Customer,Who,Version,Fridge,Shelf\r\nnow,"\'=1+1 ""Adler""",Mira,2,-3,"Eye, Floor"\r\n',
  );
});

test("a question that changes its kind loses what belongs to the kind before", () => {
  expect(withKind(shelf, "choice").options).toEqual(["Eye", "Floor"]);
  expect(withKind(shelf, "text").options).toEqual([]);
  expect(withKind(fridge, "text").unit).toBe(null);
});

test("a question moves up", () => {
  expect(moved([fridge, shelf], 1)).toEqual([shelf, fridge]);
});
