import "./tabs.css";
import "./effects.css";
import "./panes.css";
import "./report.css";
import "./specifications.css";
import "./ladder.css";

export { ChartView } from "../chart";
export { CodeTab } from "./code";
export { DiagnosticsTab } from "./diagnostics";
export { EffectsTab } from "./effects";
export { GroupsTab } from "./groups";
export { ReportTab } from "./report";
export { SpecificationsTab } from "./specifications";
