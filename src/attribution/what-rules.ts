import { MEMORY_RULES } from "./what-memory-rules.js";
import { NETWORK_RULES } from "./what-network-rules.js";
import { EVERYWHERE_RULES, SYSTEM_RULES } from "./what-system-rules.js";

/** The shipped *what* rules, in the format of `parseRules`: which class a sample is paid for, by its innermost function. */
export const WHAT_RULES: string = [EVERYWHERE_RULES, MEMORY_RULES, NETWORK_RULES, SYSTEM_RULES].join("");
