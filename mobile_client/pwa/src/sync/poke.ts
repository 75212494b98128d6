import { getSession } from "../session/session.ts";

const CHANNEL = "fieldbook-sync";

/** Ask the leading tab, which may be this one, to sync now. */
export function pokeSync(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(getSession()?.databaseName);
  channel.close();
}

/** Call `listener` whenever a tab of this person asks for a sync. Returns how to stop. */
export function onPoke(databaseName: string, listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    if (event.data === databaseName) listener();
  };
  return () => channel.close();
}
