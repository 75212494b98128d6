import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DateOn, Id } from "../../db/types.ts";
import { Refused } from "../../sync/useOnlineCommand.ts";
import { acceptRoutePlan, takeBackRoutePlan, useRoutePlan } from "../../sync/useRoutePlan.ts";
import { Banner, Button, ProgressBar, Sheet, showToast } from "../../ui/index.ts";
import { WeekProposal } from "./WeekProposal.tsx";
import { changesOf } from "./weekPlan.ts";

interface PlanWeekSheetProps {
  userId: Id;
  from: DateOn;
  to: DateOn;
  onClose: () => void;
}

/** Proposes the week with the least time on the road, and customers who wait for its gaps. Needs the server. */
export default function PlanWeekSheet({ userId, from, to, onClose }: PlanWeekSheetProps) {
  const { t } = useTranslation("week-plan");
  const words = useTrouble();
  const { plan, trouble, again } = useRoutePlan(userId, from, to);
  const [without, setWithout] = useState<Id[]>([]);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const failed = trouble ?? refused;
  const proposal = plan?.proposal ?? null;
  const changes = proposal ? changesOf(proposal, without) : 0;

  async function takeOver(id: Id) {
    setBusy(true);
    try {
      await acceptRoutePlan(id, without);
      onClose();
      showToast(t("taken", { count: changes }), () => {
        takeBackRoutePlan(id).then(
          () => showToast(t("takenBack")),
          (error) => showToast(words(error)),
        );
      });
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  }

  function startAnew() {
    setRefused(null);
    setWithout([]);
    again();
  }

  return (
    <Sheet
      title={t("title")}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          icon="check"
          busy={busy}
          isDisabled={changes === 0 || refused !== null}
          onPress={() => plan && void takeOver(plan.id)}
        >
          {t("takeOver", { count: changes })}
        </Button>
      }
    >
      {failed !== null && (
        <Banner
          tone={failed instanceof Refused ? "warn" : "info"}
          title={words(failed)}
          action={<Button onPress={startAnew}>{t("again")}</Button>}
        >
          {!(failed instanceof Refused) && <p>{t("offlineWhy")}</p>}
        </Banner>
      )}
      {plan?.status === "failed" && (
        <Banner tone="bad" title={t("failed")} action={<Button onPress={startAnew}>{t("again")}</Button>} />
      )}
      {proposal && <WeekProposal proposal={proposal} without={without} onChange={setWithout} />}
      {!proposal && failed === null && plan?.status !== "failed" && (
        <ProgressBar label={t("working")} value={plan?.progress_pct ? plan.progress_pct / 100 : null} />
      )}
    </Sheet>
  );
}

/** What went wrong, in the person's words. */
function useTrouble(): (error: unknown) => string {
  const { t, i18n } = useTranslation("week-plan");
  return (error) => {
    if (!(error instanceof Refused)) return t("offline");
    const key = `refusal.${error.code.replaceAll(".", "_")}`;
    return i18n.exists(key, { ns: "week-plan" }) ? t(key) : error.message;
  };
}
