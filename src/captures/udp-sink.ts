import type { Bytes, Ns, Pps } from "../units.js";
import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One test of udp_sink, which receives, or of udp_flood, which sends and prints the same columns. */
export interface UdpSinkResult {
  readonly line: number;
  /**
   * The function that it called: `recvmsg`, `recvMmsg`, `read`, `recvfrom`, `recv`; of udp_flood `send`, `sendMmsg`, `write`, ... Absent with
   * `--verbose` of udp_sink, which does not say.
   */
  readonly call?: string;
  /** The most datagrams of one call; absent for calls of one datagram. */
  readonly batch?: number;
  /** From 0; absent of udp_flood, which has one. */
  readonly run?: number;
  readonly packets: number;
  readonly ns: Ns;
  readonly pps: Pps;
  /** Of the TSC, cut to an integer; 0 on other CPUs than x86. */
  readonly tscCycles: number;
  /** The mean payload of a datagram, cut to an integer. */
  readonly payloadBytes: Bytes;
  /** Whether the socket was connected, `--connect`. */
  readonly connected: boolean;
  /** Calls that found no datagram, with `--dontwait` or a timeout. */
  readonly emptyCalls: number;
}

// src/common.c and src/udp_sink.c of netoptimizer/network-testing, time_bench_print_stats() and print_header(); tabs between columns:
//             	run      count   	ns/pkt	pps		cycles	payload
//   recvmsg   	run:  0	 1000000	1435.21	696761.84	5166	18	 demux:1
//   recvMmsg/32  	run:  0	   20000	20907.57	47829.57	43822	18	 demux:1
// udp_flood has no run. With --verbose a test is two lines, of udp_flood under a heading with the call:
//   Performance of: sendMmsg, batch size: 16
//    - Per packet: 31891 cycles(tsc) 15215.24 ns, 65723.57 pps (time:0.30 sec)
//      (packet count:20013 payload pkt-size:18)
const ROW =
  /^(?<call>[a-zA-Z]{3,12})(?:\/(?<batch>\d{1,9}))?\s{0,20}(?:\srun: {0,3}(?<run>\d{1,9}))?\s{1,16}(?<packets>\d{1,16})\s{1,16}(?<ns>\d{1,15}\.\d\d)\s{1,16}(?<pps>\d{1,15}\.\d\d)\s{1,16}(?<cycles>\d{1,20})\s{1,16}(?<payload>\d{1,10})(?<settings>(?:\s{1,16}[a-z]{1,12}:\d{1,20}){0,9})\s*$/;
