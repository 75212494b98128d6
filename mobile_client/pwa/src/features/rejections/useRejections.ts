import { useCallback, useEffect, useState } from "react";
import type { Id } from "../../db/types.ts";
import { listRejections, type RejectionPage, settleRejection } from "../../sync/rejections.ts";

/** What one's people could not hand in, page by page; `trouble` when the server cannot be asked. */
export function useRejections(settled: boolean) {
  const [page, setPage] = useState<RejectionPage | null>(null);
  const [trouble, setTrouble] = useState(false);

  const load = useCallback(
    async (cursor?: string | null) => {
      try {
        const next = await listRejections({ settled, cursor: cursor ?? null });
        setPage((shown) => (cursor && shown ? { ...next, items: [...shown.items, ...next.items] } : next));
        setTrouble(false);
      } catch {
        setTrouble(true);
      }
    },
    [settled],
  );
  useEffect(() => {
    setPage(null);
    void load();
  }, [load]);

  async function settle(id: Id): Promise<void> {
    try {
      await settleRejection(id);
      setPage((shown) => shown && { ...shown, items: shown.items.filter((each) => each.id !== id) });
    } catch {
      setTrouble(true);
    }
  }

  return {
    rejections: page?.items,
    trouble,
    reload: () => void load(),
    more: page?.next_cursor ? () => load(page.next_cursor) : null,
    settle,
  };
}
