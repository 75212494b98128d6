import { useTranslation } from "react-i18next";
import type { Id } from "../../db/types.ts";
import { showToast } from "../../ui/index.ts";
import type { Land } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

/** As many as the server takes at a time. */
const AT_ONCE = 5_000;

/**
 * Hands accounts to a territory, and says so; undoing gives each back to where it was and does `alsoUndo`. Tells
 * whether it was done.
 */
export function useTakeAccounts(
  land: Land,
): (to: Id, accountIds: readonly Id[], alsoUndo?: () => Promise<string | null>) => Promise<boolean> {
  const { t } = useTranslation("territories");
  const take = useAsk("territory.take_accounts");

  async function takeAll(to: Id, ids: readonly Id[]): Promise<string | null> {
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const refused = await take({ territory_id: to, account_ids: ids.slice(first, first + AT_ONCE) });
      if (refused) return refused;
    }
    return null;
  }

  return async (to, accountIds, alsoUndo) => {
    const chosen = new Set(accountIds);
    const former = land.rows.flatMap(({ territory, own }) => {
      const ids = own.map(({ id }) => id).filter((id) => chosen.has(id));
      return ids.length > 0 ? [{ territoryId: territory.id, ids }] : [];
    });
    const refused = await takeAll(to, accountIds);
    const name = land.byId.get(to)?.territory.name ?? "";
    const done = t("moved", { accounts: t("accounts", { count: accountIds.length }), name });
    async function giveBack() {
      for (const { territoryId, ids } of former) {
        const reason = await takeAll(territoryId, ids);
        if (reason) return showToast(reason);
      }
      showToast((await alsoUndo?.()) ?? t("movedBack"));
    }
    showToast(refused ?? done, refused ? undefined : () => void giveBack());
    return refused === null;
  };
}
