/** The Specifications tab: one question, fitted in many ways. */

import { useState } from "preact/hooks";
import { Icon } from "../parts/icons";
import type { Store } from "../store";
import type { Specifications } from "../wire";
import { ChoicesPanel } from "./choices";
import { Curve } from "./curve";
import { Field } from "./fields";
import { Ladder } from "./ladder";
import { Sentence } from "./sentence";

export function SpecificationsTab({ store }: { store: Store }) {
  const pane = store.sections.specifications.value;
  if (!pane) return <div data-testid="mw-specifications" />;
  return (
    <div data-testid="mw-specifications" data-running={pane.running} data-revision={pane.revision}>
      {pane.reason ? (
        <p class="mw-guide">{pane.reason}</p>
      ) : (
        <>
          <SpecificationsBody store={store} pane={pane} />
          <Ladder store={store} ladder={pane.ladder} />
        </>
      )}
    </div>
  );
}

interface Properties {
  store: Store;
  pane: Specifications;
}

function SpecificationsBody({ store, pane }: Properties) {
  const [edits, setEdits] = useState(false);
  const open = !store.fixed && (edits || !pane.chart);
  const set = (control: string, value: string) =>
    store.send({ kind: "set_specifications", control, value });
  return (
    <>
      <div class="mw-tab-controls" hidden={!pane.chart}>
        <p class="mw-read mw-specification-words" role="status">
          <Sentence spans={pane.reading} />
        </p>
        {pane.controls.map((control) => (
          <Field
            key={control.name}
            control={control}
            disabled={!store.canEdit()}
            onChoose={(value) => set(control.name, value)}
          />
        ))}
        {pane.chart && !store.fixed && (
          <button
            type="button"
            class="mw-btn mw-btn-outline"
            aria-expanded={open}
            data-testid="mw-edit-choices"
            onClick={() => setEdits(!edits)}
          >
            Edit choices
          </button>
        )}
      </div>
      {open && <ChoicesPanel store={store} pane={pane} onRun={() => setEdits(false)} />}
      {pane.chart && (
        <div class="mw-specification-main">
          <div class={pane.stale ? "mw-outdated" : undefined}>
            <Curve store={store} pane={pane} chart={pane.chart} />
          </div>
          <FactsCard store={store} pane={pane} />
        </div>
      )}
    </>
  );
}

/** The current specification, or the pinned one, line by line. */
function FactsCard({ store, pane }: Properties) {
  const isPinned = pane.pinned >= 0;
  const cell = isPinned ? pane.pinned : pane.current;
  return (
    <aside class="mw-facts-side">
      {pane.facts.length > 0 && (
        <div class="mw-card" data-testid="mw-facts">
          <div class="mw-card-head">
            <i class={`mw-dot${isPinned ? " mw-dot-hollow" : ""}`} aria-hidden="true" />
            <h3 class="mw-heading">
              {isPinned ? "Pinned specification" : "Current specification"}
            </h3>
            {cell >= 0 && store.canEdit() && (
              <button
                type="button"
                class="mw-btn mw-btn-small mw-btn-outline"
                aria-pressed={isPinned}
                data-testid="mw-pin"
                onClick={() => store.send({ kind: "load_specification", cell, pin: true })}
              >
                {isPinned ? "Unpin" : "Pin"}
              </button>
            )}
          </div>
          <dl class="mw-facts">
            {pane.facts.map((fact) => (
              <div key={fact.label}>
                <dt>{fact.label}</dt>
                <dd>{fact.value}</dd>
              </div>
            ))}
          </dl>
          {isPinned && pane.pinned !== pane.current && store.canEdit() && (
            <button
              type="button"
              class="mw-btn mw-btn-outline mw-btn-small"
              onClick={() => store.send({ kind: "load_specification", cell: pane.pinned })}
            >
              <Icon name="undo" size={14} />
              Load it
            </button>
          )}
        </div>
      )}
      {pane.note && <p class="mw-quiet">{pane.note}</p>}
    </aside>
  );
}
