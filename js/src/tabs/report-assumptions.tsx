/** What the data say to the assumptions, and what only the author can judge. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { Icon, type IconName } from "../parts/icons";
import type { Store } from "../store";
import type { Judgement, JudgementTick, Report, ReportCheck } from "../wire";
import { TextField } from "./text-field";

const ICONS: Record<ReportCheck["status"], IconName> = {
  ok: "check",
  look: "warning",
  note: "note",
};

export function Assumptions({ store, pane }: { store: Store; pane: Report }) {
  return (
    <section class="mw-assumptions" aria-label="Assumptions">
      <h3 class="mw-heading">Assumptions</h3>
      <div class="mw-assumption-columns">
        <div>
          <p class="mw-caption">Checked from the data</p>
          <ul>
            {pane.checks.map((check) => (
              <li key={check.title} class="mw-assumption" data-status={check.status}>
                <Icon name={ICONS[check.status]} size={14} />
                <div>
                  <div class="mw-check-title">
                    {check.title}
                    {check.status === "look" && <span class="mw-hidden">: look</span>}
                  </div>
                  <div class="mw-quiet">{check.detail}</div>
                </div>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <p class="mw-caption">Only you can judge; ticked items are added to the text</p>
          {pane.judgements.map((item) => (
            <Judged key={item.title} item={item} store={store} />
          ))}
          <Smallest pane={pane} store={store} />
        </div>
      </div>
      <p class="mw-report-note">{pane.note}</p>
    </section>
  );
}

function Smallest({ pane, store }: { pane: Report; store: Store }) {
  const id = useId();
  const set = (value: string) => store.send({ kind: "set_report", control: "smallest", value });
  return (
    <div class="mw-report-smallest">
      <label for={id}>{pane.smallest_label}</label>
      <TextField
        id={id}
        decimal
        testid="mw-smallest"
        value={pane.smallest}
        placeholder="none"
        disabled={!store.canEdit()}
        onCommit={set}
      />
    </div>
  );
}

/** An assumption with its tick, or with one for each level. */
function Judged({ item, store }: { item: Judgement; store: Store }) {
  const [first, ...others] = item.ticks;
  if (!first) return null;
  const words = (
    <span>
      <span class="mw-check-title">{item.title}</span>
      <span class="mw-quiet">{item.detail}</span>
    </span>
  );
  if (!first.level && others.length === 0) {
    return (
      <Tick class="mw-assumption" tick={first} store={store}>
        {words}
      </Tick>
    );
  }
  return (
    <div role="group" class="mw-assumption-levels" aria-label={item.title}>
      {words}
      <div class="mw-level-ticks">
        {item.ticks.map((tick) => (
          <Tick key={tick.name} tick={tick} store={store}>
            {tick.level}
          </Tick>
        ))}
      </div>
    </div>
  );
}

type Ticked = { tick: JudgementTick; store: Store; class?: string; children: ComponentChildren };

function Tick({ tick, store, class: name, children }: Ticked) {
  // What was ticked last stays while answers to earlier ticks arrive.
  const [held, setHeld] = useState(tick.held);
  useEffect(() => setHeld(tick.held), [tick.held]);
  const judge = (wanted: boolean) => {
    setHeld(wanted);
    store.send({ kind: "judge", assumption: tick.name, held: wanted });
  };
  return (
    <label class={name}>
      <input
        type="checkbox"
        class="mw-tick"
        data-testid={`mw-judge-${tick.name}`}
        checked={held}
        disabled={!store.canEdit()}
        onChange={(event) => judge(event.currentTarget.checked)}
      />
      {children}
    </label>
  );
}
