import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Account, Position, Site } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { Sheet } from "../../ui/index.ts";
import { AccountPicker } from "../accounts/AccountPicker.tsx";

interface UnplannedVisitProps {
  onClose: () => void;
  position: Position | null;
}

/** The person stands in front of a customer: pick who it is and go on to check in. */
export default function UnplannedVisit({ onClose, position }: UnplannedVisitProps) {
  const { t } = useTranslation("visits");
  const plan = useCommand("visit.plan");
  const [, navigate] = useLocation();

  async function begin(account: Account, site: Site) {
    const id = newId();
    await plan({
      id,
      account_id: account.id,
      site_id: site.id,
      planned_start_at: new Date().toISOString(),
      unplanned: true,
    });
    onClose();
    navigate(`/visits/${id}`, { transition: true });
  }

  return (
    <Sheet title={t("unplannedTitle")} isOpen onClose={onClose}>
      <AccountPicker position={position} onPick={begin} />
    </Sheet>
  );
}
