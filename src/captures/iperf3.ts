import type { Bytes } from "../units.js";
import { captureLines, withoutBlank } from "./capture-lines.js";
import { NoDataError, ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One test of iperf3: the sum over its streams. */
export interface Iperf3Result {
  /** Line where its JSON begins, from 1. */
  readonly line: number;
  /** `TCP`, `UDP` or `SCTP`. */
  readonly protocol: string;
  readonly streams: number;
  /** What one write or one datagram holds, without headers. */
  readonly blockBytes: Bytes;
  /** Whether the server sent, `-R`. */
  readonly reverse: boolean;
  /** How long the sender sent. */
  readonly seconds: number;
  /** Of the sender. */
  readonly bytes: Bytes;
  readonly bitsPerSecond: number;
  /** Datagrams of the sender; absent for TCP, which has none. */
  readonly packets?: number;
  /** Those of them that did not arrive. */
  readonly lostPackets?: number;
  /** TCP segments sent again. */
  readonly retransmits?: number;
  /** Of each interval that counts: datagrams per second, bits per second for TCP. */
  readonly intervalRates: readonly number[];
}

// src/iperf_api.c of esnet/iperf: iperf_json_start() and iperf_json_finish(); one document per test, `"error"` where it failed:
//   { "start": { "version": "iperf 3.12", "test_start": { "protocol": "UDP", "num_streams": 1, "blksize": 200, ... } },
//     "intervals": [ { "streams": [...], "sum": { "seconds": 1.0, "packets": 37500, "omitted": false, ... } }, ... ],
//     "end": { "sum": { "lost_packets": 3250, ... }, "sum_sent": { "seconds": 9.0, "packets": 337479, ... }, ... } }
// `sum_sent` of UDP came with 3.x; before, `sum` alone has packets and those lost.
// A test of both directions (--bidir) has a second set of sums, `sum_sent_bidir_reverse` and the like.
const BOTH_WAYS =
  "the test went both ways (--bidir): its numbers are of what the client sent, and leave out what the server sent";
const LOOKS = /"version"\s{0,9}:\s{0,9}"iperf 3/;

/**
 * Reads the JSON of `iperf3 -J`, several documents one after another too.
 *
 * @throws ParseError for JSON that is cut or has not the fields of a test; NoDataError where every test failed.
 * @example
 * parseIperf3({
 *   file: "iperf3.json",
 *   text: '{ "start": { "version": "iperf 3.12", "test_start": { "protocol": "UDP", "num_streams": 1, "blksize": 200, "reverse": 0 } }, "intervals": [], "end": { "sum": { "seconds": 9, "bytes": 600, "bits_per_second": 533, "packets": 3, "lost_packets": 1 } } }',
 * }).rows[0].packets // 3
 */
export function parseIperf3({ file, text }: CaptureText): Parsed<Iperf3Result> {
  const { documents, skipped } = jsonDocuments({ file, text });
  const rows: Iperf3Result[] = [];
  const warnings: Warning[] = [];
  for (const { line, text } of documents) {
    const place = { file, line };
    const document = parsed(text, place);
    const { error } = document;
    if (error !== undefined) warnings.push({ ...place, message: `the test failed and has no numbers: ${String(error)}` });
    else {
      rows.push(result(document, place));
      const both = Object.keys(object(document, "end", place)).some((name) => name.endsWith("_bidir_reverse"));
      if (both) warnings.push({ ...place, message: BOTH_WAYS });
    }
  }
  const [failure] = warnings;
  const expected = "the JSON of a test of iperf3 -J";
  if (rows.length === 0 && failure) throw new NoDataError({ file, line: failure.line, expected, reason: failure.message });
  if (rows.length === 0) throw new ParseError({ file, line: 0, expected, text: text.trim() });
  return { rows, skipped, warnings };
}

/**
 * Whether the text holds JSON of iperf3.
 *
 * @example
 * looksLikeIperf3('{"start": {"version": "iperf 3.12"}}') // true
 */
export function looksLikeIperf3(text: string): boolean {
  return LOOKS.test(text);
}

interface Place {
  readonly file: string;
  readonly line: number;
}
type Json = Readonly<Record<string, unknown>>;

/** A string, whole or cut by the end of the text, or a brace outside of strings. */
const TOKEN = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[{}]/gs;

/** The documents of a text, and the lines outside them. */
function jsonDocuments({ file, text }: CaptureText): { documents: CaptureLine[]; skipped: CaptureLine[] } {
  const documents: CaptureLine[] = [];
  const outside: string[] = [];
  let [depth, begin, end, line] = [0, 0, 0, 1];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === "{" && depth++ === 0) {
      outside.push(text.slice(end, index));
      line += lineEnds(text.slice(end, index)).length;
      begin = index;
    } else if (token === "}" && depth > 0 && --depth === 0) {
      end = index + 1;
      const document = text.slice(begin, end);
      documents.push({ line, text: document });
      outside.push(lineEnds(document));
      line += lineEnds(document).length;
    }
  }
  if (depth > 0) {
    throw new ParseError({ file, line, expected: "a whole JSON document, and it is cut", text: text.slice(begin) });
  }
  return { documents, skipped: withoutBlank(captureLines(outside.join("") + text.slice(end))) };
}

function lineEnds(text: string): string {
  return text.replace(/[^\n]+/g, "");
}

function parsed(text: string, { file, line }: Place): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ParseError({ file, line, expected: `JSON (${error instanceof Error ? error.message : error})`, text });
  }
}

function result(document: Json, place: Place): Iperf3Result {
  const test = object(object(document, "start", place), "test_start", place);
  const end = object(document, "end", place);
  const [sent, sum] = [optional(end, "sum_sent"), optional(end, "sum")];
  const sender = sent ?? object(end, "sum", place);
  const datagrams = sender.packets === undefined ? sum : sender;
  const retransmits = sender.retransmits;
  return {
    line: place.line,
    protocol: String(test.protocol),
    streams: number(test, "num_streams", place),
    blockBytes: number(test, "blksize", place),
    reverse: test.reverse === 1,
    seconds: number(sender, "seconds", place),
    bytes: number(sender, "bytes", place),
    bitsPerSecond: number(sender, "bits_per_second", place),
    ...(datagrams?.packets !== undefined && { packets: number(datagrams, "packets", place) }),
    ...(sum?.lost_packets !== undefined && { lostPackets: number(sum, "lost_packets", place) }),
    ...(typeof retransmits === "number" && { retransmits }),
    intervalRates: intervalRates(document),
  };
}

function intervalRates({ intervals }: Json): number[] {
  if (!Array.isArray(intervals)) return [];
  return intervals.flatMap((interval: Json) => {
    const sum = optional(interval, "sum");
    if (!sum || sum.omitted === true || !(Number(sum.seconds) > 0)) return [];
    const rate = sum.packets === undefined ? Number(sum.bits_per_second) : Number(sum.packets) / Number(sum.seconds);
    return Number.isFinite(rate) ? [rate] : [];
  });
}

function optional(parent: Json, name: string): Json | undefined {
  const value = parent[name];
  return typeof value === "object" && value !== null ? (value as Json) : undefined;
}

function object(parent: Json, name: string, { file, line }: Place): Json {
  const value = optional(parent, name);
  if (!value) throw new ParseError({ file, line, expected: `"${name}" of iperf3`, text: JSON.stringify(parent) });
  return value;
}

function number(parent: Json, name: string, { file, line }: Place): number {
  const value = parent[name];
  if (typeof value === "number" && value >= 0 && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  throw new ParseError({ file, line, expected: `a number as "${name}" of iperf3`, text: JSON.stringify(parent) });
}
