import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { Account, Id, Priority, Site } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { instantAt } from "../../ui/format.ts";
import {
  Button,
  DateTimeField,
  List,
  ListRow,
  Select,
  Sheet,
  showToast,
  TextArea,
  TextField,
  useFormat,
} from "../../ui/index.ts";
import { AccountPicker } from "../accounts/AccountPicker.tsx";
import { formatAddress } from "../shared/place.ts";
import { useLocal } from "../shared/useLocal.ts";

const NONE = "none";
const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

interface NewJobSheetProps {
  /** Called with the new appointment. */
  onCreated: (appointmentId: Id) => void;
  onClose: () => void;
}

/** A job that somebody reports to the dispatcher: where first, then what. */
export default function NewJobSheet({ onCreated, onClose }: NewJobSheetProps) {
  const { t } = useTranslation("board");
  const [where, setWhere] = useState<{ account: Account; site: Site } | null>(null);
  if (where) return <JobForm {...where} onElsewhere={() => setWhere(null)} onCreated={onCreated} onClose={onClose} />;
  return (
    <Sheet title={t("newJobWhere")} isOpen onClose={onClose}>
      <AccountPicker position={null} onPick={(account, site) => setWhere({ account, site })} />
    </Sheet>
  );
}

interface JobFormProps extends NewJobSheetProps {
  account: Account;
  site: Site;
  onElsewhere: () => void;
}

function JobForm({ account, site, onElsewhere, onCreated, onClose }: JobFormProps) {
  const { t } = useTranslation("board");
  const { t: jobs } = useTranslation("jobs");
  const { t: states } = useTranslation("job-states");
  const { timeZone } = useFormat();
  const create = useCommand("work_order.create");
  const workTypes = useLocal("work-types", (db) => listDocuments(db, "work_type", {})) ?? [];
  const assets = useLocal(`site-assets/${site.id}`, (db) =>
    listDocuments(db, "asset", { account_id: account.id, site_id: site.id, status: "active" }),
  );
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [assetId, setAssetId] = useState<Id>(NONE);
  const [workTypeId, setWorkTypeId] = useState<Id>(NONE);
  const [priority, setPriority] = useState<Priority>("normal");
  const [due, setDue] = useState("");

  async function save() {
    const workType = workTypes.find(({ id }) => id === workTypeId);
    const [dueDate = "", dueTime = ""] = due.split("T");
    const appointmentId = newId();
    await create({
      id: newId(),
      appointment_id: appointmentId,
      site_id: site.id,
      asset_id: assetId === NONE ? null : assetId,
      work_type_id: workType?.id ?? null,
      ...(workType && { duration_min: workType.duration_min, skills: workType.skills }),
      title: title.trim(),
      description: description.trim() || null,
      priority,
      due_at: due ? instantAt(dueDate, dueTime, timeZone).toISOString() : null,
    });
    onClose();
    showToast(t("done.created", { title: title.trim() }));
    onCreated(appointmentId);
  }

  return (
    <Sheet
      title={t("newJob")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide isDisabled={title.trim() === ""} onPress={save}>
          {t("create")}
        </Button>
      }
    >
      <List>
        <ListRow
          icon="place"
          title={account.name}
          detail={formatAddress(site.address) || site.name}
          trailing={
            <Button variant="quiet" onPress={onElsewhere}>
              {t("change")}
            </Button>
          }
        />
      </List>
      <TextField
        label={jobs("titleField")}
        value={title}
        onChange={setTitle}
        placeholder={jobs("titleExample")}
        autoFocus
      />
      <Select
        label={jobs("workType")}
        choices={[
          { value: NONE, label: jobs("notKnown") },
          ...workTypes.map(({ id, name, duration_min }) => ({
            value: id,
            label: name,
            detail: t("minutes", { count: duration_min }),
          })),
        ]}
        value={workTypeId}
        onChange={setWorkTypeId}
      />
      {assets && assets.length > 0 && (
        <Select
          label={jobs("asset")}
          choices={[
            { value: NONE, label: jobs("noAsset") },
            ...assets.map(({ id, name, serial_number }) => ({ value: id, label: name, detail: serial_number })),
          ]}
          value={assetId}
          onChange={setAssetId}
        />
      )}
      <div className="field-pair">
        <DateTimeField type="datetime-local" label={t("filter.due")} value={due} onChange={setDue} />
        <Select
          label={t("filter.priority")}
          choices={PRIORITIES.map((value) => ({ value, label: states(`priority.${value}`) }))}
          value={priority}
          onChange={setPriority}
        />
      </div>
      <TextArea label={jobs("whatIsWrong")} value={description} onChange={setDescription} />
    </Sheet>
  );
}
