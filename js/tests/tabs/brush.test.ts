import { describe, expect, it } from "vitest";
import { dragged, moved, positionsOf, stretchOf } from "../../src/tabs/brush";
import { edges, ranksOf, rowsInSight, windowOf } from "../../src/tabs/caterpillar-window";
import { groupRows } from "./helpers";

const ORDER = [4, 2, 0, 1, 3];
const RANKS = ranksOf(ORDER);

describe("a stretch of groups", () => {
  it("is what lies side by side in the order shown", () => {
    expect(stretchOf(new Set([2, 0, 1]), RANKS)).toEqual({ from: 1, to: 3 });
    expect(stretchOf(new Set([4, 3]), RANKS)).toBeUndefined();
    expect(stretchOf(new Set([]), RANKS)).toBeUndefined();
    expect(stretchOf(new Set([9]), RANKS)).toBeUndefined();
    expect(positionsOf({ from: 1, to: 3 }, ORDER)).toEqual([2, 0, 1]);
  });

  const before = { from: 3, to: 5 };
  it.each([
    ["new", undefined, 4, 2, { from: 2, to: 4 }],
    ["new", before, 7, 8, { from: 7, to: 8 }],
    ["move", before, 4, 6, { from: 5, to: 7 }],
    ["move", before, 4, -9, { from: 0, to: 2 }],
    ["move", before, 4, 99, { from: 7, to: 9 }],
    ["left", before, 3, 1, { from: 1, to: 5 }],
    ["left", before, 3, 8, { from: 5, to: 8 }],
    ["right", before, 5, 4, { from: 3, to: 4 }],
    ["right", before, 5, 99, { from: 3, to: 9 }],
  ] as const)("dragged: %s of %o from %i to %i", (part, old, start, now, expected) => {
    expect(dragged(old, part, start, now, 10)).toEqual(expected);
  });

  it("keeps its width when it meets an end", () => {
    expect(moved({ from: 0, to: 4 }, -3, 5)).toEqual({ from: 0, to: 4 });
  });
});

describe("the groups in sight", () => {
  it("are all of them where they fit", () => {
    const sight = windowOf(100, 900, 0);
    expect(sight).toEqual({ pitch: 9, first: 0, fits: 100, whole: true });
    const rows = rowsInSight(groupRows(100), new Set([3]), sight);
    expect(rows).toHaveLength(100);
    // in the order of positions, so that a new order moves each row
    expect(rows.map((row) => row.position)).toEqual([...Array(100).keys()]);
    expect(rows[3]).toMatchObject({ rank: 96, label: "id 3", selected: true });
  });

  it("are a hundred of five thousand, wherever it is scrolled", () => {
    const rows = groupRows(5000);
    for (const scrolled of [0, 4.5, 20_000, 1e9]) {
      const sight = windowOf(5000, 900, scrolled);
      const shown = rowsInSight(rows, new Set(), sight);
      expect(shown.length).toBeGreaterThanOrEqual(99);
      expect(shown.length).toBeLessThanOrEqual(101);
      const ranks = shown.map((row) => row.rank as number);
      const [low, high] = edges(rows.caterpillar, sight);
      expect(Math.min(...ranks)).toBeGreaterThanOrEqual(low!.x as number);
      expect(Math.max(...ranks)).toBeLessThanOrEqual(high!.x as number);
    }
    expect(windowOf(5000, 900, 1e9).first).toBe(4900);
  });

  it("keep the ends of the other axis", () => {
    const [low, high] = edges(groupRows(10).caterpillar, windowOf(10, 500, 0));
    expect([low, high]).toEqual([
      { x: -0.5, y: 0 },
      { x: 9.5, y: 10 },
    ]);
  });
});
