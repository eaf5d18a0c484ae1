import type { Column } from "../wire";

const PATHS = {
  check: "M3.2 8.6l3 3 6.6-7",
  undo: "M5.6 3.2L2.8 6l2.8 2.8M3 6h6.2a3.6 3.6 0 010 7.2H6",
  redo: "M10.4 3.2L13.2 6l-2.8 2.8M13 6H6.8a3.6 3.6 0 000 7.2H10",
  code: "M5.6 4.4L2 8l3.6 3.6M10.4 4.4L14 8l-3.6 3.6M9 2.8L7 13.2",
  export: "M8 10V2.4M5 5.2l3-2.9 3 2.9M2.8 9.5v3.7h10.4V9.5",
  copy: "M5.5 5.5h7.7v7.7H5.5zM10.5 5.3V2.8H2.8v7.7h2.5",
  down: "M4.5 6.3L8 9.8l3.5-3.5",
  warning: "M8 2.2l6.3 11.3H1.7zM8 6.4v3.4M8 11.8v.1",
  error: "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  note: "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.2v4M8 4.9v.1",
  unfold: "M4.5 6L8 2.7 11.5 6M4.5 10L8 13.3 11.5 10",
  fold: "M4.5 2.7L8 6l3.5-3.3M4.5 13.3L8 10l3.5 3.3",
  options: "M2.5 4.7h6M12 4.7h1.5M2.5 11.3H5M8.5 11.3h5M10.2 3v3.4M6.8 9.6V13",
  close: "M4 4l8 8M12 4l-8 8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="mw-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** Three dots in a row ("more"), or six in two columns ("may be dragged"). */
export function Dots({ kind, size = 16 }: { kind: "more" | "grip"; size?: number }) {
  const places =
    kind === "more"
      ? [3.5, 8, 12.5].map((x) => [x, 8] as const)
      : [6, 10].flatMap((x) => [4, 8, 12].map((y) => [x, y] as const));
  return (
    <svg class="mw-icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <g fill="currentColor">
        {places.map(([x, y]) => (
          <circle key={`${x},${y}`} cx={x} cy={y} r={kind === "more" ? 1.2 : 1.1} />
        ))}
      </g>
    </svg>
  );
}

/** The mark of the widget: a small mediation triangle. */
export function Mark() {
  return (
    <svg class="mw-mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M5.2 13.6L8.8 7M11.2 7l3.6 6.6M6.5 15.5h7"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
      />
      <g fill="var(--mw-bg)" stroke="currentColor" stroke-width="1.5">
        <circle cx="10" cy="4.8" r="2.5" />
        <rect x="1.6" y="13.2" width="4.6" height="4.6" rx="1" />
        <rect x="13.8" y="13.2" width="4.6" height="4.6" rx="1" />
      </g>
    </svg>
  );
}

const TYPES: Record<Column["icon"], string> = {
  measure: "M1.5 11h13M3.5 11V8.5M6.5 11V6M9.5 11V8.5M12.5 11V6",
  binary: "M8 3a5 5 0 100 10A5 5 0 008 3z",
  sequence: "M2.5 12.5h3.2v-3h3.2v-3h3.2v-3h2",
  text: "M3.5 4h9M8 4v8.5",
  key: "M8.3 8A2.8 2.8 0 112.7 8a2.8 2.8 0 015.6 0zM8.3 8H14M12 8v2.6",
  none: "M5 8h6",
};

/** What kind of values a column has. */
export function TypeIcon({ kind }: { kind: Column["icon"] }) {
  return (
    <svg
      class="mw-type"
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={TYPES[kind]} />
      {kind === "binary" && <path d="M8 3a5 5 0 010 10z" fill="currentColor" stroke="none" />}
    </svg>
  );
}

/** A ring that turns, or that is filled to a share. */
export function Ring({ share }: { share: number | null }) {
  const around = 2 * Math.PI * 5.5;
  const filled = (share ?? 0.3) * around;
  return (
    <svg
      class={share === null ? "mw-ring-icon mw-turning" : "mw-ring-icon"}
      width="14"
      height="14"
      viewBox="0 0 14 14"
      aria-hidden="true"
    >
      <circle cx="7" cy="7" r="5.5" fill="none" stroke="var(--mw-line2)" stroke-width="2" />
      <circle
        cx="7"
        cy="7"
        r="5.5"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray={`${filled} ${around}`}
        transform="rotate(-90 7 7)"
      />
    </svg>
  );
}
