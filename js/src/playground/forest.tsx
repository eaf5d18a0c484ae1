import { fixed } from "./format";
import type { Frame, Line, Mark } from "./shapes";
import { useSteady } from "./steady";

interface Properties {
  frame: Frame;
  held: boolean;
}

/** Estimates with their intervals beside the true values, on one scale. */
export function Forest({ frame, held }: Properties) {
  const [low = -1, high = 1] = useSteady(frame.domain.slice(0, 2), held);
  const step = frame.domain[2] ?? 0.2;
  const at = (value: number) =>
    `${Math.max(-2, Math.min(102, (100 * (value - low)) / (high - low))).toFixed(2)}%`;
  return (
    <div class="mw-play-forest">
      <table aria-label="Estimates beside the truth">
        <thead>
          <tr class="mw-play-row mw-play-head">
            <th scope="col">Effect</th>
            <th scope="col">
              <span class="mw-hidden">Plot</span>
            </th>
            <th scope="col">Estimate</th>
            <th scope="col">95% interval</th>
            <th scope="col">True</th>
          </tr>
        </thead>
        <tbody>
          {frame.lines.map((line) => (
            <Row line={line} at={at} key={line.name} />
          ))}
        </tbody>
      </table>
      <div class="mw-play-row mw-play-axis" aria-hidden="true">
        <span />
        <span class="mw-play-plot">
          {ticks(low, high, step).map((tick) => (
            <span style={`left:${at(tick)}`} key={tick}>
              {fixed(tick, step < 1 && tick !== 0 ? 1 : 0)}
            </span>
          ))}
        </span>
      </div>
    </div>
  );
}

export function ticks(low: number, high: number, step: number): number[] {
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i += 1) {
    found.push(Math.round(i * step * 100) / 100);
  }
  return found;
}

function Row({ line, at }: { line: Line; at: (value: number) => string }) {
  const two = line.marks.length > 1;
  const numbers = (text: (mark: Mark) => string) =>
    line.marks.map((mark, place) => (
      <span class={two && mark.side ? `mw-side-${mark.side}` : undefined} key={place}>
        {text(mark)}
      </span>
    ));
  return (
    <tr
      class={`mw-play-row${line.gap ? " mw-play-gap" : ""}`}
      data-line={line.name}
      data-stale={line.stale ? "true" : undefined}
    >
      <th scope="row" class="mw-play-label">
        <span>{line.label}</span>
        <small>{line.about}</small>
      </th>
      <td class="mw-play-plot">
        <i class="mw-play-null" style={`left:${at(0)}`} />
        <svg width="100%" height={two ? 46 : 38} aria-hidden="true">
          {line.marks.map((mark, place) => (
            <MarkView mark={mark} at={at} y={two ? 14 + 21 * place : 21} key={place} />
          ))}
        </svg>
      </td>
      <td class="mw-play-estimate">{numbers((mark) => mark.estimate_text)}</td>
      <td class="mw-play-interval">{numbers((mark) => mark.interval_text)}</td>
      <td class="mw-play-true">{numbers((mark) => mark.truth_text)}</td>
    </tr>
  );
}

// What does not tell levels apart, and those that are of one.
const SQUARE = "M-4.5-4.5h9v9h-9z";
const SHAPES: Record<string, string> = {
  within: "M-5 0a5 5 0 1010 0a5 5 0 10-10 0z",
  between: "M0-6.5l6.5 6.5-6.5 6.5-6.5-6.5z",
  "cross-level": "M0-6l6 10.5h-12z",
};

function MarkView({ mark, at, y }: { mark: Mark; at: (value: number) => string; y: number }) {
  const { estimate, lower, upper, truth } = mark;
  return (
    <g class={`mw-play-mark mw-play-mark-${mark.side}`} data-filled={mark.filled}>
      {lower !== null && upper !== null && <line x1={at(lower)} x2={at(upper)} y1={y} y2={y} />}
      {estimate !== null && (
        <svg x={at(estimate)} y={y} overflow="visible" aria-hidden="true">
          <path d={SHAPES[mark.side] ?? SQUARE} />
        </svg>
      )}
      {truth !== null && (
        <svg x={at(truth)} y={y - 13} overflow="visible" aria-hidden="true">
          <path class="mw-play-truth" d="M-5-4h10l-5 7.5z" />
        </svg>
      )}
    </g>
  );
}
