import { COST_CLASSES, STAGES } from "../attribution/cost-classes.js";
import type { Explanation } from "../attribution/explain.js";
import type { Rule } from "../attribution/rule.js";
import { printable } from "./text-table.js";
import { wrapped } from "./wrapped.js";

/**
 * Why a sample has its class and its stage, as text of at most 76 columns.
 *
 * @example
 * ruleExplanation({ symbol: "foo", name: "foo", what: "remainder", where: "remainder", underCallers: [], passedOver: [], later: [], stages: [], rules: { version: "1" } }).split("\n")[0] // "foo"
 */
export function ruleExplanation(explanation: Explanation): string {
  const { symbol, name, what, where, whatRule, whereRule, underCallers, passedOver, later, stages, rules } = explanation;
  const [deciding] = stages;
  const outer = stages.filter(({ rule }, at) => at > 0 && rule.gives !== stages[at - 1]?.rule.gives);
  const meaning = (names: Record<string, string>, given: string) => `${given}: ${names[given] ?? "a class of your own"}`;
  const under = underCallers.map((caller) => `, called under ${caller}`).join("");
  const rows: [string, string][] = [
    ["what", meaning(COST_CLASSES, what)],
    ...remarks(whatRule, under),
    ["where", meaning(STAGES, where)],
    ...remarks(whereRule, deciding ? `, by ${deciding.symbol}` : ""),
    ...outer.map(({ symbol: caller, rule }): [string, string] => ["", `further out: ${rule.gives}, by ${caller}`]),
    ...passedOver.map((rule): [string, string] => ["before", `${rule.id} (${rule.gives}) wants ${wants(rule)}`]),
    ...later.map((rule): [string, string] => ["after", `${rule.id} (${rule.gives}) would have taken it too`]),
    ["rules", `version ${rules.version}`],
  ];
  const head = name === symbol ? symbol : `${symbol}, matched as ${name}`;
  return `${printable(head)}\n${rows.map(([label, text]) => wrapped({ label, text: printable(text) })).join("\n")}\n`;
}

function remarks(rule: Rule | undefined, how: string): [string, string][] {
  if (!rule) return [];
  return [
    ["", `rule ${rule.id}${how}${rule.file ? ` (${rule.file})` : ""}`],
    ...(rule.reason ? [["", rule.reason] as [string, string]] : []),
    ...(rule.note ? [["", `note: ${rule.note}`] as [string, string]] : []),
  ];
}

/** The conditions of a rule in words; long lists of callers are cut. */
function wants({ under, in: stages }: Rule): string {
  const callers = under.map((pattern) => {
    const names = pattern.split("|");
    return `a caller ${names.slice(0, SHOWN_NAMES).join(" or ")}${names.length > SHOWN_NAMES ? " or another" : ""}`;
  });
  return [...callers, ...(stages.length > 0 ? [`stage ${stages.join(" or ")}`] : [])].join(" and ");
}

const SHOWN_NAMES = 3;
