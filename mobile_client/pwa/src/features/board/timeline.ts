/**
 * Times of one day as minutes after its midnight, as the clocks show them where the organisation is. A job that began
 * the day before starts below 0, one that lasts past midnight ends above 1440.
 */
export const DAY_MIN = 1440;
/** Jobs start at the quarters of an hour. */
export const SNAP_MIN = 15;
/** Before this nobody is planned without being asked for: 08:00. */
export const WORK_STARTS_MIN = 480;

export interface Slot {
  start: number;
  end: number;
}

/** Reads instants as minutes of `date` (`2026-11-22`) on the clocks of `timeZone`. */
export function minutesOn(date: string, timeZone: string): (instant: string) => number {
  const midnight = Date.parse(`${date}T00:00Z`);
  // Swedish writes 2026-11-22 08:15. One format for all instants: making it costs more than using it.
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (instant) => {
    const shown = clock.format(new Date(instant)).replace(" ", "T");
    return (Date.parse(`${shown}Z`) - midnight) / 60_000;
  };
}

/** `08:15` for 495. */
export function clockTime(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** 495 for `08:15`. */
export function minuteAt(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** The nearest quarter of an hour at which a job can start on this day. */
export function snap(minute: number): number {
  return Math.min(DAY_MIN - SNAP_MIN, Math.max(0, Math.round(minute / SNAP_MIN) * SNAP_MIN));
}

/** The next quarter of an hour, now included. */
export function nextQuarter(minute: number): number {
  return Math.ceil(minute / SNAP_MIN) * SNAP_MIN;
}

/** Slots that only touch do not overlap. */
export function overlap(a: Slot, b: Slot): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The first start from `from` on at which `duration` minutes fit between the busy slots and before midnight. */
export function firstFreeStart(busy: readonly Slot[], duration: number, from: number): number | null {
  let start = nextQuarter(from);
  for (const slot of [...busy].sort((a, b) => a.start - b.start)) {
    if (overlap(slot, { start, end: start + duration })) start = nextQuarter(slot.end);
  }
  return start + duration <= DAY_MIN ? start : null;
}

/** Where a slot stands among those it overlaps with: in lane `lane` of `lanes` side by side. */
export interface Placed<S extends Slot> {
  slot: S;
  lane: number;
  lanes: number;
}

/** Lays overlapping slots side by side. Slots that touch no other have the whole width. */
export function sideBySide<S extends Slot>(slots: readonly S[]): Placed<S>[] {
  const placed: Placed<S>[] = [];
  let group: Placed<S>[] = [];
  let laneEnds: number[] = [];
  const close = () => {
    for (const each of group) each.lanes = laneEnds.length;
    placed.push(...group);
    group = [];
    laneEnds = [];
  };
  for (const slot of [...slots].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (laneEnds.every((end) => end <= slot.start)) close();
    const free = laneEnds.findIndex((end) => end <= slot.start);
    const lane = free === -1 ? laneEnds.length : free;
    laneEnds[lane] = slot.end;
    group.push({ slot, lane, lanes: 1 });
  }
  close();
  return placed;
}
