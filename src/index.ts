// What `import { ... } from "linerate"` gives a notebook: one line per module.
export * from "./captures/capture-error.js";
export * from "./captures/counter-rates.js";
export * from "./captures/ethtool-stats.js";
export * from "./captures/parse-error.js";
export type * from "./captures/parsed.js";
export * from "./captures/pktgen-result.js";
export * from "./captures/read-capture.js";
export * from "./captures/softnet-stat.js";
export * from "./captures/time-bench.js";
export * from "./formats.js";
export * from "./models/line-rate.js";
export * from "./models/packet-budget.js";
export * from "./tables/danfojs.js";
export * from "./tables/to-data-frame.js";
export * from "./units.js";
