import { type Bytes, bitsFromBytes, type Pps } from "../units.js";
import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { NoDataError, ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One result of pktgen: what one device of one thread sent. Several devices or threads are several results, to be summed. */
export interface PktgenResult {
  /** Line of `Result:`, from 1. */
  readonly line: number;
  /** `ixgbe1@0` of the sample scripts, `ifname` of /proc/net/pktgen; absent where the capture does not name it. */
  readonly device?: string;
  /** Packets handed over per doorbell (`burst`); absent, as the next two, where the capture has no `Params:`. */
  readonly burst?: number;
  /** How often one SKB is sent before another is built (`clone_skb`), each time as a whole burst. */
  readonly cloneSkb?: number;
  /** Where pktgen hands packets over: to the driver, past the qdisc; to the qdisc; or to the receive path. */
  readonly xmitMode?: "start_xmit" | "queue_xmit" | "netif_receive";
  /** CLOCK_MONOTONIC at the start of the run, in microseconds; absent where the capture has no `Current:`. */
  readonly startedUs?: number;
  /** Whole run in microseconds: busy and idle. pktgen's pps is packets over this. */
  readonly elapsedUs: number;
  /** Part of the run in which pktgen was sending (`c`). */
  readonly busyUs: number;
  /** Part of the run in which pktgen waited (`d`). */
  readonly idleUs: number;
  readonly packets: number;
  /** pktgen's `pkt_size`: without FCS, so 60 is a 64 byte frame. */
  readonly packetBytes: Bytes;
  readonly frags: number;
  /** Packets per second as pktgen printed it, cut to an integer. */
  readonly pps: Pps;
  /** Bits per second of packet bytes alone: no FCS, preamble or gap, so never the line rate. */
  readonly packetBitsPerSecond: number;
  /** Busy retries of the driver. In `queue_xmit` mode packets dropped by the qdisc count as sent and not here. */
  readonly errors: number;
}

// net/core/pktgen.c, show_results() writes the result; pktgen_if_show() the `Params:` and `Current:` of /proc/net/pktgen:
//   Params: count 0  min_pkt_size: 60  max_pkt_size: 60
//        frags: 0  delay: 0  clone_skb: 0  ifname: eth0
//        burst: 32                                            <- only above 1
//        xmit_mode: xmit_queue                                <- or netif_receive; not for start_xmit
//   Current:
//        started: 55777037us  stopped: 74885836us idle: 188538us   <- of ktime_get()
//   Result: OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)
//     6480562pps 3110Mb/sec (3110669760bps) errors: 0
// The sample scripts (samples/pktgen/functions.sh) print `Device: eth0@0` and those two last lines.
// `Result: Idle` and `Result: OK: add_device=eth0` answer a command: they are no measurement.
const DESCRIPTION = /^\s*(?:Device:|Params:)\s/;
const DEVICE = /^\s*Device:\s*(\S+)\s*$/;
const CURRENT = /^\s*Current:\s*$/;
const PROC_DETAIL = /^\s+[A-Za-z][\w-]*:\s/;
const IFNAME = /\bifname:\s*(\S+)/;
const BURST = /^\s*burst:\s*(\d+)/;
const CLONE_SKB = /\bclone_skb:\s*(\d+)/;
const XMIT_MODE = /^\s*xmit_mode:\s*(xmit_queue|netif_receive)\s*$/;
const STARTED = /^\s*started:\s*(\d+)us\b/;
const ANSWER = /^\s*Result:\s*(?:Idle|NA\b|OK:\s*[a-z])/;
const RESULT = /^\s*Result:/;
const MEASUREMENT =
  /^\s*Result: OK: (?<elapsedUs>\d+)\(c(?<busyUs>\d+)\+d(?<idleUs>\d+)\) usec, (?<packets>\d+) \((?<packetBytes>\d+)byte,(?<frags>\d+)frags\)\s*$/;
const LOOKS = /^\s*(?:Params: count \d+ +min_pkt_size: |Result: OK: \d+\(c\d+\+d\d+\) usec)/;
const RATE = /^\s*(?<pps>\d+)pps \d+Mb\/sec \((?<bps>\d+)bps\) errors: (?<errors>\d+)\s*$/;

/**
 * Reads the results of pktgen: `/proc/net/pktgen/<device>` or the output of the kernel's sample scripts, several per file too.
 *
 * Rows are in microseconds, bytes (no FCS) and packets per second. A rate that does not follow from packets and time,
 * and a run too short to be a measurement, are warnings.
 * Source: Linux net/core/pktgen.c, show_results(); samples/pktgen/functions.sh.
 * @throws ParseError for a result that is cut short or malformed, and for a text without any result; NoDataError where pktgen is idle.
 * @example
 * parsePktgenResult({
 *   file: "pktgen.txt",
 *   text: "Result: OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)\n  6480562pps 3110Mb/sec (3110669760bps) errors: 0\n",
 * }).rows[0].pps // 6480562
 */
export function parsePktgenResult({ file, text }: CaptureText): Parsed<PktgenResult> {
  const lines = captureLines(text);
  const bodies = lines.map(({ line, text }) => ({ line, text: unquoted(text) }));
  const rows: PktgenResult[] = [];
  const skipped = new Set(withoutBlank(lines)); // what the results below are not made of
  let ahead: CaptureLine[] = []; // what describes the result to come: `Device:`, or `Params:` and `Current:`
  for (const [index, body] of bodies.entries()) {
    if (ANSWER.test(body.text)) {
      ahead = [];
    } else if (RESULT.test(body.text)) {
      rows.push({ ...measurement(file, body, bodies[index + 1]), ...described(file, ahead) });
      for (const { line } of [...ahead, ...bodies.slice(index, index + 2)]) skipped.delete(lines[line - 1] as CaptureLine);
      ahead = [];
    } else if (DESCRIPTION.test(body.text)) {
      ahead = [body];
    } else if (CURRENT.test(body.text) || (PROC_DETAIL.test(body.text) && opensSettings(ahead[0]))) {
      ahead.push(body);
    }
  }
  if (rows.length === 0) {
    const expected = "a pktgen result, `Result: OK: T(cC+dD) usec, N (60byte,0frags)`";
    const answer = bodies.find((body) => ANSWER.test(body.text));
    if (answer) throw new NoDataError({ file, line: answer.line, expected, reason: answer.text.trim() });
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  return {
    rows,
    skipped: [...skipped],
    warnings: [...rows.flatMap((row) => doubts(row, file)), ...unendedWarnings({ file, text })],
  };
}

/**
 * Whether the text holds a result of pktgen, or its settings, which a result follows.
 *
 * @example
 * looksLikePktgenResult("Result: OK: 19(c5+d13) usec, 1 (60byte,0frags)") // true
 */
export function looksLikePktgenResult(text: string): boolean {
  return captureLines(text).some((line) => LOOKS.test(unquoted(line.text)));
}

function measurement(file: string, first: CaptureLine, second: CaptureLine | undefined): PktgenResult {
  const counts = MEASUREMENT.exec(first.text)?.groups;
  if (!counts) {
    throw new ParseError({
      file,
      line: first.line,
      expected: "`Result: OK: T(cC+dD) usec, N (SIZEbyte,FRAGSfrags)`",
      text: first.text,
    });
  }
  const rate = RATE.exec(second?.text ?? "")?.groups;
  if (!rate) {
    const line = second?.line ?? first.line + 1;
    throw new ParseError({ file, line, expected: "the pps line of the result above", text: second?.text ?? "" });
  }
  const integer = (text: string | undefined, line: number) => exactInteger(text ?? "", { file, line });
  const rateLine = first.line + 1;
  return {
    line: first.line,
    elapsedUs: integer(counts.elapsedUs, first.line),
    busyUs: integer(counts.busyUs, first.line),
    idleUs: integer(counts.idleUs, first.line),
    packets: integer(counts.packets, first.line),
    packetBytes: integer(counts.packetBytes, first.line),
    frags: integer(counts.frags, first.line),
    pps: integer(rate.pps, rateLine),
    packetBitsPerSecond: integer(rate.bps, rateLine),
    errors: integer(rate.errors, rateLine),
  };
}

/** Whether the line opens the settings of /proc/net/pktgen, which go on over indented lines. */
function opensSettings(first: CaptureLine | undefined): boolean {
  return first !== undefined && !DEVICE.test(first.text);
}

/** What the lines ahead of a result say of it. pktgen prints `burst` only above 1, and only in /proc/net/pktgen. */
function described(
  file: string,
  ahead: readonly CaptureLine[],
): Pick<PktgenResult, "device" | "burst" | "cloneSkb" | "xmitMode" | "startedUs"> {
  const read = (pattern: RegExp) => {
    for (const { line, text } of ahead) {
      const value = pattern.exec(text)?.[1];
      if (value !== undefined) return { line, value };
    }
    return undefined;
  };
  const integer = ({ line, value }: { line: number; value: string }) => exactInteger(value, { file, line });
  const device = read(DEVICE);
  if (device) return { device: device.value };
  const ifname = read(IFNAME);
  if (!ifname) return {};
  const [burst, clones, mode, started] = [read(BURST), read(CLONE_SKB), read(XMIT_MODE), read(STARTED)];
  return {
    device: ifname.value,
    burst: burst ? integer(burst) : 1,
    ...(clones && { cloneSkb: integer(clones) }),
    xmitMode: mode === undefined ? "start_xmit" : mode.value === "netif_receive" ? "netif_receive" : "queue_xmit",
    ...(started && { startedUs: integer(started) }),
  };
}

const SHORT_RUN_US = 1_000_000;

function doubts(row: PktgenResult, file: string): Warning[] {
  const warn = (message: string) => ({ file, line: row.line, message });
  const warnings: Warning[] = [];
  // pktgen divides by the unrounded time: T usec stand for [T, T+1) usec, and the pps is cut to an integer.
  const usPerSecond = 1_000_000;
  const slowest = Math.floor((row.packets * usPerSecond) / (row.elapsedUs + 1));
  const fastest = Math.ceil((row.packets * usPerSecond) / row.elapsedUs);
  if (row.pps < slowest || row.pps > fastest) {
    warnings.push(warn(`${row.pps} pps does not follow from ${row.packets} packets in ${row.elapsedUs} usec`));
  }
  if (row.packetBitsPerSecond !== bitsFromBytes(row.pps * row.packetBytes)) {
    warnings.push(warn(`${row.packetBitsPerSecond} bps is not ${row.pps} pps of ${row.packetBytes} bytes`));
  }
  if (row.elapsedUs < SHORT_RUN_US) {
    warnings.push(warn(`the run lasted ${row.elapsedUs} usec: under one second, start and stop weigh in its rate`));
  }
  return warnings;
}
