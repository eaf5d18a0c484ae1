/** The model ladder: the model on screen, built up step by step and tested. */

import { useId } from "preact/hooks";
import type { Store } from "../store";
import type { LadderTable, LadderView } from "../wire";

interface Properties {
  store: Store;
  ladder: LadderView;
}

export function Ladder({ store, ladder }: Properties) {
  const id = useId();
  const empty = ladder.tables.length === 0 && !ladder.reason;
  if (store.fixed && empty) return null;
  return (
    <section class="mw-ladder" aria-labelledby={id} data-testid="mw-ladder">
      <div class="mw-ladder-head">
        <h3 class="mw-heading" id={id}>
          Model ladder
        </h3>
        <span class="mw-quiet">
          {ladder.stale
            ? "Of an earlier model."
            : "From intercepts alone to the model on screen, one step at a time."}
        </span>
        {!store.fixed && (
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            data-testid="mw-run-ladder"
            disabled={!store.canEdit() || ladder.running}
            onClick={() => store.send({ kind: "run_ladder" })}
          >
            {empty ? "Build the ladder" : "Build it again"}
          </button>
        )}
      </div>
      {ladder.reason && (
        <p class="mw-guide" role="status">
          {ladder.reason}
        </p>
      )}
      <div class={ladder.stale ? "mw-outdated" : undefined}>
        {ladder.tables.map((table) => (
          <Rungs key={table.title} table={table} />
        ))}
        {ladder.notes.map((note) => (
          <p class="mw-quiet" key={note}>
            {note}
          </p>
        ))}
      </div>
    </section>
  );
}

function Rungs({ table }: { table: LadderTable }) {
  const align = (place: number) => (place < table.n_labels ? "mw-ladder-words" : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div class="mw-scroll" tabIndex={0} role="group" aria-label={table.title}>
      <table class="mw-table">
        <caption class="mw-ladder-caption">{table.title}</caption>
        <thead>
          <tr>
            {table.columns.map((column, place) =>
              column ? (
                <th scope="col" key={place} class={align(place)}>
                  {column}
                </th>
              ) : (
                <td key={place} />
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, place) =>
                place === 0 ? (
                  <th scope="row" key={place}>
                    {cell}
                  </th>
                ) : (
                  <td key={place} class={align(place)}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
