/** Marks that glide to new values: rows between those shown and those that come. */

export type Rows = Record<string, unknown>[];
type Sets = Record<string, Rows>;

interface Tween {
  first: Sets;
  stop: () => void;
}

// Of larger sets every frame would cost more than it shows.
const MOST_ROWS = 400;

/** Whether motion is wanted at all. */
export function moves(): boolean {
  return !globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Draw frames from `before` to `after`. Returns the first frame, which the caller draws at once;
 * nothing if the sets do not match row by row, so that there is no way between them.
 */
export function tween(
  before: Sets,
  after: Sets,
  milliseconds: number,
  draw: (frame: Sets) => void,
): Tween | undefined {
  if (!moves() || !alike(before, after)) return undefined;
  const start = performance.now();
  let request = 0;
  let finish: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    cancelAnimationFrame(request);
    clearTimeout(finish);
  };
  const end = () => {
    stop();
    draw(after);
  };
  const step = (now: number) => {
    const share = (now - start) / milliseconds;
    if (share >= 1) return end();
    draw(between(before, after, eased(share)));
    request = requestAnimationFrame(step);
  };
  request = requestAnimationFrame(step);
  // A page in the background draws no frames, but must not keep old numbers.
  finish = setTimeout(end, milliseconds + 80);
  return { first: between(before, after, eased(0.2)), stop };
}

function eased(share: number): number {
  return 1 - (1 - Math.max(0, share)) ** 3;
}

/** Whether both have the same sets, and rows that differ in numbers alone. */
function alike(before: Sets, after: Sets): boolean {
  return Object.entries(after).every(([name, rows]) => {
    const old = before[name];
    if (!old || old.length !== rows.length || rows.length > MOST_ROWS) return false;
    return rows.every((row, place) => sameWords(old[place] as Rows[number], row));
  });
}

function sameWords(old: Rows[number], row: Rows[number]): boolean {
  return Object.entries(row).every(([field, value]) => {
    const was = old[field];
    return typeof value === "number" ? typeof was === "number" : typeof was === typeof value;
  });
}

function between(before: Sets, after: Sets, share: number): Sets {
  const frame: Sets = {};
  for (const [name, rows] of Object.entries(after)) {
    const old = before[name] as Rows;
    frame[name] = rows.map((row, place) => mixed(old[place] as Rows[number], row, share));
  }
  return frame;
}

function mixed(old: Rows[number], row: Rows[number], share: number): Rows[number] {
  const result = { ...row };
  for (const [field, value] of Object.entries(row)) {
    const was = old[field];
    if (typeof value === "number" && typeof was === "number") {
      result[field] = was + (value - was) * share;
    }
  }
  return result;
}
