import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Store } from "./store";
import type { Column, Message, Screen } from "./wire";

export const STACKED = 880;
export const SMALL = 640;
const RAIL = 288;
const DIAGRAM_LEAST = 520;

/** A menu that is open, and where. */
export interface OpenMenu {
  title: string;
  items: MenuItem[];
  /** With a field that narrows the items down. */
  search: boolean;
  /** In pixels from the widget's corner; the menu opens below. */
  place: { left: number; top: number; bottom: number };
  /** Gets the focus back. */
  opener: Element | null;
}

export interface MenuItem {
  id: string;
  label: string;
  detail?: string;
  key?: string;
  /** Why it cannot be chosen; it stays in the list, so that this can be read. */
  refusal?: string;
  checked?: boolean;
  rule?: boolean;
  choose: () => void;
}

/** A column under the pointer on its way to a role. */
export interface Drag {
  column: Column;
  x: number;
  y: number;
  over: string;
  /** Why the target below the pointer cannot take it. */
  refusal: string;
  open: string[];
}

/** What one view of the widget knows beyond the store. */
export interface View {
  readonly store: Store;
  readonly root: { current: HTMLElement | null };
  readonly width: Signal<number>;
  readonly stacked: ReadonlySignal<boolean>;
  readonly small: ReadonlySignal<boolean>;
  readonly diagramWidth: ReadonlySignal<number>;
  readonly complete: ReadonlySignal<boolean>;
  readonly roles: ReadonlySignal<ReadonlyMap<string, Tag>>;
  readonly menu: Signal<OpenMenu | null>;
  readonly drag: Signal<Drag | null>;
  /** The column that the list's one tab stop is on. */
  readonly activeColumn: Signal<string | null>;
  /** Why something could not be done; shown where it was tried, and read out. */
  readonly hint: Signal<string>;
  /** A message of the page itself. */
  readonly notice: Signal<Message | null>;
  readonly optionsOpen: Signal<boolean>;
  readonly detailsOpen: Signal<boolean>;
  readonly filter: Signal<string>;
  /** Whether the diagram is folded when a tab is opened: as it was left there. */
  readonly folds: Map<Screen["tab"], boolean>;
}

/** The short name of the role that a column holds. */
export interface Tag {
  text: string;
  words: string;
  faint: boolean;
}

function rolesOf(store: Store): ReadonlyMap<string, Tag> {
  const draft = store.sections.draft.value;
  const tags = new Map<string, Tag>();
  const put = (column: string | null, text: string, words: string, faint = false) => {
    if (column !== null && !tags.has(column)) tags.set(column, { text, words, faint });
  };
  put(draft.exposure, "X", "exposure");
  const several = draft.mediators.length > 1;
  draft.mediators.forEach((column, index) => {
    put(column, several ? `M${index + 1}` : "M", "mediator");
  });
  put(draft.outcome, "Y", "outcome");
  put(draft.group, "G", "group");
  for (const column of draft.covariates) put(column, "C", "covariate", true);
  for (const columns of Object.values(draft.moderators)) {
    for (const column of columns) put(column, "W", "moderator", true);
  }
  return tags;
}

export function createView(store: Store): View {
  const width = signal(1120);
  const stacked = computed(() => width.value < STACKED);
  const small = computed(() => width.value < SMALL);
  return {
    store,
    root: { current: null },
    width,
    stacked,
    small,
    diagramWidth: computed(() => {
      const gutters = stacked.value ? 32 : RAIL + 40;
      return Math.max(DIAGRAM_LEAST, Math.round(width.value - gutters));
    }),
    complete: computed(() => {
      const draft = store.sections.draft.value;
      return Boolean(draft.exposure && draft.mediators.length && draft.outcome && draft.group);
    }),
    roles: computed(() => rolesOf(store)),
    menu: signal(null),
    drag: signal(null),
    activeColumn: signal(null),
    hint: signal(""),
    notice: signal(null),
    optionsOpen: signal(false),
    detailsOpen: signal(false),
    filter: signal(""),
    // Tabs that need the room begin with the diagram folded.
    folds: new Map([
      ["groups", true],
      ["specifications", true],
      ["report", true],
    ]),
  };
}

/** Open a tab, with the diagram folded or not as it was left there. */
export function openTab(view: View, tab: Screen["tab"]): void {
  view.store.send({ kind: "show", tab, folded: view.folds.get(tab) ?? false });
}

export function fold(view: View, folded: boolean): void {
  view.folds.set(view.store.sections.screen.value.tab, folded);
  view.store.send({ kind: "show", folded });
}

export const ViewContext = createContext<View | null>(null);

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("Outside of a widget.");
  return view;
}
