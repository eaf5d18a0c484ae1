/** Selections of groups that lie beside each other: ranks from one end to the other. */

export interface Stretch {
  from: number;
  to: number;
}

export type Part = "new" | "move" | "left" | "right";

/** The stretch that a selection fills, or undefined if it has holes. */
export function stretchOf(chosen: ReadonlySet<number>, ranks: number[]): Stretch | undefined {
  if (!chosen.size) return undefined;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const position of chosen) {
    const rank = ranks[position];
    if (rank === undefined) return undefined;
    from = Math.min(from, rank);
    to = Math.max(to, rank);
  }
  return to - from + 1 === chosen.size ? { from, to } : undefined;
}

/** Positions of a stretch, from left to right. */
export function positionsOf(stretch: Stretch, order: number[]): number[] {
  return order.slice(stretch.from, stretch.to + 1);
}

/** The stretch after a drag of one of its parts from one rank to another. */
export function dragged(
  before: Stretch | undefined,
  part: Part,
  start: number,
  now: number,
  count: number,
): Stretch {
  if (!before || part === "new") return ordered(start, now, count);
  if (part === "move") return moved(before, now - start, count);
  return part === "left" ? ordered(before.to, now, count) : ordered(before.from, now, count);
}

/** The same stretch some ranks further, within bounds. */
export function moved(stretch: Stretch, by: number, count: number): Stretch {
  const step = Math.max(-stretch.from, Math.min(by, count - 1 - stretch.to));
  return { from: stretch.from + step, to: stretch.to + step };
}

function ordered(one: number, other: number, count: number): Stretch {
  const inside = (rank: number) => Math.max(0, Math.min(rank, count - 1));
  return { from: inside(Math.min(one, other)), to: inside(Math.max(one, other)) };
}
