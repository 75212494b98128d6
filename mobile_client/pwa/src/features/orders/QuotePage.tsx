import { useState } from "react";
import { useTranslation } from "react-i18next";
import { documentKey } from "../../db/database.ts";
import { getDocument, listDocuments } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Account, Order, Quote, User } from "../../db/types.ts";
import { mayMoveQuote } from "../../rules/quotes.ts";
import { useCommand } from "../../sync/useCommand.ts";
import {
  Banner,
  Button,
  LinkButton,
  List,
  ListRow,
  Page,
  ReasonSheet,
  Section,
  Skeleton,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { OrderLines } from "./OrderLines.tsx";
import { QuoteStatusBadge } from "./QuoteStatusBadge.tsx";

interface QuoteView {
  quote: Quote;
  account: Account | null;
  writtenBy: User | null;
  /** What it became. */
  order: Order | null;
}

export default function QuotePage({ id }: { id: string }) {
  const { t } = useTranslation("quotes");
  const view = useLocal(`quote/${id}`, async (db): Promise<QuoteView | null> => {
    const quote = await getDocument(db, "quote", id);
    if (!quote) return null;
    const orders = await listDocuments(db, "order", { account_id: quote.account_id });
    return {
      quote,
      account: await getDocument(db, "account", quote.account_id),
      writtenBy: await getDocument(db, "user", quote.written_by_id),
      order: orders.find(({ quote_id }) => quote_id === id) ?? null,
    };
  });
  if (view === null) return <NotOnThisPhone title={t("quote")} backTo="/accounts" />;
  if (!view) {
    return (
      <Page title={t("quote")} backTo="/accounts">
        <Skeleton />
      </Page>
    );
  }
  return <LoadedQuote {...view} />;
}

function LoadedQuote({ quote, account, writtenBy, order }: QuoteView) {
  const { t } = useTranslation(["quotes", "orders"]);
  const format = useFormat();
  const marks = useMarks();
  const [closing, setClosing] = useState<"decline" | "withdraw" | null>(null);
  // Made here and refused: the server has no such quote.
  const refused = !quote.number && marks.get(documentKey("quote", quote.id)) === "attention";
  const own = useSession()?.user.id === quote.written_by_id;
  const may = useMay("orders.place") && !refused;
  const valid = quote.valid_until_on >= format.today();
  const open = quote.status === "open";
  const lastDay = format.date(`${quote.valid_until_on}T12:00:00Z`);

  return (
    <Page
      backTo={`/accounts/${quote.account_id}`}
      title={quote.number ?? t("quote")}
      kicker={format.dateTime(quote.written_at)}
      subtitle={
        <span className="badges">
          {!refused && <QuoteStatusBadge status={open && !valid ? "expired" : quote.status} />}
          <RecordMark marks={marks} entity="quote" id={quote.id} />
          {!quote.number && !refused && <span>{t("orders:numberFollows")}</span>}
        </span>
      }
      footer={
        may &&
        (open && valid ? (
          <div className="button-row account-actions">
            <Button onPress={() => setClosing("decline")}>{t("decline")}</Button>
            <LinkButton variant="primary" icon="order" to={`/orders/new?quote=${quote.id}`}>
              {t("accept")}
            </LinkButton>
          </div>
        ) : (
          quote.status !== "accepted" && (
            <LinkButton variant="primary" wide icon="note" to={`/quotes/new?quote=${quote.id}`}>
              {t("again")}
            </LinkButton>
          )
        ))
      }
    >
      <RefusedBanner entity="quote" id={quote.id} />
      {quote.close_reason && (
        <Banner tone="neutral" title={t(`status.${quote.status}`)}>
          {quote.close_reason}
        </Banner>
      )}
      <List>
        {account && (
          <ListRow to={`/accounts/${account.id}`} icon="account" title={account.name} detail={t("orders:customer")} />
        )}
        <ListRow icon="calendar" title={lastDay} detail={t("validUntil")} />
        {order && (
          <ListRow
            to={`/orders/${order.id}`}
            icon="order"
            title={order.number ?? t("orders:order")}
            detail={t("becameOrder")}
          />
        )}
        {quote.visit_id && (
          <ListRow to={`/visits/${quote.visit_id}`} icon="visit" title={t("orders:visit")} detail={t("atVisit")} />
        )}
        {writtenBy && !own && <ListRow icon="contact" title={writtenBy.name} detail={t("writtenBy")} />}
      </List>
      <OrderLines lines={quote.lines} totalMinor={quote.total_minor} currency={quote.currency} />
      {quote.notes && (
        <Section title={t("orders:notes")}>
          <p className="card prose">{quote.notes}</p>
        </Section>
      )}
      {may && mayMoveQuote(quote.status, "withdraw") && (
        <div className="button-row">
          <Button icon="cancel" onPress={() => setClosing("withdraw")}>
            {t("withdraw")}
          </Button>
        </div>
      )}
      <CloseSheet quote={quote} how={closing} onClose={() => setClosing(null)} />
    </Page>
  );
}

interface CloseSheetProps {
  quote: Quote;
  how: "decline" | "withdraw" | null;
  onClose: () => void;
}

/** Asks why the customer does not take it, or why it is taken back. */
function CloseSheet({ quote, how, onClose }: CloseSheetProps) {
  const { t } = useTranslation("quotes");
  const decline = useCommand("quote.decline");
  const withdraw = useCommand("quote.withdraw");
  const reasons =
    how === "decline"
      ? [t("reasonPrice"), t("reasonElsewhere"), t("reasonNoNeed")]
      : [t("reasonMistake"), t("reasonNotAvailable")];
  return (
    <ReasonSheet
      title={t(how ?? "decline")}
      reasons={reasons}
      confirm={t(how ?? "decline")}
      isOpen={how !== null}
      onClose={onClose}
      onConfirm={async (reason) => {
        await (how === "decline" ? decline : withdraw)({ quote_id: quote.id, reason });
        showToast(t(how === "decline" ? "declined" : "withdrawn"));
      }}
    />
  );
}
