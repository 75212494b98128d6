import { useState } from "react";
import { useTranslation } from "react-i18next";
import { documentKey } from "../../db/database.ts";
import { getDocument } from "../../db/documents.ts";
import { useMay, useSession } from "../../db/hooks.ts";
import type { Account, Id, Order, User } from "../../db/types.ts";
import { mayCancelOrder } from "../../rules/orders.ts";
import { useCommand } from "../../sync/useCommand.ts";
import {
  Banner,
  Button,
  List,
  ListRow,
  Page,
  ReasonSheet,
  Section,
  Skeleton,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { PhotosMark } from "../attachments/PhotosMark.tsx";
import { PhotosSection } from "../attachments/PhotosSection.tsx";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { NotOnThisPhone } from "../shared/NotOnThisPhone.tsx";
import { RefusedBanner } from "../shared/RefusedBanner.tsx";
import { readOwnerId } from "../shared/readOwner.ts";
import { useLocal } from "../shared/useLocal.ts";
import { OrderLines } from "./OrderLines.tsx";
import { OrderStatusBadge } from "./OrderStatusBadge.tsx";

export default function OrderPage({ id }: { id: string }) {
  const { t } = useTranslation("orders");
  const today = useFormat().today();
  const view = useLocal(`order/${id}/${today}`, async (db) => {
    const order = await getDocument(db, "order", id);
    if (!order) return null;
    const account = await getDocument(db, "account", order.account_id);
    return {
      order,
      account,
      ownerId: account && (await readOwnerId(db, account, today)),
      placedBy: await getDocument(db, "user", order.placed_by_id),
    };
  });
  if (view === null) return <NotOnThisPhone title={t("order")} backTo="/today" />;
  if (!view) {
    return (
      <Page title={t("order")} backTo="/today">
        <Skeleton />
      </Page>
    );
  }
  return <LoadedOrder {...view} />;
}

interface LoadedOrderProps {
  order: Order;
  account: Account | null;
  /** Whose customer it is today. */
  ownerId: Id | null;
  placedBy: User | null;
}

function LoadedOrder({ order, account, ownerId, placedBy }: LoadedOrderProps) {
  const { t } = useTranslation(["orders", "quotes"]);
  const format = useFormat();
  const marks = useMarks();
  const cancel = useCommand("order.cancel");
  // Made here and refused: the server has no such order.
  const refused = !order.number && marks.get(documentKey("order", order.id)) === "attention";
  const [canceling, setCanceling] = useState(false);
  const userId = useSession()?.user.id;
  const own = userId === order.placed_by_id;
  const manages = useMay("visits.manage");
  const isTheirs = own || userId === ownerId || manages;
  const mayCancel = useMay("orders.place") && isTheirs && !refused && mayCancelOrder(order.status);

  return (
    <Page
      backTo={order.visit_id ? `/visits/${order.visit_id}` : `/accounts/${order.account_id}`}
      title={order.number ?? t("order")}
      kicker={format.dateTime(order.placed_at)}
      subtitle={
        <span className="badges">
          {!refused && <OrderStatusBadge status={order.status} />}
          <RecordMark marks={marks} entity="order" id={order.id} />
          <PhotosMark entity="order" id={order.id} />
          {!order.number && !refused && <span>{t("numberFollows")}</span>}
        </span>
      }
    >
      <RefusedBanner entity="order" id={order.id} />
      {order.cancel_reason && (
        <Banner tone="neutral" title={t("canceledBecause")}>
          {order.cancel_reason}
        </Banner>
      )}
      <List>
        {account && (
          <ListRow to={`/accounts/${account.id}`} icon="account" title={account.name} detail={t("customer")} />
        )}
        {order.visit_id && (
          <ListRow to={`/visits/${order.visit_id}`} icon="visit" title={t("visit")} detail={t("takenAtVisit")} />
        )}
        {order.quote_id && (
          <ListRow
            to={`/quotes/${order.quote_id}`}
            icon="note"
            title={t("quotes:quote")}
            detail={t("quotes:ofOrder")}
          />
        )}
        {placedBy && !own && <ListRow icon="contact" title={placedBy.name} detail={t("placedBy")} />}
      </List>
      <OrderLines lines={order.lines} totalMinor={order.total_minor} currency={order.currency} />
      {order.notes && (
        <Section title={t("notes")}>
          <p className="card prose">{order.notes}</p>
        </Section>
      )}
      <PhotosSection entity="order" id={order.id} />
      {mayCancel && (
        <div className="button-row">
          <Button icon="cancel" onPress={() => setCanceling(true)}>
            {t("cancelOrder")}
          </Button>
        </div>
      )}
      <ReasonSheet
        title={t("cancelOrder")}
        reasons={[t("reasonCustomer"), t("reasonMistake"), t("reasonTwice")]}
        confirm={t("cancelOrder")}
        isOpen={canceling}
        onClose={() => setCanceling(false)}
        onConfirm={async (reason) => {
          await cancel({ order_id: order.id, reason });
          showToast(t("canceled"));
        }}
      />
    </Page>
  );
}
