import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Sentence } from "../tabs/sentence";
import type { Frame, Scatter } from "./shapes";
import { useSteady } from "./steady";

const HEIGHT = 300;
const LEFT = 24;
const BOTTOM = 26;
const TOP = 4;

interface Properties {
  frame: Frame;
  scatter: Scatter;
  held: boolean;
}

/** One path: rows, each group's line, the line through group means, and that of all rows. */
export function ScatterPlot({ frame, scatter, held }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(420);
  const clip = useId();
  const extent = useSteady(scatter.extent, held);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => element.clientWidth && setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const [left = -1, right = 1, low = -1, high = 1] = extent;
  const plot = { width: width - LEFT, height: HEIGHT - TOP - BOTTOM };
  const x = (value: number) => round(LEFT + ((value - left) / (right - left)) * plot.width);
  const y = (value: number) => round(TOP + ((high - value) / (high - low)) * plot.height);
  const segments = (ends: number[]) => {
    let path = "";
    for (let i = 0; i + 3 < ends.length; i += 4) {
      path += `M${x(ends[i]!)} ${y(ends[i + 1]!)}L${x(ends[i + 2]!)} ${y(ends[i + 3]!)}`;
    }
    return path;
  };
  const across = frame[scatter.across];
  const up = frame[scatter.up];
  let dots = "";
  for (let i = 0; i < across.length; i += 1) dots += `M${x(across[i]!)} ${y(up[i]!)}h0`;
  let means = "";
  for (let i = 0; i + 1 < scatter.means.length; i += 2) {
    means += `M${x(scatter.means[i]!)} ${y(scatter.means[i + 1]!) - 5}l5 5-5 5-5-5z`;
  }
  return (
    <figure class="mw-play-scatter" data-testid={`mw-play-${scatter.across}-${scatter.up}`}>
      <figcaption>
        <Sentence spans={scatter.title} />
      </figcaption>
      <div ref={box}>
        <svg
          width={width}
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          role="img"
          aria-label={scatter.about}
        >
          <clipPath id={clip}>
            <rect x={LEFT} y={TOP} width={plot.width} height={plot.height} rx="6" />
          </clipPath>
          <rect
            class="mw-play-plane"
            x={LEFT}
            y={TOP}
            width={plot.width}
            height={plot.height}
            rx="6"
          />
          <g clip-path={`url(#${clip})`}>
            <path class="mw-play-dots" d={dots} />
            <path class="mw-play-own" d={segments(scatter.own)} />
            <path class="mw-play-between" d={segments(scatter.between)} />
            <path class="mw-play-pooled" d={segments(scatter.pooled)} />
            <path class="mw-play-means" d={means} />
          </g>
          <text x="0" y={TOP + plot.height / 2 + 4}>
            {scatter.up.toUpperCase()}
          </text>
          <text x={LEFT + plot.width / 2} y={HEIGHT - 7} text-anchor="middle">
            {scatter.across.toUpperCase()}
          </text>
        </svg>
      </div>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

/** What the marks of the scatters and of the forest are. */
export function Legend() {
  return (
    <p class="mw-play-legend" aria-hidden="true">
      <span>
        <svg width="26" height="12" aria-hidden="true">
          <path class="mw-play-dots" d="M5 4h0M20 8h0" />
          <path class="mw-play-own" d="M2 9L24 3" />
        </svg>
        one group, its own line
      </span>
      <span>
        <svg width="30" height="12" aria-hidden="true">
          <path class="mw-play-between" d="M1 3L29 9" />
          <path class="mw-play-means" d="M15 1l5 5-5 5-5-5z" />
        </svg>
        group means and the line through them
      </span>
      <span>
        <svg width="26" height="12" aria-hidden="true">
          <path class="mw-play-pooled" d="M0 6H26" />
        </svg>
        all rows together, groups ignored
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <path class="mw-play-truth" d="M1 3h10l-5 7.5z" />
        </svg>
        true value
      </span>
    </p>
  );
}
