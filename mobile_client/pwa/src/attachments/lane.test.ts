import { beforeEach, expect, test, vi } from "vitest";
import type { Database } from "../db/database.ts";
import type { Attachment } from "../db/types.ts";
import { syncOnce } from "../sync/loop.ts";
import { ME, plannedVisit, reopened, signedInPhone } from "../testing/phone.ts";
import { ProtocolServer } from "../testing/protocolServer.ts";
import { TusServer } from "../testing/tusServer.ts";
import { sendContentAgain, sendWhatIsLacking, tidyContents, waitingContents } from "./contents.ts";
import { readContent } from "./download.ts";
import { keepPhoto, removePhoto } from "./keep.ts";
import { uploadWaiting } from "./lane.ts";
import { hexDigest } from "./shrink.ts";

const VISIT = plannedVisit();
const KB = 1024;

let server: ProtocolServer;
let tus: TusServer;
let db: Database;

beforeEach(async () => {
  server = new ProtocolServer();
  tus = new TusServer(server);
  db = await signedInPhone(server);
  vi.stubGlobal("fetch", tus.fetch);
  await db.documents.put({ entity: "visit", id: VISIT.id, rev: 1, buckets: { "user:me": 1 }, doc: VISIT });
});

async function picture(size: number): Promise<{ content: Blob; sha256: string }> {
  const bytes = crypto.getRandomValues(new Uint8Array(64 * KB));
  const content = new Blob(
    Array.from({ length: size / bytes.length }, () => bytes),
    { type: "image/jpeg" },
  );
  return { content, sha256: await hexDigest(content) };
}

async function take(size = 128 * KB): Promise<string> {
  const { content, sha256 } = await picture(size);
  const shrunk = { content, thumbnail: new Blob(["small"]), sha256, width: 2048, height: 1536 };
  await keepPhoto(db, shrunk, { entity: "visit", record_id: VISIT.id, name: "Photo", actorId: ME });
  return sha256;
}

const stateOf = async (sha256: string) => (await db.contents.get(sha256))?.state;
/** The server's document of it was pulled. */
async function isStored(id: string): Promise<void> {
  const row = await db.documents.get(["attachment", id]);
  if (row) await db.documents.put({ ...row, doc: { ...row.doc, status: "stored" } });
}
const onlyAttachment = async () => {
  const row = await db.documents.where("[entity+doc.record_id]").equals(["attachment", VISIT.id]).first();
  return row?.doc as unknown as Attachment;
};

test("a photo is on its record at once, without signal, and its mutation in the outbox", async () => {
  const sha256 = await take();
  expect(await onlyAttachment()).toMatchObject({
    sha256,
    status: "pending",
    account_id: VISIT.account_id,
    created_by_id: ME,
    size: 128 * KB,
    width: 2048,
  });
  expect(await db.mutations.toArray()).toMatchObject([{ name: "attachment.add", state: "unsent" }]);
  expect(await waitingContents(db)).toHaveLength(1);
});

test("a photo outlasts the browser", async () => {
  const sha256 = await take();
  db = await reopened(db);
  await uploadWaiting(db);
  expect(tus.stored.get(sha256)?.length).toBe(128 * KB);
});

test("a small photo goes out in one request", async () => {
  const sha256 = await take();
  expect(await uploadWaiting(db)).toEqual({ sent: 1, unreachable: false });
  expect(tus.stored.get(sha256)?.length).toBe(128 * KB);
  expect(tus.asked).toEqual(["POST /api/v1/uploads"]);
  expect(await stateOf(sha256)).toBe("here");
});

test("data never waits for a photo", async () => {
  await take();
  server.handlers.set("attachment.add", (args) => ({ write: [{ entity: "attachment", doc: args as { id: string } }] }));
  tus.hang();
  const uploading = uploadWaiting(db);
  await vi.waitFor(() => expect(tus.asked).toHaveLength(1));
  await syncOnce(db);
  expect(await db.mutations.count()).toBe(0);
  tus.answer();
  expect(await uploading).toEqual({ sent: 1, unreachable: false });
});

test("after a cut an upload goes on where it ended", async () => {
  const sha256 = await take(1024 * KB);
  tus.cutAfter(2);
  expect(await uploadWaiting(db)).toEqual({ sent: 0, unreachable: true });
  tus.online = true;
  tus.asked.length = 0;
  expect(await uploadWaiting(db)).toEqual({ sent: 1, unreachable: false });
  expect(tus.asked.map((asked) => asked.split(" ")[0])).toEqual(["POST", "PATCH", "PATCH"]);
  expect(await hexDigest(new Blob([tus.stored.get(sha256)!]))).toBe(sha256);
});

test("a lost answer brings nothing twice", async () => {
  const sha256 = await take(512 * KB);
  tus.loseNextAnswer();
  await uploadWaiting(db);
  expect(await uploadWaiting(db)).toMatchObject({ sent: 1 });
  expect(await hexDigest(new Blob([tus.stored.get(sha256)!]))).toBe(sha256);
});

test("an upload that the server forgot starts anew", async () => {
  const sha256 = await take(512 * KB);
  tus.cutAfter(1);
  await uploadWaiting(db);
  tus.online = true;
  tus.forgetUploads();
  expect(await uploadWaiting(db)).toMatchObject({ sent: 1 });
  expect(tus.stored.get(sha256)?.length).toBe(512 * KB);
});

