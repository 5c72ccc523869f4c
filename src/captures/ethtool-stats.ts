import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { type CounterRates, counterRates, type SnapshotPair } from "./counter-rates.js";
import { NoDataError, ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One counter of `ethtool -S`. */
export interface EthtoolCounter {
  readonly line: number;
  /** Which block of counters of the capture, from 1: a paste may hold several, of several devices or moments. */
  readonly snapshot: number;
  /** As the driver spells it. It may hold spaces and colons (`[0]: rx_ucast_packets` of bnxt_en). */
  readonly name: string;
  readonly value: bigint;
}

// ethtool.c, do_gnicstats() prints the names and 64 bit values that the driver gives (strings of ethtool 6.1):
//   NIC statistics:
//        rx_packets: 14728168893
// `PHY statistics:` is the same for --phy-statistics. Without counters it prints one of NO_DATA and nothing else.
const HEADING = /^\s*(?:NIC|PHY) statistics:\s*$/;
const NO_DATA = /^\s*(?:no stats available|Cannot get stats (?:strings )?information|netlink error: |ERROR: )/;
/** What an author writes behind a counter: `tx_q-3_pkts: 1192 <----- look here`. */
const REMARK = /\s(?:<-|#)/;
/** Lines that do not end a block: blank ones, and what an author puts where he left rows out. */
const LEFT_OUT = /^\s*(?:\.{3,}|\[\.{3,}\]|\[snip\])?\s*$/i;
const LARGEST = 2n ** 64n - 1n;

/**
 * Reads `ethtool -S`: one row per counter, in the order of the capture.
 *
 * Without the heading, rows are accepted only when they are most of the text and named as a NIC's counters are; then, and when
 * the command shows a filter, a warning says that counters may be missing (absent is not zero).
 * Some counters are sums of others or count the same packets at another layer, so adding rows counts double:
 * mlx5's `rx_xdp_drop` is the sum of `rx0_xdp_drop`, `rx1_xdp_drop`, ...; `rx_packets_phy` (port) includes what
 * `rx_vport_unicast_packets` and `rx_packets` (queues) count again. Bytes named `_phy` or `_nic` and `port.rx_bytes` include the
 * FCS (64 bytes per smallest packet), the driver's `rx_bytes` mostly does not (60). A snapshot is not atomic: a total and the
 * sum of its queues differ by some packets. Source: ethtool.c, do_gnicstats().
 * @throws NoDataError when ethtool says that there are no counters; ParseError for a malformed row and for a text without rows.
 * @example
 * parseEthtoolStats({ file: "eth0.txt", text: "NIC statistics:\n     rx_packets: 14728168893\n" }).rows[0].value // 14728168893n
 */
export function parseEthtoolStats({ file, text }: CaptureText): Parsed<EthtoolCounter> {
  const lines = captureLines(text);
  const headed = lines.some(({ text }) => HEADING.test(unquoted(text)));
  if (!headed && !isBareCounters(lines)) throw withoutCounters(file, lines);

  const rows: EthtoolCounter[] = [];
  const skipped: CaptureLine[] = [];
  const warnings: Warning[] = [];
  let snapshot = 0;
  let indent: string | undefined; // of the rows of the open block
  for (const line of lines) {
    const body = unquoted(line.text);
    const counter = indent === undefined && headed ? undefined : statement(body);
    if (HEADING.test(body)) {
      snapshot += 1;
      indent = "";
    } else if (counter) {
      if (indent === undefined) snapshot += 1;
      indent ||= leadingSpace(body);
      rows.push({ line: line.line, snapshot, name: counter.name, value: uint64(counter.digits, file, line) });
      warnings.push(...remarked(counter.remark, file, line));
    } else {
      requireNoRow(body, indent, file, line);
      skipped.push(line);
      if (!LEFT_OUT.test(body)) indent = undefined;
    }
  }
  if (rows.length === 0) throw withoutCounters(file, lines);
  return {
    rows,
    skipped: withoutBlank(skipped),
    warnings: [
      ...missing({ file, headed, first: rows[0] as EthtoolCounter, skipped }),
      ...warnings,
      ...unendedWarnings({ file, text }),
    ],
  };
}

/**
 * Whether the text is `ethtool -S`, its statement that there are no counters, or a paste of its rows.
 *
 * @example
 * looksLikeEthtoolStats("NIC statistics:\n     rx_packets: 5\n") // true
 * looksLikeEthtoolStats("no stats available\n") // true
 * looksLikeEthtoolStats("rx-usecs: 3\n") // false
 */
export function looksLikeEthtoolStats(text: string): boolean {
  const lines = captureLines(text);
  return (
    lines.some((line) => HEADING.test(unquoted(line.text))) || /^\s*no stats available\s*$/.test(text) || isBareCounters(lines)
  );
}

/**
 * Rates of the counters of two captures taken `seconds` apart, one snapshot each: `counterRates` with what is known of
 * ethtool's counters. Their width is the driver's secret, so a counter that went down is refused.
 * veth's `peer_ifindex` is the index of an interface and no counter (drivers/net/veth.c).
 *
 * @throws RangeError for an interval that is not positive.
 * @example
 * ethtoolRates({
 *   before: { file: "a.txt", rows: [{ line: 2, snapshot: 1, name: "tx_packets", value: 7n }] },
 *   after: { file: "b.txt", rows: [{ line: 2, snapshot: 1, name: "tx_packets", value: 27n }] },
 *   seconds: 10,
 * }).rates[0].perSecond // 2
 */
export function ethtoolRates({ before, after, seconds }: SnapshotPair<EthtoolCounter>): CounterRates {
  return counterRates({
    before: { file: before.file, counters: before.rows },
    after: { file: after.file, counters: after.rows },
    seconds,
    notCounters: new Map([["peer_ifindex", "the index of the peer interface"]]),
  });
}

/** `name: number` split at the last colon, and what an author wrote behind it. */
function statement(body: string): { name: string; digits: string; remark: string } | undefined {
  const remarkAt = body.search(REMARK);
  const counter = remarkAt < 0 ? body : body.slice(0, remarkAt);
  const colon = counter.lastIndexOf(": ");
  const name = counter.slice(0, Math.max(colon, 0)).trim();
  const digits = counter.slice(colon + 2).trimEnd();
  if (name === "" || !/^\d{1,20}$/.test(digits)) return undefined;
  return { name, digits, remark: remarkAt < 0 ? "" : body.slice(remarkAt).trim() };
}

function remarked(remark: string, file: string, { line }: CaptureLine): Warning[] {
  return remark === "" ? [] : [{ file, line, message: `a remark stands behind the counter: ${remark}` }];
}

/** A line that is indented as the rows above it, and is none, is a row that was cut. */
function requireNoRow(body: string, indent: string | undefined, file: string, { line, text }: CaptureLine): void {
  if (indent && leadingSpace(body) === indent && !LEFT_OUT.test(body)) {
    throw new ParseError({ file, line, expected: "a counter, `name: number`", text });
  }
}

function uint64(digits: string, file: string, { line, text }: CaptureLine): bigint {
  const value = BigInt(digits);
  if (value > LARGEST) throw new ParseError({ file, line, expected: "a counter below 2^64", text });
  return value;
}

function leadingSpace(body: string): string {
  return body.slice(0, body.length - body.trimStart().length);
}

/**
 * Rows without a heading: at least two, most of the text, indented, in names a driver gives, one of them of reception or
 * transmission. `ethtool -c` prints names and numbers too, but does not indent them.
 */
function isBareCounters(lines: readonly CaptureLine[]): boolean {
  const bodies = withoutBlank(lines).map(({ text }) => unquoted(text));
  const names = bodies.flatMap((body) => (leadingSpace(body) === "" ? [] : (statement(body)?.name ?? [])));
  const drivers = names.filter((name) => /^(?:\[\d+\]: )?[\w.-]+$/.test(name));
  return drivers.length >= 2 && drivers.length * 2 > bodies.length && drivers.some((name) => /(?:^|[^a-z])[rt]x/.test(name));
}

function withoutCounters(file: string, lines: readonly CaptureLine[]): ParseError {
  const expected = "the counters of ethtool -S under `NIC statistics:`";
  const said = lines.find(({ text }) => NO_DATA.test(unquoted(text)));
  if (said) return new NoDataError({ file, line: said.line, expected, reason: said.text.trim() });
  return new ParseError({ file, line: 0, expected, text: withoutBlank(lines)[0]?.text ?? "" });
}

function missing({
  file,
  headed,
  first,
  skipped,
}: {
  file: string;
  headed: boolean;
  first: EthtoolCounter;
  skipped: readonly CaptureLine[];
}): Warning[] {
  const warnings: Warning[] = [];
  if (!headed) {
    const message = "no heading `NIC statistics:`: a part of the output, counters may be missing (absent is not zero)";
    warnings.push({ file, line: first.line, message });
  }
  const filter = skipped.find(({ text }) => text.includes("ethtool") && /\| *(?:grep|egrep|awk|sed|head|tail)\b/.test(text));
  if (filter) {
    warnings.push({
      file,
      line: filter.line,
      message: "the output was filtered: counters may be missing (absent is not zero)",
    });
  }
  return warnings;
}
