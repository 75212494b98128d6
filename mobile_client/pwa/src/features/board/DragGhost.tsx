import { useBoard } from "./board.ts";
import { clockTime } from "./timeline.ts";
import type { DragHandle } from "./useJobDrag.ts";

/** What the pointer carries: the job, and where it would land. */
export function DragGhost({ handle: { drag, ghost } }: { handle: DragHandle }) {
  const { data } = useBoard();
  const technician = data.technicians.find(({ id }) => id === drag?.place?.technicianId);
  return (
    <div className="drag-ghost" ref={ghost} data-shown={drag ? "" : undefined} aria-hidden="true">
      {drag && (
        <>
          <span className="drag-ghost-title">{drag.item.job.title}</span>
          {drag.place && technician && (
            <span className="tabular">
              {technician.name}, {clockTime(drag.place.minute)}
            </span>
          )}
        </>
      )}
    </div>
  );
}
