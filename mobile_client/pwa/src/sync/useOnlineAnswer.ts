import { useCallback, useEffect, useState } from "react";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";

export interface OnlineAnswer<Answer> {
  answer: Answer | null;
  /** The server could not be reached, or did not answer. */
  failed: boolean;
  again: () => void;
}

/** What no device holds: asked of the server when it is shown, and again when `path` changes. Null asks for nothing. */
export function useOnlineAnswer<Answer>(path: string | null): OnlineAnswer<Answer> {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    let wanted = true;
    setFailed(false);
    if (path) {
      request<Answer>(getDatabase(), "GET", path).then(
        (found) => wanted && setAnswer(found),
        () => wanted && setFailed(true),
      );
    }
    return () => {
      wanted = false;
    };
  }, [path, attempt]);
  return { answer, failed, again: useCallback(() => setAttempt((count) => count + 1), []) };
}
