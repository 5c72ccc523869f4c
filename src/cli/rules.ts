import { readFileSync } from "node:fs";
import { Command } from "commander";
import { explain } from "../attribution/explain.js";
import type { RuleTable } from "../attribution/rule.js";
import { RULES } from "../attribution/rules.js";
import { extendRules, formatRule, parseRules } from "../attribution/rules-file.js";
import { ruleExplanation } from "../report/rule-explanation.js";

const RULES_OPTION = ["--rules <file>", "rules of your own, before the shipped ones or in their place"] as const;

const explainCommand = new Command("explain")
  .description("which rule takes a function, and why")
  .argument("<symbol>", "a kernel function, as perf prints it")
  .option("--stack <functions>", "its callers, `outermost;...;direct`, as in folded stacks")
  .option(...RULES_OPTION)
  .option("--json", "print JSON")
  .action((symbol: string, options: { stack?: string; rules?: string; json?: true }) => {
    const callers = (options.stack ?? "").split(";").filter((caller) => caller !== "");
    if (callers.at(-1) === symbol) callers.pop(); // a whole folded stack, its leaf included
    const explanation = explain({ symbol, callers: callers.reverse(), rules: ruleTable(options.rules) });
    process.stdout.write(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : ruleExplanation(explanation));
  });

const listCommand = new Command("list")
  .description("all rules in the order in which they are tried, in the format of a rules file")
  .option(...RULES_OPTION)
  .option("--json", "print JSON")
  .action((options: { rules?: string; json?: true }) => {
    const { version, what, where } = ruleTable(options.rules);
    const lines = [`# linerate rules, version ${version}`, ...[...what, ...where].map(formatRule)];
    process.stdout.write(options.json ? `${JSON.stringify({ version, what, where }, null, 2)}\n` : `${lines.join("\n")}\n`);
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

/** The shipped rules, with those of a file. What is doubtful in the file goes to stderr. */
function ruleTable(file: string | undefined): RuleTable {
  if (file === undefined) return RULES;
  const own = parseRules({ file, text: readFileSync(file, "utf8") });
  for (const { line, message } of own.warnings) process.stderr.write(`linerate: ${file}:${line}: ${message}\n`);
  return extendRules(RULES, own);
}
