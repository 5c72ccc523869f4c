import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One test of netperf: what it printed of it. */
export interface NetperfResult {
  /** Line of its banner, or of its first number. */
  readonly line: number;
  /** As its banner calls it: `MIGRATED TCP REQUEST/RESPONSE TEST`. */
  readonly test?: string;
  readonly seconds?: number;
  readonly bitsPerSecond?: number;
  /** Of a request/response test. */
  readonly transactionsPerSecond?: number;
  /** From the count of transactions and the time of the test; the latencies below are from a histogram. */
  readonly roundTripUs?: number;
  /** Time of a transaction, or of one call of send or receive. */
  readonly meanLatencyUs?: number;
  readonly minLatencyUs?: number;
  readonly maxLatencyUs?: number;
  readonly p50LatencyUs?: number;
  readonly p90LatencyUs?: number;
  readonly p99LatencyUs?: number;
  readonly stddevLatencyUs?: number;
}

// src/nettest_omni.c of HewlettPackard/netperf: print_omni_keyword(), one KEY=VALUE a line; names and units in doc/netperf.texi,
// "Omni Output Selectors", factors of units in format_units() and calc_thruput_interval() of src/netlib.c:
//   MIGRATED TCP REQUEST/RESPONSE TEST from 0.0.0.0 (0.0.0.0) port 0 AF_INET to localhost () port 0 AF_INET : demo
//   THROUGHPUT=60074.74
//   THROUGHPUT_UNITS=Trans/s
//   P99_LATENCY=25
// and the classic tables of the migrated tests, whose last heading has the units of the columns:
//   bytes  Bytes  bytes    bytes   secs.    per sec
//
//   16384  131072 1        1       10.00    35591.53
// of UDP streams (tput_title and tput_fmt_1 of send_udp_stream() in src/nettest_bsd.c) a row of the sender and one of the receiver:
//   bytes   bytes    secs            #      #   10^6bits/sec
//
//   212992   65507   10.00      123456      0    6470.10
//   212992           10.00      123400           6467.20
const FIELDS: Readonly<Record<string, keyof NetperfResult>> = {
  ELAPSED_TIME: "seconds",
  TRANSACTION_RATE: "transactionsPerSecond",
  RT_LATENCY: "roundTripUs",
  MEAN_LATENCY: "meanLatencyUs",
  MIN_LATENCY: "minLatencyUs",
  MAX_LATENCY: "maxLatencyUs",
  P50_LATENCY: "p50LatencyUs",
  P90_LATENCY: "p90LatencyUs",
  P99_LATENCY: "p99LatencyUs",
  STDDEV_LATENCY: "stddevLatencyUs",
};
const BITS: Readonly<Record<string, number>> = {
  Bytes: 8,
  KBytes: 8 * 2 ** 10,
  MBytes: 8 * 2 ** 20,
  GBytes: 8 * 2 ** 30,
  "10^0bits": 1,
  "10^3bits": 1e3,
  "10^6bits": 1e6,
  "10^9bits": 1e9,
};
const KEY = /^([A-Z][A-Z0-9_]{1,60})=(.{0,200})$/;
const BANNER = /^([A-Za-z][A-Za-z0-9/ -]{1,60} TEST) from /;
/** Last line of a table's heading: bytes of buffers and messages, time, rate. */
const TABLE = /^(?<bytes>(?:[bB]ytes +){3,4})secs\. +(?:per sec|(?<unit>[A-Za-z0-9^]{1,20}) {0,8}\/s(?:ec)?)(?= |$)/;
const DATAGRAMS = /^bytes +bytes +secs +# +# +(?<unit>[A-Za-z0-9^]{1,20}) {0,8}\/s(?:ec)?(?= |$)/;
const OTHER_TABLE = /^bytes {1,20}[bB]ytes /;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/;
const LOOKS =
  /^(?:> ?)*(?:THROUGHPUT|TRANSACTION_RATE|(?:RT|MEAN|MIN|MAX|P\d\d)_LATENCY)=|^(?:> ?)*[A-Za-z][A-Za-z0-9/ -]{1,60} TEST from \S{1,100} \(/m;

/**
 * Reads what netperf prints with the selectors of `-k` (`netperf -j -t TCP_RR -- -k THROUGHPUT,THROUGHPUT_UNITS,P99_LATENCY`), and the
 * classic tables of its stream and request/response tests: of a UDP stream what the receiver got. Latencies are in us, throughput in
 * bits per second. Other selectors are skipped; what netperf says of a thing that it did not measure (a latency of -1, a transaction
 * rate of 1.000) is a warning.
 *
 * Source: netperf doc/netperf.texi, "Omni Output Selectors"; src/nettest_omni.c, print_omni_keyword().
 * @throws ParseError for a number or unit that is none, THROUGHPUT without THROUGHPUT_UNITS, a table of another shape, and a text
 * without results: `-o` and `-O` are not read.
 * @example
 * parseNetperf({ file: "netperf.txt", text: "THROUGHPUT=60074.74\nTHROUGHPUT_UNITS=Trans/s\nP99_LATENCY=25\n" }).rows[0] // { line: 1, transactionsPerSecond: 60074.74, p99LatencyUs: 25 }
 */
export function parseNetperf({ file, text }: CaptureText): Parsed<NetperfResult> {
  const reading: Reading = { tests: [], banner: undefined, table: undefined, warnings: [] };
  const skipped = captureLines(text).filter((line) => !takes(reading, unquoted(line.text).trim(), { file, ...line }));
  const { tests, banner, table, warnings } = reading;
  if (table) throw refusal("a row below these headings of netperf", table.place);
  if (tests.length === 0) {
    const expected = "results of netperf, as `THROUGHPUT=60074.74` of its option -k, or its classic table";
    throw new ParseError({ file, line: banner?.line ?? 0, expected, text: banner?.test ?? text.trim() });
  }
  if (banner) warnings.push(withoutResults(file, banner));
  const rows = tests.map(({ row, keys }) => ({ ...row, ...keyRow(keys, warnings) }));
  return { rows, skipped: withoutBlank(skipped), warnings: [...warnings, ...unendedWarnings({ file, text })] };
}

/**
 * Whether the text holds the banner of a test of netperf, or one of its selectors.
 *
 * @example
 * looksLikeNetperf("THROUGHPUT=60074.74\nTHROUGHPUT_UNITS=Trans/s\n") // true
 */
export function looksLikeNetperf(text: string): boolean {
  return LOOKS.test(text);
}

interface Place extends CaptureLine {
  readonly file: string;
}
type Keys = Map<string, Place & { readonly value: string }>;
type Banner = Pick<NetperfResult, "line" | "test">;
interface Table {
  readonly place: Place;
  /** How many columns are of bytes, and how many of counts stand behind the time. */
  readonly bytes: number;
  readonly counts: number;
  /** Absent: transactions. */
  readonly unit?: string;
  /** Of the row below this one, which has the result. */
  readonly next?: Table;
}
interface Reading {
  readonly tests: { readonly row: NetperfResult; readonly keys: Keys }[];
  /** Of a test whose results are still to come. */
  banner: Banner | undefined;
  /** Whose row is still to come. */
  table: Table | undefined;
  readonly warnings: Warning[];
}

/** Whether a line is of a test. */
function takes(reading: Reading, body: string, place: Place): boolean {
  const { table, banner, tests, warnings } = reading;
  if (table) {
    if (body === "") return false;
    const row = tableRow(body, table, place);
    reading.table = table.next;
    if (!table.next) begin(reading, table.place.line, row);
    return true;
  }
  const [, test] = BANNER.exec(body) ?? [];
  if (test !== undefined) {
    if (banner) warnings.push(withoutResults(place.file, banner));
    reading.banner = { line: place.line, test };
    return true;
  }
  const [, key = "", value = ""] = KEY.exec(body) ?? [];
  if (key === "THROUGHPUT" || key === "THROUGHPUT_UNITS" || Object.hasOwn(FIELDS, key)) {
    const last = tests.at(-1)?.keys;
    const keys = banner || !last?.size || last.has(key) ? begin(reading, place.line) : last;
    keys.set(key, { ...place, value });
    return true;
  }
  reading.table = body.startsWith("bytes ") ? tableOf(body, place) : undefined;
  return reading.table !== undefined;
}

function begin(reading: Reading, line: number, row: Partial<NetperfResult> = {}): Keys {
  const keys: Keys = new Map();
  reading.tests.push({ row: { ...(reading.banner ?? { line }), ...row }, keys });
  reading.banner = undefined;
  return keys;
}

function withoutResults(file: string, { line, test }: Banner): Warning {
  return { file, line, message: `${test} has no results here: it failed, or was cut` };
}

function tableOf(body: string, place: Place): Table | undefined {
  const { bytes, unit } = TABLE.exec(body)?.groups ?? {};
  if (bytes !== undefined) {
    return { place, bytes: bytes.trim().split(/ +/).length, counts: 0, ...(unit !== undefined && { unit }) };
  }
  const datagrams = DATAGRAMS.exec(body)?.groups?.unit;
  if (datagrams !== undefined) {
    const receiver: Table = { place, bytes: 1, counts: 1, unit: datagrams };
    return { place, bytes: 2, counts: 2, unit: datagrams, next: receiver };
  }
  if (!OTHER_TABLE.test(body)) return undefined;
  throw refusal("a table of TCP_STREAM, UDP_STREAM, TCP_RR or the like: record this test with netperf -k", place);
}

function tableRow(body: string, { bytes, counts, unit }: Table, place: Place): Partial<NetperfResult> {
  const cells = body.split(/\s+/);
  const columns = bytes + 1 + counts + 1;
  if (cells.length < columns || !cells.every((cell) => NUMBER.test(cell))) {
    throw refusal(`a row of ${columns} numbers or more below the headings of netperf`, place);
  }
  const [seconds, rate] = [bytes, columns - 1].map((at) => amount(cells[at] as string, place)) as [number, number];
  return {
    seconds,
    ...(unit === undefined ? { transactionsPerSecond: rate } : { bitsPerSecond: bitsPerSecond(rate, unit, place) }),
  };
}

function keyRow(keys: Readonly<Keys>, warnings: Warning[]): Partial<NetperfResult> {
  const rate = keys.get("THROUGHPUT");
  const units = keys.get("THROUGHPUT_UNITS");
  const lone = rate ? (units ? undefined : rate) : units;
  if (lone) throw refusal("both THROUGHPUT and THROUGHPUT_UNITS: ask netperf -k for both", lone);
  const row: { -readonly [Field in keyof NetperfResult]?: NetperfResult[Field] } = {};
  if (rate && units) {
    const value = amount(rate.value, rate);
    if (units.value === "Trans/s") row.transactionsPerSecond = value;
    else row.bitsPerSecond = bitsPerSecond(value, units.value.replace(/\/s$/, ""), units);
  }
  for (const [key, { value, ...place }] of keys) {
    const field = FIELDS[key];
    if (field === undefined) continue;
    const unmeasured = key === "TRANSACTION_RATE" ? value === "1.000" : /^-1(?:\.0+)?$/.test(value);
    if (!unmeasured) Object.assign(row, { [field]: amount(value, place) });
    else warnings.push({ file: place.file, line: place.line, message: `netperf did not measure ${key}: ${value}` });
  }
  return row;
}

function amount(text: string, place: Place): number {
  if (NUMBER.test(text) && !text.startsWith("-")) return Number(text);
  throw refusal("a number of 0 or more of netperf", place);
}

/** To 0.01 bits, as it prints two decimals. */
function bitsPerSecond(rate: number, unit: string, place: Place): number {
  const bits = Object.hasOwn(BITS, unit) ? BITS[unit] : undefined;
  if (bits !== undefined) return Math.round(rate * bits * 100) / 100;
  throw refusal(`a unit of netperf, Trans/s or one of ${Object.keys(BITS).join(", ")} per second`, place);
}

function refusal(expected: string, { file, line, text }: Place): ParseError {
  return new ParseError({ file, line, expected, text });
}
