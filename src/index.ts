// What `import { ... } from "linerate"` gives a notebook: one line per module.
export * from "./captures/parse-error.js";
export type * from "./captures/parsed.js";
export * from "./captures/pktgen-result.js";
export * from "./models/line-rate.js";
export * from "./models/packet-budget.js";
export * from "./tables/danfojs.js";
export * from "./tables/to-data-frame.js";
export * from "./units.js";
