import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Territory } from "../../db/types.ts";
import { Banner, Button, DateTimeField, Select, Sheet, useFormat } from "../../ui/index.ts";
import { useSending } from "./MemberSheets.tsx";
import { type Land, peopleToChoose } from "./territories.ts";
import { useAsk } from "./useAsk.ts";

/** Lets a rep own the customers of a territory from a day on, instead of who owned them. */
export function OwnerSheet({ territory, land, onClose }: { territory: Territory; land: Land; onClose: () => void }) {
  const { t } = useTranslation("territories");
  const change = useAsk("territory.change_owner");
  const format = useFormat();
  const [userId, setUserId] = useState<string | null>(null);
  const [startsOn, setStartsOn] = useState(format.today);
  const { busy, refused, send } = useSending(onClose);
  const reps = peopleToChoose(land, ({ active, roles }) => active && roles.includes("rep"));
  return (
    <Sheet
      title={t("changeOwner.title", { name: territory.name })}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          busy={busy}
          isDisabled={!userId || !startsOn}
          onPress={() =>
            send(t("changeOwner.done"), () =>
              change({ territory_id: territory.id, user_id: userId ?? "", starts_on: startsOn }),
            )
          }
        >
          {t("changeOwner.confirm")}
        </Button>
      }
    >
      {refused && <Banner tone="bad" title={refused} />}
      <p className="muted">{t("changeOwner.why")}</p>
      <Select label={t("changeOwner.who")} choices={reps} value={userId} onChange={setUserId} />
      <DateTimeField type="date" label={t("from")} value={startsOn} onChange={setStartsOn} min={format.today()} />
    </Sheet>
  );
}
