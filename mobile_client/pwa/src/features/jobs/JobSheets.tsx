import { useTranslation } from "react-i18next";
import { List, ListRow, ReasonSheet, Sheet, showToast } from "../../ui/index.ts";
import { FinishSheet } from "./FinishSheet.tsx";
import type { DraftPart } from "./parts.ts";
import type { JobView } from "./readJob.ts";
import { type Exit, possibleExits } from "./steps.ts";
import { useJobActions } from "./useJobActions.ts";

export type JobSheet = "complete" | "exit" | "pause" | Exit;

/** What the technician has noted and used so far, kept on the phone until the job ends. */
export interface JobDraft {
  notes: string;
  parts: DraftPart[];
}

interface JobSheetsProps {
  view: JobView;
  draft: JobDraft;
  onDraft: (draft: JobDraft) => void;
  onDraftHandled: () => void;
  sheet: JobSheet | null;
  onOpen: (sheet: JobSheet) => void;
  onClose: () => void;
}

export function JobSheets({
  view: { appointment },
  draft,
  onDraft,
  onDraftHandled,
  sheet,
  onOpen,
  onClose,
}: JobSheetsProps) {
  const { t } = useTranslation("jobs");
  const actions = useJobActions(appointment.id);
  const reasons = (of: string) => Object.values(t(`reasons.${of}`, { returnObjects: true }) as Record<string, string>);

  if (sheet === "complete" || sheet === "complete_partially") {
    return (
      <FinishSheet
        appointmentId={appointment.id}
        partly={sheet === "complete_partially"}
        reasons={reasons("complete_partially")}
        draft={draft}
        onDraft={onDraft}
        onDraftHandled={onDraftHandled}
        onClose={onClose}
      />
    );
  }
  if (sheet === "exit") {
    return (
      <Sheet title={t("otherOutcome")} isOpen onClose={onClose}>
        <List label={t("otherOutcome")}>
          {possibleExits(appointment.status).map((exit) => (
            <ListRow
              key={exit}
              title={t(`action.${exit}`)}
              detail={t(`explain.${exit}`)}
              onPress={() => onOpen(exit)}
            />
          ))}
        </List>
      </Sheet>
    );
  }
  const withReason = {
    pause: (reason: string) => actions.pause(reason),
    decline: (reason: string) => actions.decline(reason),
    cannot_complete: (reason: string) => actions.cannotComplete(reason, draft.notes || null),
    no_show: (reason: string) => actions.noShow(reason),
  };
  if (!sheet) return null;
  return (
    <ReasonSheet
      title={t(`action.${sheet}`)}
      reasons={reasons(sheet)}
      confirm={t(`action.${sheet}`)}
      danger={sheet !== "pause"}
      isOpen
      onClose={onClose}
      onConfirm={async (reason) => {
        await withReason[sheet](reason);
        if (sheet === "cannot_complete") onDraftHandled();
        showToast(t(`done.${sheet}`));
      }}
    />
  );
}
