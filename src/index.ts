// What `import { ... } from "linerate"` gives a notebook: one line per module.
export * from "./captures/parse-error.js";
export type * from "./captures/parsed.js";
export * from "./captures/pktgen-result.js";
export * from "./models/line-rate.js";
export * from "./models/packet-budget.js";
export * from "./profile/by-cpu.js";
export * from "./profile/by-symbol.js";
export * from "./profile/fold.js";
export * from "./profile/over-time.js";
export type * from "./profile/perf-script/payload-table.js";
export * from "./profile/perf-script.js";
export * from "./profile/profile.js";
export * from "./profile/profile-rows.js";
export * from "./profile/profile-summary.js";
export * from "./profile/sample-filter.js";
export * from "./tables/danfojs.js";
export * from "./tables/to-data-frame.js";
export * from "./units.js";
