import { useCallback } from "react";
import type { OnlineMutation, OnlineMutations } from "../db/types.ts";
import { newId } from "../rules/ids.ts";
import { getDatabase } from "../session/session.ts";
import { request } from "../session/tokens.ts";
import { pokeSync } from "./poke.ts";

export { Refused, Unreachable } from "../api/http.ts";

/**
 * An action that needs the server there and then, such as `const assign = useOnlineCommand("appointment.assign")`.
 * Rejects with `Unreachable` without signal and with `Refused` (its `code` says why) when a rule refuses it. The change
 * itself arrives by the sync that follows.
 */
export function useOnlineCommand<Name extends OnlineMutation>(
  name: Name,
): (args: OnlineMutations[Name]) => Promise<void> {
  return useCallback(
    async (args) => {
      const { method, path, body } = restOf(name, { ...args });
      await request(getDatabase(), method, path, { body, headers: { "Idempotency-Key": newId() } });
      pokeSync();
    },
    [name],
  );
}

interface RestRequest {
  method: "POST" | "PATCH";
  path: string;
  body: Record<string, unknown>;
}

/**
 * `appointment.assign` of a record is `POST /appointments/<id>/assign` with the other arguments; a create goes to the
 * collection, an update is a `PATCH` of the record.
 */
export function restOf(name: OnlineMutation, args: Record<string, unknown>): RestRequest {
  const [entity, action] = name.split(".") as [string, string];
  if (action === "create" || name === "territory_plan.propose" || name === "working_week.set")
    return { method: "POST", path: collectionOf(entity), body: args };
  if (name === "membership.add") {
    const { territory_id, ...body } = args;
    return { method: "POST", path: `/territories/${territory_id}/memberships`, body };
  }
  const { [`${entity}_id`]: id, ...body } = args;
  const path = `${collectionOf(entity)}/${id}`;
  if (action === "update") return { method: "PATCH", path, body };
  return { method: "POST", path: `${path}/${action.replaceAll("_", "-")}`, body };
}

function collectionOf(entity: string): string {
  return `/${entity.replaceAll("_", "-").replace(/(?<![aeiou])y$/, "ie")}s`;
}
