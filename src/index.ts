// What `import { ... } from "linerate"` gives a notebook: one line per module.
export * from "./captures/parse-error.js";
export type * from "./captures/parsed.js";
export * from "./captures/pktgen-result.js";
export * from "./models/line-rate.js";
export * from "./models/packet-budget.js";
export { clearOutput, display, displayable, type UpdatableDisplay, updatableDisplay } from "./notebook/display.js";
export type { MimeBundle } from "./notebook/mime-bundle.js";
export { progress } from "./notebook/progress.js";
export * from "./units.js";
