import { functionName } from "../profile/by-symbol.js";
import { lossesText } from "../profile/losses.js";
import { type ProfileQuality, weightUnit } from "../profile/profile.js";
import type { EventSummary, ProfileSummary } from "../profile/profile-summary.js";
import { secondsFromNs } from "../units.js";
import { counted, grouped } from "./number-format.js";
import { printable, textTable } from "./text-table.js";

/**
 * A profile as text: what the recording lost and the reader could not use, then per event its quality, its CPUs, and the `top`
 * functions by self cost.
 *
 * @example
 * profileText({ summary: { file: "script.txt", durationNs: 2e9, quality: { lostRecords: 130, lostSamples: 0, throttled: [], skippedLines: 2 }, events: [] }, top: 10 }) // "script.txt: 2.000 s; 130 records and 0 samples lost, 0 throttled intervals; 2 lines skipped\n"
 */
export function profileText({ summary, top }: { summary: ProfileSummary; top: number }): string {
  const { file, durationNs, quality, events } = summary;
  const duration = durationNs === undefined ? "without times" : `${grouped(secondsFromNs(durationNs), 3)} s`;
  const head = `${printable(file)}: ${duration}; ${losses(quality)}; ${counted(quality.skippedLines, "line")} skipped\n`;
  return [head, ...events.map((event) => eventText(event, top))].join("\n");
}

/**
 * The records of a recording by type, as a table; a line that says so where it does not tell.
 *
 * @example
 * recordsText({ records: [{ type: "SAMPLE", count: 8294 }], throttled: [], skipped: [], skippedLines: 0 }) // "\nrecords  type\n  8,294  SAMPLE\n"
 */
export function recordsText({ records }: ProfileQuality): string {
  if (!records) return "\nno records by type: only perf.data has them\n";
  const rows = records.map(({ type, count }) => [grouped(count), type]);
  return `\n${textTable({ headings: ["records", "type"], rows })}`;
}

function losses(quality: ProfileQuality): string {
  if (quality.lostRecords === undefined) return "losses not stated (perf script --show-lost-events does)";
  return `${lossesText(quality) ?? "none lost"}, ${counted(quality.throttled.length, "throttled interval")}`;
}

function eventText(summary: EventSummary, top: number): string {
  const { event, unit, samples, refused, weight, unresolvedShare, withoutStack, truncatedStacks } = summary;
  const total = unit === "samples" ? "" : `, ${grouped(weight)} ${unit}`;
  return [
    `${printable(event)}: ${counted(samples, "sample")}${total}; ${grouped(refused)} refused`,
    `  innermost function without symbol: ${percent(unresolvedShare)} % of the ${unit}`,
    `  without stack: ${counted(withoutStack, "sample")}; stack cut at 127 frames: ${grouped(truncatedStacks)}`,
    "",
    `${cpuTable(summary)}`,
    symbolTable(summary, top),
  ].join("\n");
}

/** Only clocks tick on while a CPU is halted: the idle share of other events says nothing. */
function cpuTable({ event, unit, cpus }: EventSummary): string {
  const clock = weightUnit(event) === "ns";
  const rows = cpus.map(({ cpu, samples, weight, idleWeight }) => [
    cpu < 0 ? "?" : String(cpu),
    grouped(samples),
    unit === "samples" ? "" : grouped(weight),
    clock && weight > 0 ? percent(idleWeight / weight) : "",
  ]);
  return textTable({ headings: ["CPU", "samples", unit, "idle %"], rows });
}

function symbolTable({ symbols }: EventSummary, top: number): string {
  const shown = symbols.slice(0, top);
  const rows = shown.map(({ symbol, address, dso, samples, selfShare, childrenShare }) => [
    percent(selfShare),
    percent(childrenShare),
    grouped(samples),
    functionName({ symbol, address }),
    dso ?? "[unknown]",
  ]);
  const more = symbols.length - shown.length;
  const table = textTable({ headings: ["self %", "children %", "samples", "function", "dso"], rows });
  return more > 0 ? `${table}${counted(more, "more function")}\n` : table;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}
