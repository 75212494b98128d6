import { useTranslation } from "react-i18next";
import type { Mutation } from "../../db/database.ts";

/** Why the server refused a mutation, in the person's language where the code is known here. */
export function useReason(): (mutation: Mutation) => string {
  const { t, i18n } = useTranslation("ui");
  return ({ result }) => {
    const key = `refusal.${result?.code?.replaceAll(".", "_")}`;
    return i18n.exists(key, { ns: "ui" }) ? t(key) : (result?.message ?? t("refusal.unknown"));
  };
}
