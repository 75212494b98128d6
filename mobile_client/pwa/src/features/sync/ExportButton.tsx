import { useLiveQuery } from "dexie-react-hooks";
import { useTranslation } from "react-i18next";
import { canExport, exportUnfinished } from "../../sync/actions.ts";
import { Button } from "../../ui/index.ts";

/** Saves what was not taken over as a file that only support can read. */
export function ExportButton({ unfinished }: { unfinished: number }) {
  const { t } = useTranslation("sync");
  const possible = useLiveQuery(canExport);
  if (unfinished === 0 || possible === undefined) return null;
  return (
    <div className="export">
      <Button icon="note" isDisabled={!possible} onPress={saveUnfinished}>
        {t("export")}
      </Button>
      <p className="muted">{t(possible ? "exportWhy" : "exportNotYet")}</p>
    </div>
  );
}

export async function saveUnfinished(): Promise<void> {
  const file = await exportUnfinished();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}
