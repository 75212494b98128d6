import { useEffect, useState } from "react";
import { useSession } from "../../db/hooks.ts";
import type { Position } from "../../db/types.ts";
import { useFormat } from "../../ui/index.ts";
import type { Question } from "./next.worker.ts";
import type { Next } from "./nextVisits.ts";
import { placeKey } from "./useWorkingDay.ts";

/** The last answer, so that a screen one returns to is there at once. */
let last: { key: string; found: Next[] } | null = null;

/** Whom to visit next, following every change; `undefined` while it is reckoned for the first time. */
export function useNext(position: Position | null): Next[] | undefined {
  const session = useSession();
  const { timeZone } = useFormat();
  const [databaseName, userId] = [session?.databaseName ?? "", session?.user.id ?? ""];
  const key = `${databaseName}/${placeKey(position)}`;
  const [found, setFound] = useState(last?.key === key ? last.found : undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which position
  useEffect(() => {
    const worker = new Worker(new URL("./next.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Next[]>) => {
      last = { key, found: data };
      setFound(data);
    };
    const question: Question = { databaseName, userId, now: new Date().toISOString(), timeZone, position };
    worker.postMessage(question);
    return () => worker.terminate();
  }, [key, userId, timeZone]);
  return found;
}
