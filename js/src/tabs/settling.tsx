/** How the limits of an interval settle while its samples come in. */

import { ChartView } from "../chart";
import type { Store } from "../store";
import type { Chart } from "../wire";

interface Properties {
  chart: Chart;
  notes: string[];
  store: Store;
}

export function SettlingCard({ chart, notes, store }: Properties) {
  return (
    <section class="mw-settling-card" data-testid="mw-settling">
      <h3 class="mw-heading">How the interval settles</h3>
      <p class="mw-quiet">{chart.about}</p>
      <ChartView chart={chart} store={store} height={184} />
      {notes.length > 0 && (
        <div class="mw-arithmetic">
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      )}
    </section>
  );
}
