import { describe, expect, it } from "vitest";
import { byProperty, byValue, painted } from "../../src/chart/paint";
import { DARK, LIGHT } from "../../src/tokens";

const OF_LIGHT = Object.entries(LIGHT);

describe("colours of charts", () => {
  it.each(OF_LIGHT)("%s becomes a custom property that keeps its colour", (_, hex) => {
    const property = byProperty(hex);
    const token = /^var\(--mw-(\w+), /.exec(property)?.[1] ?? "";
    expect(LIGHT[token]).toBe(hex);
  });

  it.each(OF_LIGHT)("%s becomes the dark colour that it has in every other place", (token, hex) => {
    expect(byValue(true)(hex)).toBe(DARK[token]);
    expect(byValue(false)(hex)).toBe(hex);
  });

  it("are found wherever they stand, whatever their case", () => {
    const spec = JSON.stringify({ a: "#2563C9", b: ["datum.x ? '#c2600f' : '#123456'"] });
    const result = painted(spec, byValue(true));
    expect(JSON.parse(result)).toEqual({ a: DARK.w, b: [`datum.x ? '${DARK.b}' : '#123456'`] });
  });

  it("leaves what only begins like a colour", () => {
    expect(painted('"#2563c9ff"', byProperty)).toBe('"#2563c9ff"');
  });
});
