import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account, DateOn, Id } from "../../db/types.ts";
import { Banner, Button, DateTimeField, NumberStepper, Sheet, TextArea, useFormat } from "../../ui/index.ts";
import type { Offer } from "./catalogue.ts";
import type { Review, ReviewedLine } from "./draft.ts";

interface ReviewSheetProps {
  isOpen: boolean;
  onClose: () => void;
  account: Account;
  currency: string | undefined;
  review: Review;
  refused: ReadonlyMap<Id, string>;
  notes: string;
  onNotes: (notes: string) => void;
  onChange: (offer: Offer, quantity: number) => void;
  onPlace: () => Promise<void>;
  /** The last day of a quote; absent for an order. */
  validUntilOn?: DateOn;
  onValidUntilOn?: (day: DateOn) => void;
}

/** The whole order or quote once more, before it is placed or written. */
export function ReviewSheet(props: ReviewSheetProps) {
  const { isOpen, onClose, review, notes, onNotes, onPlace, validUntilOn, onValidUntilOn, ...rest } = props;
  const { t } = useTranslation(["orders", "quotes"]);
  const format = useFormat();
  const [placing, setPlacing] = useState(false);

  const quoting = onValidUntilOn !== undefined;
  const past = quoting && (validUntilOn ?? "") < format.today();

  async function place() {
    setPlacing(true);
    await onPlace().finally(() => setPlacing(false));
  }

  return (
    <Sheet
      title={t(quoting ? "quotes:review" : "reviewTitle")}
      isOpen={isOpen}
      onClose={onClose}
      footer={
        <>
          <div className="total-line">
            <span>{t("total")}</span>
            <strong className="tabular">{format.money(review.total_minor, rest.currency)}</strong>
          </div>
          <Button variant="primary" wide busy={placing} isDisabled={!review.orderable || past} onPress={place}>
            {t(quoting ? "quotes:write" : "place")}
          </Button>
        </>
      }
    >
      <p className="muted">{t("forAccount", { name: rest.account.name })}</p>
      {review.lines.length > 0 && !review.orderable && <Banner tone="bad" title={t("takeOutFirst")} />}
      {review.lines.length === 0 && <p className="muted">{t("nothingChosen")}</p>}
      <ul className="list" aria-label={t("orderLines")}>
        {review.lines.map((line) => (
          <ReviewRow key={line.line.id} reviewed={line} {...rest} />
        ))}
      </ul>
      {quoting && (
        <DateTimeField
          label={t("quotes:validUntil")}
          type="date"
          min={format.today()}
          value={validUntilOn ?? ""}
          onChange={onValidUntilOn}
          error={past ? t("quotes:validUntilPast") : undefined}
        />
      )}
      <TextArea label={t("notes")} value={notes} onChange={onNotes} rows={2} placeholder={t("notesExample")} />
    </Sheet>
  );
}

interface ReviewRowProps extends Pick<ReviewSheetProps, "currency" | "refused" | "onChange"> {
  reviewed: ReviewedLine;
}

function ReviewRow({ reviewed, currency, refused, onChange }: ReviewRowProps) {
  const { t } = useTranslation("orders");
  const format = useFormat();
  const { line, offer, price_minor, total_minor, problem } = reviewed;
  const name = offer?.product.name ?? t("unknownProduct");
  const told = format.money(line.told_minor, currency);
  const mark = problem ? t(`problem.${problem}`, { told }) : refused.get(line.product_id);
  return (
    <li className="list-item">
      <div className="row review-row">
        <span className="row-text">
          <span className="row-title">{name}</span>
          <span className="row-detail tabular">
            {format.money(price_minor, currency)}
            {offer && ` / ${offer.product.unit}`}
          </span>
          {mark && <span className="row-problem">{mark}</span>}
        </span>
        <span className="review-amount">
          <span className="tabular" data-void={(problem !== null && problem !== "priceChanged") || undefined}>
            {format.money(total_minor, currency)}
          </span>
          {offer && (problem === "withdrawn" || problem === "withoutPrice") ? (
            <Button variant="quiet" icon="discard" onPress={() => onChange(offer, 0)}>
              {t("takeOut", { name })}
            </Button>
          ) : (
            offer && (
              <NumberStepper
                label={name}
                value={line.quantity}
                max={99_999}
                onChange={(quantity) => onChange(offer, quantity)}
              />
            )
          )}
        </span>
      </div>
    </li>
  );
}
