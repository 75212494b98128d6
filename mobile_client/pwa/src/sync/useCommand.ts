import { useCallback } from "react";
import type { Id, OfflineMutation, OfflineMutations } from "../db/types.ts";
import { getDatabase, useSession } from "../session/session.ts";
import { record } from "./outbox.ts";
import { pokeSync } from "./poke.ts";
import { askToKeepStorage } from "./storage.ts";

/**
 * An action of the signed-in person, such as `const checkIn = useCommand("visit.check_in")`.
 *
 * Running it keeps the mutation and shows its effect at once, with or without signal; it is sent when it can be.
 * `replaces` names a refused mutation that the person has mended. Rejects with `RuleError` where a rule that the phone
 * knows refuses it, and with `StorageFull` where the phone has no room left.
 */
export function useCommand<Name extends OfflineMutation>(
  name: Name,
  { replaces }: { replaces?: Id | null | undefined } = {},
): (args: OfflineMutations[Name]) => Promise<Id> {
  const actorId = useSession()?.user.id;
  return useCallback(
    async (args) => {
      if (!actorId) throw new Error("nobody is signed in");
      const id = await record(getDatabase(), name, args, { actorId, replaces: replaces ?? undefined });
      pokeSync();
      void askToKeepStorage();
      return id;
    },
    [name, actorId, replaces],
  );
}
