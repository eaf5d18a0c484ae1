/** Small line drawings, 16 units square. */

const PATHS = {
  check: "M3.2 8.6l3 3 6.6-7",
  code: "M5.6 4.4L2 8l3.6 3.6M10.4 4.4L14 8l-3.6 3.6M9 2.8L7 13.2",
  copy: "M5.5 5.5h7.7v7.7H5.5zM10.5 5.3V2.8H2.8v7.7h2.5",
  down: "M4.5 6.3L8 9.8l3.5-3.5",
  info: "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.2v4M8 4.9v.1",
  look: "M8 2.2l6.3 11.3H1.7zM8 6.4v3.4M8 11.8v.1",
  undo: "M5.6 3.2L2.8 6l2.8 2.8M3 6h6.2a3.6 3.6 0 010 7.2H6",
} as const;

export type MarkName = keyof typeof PATHS;

/** A drawing beside words that say the same. */
export function Mark({ name, size = 14 }: { name: MarkName; size?: number }) {
  return (
    <svg class="mw-mark" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
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
