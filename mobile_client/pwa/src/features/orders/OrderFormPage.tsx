import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import type { Mutation } from "../../db/database.ts";
import { getDocument } from "../../db/documents.ts";
import type { Account, Id, OfflineMutations } from "../../db/types.ts";
import { Page, Skeleton } from "../../ui/index.ts";
import { AccountPicker } from "../accounts/AccountPicker.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { readCatalogue } from "./catalogue.ts";
import { draftOf, EMPTY_DRAFT } from "./draft.ts";
import { OrderEditor } from "./OrderEditor.tsx";

/**
 * Takes an order: `?account=` (and `site`, `visit`) for a new one, `?mend=` with a refused mutation's id to mend that one; with
 * neither, the customer is chosen first.
 */
export default function OrderFormPage() {
  const [params] = useSearchParams();
  const mend = params.get("mend");
  const account = params.get("account");
  if (mend) return <MendOrder mutationId={mend} />;
  if (!account) return <ChooseCustomer />;
  return <NewOrder accountId={account} siteId={params.get("site")} visitId={params.get("visit")} />;
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

function NewOrder({ accountId, siteId, visitId }: { accountId: Id; siteId: Id | null; visitId: Id | null }) {
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
      draftKey={`order/${visitId ?? accountId}`}
      initial={EMPTY_DRAFT}
      backTo={backTo}
      mended={null}
    />
  );
}

function MendOrder({ mutationId }: { mutationId: Id }) {
  const { t } = useTranslation("orders");
  const view = useLocal(`order-mend/${mutationId}`, async (db) => {
    const mutation: Mutation | null = (await db.mutations.get({ id: mutationId })) ?? null;
    const args = mutation?.name === "order.place" ? (mutation.args as OfflineMutations["order.place"]) : null;
    const account: Account | null = args && (await getDocument(db, "account", args.account_id));
    return { mutation, args, account, catalogue: await readCatalogue(db) };
  });
  if (!view) return <Loading backTo="/sync" />;
  const { mutation, args, account, catalogue } = view;
  if (!mutation || !args || !account) return <NotOnThisPhone title={t("mendOrder")} backTo="/sync" />;
  return (
    <OrderEditor
      account={account}
      siteId={args.site_id ?? null}
      visitId={args.visit_id ?? null}
      catalogue={catalogue}
      draftKey={`mend/${mutationId}`}
      initial={draftOf(args)}
      backTo="/sync"
      mended={mutation}
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
