/** The log of decisions, each with a reason that may be typed. */

import type { Store } from "../store";
import type { Report, ReportDecision } from "../wire";
import { TextField } from "./text-field";

export function Decisions({ store, pane }: { store: Store; pane: Report }) {
  if (!pane.decisions.length) return null;
  return (
    <section class="mw-decisions" aria-label="Decisions" data-testid="mw-decisions">
      <h3 class="mw-heading">Decisions</h3>
      <p class="mw-caption">What was chosen on the way to this model; the report lists it</p>
      <ol>
        {pane.decisions.map((decision) => (
          <Decision key={decision.id} decision={decision} store={store} />
        ))}
      </ol>
    </section>
  );
}

function Decision({ decision, store }: { decision: ReportDecision; store: Store }) {
  const explain = (reason: string) =>
    store.send({ kind: "explain", decision: decision.id, reason });
  return (
    <li>
      <span class="mw-decision-what">{decision.what}</span>
      <time class="mw-caption">{decision.when}</time>
      {store.canEdit() ? (
        <TextField
          label={`Reason for: ${decision.what}`}
          testid="mw-reason"
          placeholder="Reason"
          value={decision.why}
          onCommit={explain}
        />
      ) : (
        <span class="mw-quiet">{decision.why || "No reason given."}</span>
      )}
    </li>
  );
}
