import { useTranslation } from "react-i18next";
import type { Asset, WorkType } from "../../db/types.ts";
import { Badge, Card, Facts, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { WorkOrderStatusBadge } from "./JobBadges.tsx";
import type { JobView } from "./readJob.ts";

interface AssetCardProps {
  asset: Asset | null;
  workType: WorkType | null;
  history: JobView["assetHistory"];
}

/** The equipment, and what was done to it before. */
export function AssetCard({ asset, workType, history }: AssetCardProps) {
  const { t } = useTranslation("jobs");
  const format = useFormat();
  const warranty = asset?.warranty_ends_on ?? null;
  return (
    <>
      <Section
        title={asset ? t("asset") : t("workType")}
        action={
          warranty &&
          (warranty >= format.today() ? (
            <Badge tone="good">{t("inWarranty")}</Badge>
          ) : (
            <Badge tone="neutral">{t("outOfWarranty")}</Badge>
          ))
        }
      >
        <Card>
          {asset && <h3>{asset.name}</h3>}
          <Facts
            rows={[
              [t("serialNumber"), asset?.serial_number],
              [t("installedOn"), asset?.installed_on && format.date(asset.installed_on)],
              [t("warrantyEndsOn"), warranty && format.date(warranty)],
              [t("workType"), workType?.name],
            ]}
          />
          {asset?.notes && <p className="prose muted">{asset.notes}</p>}
        </Card>
      </Section>
      {history.length > 0 && (
        <Section title={t("assetHistory")}>
          <List label={t("assetHistory")}>
            {history.map(({ workOrder, notes }) => (
              <ListRow
                key={workOrder.id}
                title={workOrder.title}
                detail={
                  <>
                    <span className="row-line">
                      {[workOrder.number, format.date(workOrder.created_at)].filter(Boolean).join(" · ")}
                    </span>
                    {notes.map((text) => (
                      <span key={text} className="row-line">
                        {text}
                      </span>
                    ))}
                  </>
                }
                trailing={<WorkOrderStatusBadge status={workOrder.status} />}
              />
            ))}
          </List>
        </Section>
      )}
    </>
  );
}
