// The second bundle: what draws charts. The page asks the kernel for it once (src/chart/bundle.ts).
export { None, parse, View, Warn } from "vega";
export { expressionInterpreter } from "vega-interpreter";
export { compile } from "vega-lite";
