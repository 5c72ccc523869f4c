import { captureLines, withoutBlank } from "../captures/capture-lines.js";
import { ParseError } from "../captures/parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "../captures/parsed.js";
import { COST_CLASSES, STAGES } from "./cost-classes.js";
import { NETWORK, type Rule, type RuleKind, type RuleTable } from "./rule.js";
import { symbolPattern } from "./symbol-pattern.js";

/** A file of rules: its rules in their order, and which of the shipped tables it stands in for. */
export interface RulesFile extends Parsed<Rule> {
  readonly file: string;
  /** Kinds for which the shipped rules are not to follow these. */
  readonly replaces: readonly RuleKind[];
}

// The project's own format, for hands: fields between white space; a line that starts with white space goes on with the rule above.
//   # what  class      function or pattern...   conditions
//   what    skb-clear  my_memset|my_bzero       under=__alloc_skb    # our kernel does not inline it
//   where   driver-tx  foonic_\w+_tx
//   replace where
const ENTRY = /^(?<fields>[^#!]*)(?:#(?<reason>.*?))?(?:!(?<note>.*))?$/;
const FIELD = /^(?<name>under|in|inlines|id|kernels|arch|file)=(?<value>.+)$/;
const ARCHITECTURES: readonly string[] = ["any", "x86-64", "arm64"] satisfies Rule["arch"][];

/**
 * Reads a file of rules, one per line:
 *
 * `what CLASS PATTERN... [under=PATTERN] [in=STAGE,...] [inlines=CLASS] [# reason] [! note]` or
 * `where STAGE PATTERN... [under=PATTERN] [entry] [# reason] [! note]`, with `id=`, `kernels=`, `arch=` and `file=` as remarks.
 * Several patterns are alternatives; each `under=` must hold; `in=network` stands for the network's stages. `replace what` and
 * `replace where` leave the shipped rules of that kind out.
 *
 * What a pattern may hold, and why it is matched in bounded time: `symbolPattern`. A class or stage that is not among the shipped
 * ones is taken as a new one, with a warning, since it may be a slip.
 * Source: the project's own format; the shipped tables are written in it (`what-rules.ts`, `where-rules.ts`).
 * @throws ParseError naming the line that is no rule, and what a rule needs.
 * @example
 * parseRules({ file: "my.rules", text: "what skb-clear my_memset under=__alloc_skb # not inlined\n" }).rows[0].under // ["__alloc_skb"]
 */
export function parseRules({ file, text }: CaptureText): RulesFile {
  const rows: Rule[] = [];
  const replaces: RuleKind[] = [];
  const warnings: Warning[] = [];
  for (const { line, text: entry } of entries(file, text)) {
    const refuse: Refuse = (expected) => new ParseError({ file, line, expected, text: entry });
    const { fields = "", reason = "", note = "" } = ENTRY.exec(entry)?.groups ?? {};
    const [keyword = "", gives = "", ...words] = fields.trim().split(/\s+/);
    if (keyword === "replace" && isKind(gives) && words.length === 0) {
      replaces.push(gives);
    } else if (isKind(keyword) && /^[\w-]+$/.test(gives)) {
      const { id, ...conditions } = conditionsOf(words, refuse);
      if (keyword === "where" && conditions.in.length > 0) throw refuse("a where rule without in=, which is for what rules");
      const named = { id: id ?? `${file.replace(/\s/g, "_")}:${line}`, kind: keyword, gives };
      const rule: Rule = { ...named, ...conditions, reason: reason.trim(), note: note.trim() };
      rows.push(rule);
      warnings.push(...unknownNames(rule).map((message) => ({ file, line, message })));
    } else {
      throw refuse("`what CLASS PATTERN...`, `where STAGE PATTERN...` or `replace what|where`");
    }
  }
  return { file, rows, skipped: [], warnings, replaces };
}

/**
 * The rules with a user's own before them, or in their place where the file says `replace`.
 *
 * @example
 * extendRules({ version: "1", what: [], where: [] }, parseRules({ file: "my.rules", text: "where driver-tx foo_tx\n" })).version // "1 + my.rules"
 */
export function extendRules(table: RuleTable, { file, rows, replaces }: RulesFile): RuleTable {
  const rules = (kind: RuleKind) => {
    const own = rows.filter((rule) => rule.kind === kind);
    return replaces.includes(kind) ? own : [...own, ...table[kind]];
  };
  const shipped = replaces.includes("what") && replaces.includes("where") ? [] : [table.version];
  return { version: [...shipped, file].join(" + "), what: rules("what"), where: rules("where") };
}

/**
 * A rule as a line of a rules file, such that `parseRules` gives it back.
 *
 * @example
 * formatRule(parseRules({ file: "my.rules", text: "what  copy  memcpy memmove  # moves" }).rows[0]) // "what copy memcpy|memmove id=my.rules:1 # moves"
 */
export function formatRule({ kind, gives, symbol, under, in: stages, entry, inlines, ...remarks }: Rule): string {
  const { id, kernels, arch, file, reason, note } = remarks;
  return [
    `${kind} ${gives} ${symbol}`,
    ...under.map((pattern) => `under=${pattern}`),
    ...(stages.length > 0 ? [`in=${stages.join(",")}`] : []),
    ...(entry ? ["entry"] : []),
    ...(inlines ? [`inlines=${inlines}`] : []),
    `id=${id}`,
    ...(kernels === "any" ? [] : [`kernels=${kernels}`]),
    ...(arch === "any" ? [] : [`arch=${arch}`]),
    ...(file ? [`file=${file}`] : []),
    ...(reason ? [`# ${reason}`] : []),
    ...(note ? [`! ${note}`] : []),
  ].join(" ");
}

type Refuse = (expected: string) => ParseError;

/** Each rule with the number of its first line; lines that go on with it are joined, comments and empty lines left out. */
function entries(file: string, text: string): CaptureLine[] {
  const found: { line: number; text: string }[] = [];
  for (const { line, text: own } of withoutBlank(captureLines(text))) {
    const above = found.at(-1);
    if (own.startsWith("#")) continue;
    if (/^\S/.test(own)) found.push({ line, text: own.trim() });
    else if (above) above.text += ` ${own.trim()}`;
    else throw new ParseError({ file, line, expected: "a rule above a line that starts with white space", text: own });
  }
  return found;
}

function isKind(word: string): word is RuleKind {
  return word === "what" || word === "where";
}

type Conditions = Omit<Rule, "kind" | "gives" | "id" | "reason" | "note"> & { readonly id: string | undefined };

function conditionsOf(words: readonly string[], refuse: Refuse): Conditions {
  const values = (name: string) => given.filter((field) => field.name === name).map(({ value }) => value);
  const one = (name: string) => {
    const [value, second] = values(name);
    if (second !== undefined) throw refuse(`one ${name}=`);
    return value;
  };
  const given: { name: string; value: string }[] = [];
  const patterns: string[] = [];
  let entry = false;
  for (const word of words) {
    const field = FIELD.exec(word)?.groups;
    if (field) given.push({ name: field.name ?? "", value: field.value ?? "" });
    else if (word === "entry") entry = true;
    else patterns.push(word);
  }
  if (patterns.length === 0) throw refuse("a name or pattern of a function after the class or stage");
  for (const pattern of new Set([...patterns, patterns.join("|"), ...values("under")])) checkPattern(pattern, refuse);
  const arch = one("arch") ?? "any";
  if (!ARCHITECTURES.includes(arch)) throw refuse(`arch= with one of ${ARCHITECTURES.join(", ")}`);
  const stages = (one("in") ?? "").split(",").filter((stage) => stage !== "");
  return {
    symbol: patterns.join("|"),
    under: values("under"),
    in: stages,
    entry,
    id: one("id"),
    kernels: one("kernels") ?? "any",
    arch: arch as Rule["arch"],
    file: one("file") ?? "",
    inlines: one("inlines") ?? "",
  };
}

function checkPattern(pattern: string, refuse: Refuse): void {
  try {
    symbolPattern(pattern);
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? `${error.message} in ${pattern}` : String(error));
  }
}

/** Classes and stages that are not among ours: new ones, or slips. */
function unknownNames({ kind, gives, in: stages, inlines }: Rule): string[] {
  const classes = [...(kind === "what" ? [gives] : []), ...(inlines ? [inlines] : [])].filter(
    (name) => !(name in COST_CLASSES),
  );
  const unknown = [...(kind === "where" ? [gives] : []), ...stages].filter((name) => !(name in STAGES) && name !== NETWORK);
  return [
    ...classes.map((name) => `${name} is not one of the cost classes: it is taken as a new one`),
    ...unknown.map((name) => `${name} is not one of the stages: it is taken as a new one`),
  ];
}
