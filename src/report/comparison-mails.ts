import type { Comparison } from "../comparison/compare.js";
import type { Check } from "../runs/checks/check.js";
import {
  budgetSentence,
  changeSentence,
  checkCounts,
  claimSentences,
  classesSentence,
  dataSentence,
  deltaSentence,
  headlineSentence,
  methodSentence,
  orderSentence,
  totalSentence,
} from "./comparison-sentences.js";
import { classTable, metricTable, tableLines } from "./comparison-tables.js";
import { decimalsOf } from "./difference-format.js";
import { dotPlot } from "./dot-plot.js";
import { cutBehindWord, mailParagraph, mailText } from "./mail-text.js";

/** With the blank line behind it, 25: a commit message is no place for more. */
const COMMIT_LINES = 24;
const COMMIT_CLASSES = 6;
/** Of a table of classes besides them and its subject: a blank, headings, their rule, the others, the total. */
const CLASS_LINES = 5;
const COVER_CLASSES = 15;
const COVER_SYMBOLS = 6;
const SEEN_CHARACTERS = 400;
const PLACES_CHARACTERS = 120;

/** What a text is made of. */
interface Reported {
  readonly comparison: Comparison;
  /** Of linerate. */
  readonly version: string;
}

/**
 * A comparison in one sentence, for the body of a commit: `+18.79% (3,677,958 -> 4,368,926 pps), 95% CI [..], 6+6 runs`, and what may not
 * be claimed of it. Broken at 72 columns where it is longer.
 *
 * @example
 * comparisonLine({ claim: { verdict: "withheld", withheld: ["S15: AABB: one arm after the other"], notCausal: [], forced: false }, order: { arms: [] } }) // "  no figure: S15: AABB: one arm after the other\n\n"
 */
export function comparisonLine(comparison: Comparison): string {
  const { claim, headline } = comparison;
  const doubts = headline ? claimSentences({ claim }) : [];
  return mailText(mailParagraph("", [headlineSentence(comparison), ...doubts].join("; ")));
}

/**
 * A comparison for the message of the patch: at most 25 lines, with the figures, the classes that changed most, and where it is from.
 *
 * @example
 * comparisonCommit({ comparison: { before: { label: "off", runIds: ["a"] }, after: { label: "on", runIds: ["b"] }, claim: { verdict: "withheld", withheld: ["S15: AB"], notCausal: [], forced: false }, order: { arms: ["before", "after"] }, unit: "run", started: {}, change: { kind: "unknown", differences: [], common: [] }, metrics: [], classes: [], checks: [], sha256: "0" }, version: "1" }).split("\n")[0] // "  no figure: S15: AB"
 */
export function comparisonCommit({ comparison, version }: Reported): string {
  const { metrics, classes, headline } = comparison;
  const top = [
    ...mailParagraph("", headlineSentence(comparison)),
    ...(headline ? claimSentences(comparison).flatMap((line) => mailParagraph("", line)) : []),
    ...mailParagraph("Change: ", changeSentence(comparison)),
    ...mailParagraph("Runs: ", orderSentence(comparison)),
  ];
  const own = metrics.filter(({ name }) => name === headline?.name || name === "pps" || name.endsWith("/packet"));
  const figures = own.length > 0 ? ["", ...tableLines(metricTable({ ...comparison, metrics: own }))] : [];
  const bottom = [
    ...mailParagraph("Checks: ", checkCounts(comparison)),
    ...mailParagraph("Data: ", dataSentence(comparison, version)),
  ];
  const free = COMMIT_LINES - top.length - figures.length - bottom.length - 1;
  const shown = Math.min(COMMIT_CLASSES, free - CLASS_LINES - mailParagraph("", classesSentence(comparison)).length);
  const costs = classes.length > 0 && shown > 0 ? ["", ...classLines(comparison, shown)] : [];
  const lines = [...top, ...figures, ...costs, "", ...bottom];
  if (lines.length <= COMMIT_LINES) return mailText(lines);
  return mailText([...lines.slice(0, COMMIT_LINES - bottom.length - 1), "..", ...bottom].slice(0, COMMIT_LINES));
}

/**
 * A comparison for the cover letter: all of it, environment first, with the checks that found something, what was not measured (for the
 * author to say), and the commands that make it again.
 *
 * @example
 * comparisonCover({ comparison: { before: { label: "off", runIds: ["a"], commands: [], paths: [] }, after: { label: "on", runIds: ["b"], commands: [], paths: [] }, claim: { verdict: "withheld", withheld: ["S15: AB"], notCausal: [], forced: false }, order: { arms: ["before", "after"] }, unit: "run", started: {}, change: { kind: "unknown", differences: [], common: [] }, metrics: [], classes: [], symbols: {}, checks: [], commands: [], sha256: "0", warnings: [] }, version: "1" }).includes("\n  Reproduce:\n") // true
 */
export function comparisonCover({ comparison, version }: Reported): string {
  const { metrics, classes, headline, checks } = comparison;
  return mailText([
    ...mailParagraph("", headlineSentence(comparison)),
    ...(headline ? claimSentences(comparison).flatMap((line) => mailParagraph("", line)) : []),
    "",
    ...mailParagraph("Change: ", changeSentence(comparison)),
    ...mailParagraph("Setup:  ", setupText(comparison)),
    ...mailParagraph("Runs:   ", orderSentence(comparison)),
    ...(metrics.length > 0 ? ["", ...tableLines(metricTable(comparison)), ...methodLines(comparison)] : []),
    ...(headline ? ["", ...runsPlot(comparison)] : []),
    ...(classes.length > 0 ? ["", ...classLines(comparison, COVER_CLASSES)] : []),
    ...symbolLines(comparison),
    "",
    ...mailParagraph("Checks: ", checkCounts(comparison)),
    ...checks.flatMap(checkLines),
    ...noteLines(comparison),
    ...mailParagraph("Not measured: ", "<what it costs elsewhere: memory, other loads, other hardware>"),
    "",
    ...reproduceLines(comparison),
    "",
    ...mailParagraph("Data: ", dataSentence(comparison, version)),
  ]);
}

