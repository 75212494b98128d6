import { useTranslation } from "react-i18next";
import type { Mutation } from "../../db/database.ts";

/** Why the server did not take a mutation as it was, in the person's language where the code is known here. */
export function useReason(): (mutation: Mutation) => string {
  const { t } = useTranslation("sync");
  return ({ state, result }) =>
    state === "rejected"
      ? t(`reason.${result?.code}`, { defaultValue: result?.message ?? t("reason.other") })
      : t(`reason.${state}`);
}
