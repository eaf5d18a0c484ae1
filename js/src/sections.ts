import type { Sections } from "./wire";
import { REQUIRED } from "./wire";

export type SectionName = keyof Sections;

export const SECTION_NAMES = Object.keys(REQUIRED) as SectionName[];

const NULLABLE: ReadonlySet<SectionName> = new Set([
  "progress",
  "answer",
  "detail",
  "groups",
  "group_rows",
  "specifications",
  "diagnostics",
  "report",
  "code",
]);

/** What is shown before Python has said anything. */
export const NOTHING_YET: Sections = {
  columns: {
    title: "",
    subtitle: "",
    short_subtitle: "",
    items: [],
    n_described: 0,
    group_guess: null,
    group_guess_words: "",
    legend: [],
  },
  draft: {
    revision: 0,
    exposure: null,
    mediators: [],
    outcome: null,
    group: null,
    covariates: [],
    moderators: {},
    controls: [],
    slopes: [],
    slopes_label: "",
    holds: [],
    splits: [],
    summary: "",
    paths: [],
    can_undo: false,
    can_redo: false,
    undo_label: "",
    redo_label: "",
  },
  status: { kind: "waiting", strong: "", text: "", revision: 0, answered: 0 },
  progress: null,
  messages: [],
  diagram: { width: 870, narrow: false, svg: "", ribbon: "", legend: "", guidance: [] },
  answer: null,
  detail: null,
  groups: null,
  group_rows: null,
  specifications: null,
  diagnostics: null,
  report: null,
  code: null,
  screen: { tab: "effects", folded: false, path: null },
};

function lacks(value: unknown, keys: readonly string[]): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is no object";
  for (const key of keys) if (!Object.hasOwn(value, key)) return `lacks ${key}`;
  return null;
}

/** Why `value` cannot be the section `name`, or null if it can. */
export function refusal(name: SectionName, value: unknown): string | null {
  const required = REQUIRED[name];
  if (Array.isArray(NOTHING_YET[name])) {
    if (!Array.isArray(value)) return "is no list";
    for (const item of value) {
      const reason = lacks(item, required);
      if (reason) return reason;
    }
    return null;
  }
  if (value === null && NULLABLE.has(name)) return null;
  return lacks(value, required);
}
