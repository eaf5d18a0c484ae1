/** The table of effects, with the forest as one of its columns. */

import { useMemo, useState } from "preact/hooks";
import { ChartView } from "../chart";
import { Icon } from "../parts/icons";
import type { Store } from "../store";
import type { Answer, Chart, EffectLine } from "../wire";

interface Heights {
  row: number;
  gap: number;
  top: number;
  axis: number;
}

// Milliseconds in which intervals move to new values.
const MOVE = 160;
const USUAL: Heights = { row: 44, gap: 10, top: 0, axis: 20 };

/** How tall the forest draws its rows. */
export function heightsOf(forest: Chart): Heights {
  return { ...USUAL, ...(forest.spec.usermeta as Partial<Heights> | undefined) };
}

interface Properties {
  answer: Answer;
  store: Store;
}

/** Rows as tall as the forest's: label, plot, estimate, interval. */
export function EffectsTable({ answer, store }: Properties) {
  const lines = useMemo(() => answer.effects.filter((line) => !line.more), [answer.effects]);
  const { row, gap, top, axis } = heightsOf(answer.forest);
  const rows = lines.map((line) => `${line.gap ? row + gap : row}px`);
  const whole = top + axis + lines.reduce((sum, line) => sum + row + (line.gap ? gap : 0), 0);
  const shape = `grid-template-rows:auto ${rows.join(" ")} ${axis}px`;
  return (
    <div class="mw-forest" style={shape}>
      <table aria-label="Effects">
        <thead>
          <tr>
            <th scope="col">Effect</th>
            <th scope="col" class="mw-forest-number">
              Estimate
            </th>
            <th scope="col" class="mw-forest-interval">
              {answer.interval_label}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => (
            <EffectRow line={line} place={place} gap={gap} key={line.name} />
          ))}
        </tbody>
      </table>
      {lines.map(
        (line, place) =>
          line.gap && <i class="mw-forest-rule" style={`grid-row:${place + 2}`} key={line.name} />,
      )}
      <div
        class="mw-forest-plot"
        style={`grid-row:2 / span ${lines.length + 1};margin-top:${-top}px;height:${whole}px`}
        aria-hidden="true"
      >
        <ChartView chart={answer.forest} store={store} height={whole} tabled={false} glide={MOVE} />
      </div>
    </div>
  );
}

function EffectRow({ line, place, gap }: { line: EffectLine; place: number; gap: number }) {
  const cell = `grid-row:${place + 2}${line.gap ? `;padding-top:${gap}px` : ""}`;
  return (
    <tr data-effect={line.name}>
      <th scope="row" class="mw-forest-label" style={cell} title={line.definition}>
        <span>{line.label}</span>
        <small title={line.about}>{line.about}</small>
      </th>
      <td class="mw-forest-number" style={cell}>
        {line.estimate}
      </td>
      <td class="mw-forest-interval" style={cell}>
        {line.interval}
      </td>
    </tr>
  );
}

/** Why some rows have no number or no interval. */
export function Reasons({ lines }: { lines: EffectLine[] }) {
  const told = lines.filter((line) => line.reason && !line.more);
  if (!told.length) return null;
  return (
    <dl class="mw-reasons">
      {told.map((line) => (
        <div key={line.name}>
          <dt>{line.label}</dt>
          <dd>{line.reason}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Every effect with its definition, on request. */
export function MoreEffects({ answer }: { answer: Answer }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="mw-more">
      <button
        type="button"
        class="mw-link mw-disclosure"
        aria-expanded={open}
        data-testid="mw-all-effects"
        onClick={() => setOpen(!open)}
      >
        <Icon name="down" size={12} />
        All effects and how they are defined
      </button>
      {open && <DefinitionTable answer={answer} />}
    </div>
  );
}

function DefinitionTable({ answer }: { answer: Answer }) {
  return (
    <div class="mw-scroll">
      <table class="mw-table">
        <thead>
          <tr>
            <th scope="col">Effect</th>
            <th scope="col">Definition</th>
            <th scope="col">Estimate</th>
            <th scope="col">{answer.interval_label}</th>
          </tr>
        </thead>
        <tbody>
          {answer.effects.map((line) => (
            <tr key={line.name}>
              <th scope="row">
                {line.label}
                {line.more && line.reason && <small>{line.reason}</small>}
              </th>
              <td class="mw-code">{line.definition}</td>
              <td>{line.estimate}</td>
              <td>{line.interval}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
