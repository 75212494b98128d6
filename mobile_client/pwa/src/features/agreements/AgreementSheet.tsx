import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../db/hooks.ts";
import type { Agreement } from "../../db/types.ts";
import { Button, Facts, Sheet, useFormat } from "../../ui/index.ts";
import type { Covered } from "./AgreementsOfAccount.tsx";
import { EndSheet } from "./EndSheet.tsx";
import { TermsSheet } from "./TermsSheet.tsx";

interface AgreementSheetProps extends Covered {
  agreement: Agreement;
  onClose: () => void;
}

/** What one agreement promises, to be read without signal too. */
export function AgreementSheet({ agreement, onClose, ...customer }: AgreementSheetProps) {
  const { t } = useTranslation("agreements");
  const format = useFormat();
  const mayManage = useMay("agreements.manage");
  const [doing, setDoing] = useState<"update" | "renew" | "end" | null>(null);
  const day = (date: string) => format.date(`${date}T12:00:00Z`);
  const hours = (count: number | null) => (count === null ? null : t("hours", { count }));
  const over = agreement.ends_on < format.today();
  const covered = [
    ...customer.sites.filter(({ id }) => agreement.site_ids.includes(id)),
    ...customer.assets.filter(({ id }) => agreement.asset_ids.includes(id)),
  ].map(({ name }) => name);

  if (doing === "end") return <EndSheet agreement={agreement} onClose={onClose} />;
  if (doing) return <TermsSheet {...customer} agreement={agreement} purpose={doing} onClose={onClose} />;
  return (
    <Sheet
      title={agreement.name}
      isOpen
      onClose={onClose}
      footer={
        mayManage && (
          <div className="button-row">
            <Button icon="edit" onPress={() => setDoing("update")}>
              {t("change")}
            </Button>
            {!over && !agreement.end_reason && (
              <Button icon="cancel" onPress={() => setDoing("end")}>
                {t("end")}
              </Button>
            )}
            {!agreement.renewed_by_id && (
              <Button variant="primary" onPress={() => setDoing("renew")}>
                {t("renew")}
              </Button>
            )}
          </div>
        )
      }
    >
      <Facts
        rows={[
          [t("number"), agreement.number],
          [t("days"), t("fromTo", { from: day(agreement.starts_on), to: day(agreement.ends_on) })],
          [t("covers"), covered.length > 0 ? covered.join(", ") : t("everything")],
          [t("response"), hours(agreement.response_hours)],
          [t("fix"), hours(agreement.fix_hours)],
          [t("visits"), agreement.visits_per_year > 0 ? t("perYear", { count: agreement.visits_per_year }) : null],
          [t("endReason"), agreement.end_reason],
        ]}
      />
      {agreement.coverage && <p className="card prose">{agreement.coverage}</p>}
    </Sheet>
  );
}
