const queues = new Map<string, Promise<unknown>>();

/** Run `work` while no other tab (or, without Web Locks, nothing else in this one) runs work of that name. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (typeof navigator !== "undefined" && navigator.locks) return await navigator.locks.request(name, work);
  const turn = (queues.get(name) ?? Promise.resolve()).then(work, work);
  queues.set(name, turn);
  return turn;
}
