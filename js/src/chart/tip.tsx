/** What hovering adds; the same texts stand in the table of the chart. */

export interface TipPlace {
  lines: string[];
  left: number;
  top: number;
  flip: boolean;
}

/** A small box beside the pointer. */
export function Tip({ lines, left, top, flip }: TipPlace) {
  const shape = `left:${left}px;top:${top}px;transform:translate(${flip ? "calc(-100% - 12px)" : "12px"},-50%)`;
  return (
    <div class="mw-tip" style={shape} aria-hidden="true">
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}
