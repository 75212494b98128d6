import { liveQuery, type Subscription } from "dexie";
import { Database } from "../../db/database.ts";
import { type Asked, readNext } from "./nextVisits.ts";

/** Reads and reckons beside the screen, which would stand still while tens of thousands of records are read. */
export interface Question extends Asked {
  databaseName: string;
}

let database: Database | null = null;
let following: Subscription | null = null;

self.addEventListener("message", ({ data: { databaseName, ...asked } }: MessageEvent<Question>) => {
  following?.unsubscribe();
  database ??= new Database(databaseName);
  const db = database;
  following = liveQuery(() => readNext(db, asked)).subscribe((found) => self.postMessage(found));
});
