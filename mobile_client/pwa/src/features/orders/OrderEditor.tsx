import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Mutation } from "../../db/database.ts";
import type { Account, DateOn, Id } from "../../db/types.ts";
import { newId } from "../../rules/ids.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { addDays } from "../../ui/format.ts";
import {
  Banner,
  Button,
  ChipChoice,
  EmptyState,
  Page,
  SearchField,
  showToast,
  useFormat,
  VirtualList,
} from "../../ui/index.ts";
import { useDraft } from "../shared/drafts.ts";
import { useReason } from "../shared/useReason.ts";
import { type Catalogue, type Offer, searchOffers } from "./catalogue.ts";
import { type OrderDraft, refusedLines, review, withQuantity } from "./draft.ts";
import { OfferRow } from "./OfferRow.tsx";
import { ReviewSheet } from "./ReviewSheet.tsx";

interface OrderEditorProps {
  account: Account;
  siteId: Id | null;
  visitId: Id | null;
  catalogue: Catalogue;
  draftKey: string;
  initial: OrderDraft;
  backTo: string;
  /** The refused order that this one is sent instead of. */
  mended: Mutation | null;
  /** A quote is written instead of an order. */
  quoting?: boolean;
  /** The quote that the order accepts. */
  quoteId?: Id | null;
}

const ALL = "all";
const CHOSEN = "chosen";
/** For how many days a quote is valid unless somebody says otherwise. */
const VALID_DAYS = 30;

export function OrderEditor({
  account,
  siteId,
  visitId,
  catalogue,
  draftKey,
  initial,
  backTo,
  mended,
  quoting = false,
  quoteId = null,
}: OrderEditorProps) {
  const { t } = useTranslation(["orders", "quotes"]);
  const format = useFormat();
  const reasonOf = useReason();
  const { online } = useSyncStatus();
  const [, navigate] = useLocation();
  const place = useCommand("order.place", { replaces: mended?.id });
  const write = useCommand("quote.write", { replaces: mended?.id });
  const { draft: stored, write: setDraft, clear: clearDraft } = useDraft<OrderDraft>(draftKey, initial);
  const draft = stored ?? initial;
  const [query, setQuery] = useState("");
  const [category, setCategory] = useState<string>(initial.lines.length > 0 ? CHOSEN : ALL);
  const [reviewing, setReviewing] = useState(quoteId !== null && !mended);
  const wanted = useDeferredValue(query);
  const { priceList } = catalogue;
  const validUntilOn = draft.valid_until_on ?? addDays(format.today(), VALID_DAYS);

  const reviewed = useMemo(() => review(draft, catalogue), [draft, catalogue]);
  const refused = useMemo(() => (mended ? refusedLines(mended) : new Map<Id, string>()), [mended]);
  const quantities = new Map(draft.lines.map((line) => [line.product_id, line.quantity]));
  const offers = useMemo(() => {
    if (category === CHOSEN && !wanted) return chosenOffers(draft, catalogue);
    return searchOffers(catalogue.orderable, wanted, category === ALL || category === CHOSEN ? null : category);
  }, [catalogue, wanted, category, draft]);

  function change(offer: Offer, quantity: number) {
    const before = draft;
    setDraft(withQuantity(draft, offer, quantity));
    if (quantity === 0) showToast(t("lineRemoved", { name: offer.product.name }), () => setDraft(before));
  }

  function title(): string {
    if (quoting) return t(mended ? "quotes:mend" : "quotes:new");
    if (mended) return t("mendOrder");
    return t(quoteId ? "quotes:accept" : "newOrder");
  }

  async function send() {
    if (!priceList) return;
    const id = newId();
    const wanted = {
      id,
      account_id: account.id,
      site_id: siteId,
      visit_id: visitId,
      price_list_id: priceList.id,
      lines: reviewed.lines.map(({ line, price_minor }) => ({
        id: newId(),
        product_id: line.product_id,
        quantity: line.quantity,
        unit_price_minor: price_minor,
      })),
      notes: draft.notes.trim() || null,
    };
    if (quoting) await write({ ...wanted, valid_until_on: validUntilOn });
    else await place({ ...wanted, quote_id: quoteId });
    clearDraft();
    setReviewing(false);
    navigate(`/${quoting ? "quotes" : "orders"}/${id}`, { replace: true, transition: true });
    if (quoting) showToast(t(online ? "quotes:written" : "quotes:writtenOffline"));
    else showToast(t(online ? "placed" : "placedOffline"));
  }

  return (
    <Page
      backTo={backTo}
      title={title()}
      kicker={account.name}
      footer={
        <div className="order-footer">
          <div aria-live="polite">
            <p className="order-total tabular">{format.money(reviewed.total_minor, priceList?.currency)}</p>
            <p className="muted">{t("lines", { count: draft.lines.length })}</p>
          </div>
          <Button variant="primary" isDisabled={draft.lines.length === 0} onPress={() => setReviewing(true)}>
            {t(quoting ? "quotes:review" : "review")}
          </Button>
        </div>
      }
    >
      {mended && (
        <Banner tone="bad" title={t(quoting ? "quotes:refused" : "refused")}>
          {reasonOf(mended)}
        </Banner>
      )}
      {!priceList && <Banner tone="warn" title={t("noPriceList")} />}
      <div className="search-bar">
        <SearchField label={t("searchProducts")} value={query} onChange={setQuery} />
        <ChipChoice
          label={t("category")}
          choices={[
            { value: ALL, label: t("all") },
            { value: CHOSEN, label: t("chosen", { count: draft.lines.length }) },
            ...catalogue.categories.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={category}
          onChange={setCategory}
        />
      </div>
      {offers.length === 0 ? (
        <EmptyState
          icon={category === CHOSEN ? "order" : "search"}
          title={t(category === CHOSEN ? "nothingChosen" : "noProduct")}
        />
      ) : (
        <VirtualList label={t("products")} items={offers} keyOf={({ product }) => product.id} rowHeight={85}>
          {(offer) => (
            <OfferRow
              offer={offer}
              currency={priceList?.currency}
              quantity={quantities.get(offer.product.id) ?? 0}
              refusal={refused.get(offer.product.id)}
              onChange={(quantity) => change(offer, quantity)}
            />
          )}
        </VirtualList>
      )}
      <ReviewSheet
        isOpen={reviewing}
        onClose={() => setReviewing(false)}
        account={account}
        currency={priceList?.currency}
        review={reviewed}
        refused={refused}
        notes={draft.notes}
        onNotes={(notes) => setDraft({ ...draft, notes })}
        onChange={change}
        onPlace={send}
        {...(quoting && {
          validUntilOn,
          onValidUntilOn: (day: DateOn) => setDraft({ ...draft, valid_until_on: day }),
        })}
      />
    </Page>
  );
}

function chosenOffers(draft: OrderDraft, { offers }: Catalogue): Offer[] {
  return draft.lines.map((line) => offers.get(line.product_id)).filter((offer) => offer !== undefined);
}
