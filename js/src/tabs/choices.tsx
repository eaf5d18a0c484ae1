/** What a comparison may vary. */

import { useId } from "preact/hooks";
import type { Store } from "../store";
import type { SpecificationChoice, Specifications } from "../wire";

interface Properties {
  store: Store;
  pane: Specifications;
  onRun: () => void;
}

export function ChoicesPanel({ store, pane, onRun }: Properties) {
  const idle = store.canEdit() && !pane.running && pane.n_cells > 0;
  const run = () => {
    store.send({ kind: "run_specifications" });
    onRun();
  };
  return (
    <div class="mw-choices" data-testid="mw-choices">
      {pane.choices.map((choice) => (
        <ChoiceRow key={choice.name} choice={choice} store={store} />
      ))}
      <div class="mw-choices-run">
        <button
          type="button"
          class="mw-btn mw-btn-primary"
          data-testid="mw-run-specifications"
          disabled={!idle}
          onClick={run}
        >
          {pane.n_cells === 1
            ? "Fit 1 specification"
            : `Fit ${pane.n_cells.toLocaleString("en-US")} specifications`}
        </button>
        <span class="mw-quiet">Every combination of what is ticked.</span>
      </div>
    </div>
  );
}

function ChoiceRow({ choice, store }: { choice: SpecificationChoice; store: Store }) {
  const id = useId();
  const on = new Set(choice.on);
  const toggle = (value: string) => {
    const next = choice.values
      .map((item) => item.value)
      .filter((item) => (item === value ? !on.has(item) : on.has(item)));
    store.send({ kind: "choose_specifications", name: choice.name, on: next });
  };
  return (
    <div class="mw-choice" role="group" aria-labelledby={id}>
      <span class="mw-choice-name" id={id}>
        {choice.label}
      </span>
      <span class="mw-choice-values">
        {choice.values.map((item) => {
          // The last one stays: a comparison needs a value of everything.
          const only = on.size === 1 && on.has(item.value);
          const refused = item.refusal !== "" || only;
          return (
            <button
              key={item.value}
              type="button"
              class="mw-pick"
              role="checkbox"
              aria-checked={on.has(item.value)}
              aria-disabled={refused || undefined}
              title={item.refusal || item.help || undefined}
              data-choice={choice.name}
              data-value={item.value}
              disabled={!store.canEdit()}
              onClick={() => !refused && toggle(item.value)}
            >
              {item.label}
            </button>
          );
        })}
      </span>
    </div>
  );
}
