import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Account } from "../../db/types.ts";
import { Button, Card, Facts, Section, useFormat } from "../../ui/index.ts";
import { useNow } from "../board/useNow.ts";
import { useLocal } from "../shared/useLocal.ts";
import { CallPlanSheet } from "./CallPlanSheet.tsx";
import { readPlanOf } from "./readPlans.ts";
import { usePlanWords } from "./usePlanWords.ts";

/** How often a customer is to be visited, when somebody was there last, and when somebody comes next. */
export function PlanOfAccount({ account }: { account: Account }) {
  const { t } = useTranslation("call-plans");
  const format = useFormat();
  const words = usePlanWords();
  const manages = useMay("visits.manage");
  const today = format.today();
  // To the hour: the visits themselves say when they change.
  const hour = useNow().toISOString().slice(0, 13);
  const found = useLocal(`plan-of/${account.id}/${hour}`, (db) => readPlanOf(db, account.id, today, hour));
  const reps = useLocal("reps/active", async (db) =>
    (await listDocuments(db, "user", { active: true }))
      .filter(({ roles }) => roles.includes("rep"))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  const [open, setOpen] = useState(false);
  if (!found) return null;
  const { plan, repName, last, next } = found;
  const own = plan?.account_id === account.id;
  return (
    <Section title={t("one")}>
      <Card>
        <Facts
          rows={[
            [t("plan"), plan ? plan.name : t("noPlan")],
            [t("often"), plan && [words.often(plan), words.when(plan)].filter(Boolean).join(" · ")],
            [t("rep"), repName],
            [t("last"), last ? format.date(last.checked_in_at ?? last.planned_start_at) : t("noLast")],
            [t("next"), next ? format.dateTime(next.planned_start_at) : t("noNext")],
          ]}
        />
      </Card>
      {manages && (
        <div className="button-row">
          <Button icon={own ? "edit" : "plus"} onPress={() => setOpen(true)}>
            {t(own ? "change" : "makeOwn")}
          </Button>
        </div>
      )}
      {open && (
        <CallPlanSheet
          row={own && plan ? { plan, account, rep: null } : null}
          account={account}
          reps={reps ?? []}
          onClose={() => setOpen(false)}
        />
      )}
    </Section>
  );
}
