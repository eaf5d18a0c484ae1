/** The table of all groups, written here: as texts it would cross twice, and be the larger half. */

import type { GroupRows } from "../wire";

// As medwidget/views/text/numbers.py writes them.
const MINUS = "\u2212";
const NOTHING = "–";

/** A number with a fixed number of decimals; zero has no sign. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  if (!text.startsWith("-")) return text;
  return /[1-9]/.test(text) ? MINUS + text.slice(1) : text.slice(1);
}

/** What the table says of the group at a position; one cell for each heading. */
export function textsOf(rows: GroupRows, position: number): string[] {
  const [estimate = NOTHING, interval = NOTHING] =
    rows.written[position] ?? numbersOf(rows, position);
  const cells = [rows.label[position] ?? "", estimate, interval, rows.n_rows[position] ?? ""];
  return rows.value.length ? [...cells, rows.value[position] ?? NOTHING] : cells;
}

function numbersOf(rows: GroupRows, position: number): [string, string] {
  const decimals = rows.decimals[position] ?? 0;
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? NOTHING : fixed(value, decimals);
  const [lower, upper] = [rows.lower[position], rows.upper[position]];
  const bounded = typeof lower === "number" && typeof upper === "number";
  const interval = bounded ? `[${text(lower)}, ${text(upper)}]` : NOTHING;
  return [text(rows.estimate[position]), interval];
}

/** The rows of the table, in the order of the picture. */
export function tableOf(rows: GroupRows): string[][] {
  return rows.order.map((position) => textsOf(rows, position));
}
