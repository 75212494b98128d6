import { useTranslation } from "react-i18next";
import type { OnlineMutation, OnlineMutations } from "../../db/types.ts";
import { Refused, useOnlineCommand } from "../../sync/useOnlineCommand.ts";

/** Asks the server to do something. Resolves with why it did not, in the person's words, or with null when it is done. */
export function useAsk<Name extends OnlineMutation>(
  name: Name,
): (args: OnlineMutations[Name]) => Promise<string | null> {
  const { t, i18n } = useTranslation("territories");
  const send = useOnlineCommand(name);
  return async (args) => {
    try {
      await send(args);
      return null;
    } catch (error) {
      if (!(error instanceof Refused)) return t("refusal.unreachable");
      const key = `refusal.${error.code.replaceAll(".", "_")}`;
      if (i18n.exists(key, { ns: "territories" })) return t(key);
      return Object.values(error.fields ?? {})[0]?.[0] ?? error.message;
    }
  };
}
