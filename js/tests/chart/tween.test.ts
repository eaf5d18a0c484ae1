import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Rows, tween } from "../../src/chart/tween";

const ROW = { name: "a", x: 0, y: null as number | null };

function sets(...rows: Rows) {
  return { effects: rows };
}

describe("marks that glide", () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: [
        "requestAnimationFrame",
        "cancelAnimationFrame",
        "setTimeout",
        "clearTimeout",
        "performance",
      ],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("move towards new values and end exactly on them", async () => {
    const frames: number[] = [];
    const after = sets({ ...ROW, x: 10 });
    const moves = tween(sets(ROW), after, 160, (frame) =>
      frames.push(frame.effects![0]!.x as number),
    );
    const first = moves!.first.effects![0]!.x as number;
    expect(first).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(400);
    expect(frames.at(-1)).toBe(10);
    expect([...frames].sort((a, b) => a - b)).toEqual(frames);
    expect(frames.length).toBeGreaterThan(3);
  });

  it("stop when something newer comes", async () => {
    const draw = vi.fn();
    const moves = tween(sets(ROW), sets({ ...ROW, x: 1 }), 160, draw);
    moves!.stop();
    await vi.advanceTimersByTimeAsync(400);
    expect(draw).not.toHaveBeenCalled();
  });

  it.each([
    ["another number of rows", sets(ROW), sets(ROW, ROW)],
    ["a set that was not there", {}, sets(ROW)],
    ["a number where there was none", sets(ROW), sets({ ...ROW, y: 1 })],
  ])("do not glide over %s", (_, before, after) => {
    expect(tween(before, after, 160, () => {})).toBeUndefined();
  });

  it("jump where motion is not wanted", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    expect(tween(sets(ROW), sets({ ...ROW, x: 1 }), 160, () => {})).toBeUndefined();
  });
});