const BEGINNING = /^(?:recv|read|send|write)[a-zA-Z]{0,8}(?:\/\d{1,9})?\s{0,20}\s(?:run:|\d{1,16}\s{1,16}\d)/;
/** A test that was ended before it had its count: the end of most captures with `--repeat`. */
const INTERRUPTED = /^(?<call>[a-zA-Z]{3,12})(?:\/\d{1,9})?\s{0,20}\srun: {0,3}(?<run>\d{1,9})\s*(?:\^C\s*)?$/;
const VERBOSE_HEAD = /^Performance of: (?<call>[a-zA-Z]{3,12})(?:, batch size: (?<batch>\d{1,9}))?\s*$/;
const VERBOSE_RUN = /^ Test run: (?<run>\d{1,9}) \(expecting/;
const VERBOSE_CONNECTED = /^ {2}\* Connect UDP sock/;
const VERBOSE_COST =
  /^ - Per packet: (?<cycles>\d{1,20}) cycles\(tsc\) (?<ns>\d{1,15}\.\d\d) ns, (?<pps>\d{1,15}\.\d\d) pps \(time:\d{1,9}\.\d\d sec\)\s*$/;
const VERBOSE_COUNT = /^\s{1,4}\(packet count:(?<packets>\d{1,16}) payload pkt-size:(?<payload>\d{1,10})\)\s*$/;
const LOOKS = /^(?:> ?)*[ \t]{0,30}(?:run\s{1,20}count|packets)\s{1,20}ns\/pkt\s{1,20}pps\s{1,20}cycles\s{1,20}payload/m;

/**
 * Reads udp_sink and udp_flood, their columns and what they print with `--verbose`: one row per test.
 *
 * The rate is that of the datagrams that the application received. What found no room in the socket is in `nstat`, `UdpRcvbufErrors`.
 * udp_sink starts its clock at the second datagram of a test, and stops it when it has its count: it must be kept busy meanwhile.
 * Source: netoptimizer/network-testing, src/common.c, time_bench_print_stats().
 * @throws ParseError for a row that is cut, and for a text without tests.
 * @example
 * parseUdpSink({ file: "udp_sink.txt", text: "recvmsg   \trun:  0\t 1000000\t1435.21\t696761.84\t5166\t18\t demux:1\n" }).rows[0].ns // 1435.21
 */
export function parseUdpSink({ file, text }: CaptureText): Parsed<UdpSinkResult> {
  const rows: UdpSinkResult[] = [];
  const skipped: CaptureLine[] = [];
  const warnings: Warning[] = [];
  const lines = captureLines(text).map(({ line, text }) => ({ line, text, body: unquoted(text) }));
  let said: Said = { settings: "" };
  for (let index = 0; index < lines.length; index++) {
    const { line, text, body } = lines[index] as CaptureLine & { body: string };
    const place = { file, line, text };
    const row = ROW.exec(body)?.groups;
    const cost = row ? undefined : VERBOSE_COST.exec(body)?.groups;
    const now = row || cost ? said : { ...said, ...statement(body) };
    if (row) rows.push(result(row as unknown as Columns, place));
    if (cost)
      rows.push(result({ ...cost, ...countBelow(lines[++index]?.body ?? "", place), ...said } as unknown as Columns, place));
    if (INTERRUPTED.test(body)) {
      warnings.push({ file, line, message: "a test that was ended before it had its datagrams: no numbers" });
    } else if (!row && BEGINNING.test(body)) {
      throw new ParseError({ ...place, expected: "a test of udp_sink: call, run, count, ns/pkt, pps, cycles, payload" });
    }
    if (!row && !cost && Object.keys(statement(body)).length === 0) skipped.push({ line, text });
    said = now;
  }
  if (rows.length === 0) {
    const expected = "tests of udp_sink, as `recvmsg  run:  0  1000000  1435.21  696761.84  5166  18`";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  warnings.push(...disagreements({ file, rows }), ...unendedWarnings({ file, text }));
  return { rows, skipped: withoutBlank(skipped), warnings };
}

/** What stands above the costs with `--verbose`, and holds for them. */
type Said = Partial<Pick<Columns, "call" | "batch" | "run">> & Pick<Columns, "settings">;

function statement(body: string): Partial<Said> {
  const head = VERBOSE_HEAD.exec(body)?.groups;
  if (head) return { call: head.call, batch: head.batch, run: undefined, settings: "" };
  if (VERBOSE_CONNECTED.test(body)) return { settings: "c:1" };
  const run = VERBOSE_RUN.exec(body)?.groups?.run;
  return run === undefined ? {} : { run };
}

function countBelow(next: string, place: CaptureLine & { file: string }): Readonly<Record<string, string>> {
  const count = VERBOSE_COUNT.exec(next)?.groups;
  if (count) return count;
  throw new ParseError({ ...place, expected: "`(packet count:... payload pkt-size:...)` below the cost of a packet" });
}

/**
 * Whether the text is udp_sink's or udp_flood's.
 *
 * @example
 * looksLikeUdpSink("recvmsg   \trun:  0\t 1000000\t1435.21\t696761.84\t5166\t18\t demux:1\n") // true
 */
export function looksLikeUdpSink(text: string): boolean {
  if (LOOKS.test(text)) return true;
  return captureLines(text).some(({ text }) => {
    const body = unquoted(text);
    return VERBOSE_COST.test(body) || (BEGINNING.test(body) && ROW.test(body));
  });
}

interface Columns {
  readonly call?: string | undefined;
  readonly batch?: string | undefined;
  readonly run?: string | undefined;
  readonly packets: string;
  readonly ns: string;
  readonly pps: string;
  readonly cycles: string;
  readonly payload: string;
  readonly settings: string;
}

function result(
  { call, batch, run, packets, ns, pps, cycles, payload, settings }: Columns,
  place: CaptureLine & { file: string },
): UdpSinkResult {
  const integer = (digits: string) => exactInteger(digits, place);
  const setting = (name: string) => Number(new RegExp(`(?:^|\\s)${name}:(\\d+)`).exec(settings)?.[1] ?? 0);
  return {
    line: place.line,
    ...(call !== undefined && { call }),
    ...(batch !== undefined && { batch: integer(batch) }),
    ...(run !== undefined && { run: integer(run) }),
    packets: integer(packets),
    ns: Number(ns),
    pps: Number(pps),
    tscCycles: integer(cycles),
    payloadBytes: integer(payload),
    connected: setting("c") > 0,
    emptyCalls: setting("emptyq"),
  };
}

/** pps and ns are of the same two numbers, each rounded to a hundredth. */
function disagreements({ file, rows }: { file: string; rows: readonly UdpSinkResult[] }): Warning[] {
  return rows.flatMap(({ line, ns, pps }) => {
    const low = 1e9 / (pps + 0.005) - 0.005;
    const high = pps > 0.005 ? 1e9 / (pps - 0.005) + 0.005 : Number.POSITIVE_INFINITY;
    const message = `${ns} ns a packet are not the ${pps} packets/s beside them: the numbers were edited`;
    return ns >= low - 1e-6 && ns <= high + 1e-6 ? [] : [{ file, line, message }];
  });
}
