import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { type CounterRates, counterRates, type SnapshotPair } from "./counter-rates.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One counter of nstat: the kernel's SNMP counters of the network namespace in which it ran. */
export interface NstatCounter {
  readonly line: number;
  /** Which output of nstat in the capture, from 1. */
  readonly snapshot: number;
  /** Protocol and counter as one word: `UdpInDatagrams`, `Udp6RcvbufErrors`, `IpExtInOctets`. */
  readonly name: string;
  /** Since boot with `-a` (and where nstat has no history yet), else since its last call: the output does not say which. */
  readonly value: bigint;
  /** The third column: a mean that only nstat's daemon (`-d`) computes, else 0. Absent in JSON. */
  readonly perSecond?: number;
}

// misc/nstat.c of iproute2, dump_kern_db() and dump_incr_db(): `#kernel`, or the daemon's id and times, then "%-32s%-16llu%6.1f", and
// " (overflow)" behind a counter that went down since the last call; with -j one object by the source.
//   #kernel
//   UdpInDatagrams                  196433             0.0
//   {"kernel":{"UdpInDatagrams":196433,"UdpInErrors":203567}}
const SOURCE = /^#(?:kernel|\d+\.\d+ sampling_interval=\d+ time_const=\d+)\s*$/;
const ROW =
  /^(?<name>[A-Z][A-Za-z0-9_]{2,63}) {1,40}(?<digits>\d{1,20}) {1,40}(?<rate>\d{1,20}\.\d)(?<overflow> \(overflow\))?\s*$/;
/** What begins as a row does and is none. */
const BEGINNING = /^(?:Ip|Icmp|Tcp|Udp|Sctp|MPTcp)[A-Za-z0-9_]{2,63}(?: |$)/;
const JSON_OBJECT =
  /^\s*\{\s*"(?:kernel|\d+\.\d+ sampling_interval=\d+ time_const=\d+)"\s*:\s*\{(?<counters>[^{}]*)\}\s*\}\s*$/;
const JSON_COUNTER = /^"(?<name>[A-Z][A-Za-z0-9_]{2,63})"\s*:\s*(?<digits>\d{1,20})$/;
const JSON_LOOKS =
  /^(?:> ?)*\s*\{\s{0,99}(?:> ?)*\s{0,99}"(?:kernel|\d{1,9}\.\d{1,20} sampling_interval=[^"]{1,60})"\s{0,9}:\s{0,9}\{/m;
const LARGEST = 2n ** 64n - 1n;

/**
 * Reads nstat, its table or its JSON: one row per counter, in the order of the capture.
 *
 * Without `-z` counters of 0 are left out: absent is zero then, in one output, and a counter of two outputs may be in one only.
 * `UdpInErrors` holds `UdpRcvbufErrors`, the datagrams that found no room in a socket, and others; `UdpInDatagrams` counts what the
 * application received, so what arrived at the sockets is the sum of both.
 * Source: iproute2, misc/nstat.c, dump_kern_db(); Linux, net/ipv4/udp.c, udp_recvmsg() and __udp_queue_rcv_skb().
 * @throws ParseError for a row that is cut, for JSON that is, and for a text without counters.
 * @example
 * parseNstat({ file: "nstat.txt", text: "#kernel\nUdpInDatagrams                  196433             0.0\n" }).rows[0].value // 196433n
 */
