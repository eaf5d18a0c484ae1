// Written by medwidget.widget.typescript from messages.py; do not edit.

/** One value of a control. */
export interface Choice {
  value: string;
  label: string;
  help: string;
  refusal: string;
}

/** A control of the options row. ``segments``: radio group; ``menu``: select. */
export interface Control {
  name: string;
  label: string;
  form: "segments" | "menu";
  value: string;
  choices: Choice[];
  help: string;
}

/** A switch of the options row: does this path vary across groups. */
export interface Slope {
  path: string;
  label: string;
  on: boolean;
  refusal: string;
  help: string;
}

/** A table of texts under a heading; the first columns hold words, the others numbers. */
export interface LadderTable {
  title: string;
  columns: string[];
  rows: string[][];
  n_labels: number;
}

/** A model built up step by step. */
export interface LadderView {
  running: boolean;
  stale: boolean;
  reason: string;
  tables: LadderTable[];
  notes: string[];
}

/** The Report tab. */
export interface Report {
  revision: number;
  reason: string;
  style: Control;
  smallest: string;
  smallest_label: string;
  blocks: ReportBlock[];
  forms: ReportForm[];
  tables: ReportTable[];
  checks: ReportCheck[];
  judgements: Judgement[];
  note: string;
  decisions: ReportDecision[];
  code: ReportCode[];
  code_note: string;
}

/** What theory says of a path, as typed; standing: "", "testable" or "speculative". */
export interface TheoryNote {
  construct: string;
  mechanism: string;
  standing: string;
}

/** A piece of a sentence. */
export interface Span {
  text: string;
  side: "within" | "between" | "cross-level" | "conflated" | "";
  strong: boolean;
  italic: boolean;
  key: boolean;
}

/** One column of the data, described; ``missing`` and ``icc`` are ready to print. */
export interface Column {
  name: string;
  icon: "measure" | "binary" | "sequence" | "text" | "key" | "none";
  badge: "" | "L1" | "L2" | "ID";
  share_between: number | null;
  icc: string;
  missing: string;
  described: boolean;
  usable: boolean;
  about: string;
  refusals: Record<string, string>;
}

/** The variables list and what the top bar says of the data. */
export interface Columns {
  title: string;
  subtitle: string;
  short_subtitle: string;
  items: Column[];
  n_described: number;
  group_guess: string | null;
  group_guess_words: string;
  legend: string[];
}

/** What has been assigned and chosen so far; a model once all four roles are filled. */
export interface Draft {
  revision: number;
  exposure: string | null;
  mediators: string[];
  outcome: string | null;
  group: string | null;
  covariates: string[];
  moderators: Record<string, string[]>;
  controls: Control[];
  slopes: Slope[];
  slopes_label: string;
  holds: Control[];
  splits: Control[];
  summary: string;
  paths: string[];
  can_undo: boolean;
  can_redo: boolean;
  undo_label: string;
  redo_label: string;
}

/** The pill in the top bar; ``strong`` is printed bold, ``text`` after it. */
export interface Status {
  kind: "waiting" | "busy" | "good" | "warning" | "error";
  strong: string;
  text: string;
  revision: number;
  answered: number;
}

/** A button of a message; pressed, it sends ``act`` with both ids. */
export interface Action {
  id: string;
  label: string;
  primary: boolean;
  preview: string;
}

/** A banner: what is the case, what it means, what to do. */
export interface Message {
  id: string;
  severity: "error" | "warning" | "note";
  title: string;
  detail: string;
  more: string;
  actions: Action[];
}

/** A long job under way. */
export interface Progress {
  job: string;
  label: string;
  done: number;
  total: number;
  strong: string;
  text: string;
  stop: string;
}

/** The model as SVG; every interactive element carries data- attributes and an ARIA label. */
export interface Diagram {
  width: number;
  narrow: boolean;
  svg: string;
  ribbon: string;
  legend: string;
  guidance: Span[];
}

