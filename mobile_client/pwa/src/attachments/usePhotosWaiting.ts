import { useLiveQuery } from "dexie-react-hooks";
import { getDatabase } from "../session/session.ts";

/** Number of photos whose content the server does not have yet. */
export function usePhotosWaiting(): number {
  return useLiveQuery(() => getDatabase().contents.where("state").equals("waiting").count()) ?? 0;
}
