import { useTranslation } from "react-i18next";
import { listDocuments } from "../../db/documents.ts";
import { useMay } from "../../db/hooks.ts";
import type { Account } from "../../db/types.ts";
import { LinkButton, List, ListRow, Section, useFormat } from "../../ui/index.ts";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { QuoteStatusBadge } from "./QuoteStatusBadge.tsx";

/** What a customer was quoted, open quotes first, and the way to write another. */
export function QuotesOfAccount({ account }: { account: Account }) {
  const { t } = useTranslation(["quotes", "orders"]);
  const format = useFormat();
  const marks = useMarks();
  const mayWrite = useMay("orders.place") && account.status === "active";
  const today = format.today();
  const quotes = useLocal(`quotes/of/${account.id}`, async (db) => {
    const all = await listDocuments(db, "quote", { account_id: account.id });
    const rank = ({ status }: { status: string }) => (status === "open" ? 0 : 1);
    return all.sort((a, b) => rank(a) - rank(b) || b.written_at.localeCompare(a.written_at));
  });
  if (!mayWrite && !quotes?.length) return null;
  return (
    <Section title={t("quotes")}>
      {quotes && quotes.length > 0 && (
        <List label={t("quotes")}>
          {quotes.map((quote) => (
            <ListRow
              key={quote.id}
              to={`/quotes/${quote.id}`}
              icon="note"
              title={quote.number ?? t("quote")}
              muted={quote.status !== "open"}
              detail={
                <span className="badges">
                  {t("until", { date: format.date(`${quote.valid_until_on}T12:00:00Z`) })}
                  <QuoteStatusBadge
                    status={quote.status === "open" && quote.valid_until_on < today ? "expired" : quote.status}
                  />
                  <RecordMark marks={marks} entity="quote" id={quote.id} />
                </span>
              }
              trailing={<span className="amount">{format.money(quote.total_minor, quote.currency || undefined)}</span>}
            />
          ))}
        </List>
      )}
      {mayWrite && (
        <div className="button-row">
          <LinkButton icon="note" to={`/quotes/new?account=${account.id}`}>
            {t("new")}
          </LinkButton>
        </div>
      )}
    </Section>
  );
}
