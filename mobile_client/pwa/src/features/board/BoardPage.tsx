import { lazy, type PointerEvent, Suspense, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSyncStatus } from "../../sync/useSyncStatus.ts";
import { Button, ConfirmDialog, IconButton, Page, Skeleton, useFormat } from "../../ui/index.ts";
import { useLocal } from "../shared/useLocal.ts";
import { AssignSheet } from "./AssignSheet.tsx";
import type { BoardJob } from "./arrange.ts";
import { type Board, BoardContext } from "./board.ts";
import "./board.css";
import { DayNav } from "./DayNav.tsx";
import { DetailsPanel } from "./DetailsPanel.tsx";
import { DragGhost } from "./DragGhost.tsx";
import { PhoneBoard } from "./PhoneBoard.tsx";
import { readBoard } from "./readBoard.ts";
import { Timeline } from "./Timeline.tsx";
import { minuteAt } from "./timeline.ts";
import { useBoardModel } from "./useBoardModel.ts";
import { useJobDrag } from "./useJobDrag.ts";
import { useWide } from "./useWide.ts";
import { WaitingList } from "./WaitingList.tsx";

const NewJobSheet = lazy(() => import("./NewJobSheet.tsx"));

export default function BoardPage() {
  const { t } = useTranslation("board");
  const format = useFormat();
  const [date, setDate] = useState(format.today);
  const [creating, setCreating] = useState(false);
  const data = useLocal(`board/${date}`, (db) => readBoard(db, date, format.timeZone));
  // Half of a first sync is no plan: jobs without customers, customers without technicians.
  const loading = useSyncStatus().firstSync !== null;
  const { board, asking } = useBoardModel(loading ? undefined : data);
  const wide = useWide();

  const nav = <DayNav date={date} onChange={setDate} />;
  const dispatchAll = board && <DispatchAll board={board} />;
  return (
    <Page
      wide
      title={t("title")}
      actions={
        wide ? (
          <div className="board-tools">
            {dispatchAll}
            <Button variant="primary" icon="plus" onPress={() => setCreating(true)}>
              {t("newJob")}
            </Button>
          </div>
        ) : (
          <IconButton icon="plus" label={t("newJob")} onPress={() => setCreating(true)} />
        )
      }
      subtitle={wide && nav}
    >
      {board ? (
        <BoardContext value={board}>
          {wide ? (
            <WideBoard board={board} />
          ) : (
            <>
              <div className="phone-tools">
                {nav}
                {dispatchAll}
              </div>
              <PhoneBoard />
            </>
          )}
          {asking.assign && (
            <AssignSheet
              job={asking.assign}
              onAssign={(technicianId, day, time) => asking.assigned(technicianId, day, minuteAt(time))}
              onClose={asking.close}
            />
          )}
          <ConfirmDialog
            title={t("takeBackTitle")}
            body={t("takeBackWhy")}
            confirm={t("takeBackConfirm")}
            isOpen={asking.takeBack !== null}
            onConfirm={() => asking.takeBack?.()}
            onClose={asking.close}
          />
        </BoardContext>
      ) : (
        <div className="board-loading">
          <Skeleton rows={8} />
        </div>
      )}
      {creating && (
        <Suspense fallback={null}>
          <NewJobSheet onCreated={(id) => board?.select(id)} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </Page>
  );
}

function WideBoard({ board }: { board: Board }) {
  const { arrangement, selected, propose } = board;
  const scroller = useRef<HTMLDivElement>(null);
  const drag = useJobDrag(scroller, (job, { technicianId, minute }) => propose(job, technicianId, minute));
  const job = selected ? arrangement.byId.get(selected) : undefined;
  const { grab } = drag;
  const grabCard = useCallback(
    (event: PointerEvent<HTMLElement>, card: BoardJob) => grab(event, { job: card, grabbedAtMin: 0 }),
    [grab],
  );
  return (
    <div className="board">
      <WaitingList onGrab={grabCard} />
      <Timeline scroller={scroller} drag={drag} />
      {job && <DetailsPanel job={job} />}
      <DragGhost handle={drag} />
    </div>
  );
}

/** Tells every technician of what is planned for the day. */
function DispatchAll({ board: { arrangement, actions, unsent } }: { board: Board }) {
  const { t } = useTranslation("board");
  const [asking, setAsking] = useState(false);
  const jobs = [...arrangement.planned.values()]
    .flat()
    .filter(({ id, status }) => status === "scheduled" && !unsent.has(id));
  return (
    <>
      <Button icon="unsent" isDisabled={jobs.length === 0} onPress={() => setAsking(true)}>
        {t("dispatchAll", { count: jobs.length })}
      </Button>
      <ConfirmDialog
        title={t("dispatchAllTitle", { count: jobs.length })}
        body={t("dispatchAllWhy")}
        confirm={t("dispatch")}
        isOpen={asking}
        onConfirm={() => actions.dispatch(jobs)}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
