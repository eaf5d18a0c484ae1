/** Specifications, compiled once each: the same one with new data costs nothing. */

import type { Runtime, Spec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { LoggerInterface } from "vega-util";
import type { Chart } from "../wire";
import type { Vega } from "./bundle";
import { type Paint, painted } from "./paint";

export interface Compiled {
  runtime: Runtime;
  /** The width is that of the element, not of the specification. */
  fluid: boolean;
  /** The data sets that it uses. */
  names: ReadonlySet<string>;
}

const LIMIT = 60;
// Fluid charts are compiled for this size and then told theirs.
const NOMINAL = { width: 600, height: 200 };
const done = new Map<string, Compiled>();
const silent = (): LoggerInterface => QUIET;
const QUIET: LoggerInterface = {
  level: silent as LoggerInterface["level"],
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
};

/** What tells specifications apart: all of one, but for the height of a fluid chart. */
export function keyOf(spec: Chart["spec"]): string {
  return JSON.stringify(heightOf(spec) === undefined ? spec : { ...spec, height: NOMINAL.height });
}

/** The height of a fluid chart, which is told to it as its width is. */
export function heightOf({ width, height }: Chart["spec"]): number | undefined {
  return width === "container" && typeof height === "number" ? height : undefined;
}

/** The runtime of a specification by its key. */
export function compiled(vega: Vega, key: string, paint: Paint, font: string): Compiled {
  const text = painted(key, paint);
  const name = `${font}\n${text}`;
  const known = done.get(name);
  if (known) return known;
  const made = compile(vega, JSON.parse(text), font);
  done.set(name, made);
  const oldest = done.keys().next().value;
  if (done.size > LIMIT && oldest !== undefined) done.delete(oldest);
  return made;
}

function compile(vega: Vega, spec: Record<string, unknown>, font: string): Compiled {
  const fluid = spec.width === "container";
  if (fluid) {
    spec.width = NOMINAL.width;
    spec.autosize = { type: "fit-x", contains: "padding", ...(spec.autosize as object) };
  }
  if (font) spec.config = { ...(spec.config as object), font };
  const full = vega.compile(spec as unknown as TopLevelSpec, { logger: QUIET }).spec;
  const names = new Set((full.data ?? []).map((set) => set.name));
  return { runtime: vega.parse(full as Spec, {}, { ast: true }), fluid, names };
}