export function parseNstat({ file, text }: CaptureText): Parsed<NstatCounter> {
  const { rows, skipped, warnings } = JSON_LOOKS.test(text.slice(0, HEAD))
    ? fromJson({ file, text })
    : fromText({ file, text });
  if (rows.length === 0) {
    const expected = "counters of nstat, `#kernel` above `UdpInDatagrams  196433  0.0`";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  return { rows, skipped: withoutBlank(skipped), warnings: [...warnings, ...unendedWarnings({ file, text })] };
}

/**
 * Whether the text is nstat's, as table or as JSON.
 *
 * @example
 * looksLikeNstat("#kernel\nIpInReceives                    15                 0.0\n") // true
 */
export function looksLikeNstat(text: string): boolean {
  if (JSON_LOOKS.test(text.slice(0, HEAD))) return true;
  const lines = captureLines(text).map(({ text }) => unquoted(text));
  return lines.some((line, index) => SOURCE.test(line) && ROW.test(lines[index + 1] ?? ""));
}

/** The head that a text is told by. */
const HEAD = 10_000;

/** Counters that are none: what they count goes up and down. */
const NOT_COUNTERS = new Map([["MPTcpExtMPCurrEstab", "how many connections there are"]]);

/**
 * Rates of the counters of two captures of `nstat -az` taken `seconds` apart: `counterRates`. The counters have the width of the
 * kernel's long, so one that went down is refused.
 *
 * @throws RangeError for an interval that is not positive.
 * @example
 * nstatRates({
 *   before: { file: "a.txt", rows: [{ line: 2, snapshot: 1, name: "UdpInDatagrams", value: 0n }] },
 *   after: { file: "b.txt", rows: [{ line: 2, snapshot: 1, name: "UdpInDatagrams", value: 196_433n }] },
 *   seconds: 4,
 * }).rates[0].perSecond // 49_108.25
 */
export function nstatRates({ before, after, seconds }: SnapshotPair<NstatCounter>): CounterRates {
  return counterRates({
    before: { file: before.file, counters: before.rows },
    after: { file: after.file, counters: after.rows },
    seconds,
    notCounters: NOT_COUNTERS,
  });
}

interface Found {
  readonly rows: readonly NstatCounter[];
  readonly skipped: readonly CaptureLine[];
  readonly warnings: readonly Warning[];
}

function fromText({ file, text }: CaptureText): Found {
  const rows: NstatCounter[] = [];
  const skipped: CaptureLine[] = [];
  const warnings: Warning[] = [];
  let snapshot = 0;
  let open = false;
  for (const line of captureLines(text)) {
    const body = unquoted(line.text);
    const { name, digits = "", rate, overflow } = ROW.exec(body)?.groups ?? {};
    if (SOURCE.test(body)) {
      snapshot++;
      open = true;
    } else if (open && name !== undefined) {
      const value = uint64(digits, { file, ...line });
      rows.push({ line: line.line, snapshot, name, value, perSecond: Number(rate) });
      if (overflow) {
        const message = `nstat says overflow of ${name}: it went down since nstat's last call, and the value is no increment`;
        warnings.push({ file, line: line.line, message });
      }
    } else {
      if (open && BEGINNING.test(body)) {
        throw new ParseError({ file, line: line.line, expected: "a counter of nstat: name, value, rate", text: line.text });
      }
      skipped.push(line);
      if (body.trim() !== "") open = false;
    }
  }
  return { rows, skipped, warnings };
}

function fromJson({ file, text }: CaptureText): Found {
  const lines = captureLines(text).map(({ line, text }) => ({ line, text, body: unquoted(text) }));
  const first = lines.findIndex(({ body }) => body.trimStart().startsWith("{"));
  const last = lines.findLastIndex(({ body }) => body.trimEnd().endsWith("}"));
  const [begin] = lines.slice(first, first + 1);
  const document = lines.slice(first, last + 1).map(({ body }) => body);
  const { counters } = JSON_OBJECT.exec(document.join("\n"))?.groups ?? {};
  const line = begin?.line ?? 1;
  if (counters === undefined) {
    throw new ParseError({
      file,
      line,
      expected: "the JSON of nstat -j, whole: one object by the source of its counters",
      text,
    });
  }
  const rows = counters.split(",").flatMap((statement): NstatCounter[] => {
    const { name, digits = "" } = JSON_COUNTER.exec(statement.trim())?.groups ?? {};
    if (statement.trim() === "") return [];
    if (name === undefined)
      throw new ParseError({ file, line, expected: 'a counter of nstat, `"name": number`', text: statement });
    return [{ line, snapshot: 1, name, value: uint64(digits, { file, line, text: statement }) }];
  });
  const skipped = [...lines.slice(0, Math.max(first, 0)), ...lines.slice(last + 1)];
  return { rows, skipped: skipped.map(({ line, text }) => ({ line, text })), warnings: [] };
}

/** Beyond 2^53 too, where JSON.parse() would round. */
function uint64(digits: string, { file, line, text }: { file: string; line: number; text: string }): bigint {
  const value = BigInt(digits);
  if (value > LARGEST) throw new ParseError({ file, line, expected: "a counter below 2^64", text });
  return value;
}
