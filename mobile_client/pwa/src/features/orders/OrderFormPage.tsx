import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import type { Mutation } from "../../db/database.ts";
import { getDocument } from "../../db/documents.ts";
import type { Account, Id, OfflineMutations, Quote } from "../../db/types.ts";
import { Page, Skeleton } from "../../ui/index.ts";
import { AccountPicker } from "../accounts/AccountPicker.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { atQuotedPrices, readCatalogue } from "./catalogue.ts";
import { draftOf, EMPTY_DRAFT } from "./draft.ts";
import { OrderEditor } from "./OrderEditor.tsx";

/**
 * Takes an order, or writes a quote: `?account=` (and `site`, `visit`) for a new one, `?mend=` with a refused mutation's id
 * to mend that one, `?quote=` to order what was quoted, or to quote it again; with none of them, the customer is chosen
 * first.
 */
export default function OrderFormPage({ quoting = false }: { quoting?: boolean }) {
  const [params] = useSearchParams();
  const mend = params.get("mend");
  const quote = params.get("quote");
  const account = params.get("account");
  if (mend) return <MendOrder mutationId={mend} />;
  if (quote) return <FromQuote quoteId={quote} quoting={quoting} />;
  if (!account) return <ChooseCustomer />;
  return <NewOrder accountId={account} siteId={params.get("site")} visitId={params.get("visit")} quoting={quoting} />;
}

function ChooseCustomer() {
  const { t } = useTranslation("orders");
  const [, navigate] = useLocation();
  return (
    <Page title={t("forWhom")} backTo="/today">
      <AccountPicker
        position={null}
        onPick={(account, site) =>
          navigate(`/orders/new?account=${account.id}&site=${site.id}`, { replace: true, transition: true })
        }
      />
    </Page>
  );
}

interface NewOrderProps {
  accountId: Id;
  siteId: Id | null;
  visitId: Id | null;
  quoting: boolean;
}

function NewOrder({ accountId, siteId, visitId, quoting }: NewOrderProps) {
  const view = useLocal(`order-form/${accountId}`, async (db) => ({
    account: await getDocument(db, "account", accountId),
    catalogue: await readCatalogue(db),
  }));
  const { t } = useTranslation("orders");
  const backTo = visitId ? `/visits/${visitId}` : `/accounts/${accountId}`;
  if (!view) return <Loading backTo={backTo} />;
  if (!view.account) return <NotOnThisPhone title={t("newOrder")} backTo="/accounts" />;
  return (
    <OrderEditor
      key={visitId ?? accountId}
      account={view.account}
      siteId={siteId}
      visitId={visitId}
      catalogue={view.catalogue}
      draftKey={`${quoting ? "quote" : "order"}/${visitId ?? accountId}`}
      initial={EMPTY_DRAFT}
      backTo={backTo}
      mended={null}
      quoting={quoting}
    />
  );
}

/** Orders what a quote offers at its prices; or writes the same quote once more, at the prices of today. */
function FromQuote({ quoteId, quoting }: { quoteId: Id; quoting: boolean }) {
  const { t } = useTranslation("quotes");
  const view = useLocal(`order-of-quote/${quoteId}`, async (db) => {
    const quote: Quote | null = await getDocument(db, "quote", quoteId);
    const account = quote && (await getDocument(db, "account", quote.account_id));
    return { quote, account, catalogue: await readCatalogue(db, quote?.price_list_id) };
  });
  if (!view) return <Loading backTo={`/quotes/${quoteId}`} />;
  const { quote, account, catalogue } = view;
  if (!quote || !account) return <NotOnThisPhone title={t("quote")} backTo="/accounts" />;
  const { valid_until_on: _, ...again } = draftOf(quote);
  return (
    <OrderEditor
      account={account}
      siteId={quote.site_id}
      visitId={null}
      catalogue={quoting ? catalogue : atQuotedPrices(catalogue, quote.lines)}
      draftKey={`${quoting ? "quote-again" : "order-of-quote"}/${quoteId}`}
      initial={again}
      backTo={`/quotes/${quoteId}`}
      mended={null}
      quoting={quoting}
      quoteId={quoting ? null : quoteId}
    />
  );
}

type RefusedArgs = OfflineMutations["order.place"] & Partial<OfflineMutations["quote.write"]>;

function MendOrder({ mutationId }: { mutationId: Id }) {
  const { t } = useTranslation("orders");
  const view = useLocal(`order-mend/${mutationId}`, async (db) => {
    const mutation: Mutation | null = (await db.mutations.get({ id: mutationId })) ?? null;
    const args =
      mutation?.name === "order.place" || mutation?.name === "quote.write" ? (mutation.args as RefusedArgs) : null;
    const account: Account | null = args && (await getDocument(db, "account", args.account_id));
    // Where it is the quote that was refused, the order is mended without it, at the prices of today.
    const accepts = args && !("quote_id" in (mutation?.result?.fields ?? {})) ? args.quote_id : null;
    const quote = accepts ? await getDocument(db, "quote", accepts) : null;
    return { mutation, args, account, quote, catalogue: await readCatalogue(db, quote?.price_list_id) };
  });
  if (!view) return <Loading backTo="/sync" />;
  const { mutation, args, account, quote, catalogue } = view;
  if (!mutation || !args || !account) return <NotOnThisPhone title={t("mendOrder")} backTo="/sync" />;
  return (
    <OrderEditor
      account={account}
      siteId={args.site_id ?? null}
      visitId={args.visit_id ?? null}
      catalogue={quote ? atQuotedPrices(catalogue, quote.lines) : catalogue}
      draftKey={`mend/${mutationId}`}
      initial={draftOf(args)}
      backTo="/sync"
      mended={mutation}
      quoting={mutation.name === "quote.write"}
      quoteId={quote?.id ?? null}
    />
  );
}

function Loading({ backTo }: { backTo: string }) {
  const { t } = useTranslation("orders");
  return (
    <Page title={t("newOrder")} backTo={backTo}>
      <Skeleton rows={6} />
    </Page>
  );
}
