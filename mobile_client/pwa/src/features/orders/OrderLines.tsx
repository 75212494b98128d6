import { useTranslation } from "react-i18next";
import type { OrderLine } from "../../db/types.ts";
import { List, ListRow, Section, useFormat } from "../../ui/index.ts";

interface OrderLinesProps {
  lines: readonly OrderLine[];
  totalMinor: number;
  /** Empty where this phone does not know the price list. */
  currency: string;
}

/** What was ordered or quoted, and what it costs. */
export function OrderLines({ lines, totalMinor, currency }: OrderLinesProps) {
  const { t } = useTranslation("orders");
  const format = useFormat();
  const money = (amount: number) => format.money(amount, currency || undefined);
  return (
    <Section title={t("lines", { count: lines.length })}>
      <List label={t("orderLines")}>
        {lines.map((line) => (
          <ListRow
            key={line.id}
            title={line.name}
            detail={
              <span className="tabular">
                {line.quantity} × {money(line.unit_price_minor)} / {line.unit} · {line.sku}
              </span>
            }
            trailing={<span className="amount">{money(line.total_minor)}</span>}
          />
        ))}
      </List>
      <div className="total-line">
        <span>{t("total")}</span>
        <strong className="tabular">{money(totalMinor)}</strong>
      </div>
    </Section>
  );
}
