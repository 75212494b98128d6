import { useCallback, useEffect, useState } from "react";

export interface StorageState {
  /** The browser has promised not to clear the data away by itself. */
  kept: boolean;
  /** In bytes; undefined where the browser does not say. */
  used: number | undefined;
  quota: number | undefined;
}

/** How this device keeps its data; null while it is found out, or where the browser cannot say. */
export function useStorage(): { storage: StorageState | null; keep: () => void } {
  const [storage, setStorage] = useState<StorageState | null>(null);
  const look = useCallback(async () => {
    if (!navigator.storage?.persisted) return;
    const [kept, { usage, quota }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
    setStorage({ kept, used: usage, quota });
  }, []);
  useEffect(() => void look(), [look]);
  const keep = useCallback(() => void navigator.storage.persist().then(look), [look]);
  return { storage, keep };
}
