import type { Id } from "../../db/types.ts";
import { useCommand } from "../../sync/useCommand.ts";
import { readPosition } from "../shared/position.ts";

/** What a technician does with a job in one tap. Travel, start and absence note where the phone is, if it may say so. */
export function useJobActions(appointment_id: Id) {
  const accept = useCommand("appointment.accept");
  const travel = useCommand("appointment.travel");
  const start = useCommand("appointment.start");
  const pause = useCommand("appointment.pause");
  const resume = useCommand("appointment.resume");
  const decline = useCommand("appointment.decline");
  const cannotComplete = useCommand("appointment.cannot_complete");
  const noShow = useCommand("appointment.no_show");
  return {
    accept: () => accept({ appointment_id }),
    travel: async () => travel({ appointment_id, position: await readPosition() }),
    start: async () => start({ appointment_id, position: await readPosition() }),
    pause: (reason: string) => pause({ appointment_id, reason }),
    resume: () => resume({ appointment_id }),
    decline: (reason: string) => decline({ appointment_id, reason }),
    cannotComplete: (reason: string, notes: string | null) => cannotComplete({ appointment_id, reason, notes }),
    noShow: async (reason: string) => noShow({ appointment_id, reason, position: await readPosition() }),
  };
}
