import { useState } from "react";
import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import type { Account, Asset, Priority, Site } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Button, RadioCards, Select, Sheet, showToast, TextArea, TextField } from "../../ui/index.ts";
import { formatAddress } from "../shared/place.ts";
import { useLocal } from "../shared/useLocal.ts";

interface NewJobSheetProps {
  account: Account;
  sites: readonly Site[];
  assets: readonly Asset[];
  onClose: () => void;
}

const NONE = "none";
const PRIORITIES: readonly Priority[] = ["low", "normal", "high", "urgent"];

/** Reports work to be done; the dispatcher decides who goes and when. */
export function NewJobSheet({ account, sites, assets, onClose }: NewJobSheetProps) {
  const { t } = useTranslation("jobs");
  const { t: states } = useTranslation("job-states");
  const create = useCommand("work_order.create");
  const workTypes = useLocal("work-types", (db) => listDocuments(db, "work_type", {})) ?? [];
  const [siteId, setSiteId] = useState(sites[0]?.id ?? "");
  const [assetId, setAssetId] = useState(NONE);
  const [workTypeId, setWorkTypeId] = useState(NONE);
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const here = assets.filter((asset) => asset.site_id === siteId);
  const workType = workTypes.find(({ id }) => id === workTypeId);

  async function save() {
    await create({
      id: newId(),
      appointment_id: newId(),
      site_id: siteId,
      asset_id: assetId === NONE ? null : assetId,
      work_type_id: workType?.id ?? null,
      ...(workType && { duration_min: workType.duration_min, skills: workType.skills }),
      title: title.trim(),
      description: description.trim() || null,
      priority,
    });
    onClose();
    showToast(t("reported"));
  }

  return (
    <Sheet
      title={t("newJob")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide isDisabled={title.trim() === "" || siteId === ""} onPress={save}>
          {t("report")}
        </Button>
      }
    >
      <p className="muted">{account.name}</p>
      {sites.length > 1 && (
        <RadioCards
          label={t("site")}
          choices={sites.map((site) => ({ value: site.id, label: site.name, detail: formatAddress(site.address) }))}
          value={siteId}
          onChange={(id) => {
            setSiteId(id);
            setAssetId(NONE);
          }}
        />
      )}
      {here.length > 0 && (
        <RadioCards
          label={t("asset")}
          choices={[
            ...here.map((asset) => ({ value: asset.id, label: asset.name, detail: asset.serial_number })),
            { value: NONE, label: t("noAsset") },
          ]}
          value={assetId}
          onChange={setAssetId}
        />
      )}
      <TextField label={t("titleField")} value={title} onChange={setTitle} placeholder={t("titleExample")} />
      <TextArea label={t("whatIsWrong")} value={description} onChange={setDescription} />
      {workTypes.length > 0 && (
        <Select
          label={t("workType")}
          choices={[
            { value: NONE, label: t("notKnown") },
            ...workTypes.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={workTypeId}
          onChange={setWorkTypeId}
        />
      )}
      <Select
        label={t("priorityField")}
        choices={PRIORITIES.map((value) => ({ value, label: states(`priority.${value}`) }))}
        value={priority}
        onChange={setPriority}
      />
    </Sheet>
  );
}
