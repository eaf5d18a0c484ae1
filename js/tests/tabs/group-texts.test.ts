import { describe, expect, it } from "vitest";
import { unpacked } from "../../src/chart/packed";
import { fixed, tableOf, textsOf } from "../../src/tabs/group-texts";
import recorded from "./group-texts.json";
import { chart, groupRows } from "./helpers";

describe("the texts of groups", () => {
  it("are those that Python writes", () => {
    const { table, ...numbers } = recorded;
    const count = table.length;
    const rows = groupRows(count, numbers as object);
    const written = table.map((_, position) => textsOf(rows, position).slice(1, 3));
    expect(written).toEqual(table);
  });

  it("stand in the order of the picture", () => {
    const rows = groupRows(3, { value: ["low", "high", "–"] });
    expect(tableOf(rows).map((row) => [row[0], row[4]])).toEqual([
      ["id 2", "–"],
      ["id 1", "high"],
      ["id 0", "low"],
    ]);
  });

  it("say where there is no number", () => {
    const rows = groupRows(2, { estimate: [null, 1], lower: [null, null], upper: [null, 2] });
    expect(textsOf(rows, 0)).toEqual(["id 0", "–", "–", "7"]);
    expect(textsOf(rows, 1)).toEqual(["id 1", "1.00", "–", "7"]);
  });

  it.each([
    [-1.5, 2, "−1.50"],
    [-0.0001, 2, "0.00"],
    [0, 0, "0"],
    [-0.04, 1, "0.0"],
    [-10, 0, "−10"],
  ])("write %d with %i decimals as %s", (value, decimals, text) => {
    expect(fixed(value, decimals)).toBe(text);
  });
});

describe("a packed chart", () => {
  it("has the same rows", () => {
    const packed = { dots: { x: [1, 2], text: ["a", "b"] }, none: {} };
    const whole = unpacked(chart("some", { packed }));
    expect(whole.data).toEqual({
      groups: [],
      dots: [
        { x: 1, text: "a" },
        { x: 2, text: "b" },
      ],
      none: [],
    });
    expect(whole.packed).toBeUndefined();
    expect(unpacked(whole)).toBe(whole);
  });
});
