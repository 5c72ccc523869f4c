import { statSync } from "node:fs";
import { inlinedClears } from "../attribution/inlined-clears.js";
import { reportShares } from "../attribution/report-shares.js";
import type { RuleTable } from "../attribution/rule.js";
import type { CaptureText } from "../captures/parsed.js";
import { parsePerfAnnotate } from "../captures/perf-annotate.js";
import { looksLikePerfReport, parsePerfReport } from "../captures/perf-report.js";
import { openCapture, readCapture } from "../captures/read-capture.js";
import { sharesText } from "../report/shares-text.js";
import type { PacketUnit } from "../runs/packet-rate.js";
import { json, warningLines } from "./output.js";

/**
 * The text of a file if it is that of perf report; undefined for anything else, which is left to others to read.
 *
 * @example
 * await openReport("no-such-file") // undefined
 */
export async function openReport(path: string): Promise<CaptureText | undefined> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const capture = await openCapture(path);
  try {
    return looksLikePerfReport(capture.head) ? await capture.text() : undefined;
  } finally {
    await capture.close();
  }
}

/**
 * Prints the classes of a report, from its shares alone; of several events of the one that is named.
 *
 * @throws ParseError for a report that does not read; RangeError for several events, packets that are no rate, `--html`, and other CPUs
 * than those of the report's own column.
 * @example
 * await attributeReport({ report: { file: "r", text: "" }, rules: { version: "1", what: [], where: [] }, packetUnit: "skb", packets: 5, top: 5 }).catch(({ name }) => name) // "RangeError"
 */
export async function attributeReport({
  report,
  rules,
  event,
  cpu,
  pps,
  packets,
  packetUnit,
  annotate,
  html,
  top,
  json: asJson,
}: {
  report: CaptureText;
  rules: RuleTable;
  event?: string | undefined;
  /** Whose samples the shares are of: the report itself rarely says. */
  cpu?: readonly number[] | undefined;
  pps?: number | undefined;
  packets?: number | undefined;
  packetUnit: PacketUnit;
  annotate?: string | undefined;
  html?: string | undefined;
  top: number;
  json?: true | undefined;
}): Promise<void> {
  if (packets !== undefined) throw new RangeError("--packets requires a recording with times: a report has none, give --pps");
  if (html !== undefined) throw new RangeError("--html requires a recording: a report has no stacks to draw");
  const parsed = parsePerfReport(report);
  const named = [...new Set(parsed.rows.flatMap((row) => row.cpu ?? []))].sort((a, b) => a - b);
  if (cpu && named.length > 0 && String([...new Set(cpu)].sort((a, b) => a - b)) !== String(named)) {
    throw new RangeError(
      `--cpu ${cpu.join(",")} does not choose rows: the column CPU of ${report.file} has CPU ${named.join(",")}, and its shares are of all of them; leave --cpu out, or make the report of one with -C`,
    );
  }
  const listing = annotate === undefined ? undefined : await readCapture({ path: annotate, parse: parsePerfAnnotate });
  const split =
    listing && inlinedClears({ file: annotate ?? "", annotate: listing as ReturnType<typeof parsePerfAnnotate>, rules });
  const shares = reportShares({
    file: report.file,
    rows: event === undefined ? parsed.rows : parsed.rows.filter((row) => row.event === event),
    ...(pps !== undefined && { packets: { pps, packetUnit, source: "--pps", warnings: [] } }),
    ...(cpu && { cpus: new Set(cpu).size }),
    ...(split && { clears: split.clears }),
    rules,
  });
  const warnings = [...parsed.warnings, ...(split?.warnings ?? []), ...shares.warnings];
  process.stdout.write(asJson ? json({ ...shares, warnings }) : sharesText({ shares, top }));
  if (!asJson) process.stderr.write(warningLines(warnings));
}
