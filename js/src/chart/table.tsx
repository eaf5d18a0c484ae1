/** The table behind a chart. */

import { useState } from "preact/hooks";

const STEP = 200;

interface Properties {
  columns: string[];
  rows: string[][];
  caption: string;
}

/** A table of texts; long ones are shown in steps. */
export function ChartTable({ columns, rows, caption }: Properties) {
  const [limit, setLimit] = useState(STEP);
  const rest = rows.length - limit;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section class="mw-chart-table" tabIndex={0} aria-label={caption}>
      <table class="mw-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, limit).map((row, place) => (
            <tr key={place}>
              {row.map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <button type="button" class="mw-btn mw-btn-small" onClick={() => setLimit(limit + STEP)}>
          Show more rows
        </button>
      )}
    </section>
  );
}
