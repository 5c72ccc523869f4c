import { Command } from "commander";
import { explain } from "../attribution/explain.js";
import type { RuleTable } from "../attribution/rule.js";
import { RULES } from "../attribution/rules.js";
import { extendRules, formatRule, parseRules } from "../attribution/rules-file.js";
import { openCapture } from "../captures/read-capture.js";
import { ruleExplanation } from "../report/rule-explanation.js";
import { printable } from "../report/text-table.js";
import { json, warningLines } from "./output.js";

const RULES_OPTION = ["--rules <file>", "rules of your own, before the shipped ones or in their place"] as const;

const explainCommand = new Command("explain")
  .description("which rule takes a function, and why")
  .argument("<symbol>", "a kernel function, as perf prints it")
  .option("--stack <functions>", "its callers, `outermost;...;direct`, as in folded stacks")
  .option(...RULES_OPTION)
  .option("--json", "print JSON")
  .action(async (symbol: string, options: { stack?: string; rules?: string; json?: true }) => {
    const callers = (options.stack ?? "").split(";").filter((caller) => caller !== "");
    if (callers.at(-1) === symbol) callers.pop(); // a whole folded stack, its leaf included
    const explanation = explain({ symbol, callers: callers.reverse(), rules: await ruleTable(options.rules) });
    process.stdout.write(options.json ? json(explanation) : ruleExplanation(explanation));
  });

const listCommand = new Command("list")
  .description("all rules in the order in which they are tried, in the format of a rules file")
  .option(...RULES_OPTION)
  .option("--json", "print JSON")
  .action(async (options: { rules?: string; json?: true }) => {
    const rules = await ruleTable(options.rules);
    const lines = [`# linerate rules, version ${rules.version}`, ...[...rules.what, ...rules.where].map(formatRule)];
    process.stdout.write(options.json ? json(rules) : lines.map((line) => `${printable(line)}\n`).join(""));
  });

export const rulesCommand: Command = new Command("rules")
  .description("the rules that give each sample its cost class and its stage")
  .addCommand(explainCommand)
  .addCommand(listCommand)
  .addHelpText(
    "after",
    `
A rules file has one rule a line; a line that starts with white space goes on with the rule above:
  what  skb-clear  my_memset        under=__alloc_skb   # our kernel does not inline it
  where driver-tx  foonic_\\w+_tx
  replace where                                         # none of the shipped where rules

Examples:
  $ linerate rules explain memset_erms --stack "ip_rcv_core;skb_clone;kmem_cache_alloc"
  $ linerate rules explain foonic_poll --rules my.rules --json
  $ linerate rules list > my.rules`,
  );

/**
 * The shipped rules, with those of a file. What is doubtful in the file goes to stderr.
 *
 * @throws CaptureError for a file that cannot be read, ParseError for one that holds no rules.
 * @example
 * (await ruleTable(undefined)).what.length > 0 // true
 */
export async function ruleTable(path: string | undefined): Promise<RuleTable> {
  if (path === undefined) return RULES;
  const { file, text, warnings } = await (await openCapture(path)).text();
  const own = parseRules({ file, text });
  process.stderr.write(warningLines([...warnings, ...own.warnings]));
  return extendRules(RULES, own);
}
