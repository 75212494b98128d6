import type { Entity } from "../db/types.ts";

/** The version of the wire format that this app speaks. */
export const SCHEMA_VERSION = 1;

/**
 * What each edition of the app learned to use since the one before it: entities that were new to it, or of which it
 * learned a field. One that was released stays as it is; who teaches the app something appends an edition.
 */
export const EDITIONS: readonly (readonly Entity[])[] = [
  [],
  ["conflict", "attachment"],
  ["organisation", "visit", "survey", "survey_answer", "observation", "task", "task_rule", "territory_plan"],
  ["call_plan", "absence", "working_week", "quote", "order", "agreement"],
];

/** The entities that an app that stood at `edition` (counted from 1) has learned since. */
export function learnedSince(edition: number, editions: readonly (readonly Entity[])[] = EDITIONS): Entity[] {
  return [...new Set(editions.slice(edition).flat())];
}
