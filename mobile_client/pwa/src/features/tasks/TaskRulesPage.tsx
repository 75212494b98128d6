import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { TaskRule, VisitOutcome } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useOnlineCommand } from "../../sync/useOnlineCommand.ts";
import {
  Badge,
  Button,
  EmptyState,
  List,
  ListRow,
  Page,
  RadioCards,
  Select,
  Sheet,
  Skeleton,
  TextField,
} from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";

const TRIGGERS = ["visit_completed", "order_placed", "work_order_completed"] as const;
const OUTCOMES: readonly VisitOutcome[] = ["order", "no_order", "follow_up", "not_available"];
const ASSIGN_TO = ["doer", "account_rep"] as const;

/** When tasks come about by themselves, for those who decide it. */
export default function TaskRulesPage() {
  const { t } = useTranslation("tasks");
  const [open, setOpen] = useState<TaskRule | "new" | null>(null);
  const rules = useLocal("task-rules", async (db) =>
    (await listDocuments(db, "task_rule", {})).sort((a, b) => a.title.localeCompare(b.title)),
  );
  return (
    <Page
      title={t("rules")}
      backTo="/me"
      footer={
        <Button variant="primary" wide icon="plus" onPress={() => setOpen("new")}>
          {t("newRule")}
        </Button>
      }
    >
      {!rules && <Skeleton />}
      {rules?.length === 0 && <EmptyState icon="task" title={t("noRules")} />}
      {rules && rules.length > 0 && (
        <List label={t("rules")}>
          {rules.map((rule) => (
            <ListRow
              key={rule.id}
              icon="task"
              title={rule.title}
              muted={!rule.active}
              onPress={() => setOpen(rule)}
              detail={[
                t(`trigger.${rule.trigger}`),
                rule.outcome && t(`visits:outcome.${rule.outcome}`),
                t("inDays", { count: rule.due_in_days }),
                t(`assignTo.${rule.assign_to}`),
              ]
                .filter(Boolean)
                .join(" · ")}
              trailing={!rule.active && <Badge>{t("off")}</Badge>}
            />
          ))}
        </List>
      )}
      {open && <RuleSheet rule={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function RuleSheet({ rule, onClose }: { rule: TaskRule | null; onClose: () => void }) {
  const { t } = useTranslation("tasks");
  const create = useOnlineCommand("task_rule.create");
  const update = useOnlineCommand("task_rule.update");
  const { run, busy, problem } = useWhyNot();
  const [trigger, setTrigger] = useState<TaskRule["trigger"]>(rule?.trigger ?? "visit_completed");
  const [outcome, setOutcome] = useState<VisitOutcome | "any">(rule?.outcome ?? "any");
  const [title, setTitle] = useState(rule?.title ?? "");
  const [days, setDays] = useState(String(rule?.due_in_days ?? 7));
  const [assignTo, setAssignTo] = useState<TaskRule["assign_to"]>(rule?.assign_to ?? "doer");
  const dueInDays = Number(days);
  const wrongDays = days.trim() === "" || !Number.isInteger(dueInDays) || dueInDays < 0 || dueInDays > 366;
  const fields = {
    title: title.trim(),
    outcome: trigger === "visit_completed" && outcome !== "any" ? outcome : null,
    due_in_days: dueInDays,
    assign_to: assignTo,
  };

  const save = () =>
    run(async () => {
      if (rule) await update({ task_rule_id: rule.id, ...fields });
      else await create({ id: newId(), trigger, ...fields });
      onClose();
    });
  const toggle = ({ id, active }: TaskRule) =>
    run(async () => {
      await update({ task_rule_id: id, active: !active });
      onClose();
    });

  return (
    <Sheet
      title={t(rule ? "rule" : "newRule")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide busy={busy} isDisabled={!title.trim() || wrongDays} onPress={save}>
          {t("save")}
        </Button>
      }
    >
      {problem}
      {!rule && (
        <RadioCards
          label={t("when")}
          choices={TRIGGERS.map((value) => ({ value, label: t(`trigger.${value}`) }))}
          value={trigger}
          onChange={setTrigger}
        />
      )}
      {trigger === "visit_completed" && (
        <Select
          label={t("outcome")}
          choices={[
            { value: "any", label: t("anyOutcome") },
            ...OUTCOMES.map((value) => ({ value, label: t(`visits:outcome.${value}`) })),
          ]}
          value={outcome}
          onChange={(value) => setOutcome(value as VisitOutcome | "any")}
        />
      )}
      <TextField label={t("title")} value={title} onChange={setTitle} maxLength={200} />
      <TextField
        label={t("days")}
        inputMode="numeric"
        value={days}
        onChange={setDays}
        error={wrongDays ? t("noDays") : undefined}
      />
      <RadioCards
        label={t("who")}
        choices={ASSIGN_TO.map((value) => ({ value, label: t(`assignTo.${value}`) }))}
        value={assignTo}
        onChange={setAssignTo}
      />
      {rule && (
        <Button busy={busy} onPress={() => toggle(rule)}>
          {t(rule.active ? "switchOff" : "switchOn")}
        </Button>
      )}
    </Sheet>
  );
}
