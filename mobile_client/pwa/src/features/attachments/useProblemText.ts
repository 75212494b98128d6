import { useTranslation } from "react-i18next";
import type { Photo } from "./photos.ts";

/** Why a photo was refused and what to do, in the person's language where the code is known here. */
export function useProblemText(): (problem: Photo["problem"]) => string {
  const { t, i18n } = useTranslation("attachments");
  return (problem) => {
    const key = `problem.${problem?.code?.replaceAll(".", "_")}`;
    return i18n.exists(key, { ns: "attachments" }) ? t(key) : t("problem.other", { said: problem?.message ?? "" });
  };
}
