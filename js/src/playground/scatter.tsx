import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Sentence } from "../tabs/sentence";
import type { Frame, Scatter } from "./shapes";
import { useSteady } from "./steady";

// A picture is lower where it is narrow, and lower still where two are above one another.
const HEIGHTS = { least: 170, most: 300, share: 0.75 };
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
  const [stacked, setStacked] = useState(false);
  const extent = useSteady(scatter.extent, held);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      if (!element.clientWidth) return;
      setWidth(element.clientWidth);
      const both = element.closest(".mw-play-scatters")?.clientWidth ?? 0;
      setStacked(element.clientWidth > 0.7 * both);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const [left = -1, right = 1, low = -1, high = 1] = extent;
  const { least, most, share } = HEIGHTS;
  const height = stacked ? least : Math.round(Math.max(least, Math.min(most, share * width)));
  const plot = { width: width - LEFT, height: height - TOP - BOTTOM };
  const x = (value: number) => round(((value - left) / (right - left)) * plot.width);
  const y = (value: number) => round(((high - value) / (high - low)) * plot.height);
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
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={scatter.about}
        >
          <rect class="mw-play-plane" x={LEFT} y={TOP} {...plot} rx="6" />
          {/* cuts off what lies outside, without a name that another view may have */}
          <svg x={LEFT} y={TOP} {...plot} aria-hidden="true">
            <path class="mw-play-dots" d={dots} />
            <path class="mw-play-own" d={segments(scatter.own)} />
            <path class="mw-play-between" d={segments(scatter.between)} />
            <path class="mw-play-pooled" d={segments(scatter.pooled)} />
            <path class="mw-play-means" d={means} />
          </svg>
          <text x="0" y={TOP + plot.height / 2 + 4}>
            {scatter.up.toUpperCase()}
          </text>
          <text x={LEFT + plot.width / 2} y={height - 7} text-anchor="middle">
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
