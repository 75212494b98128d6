import { useSyncExternalStore } from "react";

const WIDE = "(min-width: 900px)";

function follow(listener: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** Whether there is room for the board beside the list; below, the board is a list. */
export function useWide(): boolean {
  return useSyncExternalStore(follow, () => matchMedia(WIDE).matches);
}
