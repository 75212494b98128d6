import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocument } from "../../db/hooks.ts";
import type { TerritoryPlan } from "../../db/types.ts";
import {
  Banner,
  Button,
  ConfirmDialog,
  DateTimeField,
  Dialog,
  EmptyState,
  LinkButton,
  Page,
  ProgressBar,
  Skeleton,
  showToast,
  useFormat,
} from "../../ui/index.ts";
import { PlanPreview } from "./PlanPreview.tsx";
import { PlanStatusBadge } from "./PlanStatusBadge.tsx";
import { useAsk } from "./useAsk.ts";
import "./territories.css";

/** A proposal: how far it is, what it would change, and what becomes of it. */
export default function TerritoryPlanPage({ id }: { id: string }) {
  const { t } = useTranslation("territories");
  const plan = useDocument("territory_plan", id);
  if (!plan) {
    return (
      <Page title={t("plan")} backTo="/territories" wide>
        {plan === undefined ? (
          <Skeleton />
        ) : (
          <EmptyState icon="sync" title={t("planComing")}>
            {t("planComingWhy")}
          </EmptyState>
        )}
      </Page>
    );
  }
  return (
    <Page
      title={plan.name}
      kicker={t("plan")}
      subtitle={<PlanStatusBadge plan={plan} />}
      backTo="/territories"
      wide
      footer={<Decision plan={plan} />}
    >
      <State plan={plan} />
      {plan.before && plan.after && <PlanPreview plan={plan} before={plan.before} after={plan.after} />}
    </Page>
  );
}

function State({
  plan: { status, progress_pct, shortcoming, starts_on, moved, without_position },
}: {
  plan: TerritoryPlan;
}) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  if (status === "requested") {
    return (
      <>
        <ProgressBar label={t("workingOut")} value={progress_pct / 100} />
        <p className="muted">{t("workingOutWhy")}</p>
      </>
    );
  }
  if (status === "failed") {
    return (
      <Banner tone="bad" title={t("failed")} action={<LinkButton to="/territories">{t("propose.open")}</LinkButton>}>
        {t("failedWhy")}
      </Banner>
    );
  }
  return (
    <>
      {status === "published" && starts_on && (
        <Banner tone="good" title={t("published", { day: format.day(starts_on) })}>
          {t("publishedWhy")}
        </Banner>
      )}
      {status === "in_effect" && (
        <Banner tone="good" title={t("inEffect", { accounts: t("accounts", { count: moved ?? 0 }) })} />
      )}
      {shortcoming && status === "proposed" && (
        <Banner tone="warn" title={t("shortcoming")}>
          {shortcoming.detail}
        </Banner>
      )}
      {without_position > 0 && (
        <Banner tone="info" title={t("withoutPlace", { accounts: t("accounts", { count: without_position }) })}>
          {t("withoutPlaceWhy")}
        </Banner>
      )}
    </>
  );
}

/** Publish or discard. What is published can be called off until its day. */
function Decision({ plan: { id, status, after } }: { plan: TerritoryPlan }) {
  const { t } = useTranslation("territories");
  const format = useFormat();
  const publish = useAsk("territory_plan.publish");
  const discard = useAsk("territory_plan.discard");
  const [asking, setAsking] = useState<"publish" | "discard" | null>(null);
  const [startsOn, setStartsOn] = useState(format.today);
  if (status === "in_effect" || status === "discarded") return null;
  const close = () => setAsking(null);

  async function decide(ask: Promise<string | null>, done: string) {
    close();
    showToast((await ask) ?? done);
  }

  return (
    <div className="button-row">
      <Button icon="discard" onPress={() => setAsking("discard")}>
        {t(status === "published" ? "callOff" : "discard")}
      </Button>
      {status === "proposed" && (
        <Button variant="primary" icon="check" onPress={() => setAsking("publish")}>
          {t("publish")}
        </Button>
      )}
      <ConfirmDialog
        title={t(status === "published" ? "callOffTitle" : "discardTitle")}
        body={t("discardWhy")}
        confirm={t(status === "published" ? "callOff" : "discard")}
        danger
        isOpen={asking === "discard"}
        onConfirm={() => void decide(discard({ territory_plan_id: id }), t("discarded"))}
        onClose={close}
      />
      <Dialog
        title={t("publishTitle", { accounts: t("accounts", { count: after?.changing_hands ?? 0 }) })}
        isOpen={asking === "publish"}
        onClose={close}
        actions={
          <>
            <Button onPress={close}>{t("cancel")}</Button>
            <Button
              variant="primary"
              isDisabled={!startsOn}
              onPress={() =>
                void decide(
                  publish({ territory_plan_id: id, starts_on: startsOn }),
                  t("published", { day: format.day(startsOn) }),
                )
              }
            >
              {t("publish")}
            </Button>
          </>
        }
      >
        <div className="decision">
          <p>{t("publishWhy")}</p>
          <DateTimeField
            type="date"
            label={t("startsOn")}
            value={startsOn}
            onChange={setStartsOn}
            min={format.today()}
          />
        </div>
      </Dialog>
    </div>
  );
}
