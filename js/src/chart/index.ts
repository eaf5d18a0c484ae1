export { provideVega } from "./bundle";
export type { Datum, Drawing, Plot } from "./drawing";
export { ChartTable } from "./table";
export { ChartView } from "./view";
