import { useState } from "react";
import { Checkbox } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Task } from "../../db/types.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Badge, Icon, RowContent, showToast, useFormat } from "../../ui/index.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import type { TaskItem } from "./readTasks.ts";
import { TaskSheet } from "./TaskSheet.tsx";
import "./tasks.css";

/** Tasks that can be ticked off and opened. `withAccount` names the customer of each. */
export function TaskList({ items, withAccount = false }: { items: readonly TaskItem[]; withAccount?: boolean }) {
  const { t } = useTranslation("tasks");
  const [open, setOpen] = useState<Task | null>(null);
  return (
    <>
      <ul className="list" aria-label={t("tasks")}>
        {items.map((item) => (
          <TaskRow key={item.task.id} item={item} withAccount={withAccount} onOpen={() => setOpen(item.task)} />
        ))}
      </ul>
      {open && <TaskSheet task={open} accountId={open.account_id} onClose={() => setOpen(null)} />}
    </>
  );
}

interface TaskRowProps {
  item: TaskItem;
  withAccount: boolean;
  onOpen: () => void;
}

function TaskRow({ item: { task, account }, withAccount, onOpen }: TaskRowProps) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const marks = useMarks();
  const complete = useCommand("task.complete");
  const reopen = useCommand("task.reopen");
  const args = { task_id: task.id };

  async function tick(done: boolean) {
    if (!done) {
      await reopen(args);
      return;
    }
    await complete(args);
    showToast(t("done"), () => void reopen(args));
  }

  const late = !task.done_at && task.due_on !== null && task.due_on < format.today();
  return (
    <li className="list-item task" data-done={task.done_at !== null || undefined}>
      <Checkbox
        className="task-tick"
        aria-label={t("tick", { title: task.title })}
        isSelected={task.done_at !== null}
        onChange={tick}
      >
        <span className="check-box" aria-hidden="true">
          <Icon name="check" size={16} />
        </span>
      </Checkbox>
      <RowContent
        title={task.title}
        onPress={onOpen}
        muted={task.done_at !== null}
        plain
        detail={
          <>
            {withAccount && account && <span className="row-line">{account.name}</span>}
            <span className="badges">
              {task.due_on && <Badge tone={late ? "warn" : "neutral"}>{format.day(task.due_on)}</Badge>}
              {task.rule_id && <Badge>{t("byRule")}</Badge>}
              <RecordMark marks={marks} entity="task" id={task.id} />
            </span>
          </>
        }
      />
    </li>
  );
}
