import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay, useSession } from "../../db/hooks.ts";
import { Button, Section } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { readTasksOfDay } from "./readTasks.ts";
import { TaskList } from "./TaskList.tsx";
import { TaskSheet } from "./TaskSheet.tsx";

/** The person's tasks of a day, late ones too. */
export default function TasksOfDay({ date, from }: { date: string; from: string }) {
  const { t } = useTranslation("tasks");
  const userId = useSession()?.user.id ?? "";
  const mayWork = useMay("tasks.work");
  const [adding, setAdding] = useState(false);
  const items = useLocal(`tasks/${userId}/${date}`, (db) => readTasksOfDay(db, { userId, date, from }));
  if (!mayWork) return null;
  return (
    <Section title={t("tasks")}>
      {items && items.length > 0 && <TaskList items={items} withAccount />}
      <div className="button-row">
        <Button icon="task" onPress={() => setAdding(true)}>
          {t("new")}
        </Button>
      </div>
      {adding && <TaskSheet task={null} accountId={null} onClose={() => setAdding(false)} />}
    </Section>
  );
}