/** A Vega-Lite specification without data, and its named data sets. */
export interface Chart {
  name: string;
  spec: Record<string, unknown>;
  data: Record<string, Record<string, unknown>[]>;
  packed?: Record<string, Record<string, unknown[]>>;
  about: string;
  columns: string[];
  rows: string[][];
}

/** One row of the effects table, in the order of the forest chart's rows. */
export interface EffectLine {
  name: string;
  side: "within" | "between" | "cross-level" | "conflated" | "";
  label: string;
  about: string;
  estimate: string;
  interval: string;
  reason: string;
  definition: string;
  gap: boolean;
  more: boolean;
}

/** The result on screen. It stays when a later draft cannot be fitted; then it is stale. */
export interface Answer {
  revision: number;
  stale: boolean;
  stale_words: string;
  reading: Span[];
  formula: Span[];
  notes: string[];
  interval_label: string;
  method: string;
  effects: EffectLine[];
  forest: Chart;
  settling: Chart | null;
  sentence: string;
}

/** The popover of a path. */
export interface PathDetail {
  path: string;
  side: "within" | "between" | "cross-level" | "conflated" | "";
  title: Span[];
  estimate: string;
  interval: string;
  facts: string[];
  slope: Slope | null;
  spread: Chart | null;
  spread_words: Span[];
  moderators: string[];
  moderator_choices: Choice[];
  note: TheoryNote;
  removable: string;
}

/** A number with its caption. */
export interface Stat {
  value: string;
  text: string;
}

/** What the Groups tab has of each group, sent once for many selections; by position. */
export interface GroupRows {
  columns: string[];
  label: string[];
  estimate: (number | null)[];
  lower: (number | null)[];
  upper: (number | null)[];
  decimals: number[];
  written: Record<string, string[]>;
  n_rows: string[];
  value: string[];
  color: number[];
  both_negative: number[];
  order: number[];
  caterpillar: Chart;
  overview: Chart | null;
}

/** The Groups tab, but for `GroupRows`: what changes with the selection. */
export interface Groups {
  revision: number;
  reason: string;
  controls: Control[];
  shrink: boolean;
  shrink_label: string;
  color_words: string[];
  stats: Stat[];
  selected: number[];
  selected_words: string;
  multiples_words: string;
  multiples: Chart | null;
  snippet: string;
}

/** One thing that may vary. */
export interface SpecificationChoice {
  name: string;
  label: string;
  values: Choice[];
  on: string[];
}

/** A line of a list of facts. */
export interface Fact {
  label: string;
  value: string;
}

/** The Specifications tab. */
export interface Specifications {
  revision: number;
  reason: string;
  choices: SpecificationChoice[];
  n_cells: number;
  running: boolean;
  stale: boolean;
  reading: Span[];
  controls: Control[];
  chart: Chart | null;
  current: number;
  pinned: number;
  facts: Fact[];
  note: string;
  ladder: LadderView;
}

/** One line of the checks. */
export interface Check {
  status: "ok" | "look" | "note";
  title: string;
  detail: string;
}

/** A small table, ready to print. */
export interface TableView {
  title: string;
  columns: string[];
  rows: string[][];
}

/** A chart with its heading. */
export interface Panel {
  title: string;
  text: string;
  chart: Chart;
}

/** The Diagnostics tab. */
export interface Diagnostics {
  revision: number;
  reason: string;
  look: boolean;
  checks: Check[];
  panels: Panel[];
  tables: TableView[];
  influence: "none" | "offered" | "running" | "done";
  influence_words: string;
}

/** Code in one language. */
export interface Language {
  id: string;
  label: string;
  code: string;
}

/** The Code tab. */
export interface Code {
  revision: number;
  languages: Language[];
  note: string;
}

