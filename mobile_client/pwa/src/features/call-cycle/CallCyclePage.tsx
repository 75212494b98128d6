import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "../../api/schema.d.ts";
import { useMay } from "../../db/hooks.ts";
import { askServer } from "../../sync/askServer.ts";
import { useOnlineAnswer } from "../../sync/useOnlineAnswer.ts";
import {
  Badge,
  Banner,
  Button,
  Card,
  EmptyState,
  LinkButton,
  List,
  ListRow,
  Page,
  ProgressBar,
  Section,
  Skeleton,
  type Tone,
  useFormat,
} from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { useWhyNot } from "../shared/useWhyNot.tsx";
import { type CycleRun, isUnderWay, unplacedOf } from "./callCycle.ts";
import { UnplacedVisits } from "./UnplacedVisits.tsx";
import "./call-cycle.css";

const LOOK_AGAIN_MS = 1_000;
const PATH = "/call-cycle/runs";

/** What the last runs of the call cycle did and could not do, and a run on demand. */
export function CallCyclePage() {
  const { t } = useTranslation("call-cycle");
  const manages = useMay("visits.manage");
  const { answer, failed, again } = useOnlineAnswer<components["schemas"]["Runs"]>(manages ? `${PATH}?limit=6` : null);
  const { run, busy, problem } = useWhyNot();
  const [latest, ...earlier] = answer?.items ?? [];
  const underWay = latest !== undefined && isUnderWay(latest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is followed by another look
  useEffect(() => {
    if (!underWay) return;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [answer, underWay, again]);

  const start = () =>
    run(async () => {
      await askServer("POST", PATH);
      again();
    });

  return (
    <Page
      title={t("title")}
      backTo="/call-plans"
      footer={
        manages && (
          <div className="button-row">
            <LinkButton to="/call-cycle/service" icon="customers">
              {t("toService")}
            </LinkButton>
            <Button variant="primary" icon="sync" busy={busy || underWay} onPress={start}>
              {t("runNow")}
            </Button>
          </div>
        )
      }
    >
      <p className="muted">{t("why")}</p>
      {problem}
      {failed && (
        <Banner tone="warn" title={t("offline")} action={<Button onPress={again}>{t("again")}</Button>}>
          {t("offlineWhy")}
        </Banner>
      )}
      {!answer && !failed && manages && <Skeleton />}
      {answer && !latest && (
        <EmptyState icon="calendar" title={t("none")}>
          {t("noneWhy")}
        </EmptyState>
      )}
      {latest && <LatestRun run={latest} />}
      {latest && unplacedOf(latest).length > 0 && <UnplacedVisits unplaced={unplacedOf(latest)} />}
      {earlier.length > 0 && <EarlierRuns runs={earlier} />}
    </Page>
  );
}

const TONES: Record<CycleRun["status"], Tone> = { queued: "info", running: "info", done: "good", failed: "bad" };

function LatestRun({ run }: { run: CycleRun }) {
  const { t } = useTranslation("call-cycle");
  const figures = ["planned", "moved", "withdrawn"] as const;
  return (
    <Section title={t("latest")}>
      <Card>
        <div className="run-head">
          <RunTime run={run} />
          <Badge tone={TONES[run.status]}>{t(`status.${run.status}`)}</Badge>
        </div>
        {isUnderWay(run) ? (
          <ProgressBar
            label={run.total > 0 ? t("progress", { done: run.done, total: run.total }) : t("thinking")}
            value={run.total > 0 ? run.done / run.total : null}
          />
        ) : (
          run.status === "failed" && <p>{t("failedWhy")}</p>
        )}
        <dl className="run-figures">
          {figures.map((figure) => (
            <div key={figure}>
              <dt>{t(`figure.${figure}`)}</dt>
              <dd className="tabular">{run[figure]}</dd>
            </div>
          ))}
          <div>
            <dt>{t("figure.unplaced")}</dt>
            <dd className="tabular">{run.unplaced.length}</dd>
          </div>
        </dl>
        {run.status === "done" && run.total === 0 && <p className="muted">{t("nothingToDo")}</p>}
      </Card>
    </Section>
  );
}

function EarlierRuns({ runs }: { runs: readonly CycleRun[] }) {
  const { t } = useTranslation("call-cycle");
  return (
    <Section title={t("earlier")}>
      <List label={t("earlier")}>
        {runs.map((run) => (
          <ListRow
            key={run.id}
            icon="history"
            title={<RunTime run={run} />}
            detail={t("summary", { ...run, unplaced: run.unplaced.length })}
            trailing={run.status !== "done" && <Badge tone={TONES[run.status]}>{t(`status.${run.status}`)}</Badge>}
          />
        ))}
      </List>
    </Section>
  );
}

function RunTime({ run }: { run: CycleRun }) {
  const { t } = useTranslation("call-cycle");
  const format = useFormat();
  const name = useLocal(`name/${run.requested_by_id}`, async (db) =>
    run.requested_by_id ? ((await db.documents.get(["user", run.requested_by_id]))?.doc.name as string) : null,
  );
  return (
    <span>
      {[format.dateTime(run.requested_at), run.requested_by_id ? name : t("byClock")].filter(Boolean).join(" · ")}
    </span>
  );
}
