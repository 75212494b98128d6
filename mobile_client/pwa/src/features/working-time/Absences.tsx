import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { Absence, Id, User } from "../../db/types.ts";
import { formatDays } from "../../ui/format.ts";
import { Badge, Banner, Button, EmptyState, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { AbsenceSheet } from "./AbsenceSheet.tsx";
import { lengthOf, openAbsences, visitsWithin } from "./workingTime.ts";

interface AbsencesProps {
  person: User;
  absences: readonly Absence[];
  mayEdit: boolean;
  isOwn: boolean;
}

/** The days on which a person does not work; noted with or without signal. */
export function Absences({ person, absences, mayEdit, isOwn }: AbsencesProps) {
  const { t } = useTranslation("working-time");
  const format = useFormat();
  const [open, setOpen] = useState<Absence | "new" | null>(null);
  const shown = openAbsences(absences, format.today());
  return (
    <Section
      title={t("absences")}
      action={
        mayEdit && (
          <Button variant="quiet" icon="plus" onPress={() => setOpen("new")}>
            {t("addAbsence")}
          </Button>
        )
      }
    >
      {shown.length === 0 ? (
        <EmptyState icon="calendar" title={t("noAbsences")}>
          {t(isOwn ? "noAbsencesOwn" : "noAbsencesOther")}
        </EmptyState>
      ) : (
        <List label={t("absences")}>
          {shown.map((absence) => (
            <AbsenceRow key={absence.id} absence={absence} onOpen={mayEdit ? () => setOpen(absence) : null} />
          ))}
        </List>
      )}
      {open && <AbsenceSheet absence={open === "new" ? null : open} person={person} onClose={() => setOpen(null)} />}
    </Section>
  );
}

function AbsenceRow({ absence, onOpen }: { absence: Absence; onOpen: (() => void) | null }) {
  const { t } = useTranslation("working-time");
  const { locale } = useFormat();
  const marks = useMarks();
  return (
    <ListRow
      icon="calendar"
      {...(onOpen && { onPress: onOpen })}
      title={formatDays(absence.starts_on, absence.ends_on, locale)}
      detail={
        <>
          <span className="row-line">{t("days", { count: lengthOf(absence) })}</span>
          <span className="badges">
            <VisitsOnTheseDays userId={absence.user_id} absence={absence} />
            <RecordMark marks={marks} entity="absence" id={absence.id} />
          </span>
        </>
      }
    />
  );
}

interface VisitsOnTheseDaysProps {
  userId: Id;
  absence: Pick<Absence, "starts_on" | "ends_on">;
  /** As a banner in a form, instead of a line. */
  inForm?: boolean;
}

/** What an absence does to the visits that are planned already. */
export function VisitsOnTheseDays({ userId, absence, inForm = false }: VisitsOnTheseDaysProps) {
  const { t } = useTranslation("working-time");
  const { timeZone } = useFormat();
  const visits = useLocal(`open-visits-of/${userId}`, (db) =>
    listDocuments(db, "visit", { rep_id: userId, status: ["planned", "confirmed"] }),
  );
  const { moving, staying } = visitsWithin(visits ?? [], absence, timeZone);
  if (moving + staying === 0) return null;
  const title = t("visitsWithin", { count: moving + staying });
  const what = [moving > 0 && t("moving", { count: moving }), staying > 0 && t("staying", { count: staying })];
  const words = what.filter(Boolean).join(" ");
  if (!inForm) {
    return (
      <Badge tone="warn" icon="warning">
        {title}
      </Badge>
    );
  }
  return (
    <Banner tone="warn" title={title}>
      <p>{words}</p>
    </Banner>
  );
}