/** What is open. */
export interface Screen {
  tab: "effects" | "groups" | "specifications" | "diagnostics" | "report" | "code";
  folded: boolean;
  path: string | null;
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

/** A part of the report as text to copy, in one form. */
export interface ReportForm {
  form: "text" | "markdown" | "html" | "latex";
  text: string;
}

/** A point of a list. */
export interface ReportPoint {
  title: string;
  text: string;
}

/** A heading, a paragraph or a list. */
export interface ReportBlock {
  kind: "heading" | "prose" | "points";
  spans: Span[];
  points: ReportPoint[];
}

/** A row of a table; a heading stands over all columns. */
export interface ReportRow {
  heading: boolean;
  side: "within" | "between" | "cross-level" | "conflated" | "";
  cells: Span[][];
}

/** A table; the first column holds words, the others numbers. */
export interface ReportTable {
  title: string;
  columns: string[];
  rows: ReportRow[];
  note: string;
  forms: ReportForm[];
}

/** An assumption that the data speak to. */
export interface ReportCheck {
  status: "ok" | "look" | "note";
  title: string;
  detail: string;
}

/** An assumption at a level; it is empty if there is only one. */
export interface JudgementTick {
  name: string;
  level: string;
  held: boolean;
}

/** An assumption that only the author can judge. */
export interface Judgement {
  title: string;
  detail: string;
  ticks: JudgementTick[];
}

/** Code for a program, or why there is none. */
export interface ReportCode {
  id: string;
  label: string;
  code: string;
  refusal: string;
}

/** A choice on the way to the model; a reason is given for it by its id. */
export interface ReportDecision {
  id: string;
  when: string;
  what: string;
  why: string;
}

/** Give a column a role; ``instead`` names the mediator that it replaces, if any. */
export interface Assign {
  kind: "assign";
  column: string;
  role: "exposure" | "mediator" | "outcome" | "group" | "covariate" | "moderator";
  instead?: string | null;
  path?: string | null;
}

/** Take a column out of its role. */
export interface Clear {
  kind: "clear";
  column: string;
  path?: string | null;
}

/** Set a control of the options row. */
export interface Choose {
  kind: "choose";
  control: string;
  value: string;
}

/** Let a path vary across groups, or not. */
export interface ToggleSlope {
  kind: "toggle_slope";
  path: string;
}

/** Let a path at one level be estimated ("free"), "zero", or "equal" across levels. */
export interface Hold {
  kind: "hold";
  parameter: string;
  value: string;
}

/** Split the exposure or a covariate by "latent" or "observed" means, or "within" only. */
export interface Split {
  kind: "split";
  column: string;
  value: string;
}

/** Take the last change back. */
export interface Undo {
  kind: "undo";
}

/** Make it again. */
export interface Redo {
  kind: "redo";
}

/** Open a tab, fold the diagram, open or close a path's popover. */
export interface Show {
  kind: "show";
  tab?: "effects" | "groups" | "specifications" | "diagnostics" | "report" | "code";
  folded?: boolean;
  path?: string | null;
}

/** Say how wide the diagram's box is, in CSS pixels. */
export interface Layout {
  kind: "layout";
  width: number;
}

/** Press a button of a message. */
export interface Act {
  kind: "act";
  message: string;
  action: string;
}

/** End the running job: keep what is done, or not. */
export interface Cancel {
  kind: "cancel";
  keep: boolean;
}

/** Select groups by position. */
export interface SelectGroups {
  kind: "select_groups";
  positions: number[];
}

/** Set a control of the Groups tab: effect, sort, color or shrink ("yes", "no"). */
export interface SetGroups {
  kind: "set_groups";
  control: string;
  value: string;
}

/** Set a control of the Specifications tab: effect or sort. */
export interface SetSpecifications {
  kind: "set_specifications";
  control: string;
  value: string;
}

/** Say which values of a choice to vary. */
export interface ChooseSpecifications {
  kind: "choose_specifications";
  name: string;
  on: string[];
}

/** Fit all of them. */
export interface RunSpecifications {
  kind: "run_specifications";
}

/** Make a cell of the comparison the model on screen, or pin it. */
export interface LoadSpecification {
  kind: "load_specification";
  cell: number;
  pin?: boolean;
}

/** Build the model on screen up step by step. */
export interface RunLadder {
  kind: "run_ladder";
}

/** Leave out each group in turn. */
export interface RunInfluence {
  kind: "run_influence";
}

/** Set a control of the Report tab: style, or smallest (a number or nothing). */
export interface SetReport {
  kind: "set_report";
  control: string;
  value: string;
}

/** Say whether an assumption is judged to hold. */
export interface Judge {
  kind: "judge";
  assumption: string;
  held: boolean;
}

/** Give a reason for a decision of the log; an empty one takes it away. */
export interface Explain {
  kind: "explain";
  decision: string;
  reason: string;
}

/** Write what theory says of a path; what is not named stays, and an empty note goes. */
export interface Note {
  kind: "note";
  path: string;
  construct?: string;
  mechanism?: string;
  standing?: string;
}

/** Ask for something that is answered by a custom message of the same ``id``. */
export interface Ask {
  kind: "ask";
  id: number;
  what: "vega" | "html" | "svg" | "session" | "ping";
}

/** Synchronised traits by name. */
export interface Sections {
  columns: Columns;
  draft: Draft;
  status: Status;
  progress: Progress | null;
  messages: Message[];
  diagram: Diagram;
  answer: Answer | null;
  detail: PathDetail | null;
  groups: Groups | null;
  group_rows: GroupRows | null;
  specifications: Specifications | null;
  diagnostics: Diagnostics | null;
  report: Report | null;
  code: Code | null;
  screen: Screen;
}

export type Gesture =
  | Assign
  | Clear
  | Choose
  | ToggleSlope
  | Hold
  | Split
  | Undo
  | Redo
  | Show
  | Layout
  | Act
  | Cancel
  | SelectGroups
  | SetGroups
  | SetSpecifications
  | ChooseSpecifications
  | RunSpecifications
  | LoadSpecification
  | RunLadder
  | RunInfluence
  | SetReport
  | Judge
  | Explain
  | Note
  | Ask;

/** Required keys of every section, checked on arrival. */
export const REQUIRED: Record<keyof Sections, readonly string[]> = {
  columns: ["title", "subtitle", "short_subtitle", "items", "n_described", "group_guess", "group_guess_words", "legend"],
  draft: ["revision", "exposure", "mediators", "outcome", "group", "covariates", "moderators", "controls", "slopes", "slopes_label", "holds", "splits", "summary", "paths", "can_undo", "can_redo", "undo_label", "redo_label"],
  status: ["kind", "strong", "text", "revision", "answered"],
  progress: ["job", "label", "done", "total", "strong", "text", "stop"],
  messages: ["id", "severity", "title", "detail", "more", "actions"],
  diagram: ["width", "narrow", "svg", "ribbon", "legend", "guidance"],
  answer: ["revision", "stale", "stale_words", "reading", "formula", "notes", "interval_label", "method", "effects", "forest", "settling", "sentence"],
  detail: ["path", "side", "title", "estimate", "interval", "facts", "slope", "spread", "spread_words", "moderators", "moderator_choices", "note", "removable"],
  groups: ["revision", "reason", "controls", "shrink", "shrink_label", "color_words", "stats", "selected", "selected_words", "multiples_words", "multiples", "snippet"],
  group_rows: ["columns", "label", "estimate", "lower", "upper", "decimals", "written", "n_rows", "value", "color", "both_negative", "order", "caterpillar", "overview"],
  specifications: ["revision", "reason", "choices", "n_cells", "running", "stale", "reading", "controls", "chart", "current", "pinned", "facts", "note", "ladder"],
  diagnostics: ["revision", "reason", "look", "checks", "panels", "tables", "influence", "influence_words"],
  report: ["revision", "reason", "style", "smallest", "smallest_label", "blocks", "forms", "tables", "checks", "judgements", "note", "decisions", "code", "code_note"],
  code: ["revision", "languages", "note"],
  screen: ["tab", "folded", "path"],
};