/** What all runs share and a reader asks for. */
const SETUP: readonly { readonly name: string; readonly label: string }[] = [
  { name: "CPU model", label: "" },
  { name: "Hypervisor vendor (lscpu)", label: "guest of " },
  { name: "CPU(s) (lscpu)", label: "CPUs " },
  { name: "Thread(s) per core (lscpu)", label: "threads per core " },
  { name: "kernel", label: "Linux " },
  { name: "cmdline mitigations", label: "mitigations=" },
  { name: "driver (ethtool -i)", label: "driver " },
  { name: "protocol", label: "" },
  { name: "packet bytes", label: "packet bytes " },
  { name: "streams", label: "streams " },
  { name: "sampled CPUs", label: "sampled CPU " },
  { name: "sampled events", label: "by " },
];

function setupText({ change: { common } }: Comparison): string {
  const parts = SETUP.flatMap(({ name, label }) => {
    const value = common.find((setting) => setting.name === name)?.value;
    return value === undefined ? [] : [`${label}${value}`];
  });
  return parts.length > 0 ? parts.join(", ") : "the runs do not say";
}

function methodLines(comparison: Comparison): string[] {
  const budget = budgetSentence(comparison);
  return [
    ...mailParagraph("Delta:  ", deltaSentence(comparison)),
    ...mailParagraph("Method: ", methodSentence(comparison)),
    ...(budget === "" ? [] : mailParagraph("Budget: ", budget)),
  ];
}

function runsPlot({ headline, before, after }: Comparison): string[] {
  if (!headline) return [];
  const decimals = decimalsOf(Math.max(...headline.runs.before, ...headline.runs.after));
  const series = [
    { label: before.label, values: headline.runs.before },
    { label: after.label, values: headline.runs.after },
  ];
  return [`${headline.name}, each run a dot, M their mean`, ...dotPlot({ series, decimals })];
}

function classLines(comparison: Comparison, top: number): string[] {
  return [...mailParagraph("", classesSentence(comparison)), ...tableLines(classTable({ comparison, top }))];
}

function symbolLines(comparison: Comparison): string[] {
  const { symbols, classes } = comparison;
  if (classes.length === 0) return [];
  const { changed, tested, appeared, vanished } = symbols;
  const names = (list: readonly string[]) =>
    list.length === 0 ? "none" : `${list.slice(0, COVER_SYMBOLS).join(", ")}${list.length > COVER_SYMBOLS ? ", .." : ""}`;
  const largest = changed
    .slice(0, COVER_SYMBOLS)
    .map(({ name, delta }) => `${name} ${delta > 0 ? "+" : ""}${delta.toFixed(1)}`);
  return [
    ...mailParagraph("Classes: ", totalSentence(comparison)),
    ...mailParagraph("Functions: ", `${changed.length} of ${tested} differ (Benjamini-Hochberg, 5%): ${names(largest)}`),
    ...mailParagraph("Appeared: ", names(appeared)),
    ...mailParagraph("Vanished: ", names(vanished)),
  ];
}

function checkLines({ id, about, severity, seen, effect }: Check): string[] {
  if (severity !== "warning" && severity !== "fail") return [];
  const short = cutBehindWord({ text: seen, characters: SEEN_CHARACTERS });
  return mailParagraph(severity === "fail" ? " - FAIL " : " - WARN ", `${id} ${about}: ${short}: ${effect}`);
}

/** Each warning once, with the runs that have it, or their files. */
function noteLines({ warnings, before, after }: Comparison): string[] {
  const runs = [...before.paths, ...after.paths];
  const messages = [...new Set(warnings.map(({ message }) => message))];
  return messages.flatMap((message) => {
    const files = warnings.flatMap((warning) => (warning.message === message && warning.file !== "" ? [warning.file] : []));
    const names = [...new Set(files)].map((file) => lastNames(file, runs.includes(file) ? 1 : 2)).join(", ");
    const where = names === "" ? "" : `${cutBehindWord({ text: names, characters: PLACES_CHARACTERS })}: `;
    const own = runs.reduce((text, path) => text.replaceAll(`${path}/`, ""), message);
    return mailParagraph(" - note ", `${where}${own}`);
  });
}

/** The end of a path: of whose machine the rest is says nothing. */
function lastNames(path: string, count: number): string {
  return path
    .split("/")
    .filter((name) => name !== "")
    .slice(-count)
    .join("/");
}

/** The commands of the manifests, those of one arm under its name, and ours; longer ones go on behind a backslash. */
function reproduceLines({ before, after, commands }: Comparison): string[] {
  const own = [before, after].flatMap(({ label, commands }) => commands.map((command) => `${command} # ${label}`));
  const runs = [before, after].map(({ paths }) => paths.map((path) => lastNames(path, 1)).join(" "));
  const again = runs.every((paths) => paths !== "") ? [`linerate compare --before ${runs[0]} --after ${runs[1]} --cover`] : [];
  return ["Reproduce:", ...[...own, ...commands, ...again].flatMap((command) => mailParagraph("    ", command, " \\"))];
}
