import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../db/hooks.ts";
import type { Id } from "../../db/types.ts";
import { Button, Section } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { readTasksOfAccount } from "./readTasks.ts";
import { TaskList } from "./TaskList.tsx";
import { TaskSheet } from "./TaskSheet.tsx";

/** What is to be done for a customer, by whomever. */
export function TasksOfAccount({ accountId }: { accountId: Id }) {
  const { t } = useTranslation("tasks");
  const mayWork = useMay("tasks.work");
  const [adding, setAdding] = useState(false);
  const items = useLocal(`tasks/of/${accountId}`, (db) => readTasksOfAccount(db, accountId));
  return (
    <Section title={t("tasks")}>
      {items && items.length > 0 && <TaskList items={items} />}
      {mayWork && (
        <div className="button-row">
          <Button icon="task" onPress={() => setAdding(true)}>
            {t("new")}
          </Button>
        </div>
      )}
      {adding && <TaskSheet task={null} accountId={accountId} onClose={() => setAdding(false)} />}
    </Section>
  );
}
