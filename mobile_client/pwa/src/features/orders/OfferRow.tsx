import { useTranslation } from "react-i18next";
import { Badge, IconButton, NumberStepper, useFormat } from "../../ui/index.ts";
import type { Offer } from "./catalogue.ts";

interface OfferRowProps {
  offer: Offer;
  currency: string | undefined;
  quantity: number;
  /** What the server said about this line when it refused the order. */
  refusal: string | undefined;
  onChange: (quantity: number) => void;
}

export function OfferRow({ offer, currency, quantity, refusal, onChange }: OfferRowProps) {
  const { t } = useTranslation("orders");
  const format = useFormat();
  const { product, price_minor } = offer;
  const withdrawn = product.status === "withdrawn";
  return (
    <div className="row" data-chosen={quantity > 0 || undefined}>
      <span className="row-text">
        <span className="row-title">{product.name}</span>
        <span className="row-detail tabular">
          {price_minor !== null && (
            <span className="row-line">
              {format.money(price_minor, currency)} / {product.unit}
            </span>
          )}
          <span className="row-line sku">{product.sku}</span>
        </span>
        {withdrawn && <Badge tone="bad">{t("withdrawn")}</Badge>}
        {refusal && !withdrawn && <span className="row-problem">{refusal}</span>}
      </span>
      {quantity > 0 ? (
        <NumberStepper label={product.name} value={quantity} max={99_999} onChange={onChange} />
      ) : (
        <span className="add-button">
          <IconButton icon="plus" label={t("add", { name: product.name })} onPress={() => onChange(1)} />
        </span>
      )}
    </div>
  );
}
