import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Database } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import type { Account, Id } from "../../db/types.ts";
import { ChipChoice, RowContent, Section, useFormat, VirtualList } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { byReason, mendingOf, type Unplaced, type UnplacedReason } from "./callCycle.ts";

interface UnplacedVisitsProps {
  unplaced: readonly Unplaced[];
  /** Where a visit leads, instead of to where it can be mended. */
  linkTo?: typeof mendingOf;
}

/** The visits that have no day, with the reason; each leads to where it can be mended. */
export function UnplacedVisits({ unplaced, linkTo = mendingOf }: UnplacedVisitsProps) {
  const { t } = useTranslation("call-cycle");
  const format = useFormat();
  const [reason, setReason] = useState<UnplacedReason | "all">("all");
  const accountIds = [...new Set(unplaced.map(({ account_id }) => account_id))];
  const names = useLocal(`unplaced/${accountIds.join()}`, (db) => readNames(db, accountIds));
  const reasons = byReason(unplaced);
  const chosen = reasons.has(reason as UnplacedReason) ? reason : "all";
  const shown = unplaced.filter((one) => chosen === "all" || one.reason === chosen);
  return (
    <Section title={t("unplaced", { count: unplaced.length })}>
      {reasons.size > 1 && (
        <ChipChoice
          label={t("reasonLabel")}
          choices={[
            { value: "all", label: t("all", { count: unplaced.length }) },
            ...[...reasons].map(([value, count]) => ({ value, label: `${t(`short.${value}`)} ${count}` })),
          ]}
          value={chosen}
          onChange={setReason}
        />
      )}
      {names && (
        <VirtualList
          label={t("unplaced", { count: unplaced.length })}
          items={shown}
          keyOf={({ account_id, call_plan_id, first }) => account_id + call_plan_id + first}
          rowHeight={108}
        >
          {(one) => {
            const account = names.accounts.get(one.account_id);
            return (
              <RowContent
                to={linkTo(one, account?.territory_id ?? null)}
                title={account?.name ?? t("customer")}
                detail={
                  <>
                    <span className="row-line">
                      {[
                        t("between", { first: format.day(one.first), last: format.day(one.last) }),
                        one.rep_id && names.people.get(one.rep_id),
                      ]
                        .filter(Boolean)
                        .join(" · ")}
                    </span>
                    <span className="row-line unplaced-why">{t(`reason.${one.reason}`)}</span>
                    <span className="row-line">{t(`mend.${one.reason}`)}</span>
                  </>
                }
              />
            );
          }}
        </VirtualList>
      )}
    </Section>
  );
}

async function readNames(db: Database, accountIds: readonly Id[]) {
  const found = await Promise.all(accountIds.map((id) => getDocument(db, "account", id)));
  const accounts = found.filter((account): account is Account => account !== null);
  const users = await listDocuments(db, "user", {});
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    people: new Map(users.map(({ id, name }) => [id, name])),
  };
}
