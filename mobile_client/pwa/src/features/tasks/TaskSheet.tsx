import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Id, Task } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Button, DateTimeField, Select, Sheet, showToast, TextArea, TextField } from "../../ui/index.ts";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { useLocal } from "../shared/useLocal.ts";

interface TaskSheetProps {
  /** The one to change; null for a new one. */
  task: Task | null;
  accountId: Id | null;
  onClose: () => void;
}

/** What is to be done, by when and by whom. */
export function TaskSheet({ task, accountId, onClose }: TaskSheetProps) {
  const { t } = useTranslation("tasks");
  const create = useCommand("task.create");
  const update = useCommand("task.update");
  const reassign = useCommand("task.reassign");
  const userId = useSession()?.user.id ?? "";
  const manages = useMay("tasks.manage");
  const [title, setTitle] = useState(task?.title ?? "");
  const [notes, setNotes] = useState(task?.notes ?? "");
  const [dueOn, setDueOn] = useState(task?.due_on ?? "");
  const [assignee, setAssignee] = useState(task?.assignee_id ?? userId);
  const people = useLocal("people/active", (db) => listDocuments(db, "user", { active: true })) ?? [];
  const mayChange = !task || [task.assignee_id, task.created_by_id].includes(userId) || manages;
  const choices = people
    .map(({ id, name }) => ({ value: id, label: name }))
    .sort((a, b) => a.label.localeCompare(b.label));

  async function save() {
    const fields = { title: title.trim(), notes: notes.trim() || null, due_on: dueOn || null };
    if (!task) await create({ id: newId(), ...fields, assignee_id: assignee, account_id: accountId });
    else {
      const { title: before, notes: noted, due_on } = task;
      const changed = fields.title !== before || fields.notes !== noted || fields.due_on !== due_on;
      if (changed) await update({ task_id: task.id, ...fields });
      if (assignee !== task.assignee_id) await reassign({ task_id: task.id, assignee_id: assignee });
    }
    onClose();
    showToast(t("saved"));
  }

  return (
    <Sheet
      title={t(task ? "task" : "new")}
      isOpen
      onClose={onClose}
      footer={
        mayChange && (
          <Button variant="primary" wide icon="check" isDisabled={!title.trim()} onPress={save}>
            {t("save")}
          </Button>
        )
      }
    >
      {task && <RefusedBanner entity="task" id={task.id} />}
      <TextField label={t("title")} value={title} onChange={setTitle} isReadOnly={!mayChange} maxLength={200} />
      <DateTimeField type="date" label={t("due")} value={dueOn} onChange={setDueOn} />
      <Select label={t("who")} choices={choices} value={assignee} onChange={setAssignee} />
      <TextArea label={t("notes")} value={notes} onChange={setNotes} isReadOnly={!mayChange} />
    </Sheet>
  );
}
