import { useTranslation } from "react-i18next";
import { useSearchParams } from "wouter";
import type { components } from "../../api/schema.d.ts";
import type { Database } from "../../db/database.ts";
import { listDocuments } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Id } from "../../db/types.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import { EmptyState, Page, Select, Skeleton } from "../../ui/index.ts";
import { unplacedOf } from "../call-cycle/callCycle.ts";
import { UnplacedVisits } from "../call-cycle/UnplacedVisits.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { Absences } from "./Absences.tsx";
import { HolidaysSection } from "./HolidaysSection.tsx";
import { WeekSection } from "./WeekSection.tsx";
import "./working-time.css";

/** When a person works: the week, the absences, and the holidays of all. */
export function WorkingTimePage() {
  const { t } = useTranslation("working-time");
  const own = useSession()?.user.id ?? "";
  const manages = useMay("working_time.manage");
  const [params, setParams] = useSearchParams();
  const wanted = params.get("person");
  const personId = manages && wanted ? wanted : own;
  const found = useLocal(`working-time/${personId}`, (db) => readWorkingTime(db, personId));
  const isOwn = personId === own;

  return (
    <Page wide title={t("title")} kicker={found?.person?.name} backTo="/me">
      {manages && found && (
        <div className="working-person">
          <Select
            label={t("person")}
            choices={found.people.map(({ id, name }) => ({ value: id, label: name }))}
            value={personId}
            onChange={(person) => setParams({ person }, { replace: true })}
          />
        </div>
      )}
      {!found && <Skeleton rows={6} />}
      {found && !found.person && <EmptyState icon="contact" title={t("noPerson")} />}
      {found?.person && (
        <div className="columns">
          <div className="column">
            <Absences person={found.person} absences={found.absences} mayEdit={isOwn || manages} isOwn={isOwn} />
            <WeekSection key={personId} person={found.person} week={found.week} mayEdit={manages} />
          </div>
          <div className="column">
            <VisitsWithoutDay personId={personId} />
            <HolidaysSection mayChoose={manages} />
          </div>
        </div>
      )}
    </Page>
  );
}

/** For who plans visits: what the call cycle could not place because the person does not work then. */
function VisitsWithoutDay({ personId }: { personId: Id }) {
  const plansVisits = useMay("visits.manage");
  const { answer } = useOnlineAnswer<components["schemas"]["Runs"]>(plansVisits ? "/call-cycle/runs?limit=1" : null);
  const unplaced = (answer?.items ?? [])
    .flatMap(unplacedOf)
    .filter(({ rep_id, reason }) => rep_id === personId && reason === "rep_away");
  if (unplaced.length === 0) return null;
  return <UnplacedVisits unplaced={unplaced} linkTo={({ account_id }) => `/accounts/${account_id}`} />;
}

async function readWorkingTime(db: Database, personId: Id) {
  const [users, weeks, absences] = await Promise.all([
    listDocuments(db, "user", {}),
    listDocuments(db, "working_week", { user_id: personId }),
    listDocuments(db, "absence", { user_id: personId }),
  ]);
  const people = users.filter(({ active }) => active).sort((a, b) => a.name.localeCompare(b.name));
  return { person: people.find(({ id }) => id === personId) ?? null, people, week: weeks[0] ?? null, absences };
}
