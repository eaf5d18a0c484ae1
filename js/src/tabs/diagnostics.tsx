/** The Diagnostics tab: checks line by line, pictures of residuals, influence of each group. */

import { ChartView } from "../chart";
import { Icon, type IconName } from "../parts/icons";
import type { Store } from "../store";
import type { Check, Diagnostics, Panel, TableView } from "../wire";

const ICONS: Record<Check["status"], IconName> = { ok: "check", look: "warning", note: "note" };

export function DiagnosticsTab({ store }: { store: Store }) {
  const pane = store.sections.diagnostics.value;
  if (!pane) return <div data-testid="mw-diagnostics" />;
  if (pane.reason) {
    return (
      <div data-testid="mw-diagnostics">
        <p class="mw-guide">{pane.reason}</p>
      </div>
    );
  }
  return (
    <div class="mw-diagnostics" data-testid="mw-diagnostics" data-revision={pane.revision}>
      <section class="mw-panel" aria-label="Checks">
        <h3 class="mw-heading">Checks</h3>
        <ul class="mw-checks">
          {pane.checks.map((check) => (
            <CheckLine key={check.title} check={check} />
          ))}
        </ul>
        <Influence pane={pane} store={store} />
      </section>
      {pane.panels.map((panel) => (
        <PanelView key={panel.title} panel={panel} store={store} />
      ))}
      {pane.tables.map((table) => (
        <SmallTable key={table.title} table={table} />
      ))}
    </div>
  );
}

function CheckLine({ check }: { check: Check }) {
  return (
    <li class="mw-check" data-status={check.status}>
      <Icon name={ICONS[check.status]} />
      <div>
        <div class="mw-check-title">{check.title}</div>
        <div class="mw-quiet">{check.detail}</div>
      </div>
      <span class="mw-check-status">{check.status}</span>
    </li>
  );
}

function Influence({ pane, store }: { pane: Diagnostics; store: Store }) {
  if (pane.influence === "none" || !pane.influence_words) return null;
  return (
    <div class="mw-influence">
      <p class="mw-quiet">{pane.influence_words}</p>
      {pane.influence === "offered" && store.canEdit() && (
        <button
          type="button"
          class="mw-btn mw-btn-outline mw-btn-small"
          data-testid="mw-run-influence"
          onClick={() => store.send({ kind: "run_influence" })}
        >
          Leave each out in turn
        </button>
      )}
    </div>
  );
}

function PanelView({ panel, store }: { panel: Panel; store: Store }) {
  return (
    <section class="mw-panel" aria-label={panel.title}>
      <h3 class="mw-heading">{panel.title}</h3>
      {panel.text && <p class="mw-quiet">{panel.text}</p>}
      <ChartView chart={panel.chart} store={store} height={140} />
    </section>
  );
}

function SmallTable({ table }: { table: TableView }) {
  return (
    <section class="mw-panel">
      <div class="mw-scroll">
        <table class="mw-table">
          <caption class="mw-heading">{table.title}</caption>
          <thead>
            <tr>
              {table.columns.map((column, place) =>
                column ? (
                  <th scope="col" key={place}>
                    {column}
                  </th>
                ) : (
                  <td key={place} />
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, place) => (
              <tr key={place}>
                {row.map((cell, index) =>
                  index === 0 ? (
                    <th scope="row" key={index}>
                      {cell}
                    </th>
                  ) : (
                    <td key={index}>{cell}</td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
