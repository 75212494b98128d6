import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useSession } from "../../db/hooks.ts";
import type { Account, Site, VisitKind } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { addDays, instantAt } from "../../ui/format.ts";
import { Button, ChipChoice, DateTimeField, RadioCards, Select, Sheet, TextField, useFormat } from "../../ui/index.ts";
import { formatAddress } from "../shared/place.ts";
import DayOffNote from "../working-time/DayOffNote.tsx";

const DURATIONS_MIN = [15, 30, 45, 60, 90];
const USUAL_MIN = 30;
const KINDS: readonly VisitKind[] = ["in_person", "phone"];

interface PlanVisitSheetProps {
  account: Account;
  sites: readonly Site[];
  onClose: () => void;
}

export function PlanVisitSheet({ account, sites, onClose }: PlanVisitSheetProps) {
  const { t } = useTranslation("visits");
  const format = useFormat();
  const plan = useCommand("visit.plan");
  const userId = useSession()?.user.id ?? "";
  const [, navigate] = useLocation();
  const [siteId, setSiteId] = useState(sites[0]?.id ?? "");
  const [date, setDate] = useState(() => addDays(format.today(), 1));
  const [time, setTime] = useState("09:00");
  const [minutes, setMinutes] = useState(String(USUAL_MIN));
  const [purpose, setPurpose] = useState("");
  const [kind, setKind] = useState<VisitKind>("in_person");

  async function save() {
    const id = newId();
    await plan({
      id,
      account_id: account.id,
      site_id: siteId,
      planned_start_at: instantAt(date, time, format.timeZone).toISOString(),
      duration_min: Number(minutes),
      purpose: purpose.trim() || null,
      kind,
    });
    onClose();
    navigate(`/visits/${id}`, { transition: true });
  }

  return (
    <Sheet
      title={t("plan")}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" wide isDisabled={!date || !time || !siteId} onPress={save}>
          {t("planIt")}
        </Button>
      }
    >
      <ChipChoice
        label={t("kindLabel")}
        choices={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))}
        value={kind}
        onChange={setKind}
      />
      {sites.length > 1 && (
        <RadioCards
          label={t("site")}
          choices={sites.map((site) => ({ value: site.id, label: site.name, detail: formatAddress(site.address) }))}
          value={siteId}
          onChange={setSiteId}
        />
      )}
      <div className="field-pair">
        <DateTimeField type="date" label={t("date")} value={date} onChange={setDate} min={format.today()} />
        <DateTimeField type="time" label={t("time")} value={time} onChange={setTime} />
      </div>
      <DayOffNote day={date} userId={userId} />
      <Select
        label={t("duration")}
        choices={DURATIONS_MIN.map((min) => ({ value: String(min), label: t("minutes", { count: min }) }))}
        value={minutes}
        onChange={setMinutes}
      />
      <TextField label={t("purpose")} value={purpose} onChange={setPurpose} placeholder={t("purposeExample")} />
    </Sheet>
  );
}
