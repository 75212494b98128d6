import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Membership, Role, Territory } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { Banner, Button, DateTimeField, Select, Sheet, showToast, useFormat } from "../../ui/index.ts";
import { type Land, peopleToChoose } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

const ROLES = ["rep", "technician", "dispatcher", "manager"] as const satisfies readonly Role[];

/** Lets somebody work in a territory from a day on. */
export function NewMemberSheet({
  territory,
  land,
  onClose,
}: {
  territory: Territory;
  land: Land;
  onClose: () => void;
}) {
  const { t } = useTranslation("territories");
  const add = useAsk("membership.add");
  const format = useFormat();
  const [role, setRole] = useState<(typeof ROLES)[number]>("rep");
  const [userId, setUserId] = useState<string | null>(null);
  const [startsOn, setStartsOn] = useState(format.today);
  const [endsOn, setEndsOn] = useState("");
  const { busy, refused, send } = useSending(onClose);
  const people = peopleToChoose(land, ({ active, roles }) => active && roles.includes(role));

  return (
    <Sheet
      title={t("addMemberTo", { name: territory.name })}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          busy={busy}
          isDisabled={!userId || !startsOn}
          onPress={() =>
            send(t("memberAdded"), () =>
              add({
                id: newId(),
                territory_id: territory.id,
                user_id: userId ?? "",
                role,
                starts_on: startsOn,
                ends_on: endsOn || null,
              }),
            )
          }
        >
          {t("addMember")}
        </Button>
      }
    >
      {refused && <Banner tone="bad" title={refused} />}
      <Select
        label={t("as")}
        choices={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={role}
        onChange={(next) => {
          setRole(next);
          setUserId(null);
        }}
      />
      {role === "rep" && <p className="muted">{t("helps")}</p>}
      <Select label={t("person")} choices={people} value={userId} onChange={setUserId} />
      <div className="field-pair">
        <DateTimeField type="date" label={t("from")} value={startsOn} onChange={setStartsOn} />
        <DateTimeField type="date" label={t("until")} value={endsOn} onChange={setEndsOn} min={startsOn} />
      </div>
    </Sheet>
  );
}

/** Sets somebody's last day in a territory. */
export function EndMemberSheet({ member, name, onClose }: { member: Membership; name: string; onClose: () => void }) {
  const { t } = useTranslation("territories");
  const end = useAsk("membership.end");
  const format = useFormat();
  const [endsOn, setEndsOn] = useState(format.today);
  const { busy, refused, send } = useSending(onClose);
  return (
    <Sheet
      title={t("endNamed", { name })}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          busy={busy}
          isDisabled={!endsOn}
          onPress={() => send(t("memberEnded"), () => end({ membership_id: member.id, ends_on: endsOn }))}
        >
          {t("end")}
        </Button>
      }
    >
      {refused && <Banner tone="bad" title={refused} />}
      <p className="muted">{t("endWhy")}</p>
      <DateTimeField type="date" label={t("lastDay")} value={endsOn} onChange={setEndsOn} min={member.starts_on} />
    </Sheet>
  );
}

/** Sending a form: it stays open with the reason when the server says no. */
export function useSending(onDone: () => void) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  async function send(done: string, ask: () => Promise<string | null>, undo?: () => void) {
    setBusy(true);
    const reason = await ask();
    setBusy(false);
    setRefused(reason);
    if (reason) return;
    onDone();
    showToast(done, undo);
  }
  return { busy, refused, send };
}
