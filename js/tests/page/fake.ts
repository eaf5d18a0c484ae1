import type { Model } from "../../src/model";
import { NOTHING_YET } from "../../src/sections";
import type { Column, Draft, Reply, Sections } from "../../src/wire";

type Listener = (...values: unknown[]) => void;

/** A model without a kernel: holds traits, and keeps what was sent. */
export class FakeModel {
  readonly sent: Record<string, unknown>[] = [];
  readonly listeners = new Map<string, Set<Listener>>();
  readonly traits: Record<string, unknown> = {};
  broken = false;
  widget_manager?: unknown;

  constructor(sections: Partial<Sections> = {}, traits: Record<string, unknown> = {}) {
    for (const [name, value] of Object.entries({ ...NOTHING_YET, ...sections })) {
      this.traits[`_${name}`] = value;
    }
    Object.assign(this.traits, traits);
  }

  get(name: string): unknown {
    return this.traits[name];
  }
  set(name: string, value: unknown): void {
    this.traits[name] = value;
  }
  save_changes(): void {}
  on(event: string, callback: Listener): void {
    if (!this.listeners.has(event)) this.listeners.set(event, new Set());
    this.listeners.get(event)!.add(callback);
  }
  off(event: string, callback?: Listener | null): void {
    if (callback) this.listeners.get(event)?.delete(callback);
  }
  send(content: unknown): void {
    if (this.broken) throw new Error("The connection is closed.");
    this.sent.push(content as Record<string, unknown>);
  }

  tell(event: string, ...values: unknown[]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...values);
  }
  put(sections: Partial<Sections> | Record<string, unknown>): void {
    for (const [name, value] of Object.entries(sections)) {
      this.traits[`_${name}`] = value;
      this.tell(`change:_${name}`);
    }
  }
  reply(values: Partial<Reply>, buffers: DataView[] = []): void {
    const reply = { kind: "reply", id: 0, what: "", name: "", text: "", error: "", ...values };
    this.tell("msg:custom", reply, buffers);
  }
  /** Gestures, without what is asked. */
  get gestures(): Record<string, unknown>[] {
    return this.sent.filter((each) => each.kind !== "ask" && each.kind !== "layout");
  }
  get model(): Model {
    return this as unknown as Model;
  }
}

export function column(name: string, more: Partial<Column> = {}): Column {
  return {
    name,
    icon: "measure",
    badge: "L1",
    share_between: 0.3,
    icc: "0.30",
    missing: "",
    described: true,
    usable: true,
    about: `about ${name}`,
    refusals: {},
    ...more,
  };
}

export function columns(...items: Column[]): Sections["columns"] {
  return { ...NOTHING_YET.columns, title: "diary", items, n_described: items.length };
}

export function draft(more: Partial<Draft> = {}): Draft {
  return {
    ...NOTHING_YET.draft,
    paths: ["a", "b", "direct"],
    slopes: [
      { path: "a", label: "a", on: true, refusal: "", help: "" },
      { path: "b", label: "b", on: true, refusal: "", help: "" },
      { path: "direct", label: "c′", on: false, refusal: "never varies", help: "" },
    ],
    ...more,
  };
}

export const FULL = draft({ exposure: "x", mediators: ["m"], outcome: "y", group: "id" });

const part = (key: string, attributes: string, inner = "") =>
  `<g data-key="${key}" role="button" tabindex="-1" aria-label="${key}" ${attributes}>${inner}</g>`;

/** A diagram as Python draws it, as far as the page depends on it. */
export function picture(more: { estimate?: string; mediator?: string; extra?: string } = {}) {
  const { estimate = "0.15", mediator = "m", extra = "" } = more;
  const empty = mediator === "" ? 'data-empty="true"' : `data-column="${mediator}"`;
  const hit = '<path class="mw-hit" d="M0 0L9 9"/>';
  return `<svg xmlns="http://www.w3.org/2000/svg" class="mw-diagram" viewBox="0 0 870 436">
<style>.mw-diagram .line{stroke:var(--mw-w)}</style>
${part("pill", 'data-node="group" data-column="id"')}
<g data-side="within" class="w">
${part("a", 'data-path="a_within" data-name="a" data-side="within"', `${hit}<text class="mw-number" data-key="a-number">${estimate}</text>`)}
${part("b", 'data-path="b_within" data-name="b" data-side="within"', hit)}
<g data-key="a-dot" data-slope="a" role="switch" aria-checked="true" tabindex="-1"></g>
${part("x", 'data-node="exposure" data-index="0" data-side="within" data-column="x"')}
${part("m", `data-node="mediator" data-index="0" data-side="within" ${empty}`)}
${part("y", 'data-node="outcome" data-index="0" data-side="within" data-column="y"')}
${part("c", 'data-chip="covariate" data-column="age"')}
${part("add-m", 'data-add="mediator"')}
${extra}</g></svg>`;
}

export function diagram(svg: string): Sections["diagram"] {
  return { ...NOTHING_YET.diagram, svg };
}