test("one photo that the server refuses stops no other, and says why", async () => {
  const [bad, good] = [await take(), await take()];
  tus.refuse(bad, 415, "attachment.type_not_allowed");
  expect(await uploadWaiting(db)).toEqual({ sent: 1, unreachable: false });
  expect(await stateOf(good)).toBe("here");
  expect(await db.contents.get(bad)).toMatchObject({
    state: "refused",
    refusal: { code: "attachment.type_not_allowed" },
  });
});

test("one photo that the server fails at stops no other, and waits before it is tried again", async () => {
  const [bad, good] = [await take(), await take()];
  tus.refuse(bad, 500, "server.error");
  expect(await uploadWaiting(db)).toEqual({ sent: 1, unreachable: false });
  expect(await stateOf(good)).toBe("here");
  tus.asked.length = 0;
  await uploadWaiting(db);
  expect(tus.asked).toEqual([]);
  tus.accept(bad);
  await sendContentAgain(db, bad);
  expect(await uploadWaiting(db)).toMatchObject({ sent: 1 });
});

test("while too many uploads are unfinished a photo waits, those begun go on, and all arrive", async () => {
  const begun = await take(512 * KB);
  tus.cutAfter(1);
  await uploadWaiting(db);
  tus.online = true;
  const next = await take();
  tus.refuse(next, 429, "upload.too_many_unfinished", 60);
  expect(await uploadWaiting(db)).toEqual({ sent: 1, unreachable: false });
  expect(tus.stored.has(begun)).toBe(true);
  expect(await stateOf(next)).toBe("waiting");
  tus.accept(next);
  expect(await uploadWaiting(db)).toMatchObject({ sent: 0 });
  await db.contents.update(next, { tryAt: 0 });
  expect(await uploadWaiting(db)).toMatchObject({ sent: 1 });
  expect(tus.stored.has(next)).toBe(true);
});

test("what a network's sign-in page answers is not taken for the server's word", async () => {
  const sha256 = await take();
  vi.stubGlobal("fetch", async () => new Response("<html>Welcome to our hotel</html>"));
  expect(await uploadWaiting(db)).toEqual({ sent: 0, unreachable: true });
  expect(await stateOf(sha256)).toBe("waiting");
});

test("a proxy's refusal without a code is not final", async () => {
  const sha256 = await take();
  vi.stubGlobal("fetch", async () => new Response("Too large", { status: 413 }));
  await uploadWaiting(db);
  expect(await stateOf(sha256)).toBe("waiting");
});

test("a photo whose bytes the phone has lost is not sent as something else", async () => {
  const sha256 = await take();
  await db.contents.update(sha256, { content: new Blob(["other"]) });
  await uploadWaiting(db);
  expect(await db.contents.get(sha256)).toMatchObject({ state: "refused", refusal: { code: "damaged" } });
});

test("a removed photo is hidden and not sent", async () => {
  const sha256 = await take();
  await removePhoto(db, await onlyAttachment(), ME);
  expect(await onlyAttachment()).toMatchObject({ status: "removed" });
  await uploadWaiting(db);
  expect(tus.asked).toEqual([]);
  await tidyContents(db);
  expect(await stateOf(sha256)).toBe("here");
});

test("a content that no record refers to any more is let go", async () => {
  const sha256 = await take();
  await uploadWaiting(db);
  await db.documents.where("[entity+doc.record_id]").equals(["attachment", VISIT.id]).delete();
  await tidyContents(db);
  expect(await stateOf(sha256)).toBeUndefined();
});

test("a content that waits is kept even when its record has left the phone", async () => {
  const sha256 = await take();
  await db.documents.where("[entity+doc.record_id]").equals(["attachment", VISIT.id]).delete();
  await tidyContents(db);
  expect(await stateOf(sha256)).toBe("waiting");
});

test("what a restored server lacks is sent again", async () => {
  const sha256 = await take();
  await uploadWaiting(db);
  tus.stored.clear();
  tus.forgetUploads();
  await sendWhatIsLacking(db);
  expect(await uploadWaiting(db)).toMatchObject({ sent: 1 });
  expect(tus.stored.get(sha256)?.length).toBe(128 * KB);
});

test("a content fetched to be shown is kept, and one that is not the right one is not", async () => {
  const sha256 = await take();
  await uploadWaiting(db);
  const { id } = await onlyAttachment();
  await isStored(id);
  const fromTheNetwork = async (bytes: Uint8Array<ArrayBuffer>) => {
    await db.contents.clear();
    tus.contents.set(id, bytes);
    return readContent(db, id);
  };
  expect((await fromTheNetwork(tus.stored.get(sha256)!)).size).toBe(128 * KB);
  expect(await stateOf(sha256)).toBe("here");
  await expect(fromTheNetwork(new TextEncoder().encode("<html>"))).rejects.toThrow("the server cannot be reached");
  expect(await stateOf(sha256)).toBeUndefined();
});

test("of a photo that was taken here the small picture is there without signal for ever", async () => {
  const sha256 = await take();
  await db.contents.update(sha256, { state: "here", content: null });
  const { id } = await onlyAttachment();
  await isStored(id);
  tus.online = false;
  expect(await (await readContent(db, id, { small: true })).text()).toBe("small");
  await expect(readContent(db, id)).rejects.toThrow("the server cannot be reached");
});

test("a full phone lets copies go before it says so, and never what waits", async () => {
  const sent = await take();
  await db.contents.update(sent, { state: "here" });
  await isStored((await onlyAttachment()).id);
  const waiting = await take();
  const put = vi.spyOn(db.contents, "put").mockImplementationOnce(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await take();
  put.mockRestore();
  expect(await stateOf(sent)).toBeUndefined();
  expect((await db.contents.get(waiting))?.content).not.toBeNull();
});
