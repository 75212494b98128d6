import { documentKey } from "../../db/database.ts";
import type { Entity, Id } from "../../db/types.ts";
import { UnsentMark } from "../../ui/index.ts";
import { useLocal } from "./useLocal.ts";

export type Mark = "unsent" | "attention";
export type Marks = ReadonlyMap<string, Mark>;

const NONE: Marks = new Map();

/** Which records have changes that the server has not answered, or has refused. */
export function useMarks(): Marks {
  const marks = useLocal("marks", async (db) => {
    const found = new Map<string, Mark>();
    await db.mutations
      .where("state")
      .anyOf("unsent", "rejected", "failed", "merged")
      .each((mutation) => {
        for (const key of mutation.touches) {
          if (mutation.state !== "unsent") found.set(key, "attention");
          else if (!found.has(key)) found.set(key, "unsent");
        }
      });
    return found;
  });
  return marks ?? NONE;
}

export function RecordMark({ marks, entity, id }: { marks: Marks; entity: Entity; id: Id }) {
  const mark = marks.get(documentKey(entity, id));
  return mark ? <UnsentMark refused={mark === "attention"} /> : null;
}
