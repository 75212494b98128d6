import { useTranslation } from "react-i18next";
import { readFile } from "../../sync/readFile.ts";
import { Refused } from "../../sync/useOnlineCommand.ts";
import { showToast } from "../../ui/index.ts";
import { pathOf } from "./figures.ts";
import type { Seen } from "./useFigures.ts";

/** Saves the table as the server writes it: with all columns, for other programs to read. */
export function useSaveCsv({ choice, now }: Seen): () => Promise<void> {
  const { t } = useTranslation("figures");
  return async () => {
    try {
      const url = URL.createObjectURL(await readFile(`${pathOf(choice, now, choice)}&format=csv`));
      const download = `${t("file")} ${now.from} ${now.to}.csv`;
      Object.assign(document.createElement("a"), { href: url, download }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      showToast(error instanceof Refused ? error.message : t("csvOffline"));
    }
  };
}
