import type { RuleTable } from "./rule.js";
import { parseRules } from "./rules-file.js";
import { WHAT_RULES } from "./what-rules.js";
import { WHERE_RULES } from "./where-rules.js";

/**
 * The shipped rules. The version changes with every change that can move a sample from one class or stage to another.
 *
 * Source: each rule names its file of the kernel. The names are those of Linux 5.10, 6.1, 6.12 and 6.18 and of the profiles in
 * data/published; which class a function belongs to is this project's choice.
 */
export const RULES: RuleTable = {
  version: "2",
  // Read when somebody asks: whoever imports linerate would wait for it.
  get what() {
    what ??= parseRules({ file: "what-rules", text: WHAT_RULES }).rows;
    return what;
  },
  get where() {
    where ??= parseRules({ file: "where-rules", text: WHERE_RULES }).rows;
    return where;
  },
  // Who prints them wants to see rows.
  [Symbol.for("nodejs.util.inspect.custom")]: () => ({ version: RULES.version, what: RULES.what, where: RULES.where }),
};

let what: RuleTable["what"] | undefined;
let where: RuleTable["where"] | undefined;
