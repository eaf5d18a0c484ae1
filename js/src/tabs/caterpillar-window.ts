/** Which groups of a caterpillar are in sight, and what the chart is told of them. */

import type { Rows } from "../chart/tween";
import type { Chart, GroupRows } from "../wire";

// Pixels from one group to the next: wished for, and the least before the picture scrolls.
export const PITCH = 9;
const LEAST = 8;

export interface Window {
  /** Pixels from one group to the next. */
  pitch: number;
  /** Rank at the left edge; a fraction while scrolling. */
  first: number;
  /** How many ranks fit. */
  fits: number;
  /** Whether all do. */
  whole: boolean;
}

/** The window of a plot of some width, scrolled by some pixels. */
export function windowOf(count: number, width: number, scrolled: number): Window {
  if (count * LEAST <= width) return { pitch: width / count, first: 0, fits: count, whole: true };
  const fits = width / PITCH;
  const first = Math.max(0, Math.min(scrolled / PITCH, count - fits));
  return { pitch: PITCH, first, fits, whole: false };
}

/** Rank of each position. */
export function ranksOf(order: number[]): number[] {
  const ranks = new Array<number>(order.length);
  order.forEach((position, rank) => {
    ranks[position] = rank;
  });
  return ranks;
}

/** Rows of the groups in sight; in the order of positions if that is all, so that they can move. */
export function rowsInSight(rows: GroupRows, chosen: ReadonlySet<number>, sight: Window): Rows {
  const negative = new Set(rows.both_negative);
  const rowAt = (position: number, rank: number) => ({
    rank,
    position,
    label: rows.label[position],
    estimate: rows.estimate[position],
    lower: rows.lower[position],
    upper: rows.upper[position],
    negative: negative.has(position),
    color: rows.color[position] ?? -1,
    selected: chosen.has(position),
  });
  if (sight.whole) {
    const ranks = ranksOf(rows.order);
    return rows.label.map((_, position) => rowAt(position, ranks[position] ?? 0));
  }
  const from = Math.max(0, Math.ceil(sight.first - 0.5));
  const to = Math.min(rows.order.length - 1, Math.floor(sight.first + sight.fits - 0.5));
  return rows.order.slice(from, to + 1).map((position, place) => rowAt(position, from + place));
}

/** The ends of the axes, with x at the window's edges. */
export function edges(chart: Chart, sight: Window): Rows {
  const [low = {}, high = {}] = chart.data.window ?? [];
  return [
    { ...low, x: sight.first - 0.5 },
    { ...high, x: sight.first + sight.fits - 0.5 },
  ];
}
