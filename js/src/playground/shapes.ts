// Written by medwidget.widget.playground.shapes; do not edit.

/** A piece of a sentence. */
export interface Span {
  text: string;
  side: "within" | "between" | "cross-level" | "conflated" | "";
  strong: boolean;
  italic: boolean;
  key: boolean;
}

/** A custom message to the page that answers `Ask`; ``vega`` comes as one gzipped buffer. */
export interface Reply {
  kind: "reply";
  id: number;
  what: string;
  name: string;
  text: string;
  error: string;
}

/** One setting. */
export interface Slider {
  name: string;
  label: Span[];
  spoken: string;
  part: "design" | "within" | "between" | "slopes";
  least: number;
  most: number;
  reach: number;
  step: number;
  decimals: number;
  value: number;
  note: string;
  secondary: boolean;
  usual: boolean;
}

/** A story or a centring to choose. */
export interface Option {
  value: string;
  label: string;
}

/** What has been set. */
export interface Controls {
  turn: number;
  sliders: Slider[];
  stories: Option[];
  story: string;
  centerings: Option[];
  centering: string;
  seed: string;
  can_undo: boolean;
  can_redo: boolean;
  undo_label: string;
  redo_label: string;
}

/** An estimate beside the truth. */
export interface Mark {
  side: "within" | "between" | "cross-level" | "conflated" | "";
  estimate: number | null;
  lower: number | null;
  upper: number | null;
  truth: number | null;
  filled: boolean;
  estimate_text: string;
  interval_text: string;
  truth_text: string;
}

/** A row of the forest; of two levels where it has two marks. */
export interface Line {
  name: string;
  label: string;
  about: string;
  marks: Mark[];
  gap: boolean;
  stale: boolean;
}

/** One variable on another, in thousandths. */
export interface Scatter {
  title: Span[];
  across: "x" | "m";
  up: "m" | "y";
  means: number[];
  own: number[];
  between: number[];
  pooled: number[];
  extent: number[];
  about: string;
}

/** Data of some settings and what is estimated from them. */
export interface Frame {
  turn: number;
  subtitle: string;
  sentence: Span[];
  x: number[];
  m: number[];
  y: number[];
  scatters: Scatter[];
  lines: Line[];
  domain: number[];
  status: "waiting" | "busy" | "good" | "warning" | "error";
  strong: string;
  text: string;
  method: string;
  code: string;
  settled: boolean;
}
