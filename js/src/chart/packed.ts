/** Data sets that come by column: the names of their fields cross once instead of once a row. */

import type { Chart } from "../wire";
import type { Rows } from "./tween";

/** The same chart with every data set by row. */
export function unpacked(chart: Chart): Chart {
  if (!chart.packed) return chart;
  const { packed, ...rest } = chart;
  const sets = Object.entries(packed).map(([name, columns]) => [name, rowsOf(columns)]);
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(sets) } };
}

function rowsOf(columns: Record<string, unknown[]>): Rows {
  const fields = Object.entries(columns);
  const count = fields[0]?.[1].length ?? 0;
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(fields.map(([field, values]) => [field, values[place]])),
  );
}
