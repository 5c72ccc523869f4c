import { captureLines, unendedWarnings, unquoted, withoutBlank } from "./capture-lines.js";
import { type Counter, type CounterRates, counterRates, type SnapshotPair } from "./counter-rates.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine, CaptureText, Parsed, Warning } from "./parsed.js";

/** One CPU of /proc/net/softnet_stat. All counters are 32 bits wide and wrap; absent fields are columns the kernel did not print. */
export interface SoftnetStat {
  readonly line: number;
  /** The CPU, printed since Linux 5.10. Before, rows are the online CPUs in order: a row's place is not its CPU's number. */
  readonly cpu?: number;
  /** Packets that entered the stack here; a bond or a VLAN counts a packet again. */
  readonly processed: number;
  /** Packets dropped because this CPU's backlog was full. */
  readonly dropped: number;
  /** Times a softirq round ended with work left, out of budget or time. */
  readonly timeSqueeze: number;
  /** Collisions on the transmit lock; newer kernels print 0. */
  readonly cpuCollision: number;
  /** Inter-processor interrupts received for RPS. */
  readonly receivedRps?: number;
  /** Packets dropped by the flow limit. */
  readonly flowLimitCount?: number;
  /** Packets waiting in the backlog at the moment: no counter. */
  readonly backlogLength?: number;
  /** The part of the backlog in `input_pkt_queue`: no counter. */
  readonly inputQueueLength?: number;
  /** The part of the backlog in `process_queue`: no counter. */
  readonly processQueueLength?: number;
}

// net/core/net-procfs.c, softnet_seq_show(): "%08x" per column, one row per online CPU.
//    9 columns: processed dropped time_squeeze 0 0 0 0 0 cpu_collision
//   10: + received_rps                      11: + flow_limit_count (commit 99bbc7074190)
//   13: + backlog length, CPU id (7d58e6555870, Linux 5.10, backported to RHEL 8.5)
//   15: + lengths of input_pkt_queue and process_queue (59da2d7b0e99, Linux 6.4)
const WIDTHS = [9, 10, 11, 13, 15];
const ROW = /^\s*[0-9a-f]{8}(?: [0-9a-f]{8}){8,14}\s*$/;
const ROW_START = /^\s*[0-9a-f]{8}(?:\s|$)/;
const COUNTER_BITS = 32;

/**
 * Reads `/proc/net/softnet_stat`: one row per online CPU, from hexadecimal.
 *
 * Source: Linux net/core/net-procfs.c, softnet_seq_show(); the counters are `unsigned int` fields of `struct softnet_data`.
 * @throws ParseError for a row with a number of columns that no kernel prints, and for a text without rows.
 * @example
 * parseSoftnetStat({
 *   file: "softnet_stat.txt",
 *   text: "00358fe3 00006283 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n",
 * }).rows[0].processed // 3510243
 */
export function parseSoftnetStat({ file, text }: CaptureText): Parsed<SoftnetStat> {
  const rows: SoftnetStat[] = [];
  const skipped: CaptureLine[] = [];
  const widths = new Set<number>();
  for (const line of captureLines(text)) {
    const body = unquoted(line.text);
    if (ROW_START.test(body)) {
      const columns = columnsOf(body);
      if (!columns) {
        const expected = `${WIDTHS.slice(0, -1).join(", ")} or ${WIDTHS.at(-1)} columns of 8 hexadecimal digits`;
        throw new ParseError({ file, line: line.line, expected, text: line.text });
      }
      widths.add(columns.length);
      rows.push(softnetStat(line.line, columns));
    } else {
      skipped.push(line);
    }
  }
  if (rows.length === 0) {
    const expected = "rows of /proc/net/softnet_stat, 9 to 15 columns of 8 hexadecimal digits";
    throw new ParseError({ file, line: 0, expected, text: text.trim() });
  }
  const warnings: Warning[] = unendedWarnings({ file, text });
  if (widths.size > 1) {
    const message = `rows of ${[...widths].join(", ")} columns: no kernel prints different widths, so the text was cut or put together`;
    warnings.unshift({ file, line: 0, message });
  }
  return { rows, skipped: withoutBlank(skipped), warnings };
}

/**
 * Whether the text holds a row of /proc/net/softnet_stat.
 *
 * @example
 * looksLikeSoftnetStat("00358fe3 00006283 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n") // true
 * looksLikeSoftnetStat("00358fe3 00006283\n") // false
 */
export function looksLikeSoftnetStat(text: string): boolean {
  return captureLines(text).some((line) => ROW.test(unquoted(line.text)));
}

/**
 * Rates of the counters of every CPU from two captures taken `seconds` apart: `counterRates` with the width of 32 bits.
 * Counters are named `cpu0.processed`, or `row0.processed` where the kernel prints no CPU. `maxPerSecond` is the highest rate that
 * one CPU can see, say the line rate in packets per second: with it wraps are undone or refused.
 *
 * @throws RangeError as `counterRates`, and for captures without CPU numbers whose numbers of rows differ.
 * @example
 * softnetRates({
 *   before: { file: "a.txt", rows: [{ line: 1, cpu: 0, processed: 4294967290, dropped: 0, timeSqueeze: 0, cpuCollision: 0 }] },
 *   after: { file: "b.txt", rows: [{ line: 1, cpu: 0, processed: 14, dropped: 0, timeSqueeze: 0, cpuCollision: 0 }] },
 *   seconds: 2,
 *   maxPerSecond: 14_880_952,
 * }).rates[0].perSecond // 10
 */
export function softnetRates({
  before,
  after,
  seconds,
  maxPerSecond,
}: SnapshotPair<SoftnetStat> & { maxPerSecond?: number | undefined }): CounterRates {
  const named = [...before.rows, ...after.rows].every(({ cpu }) => cpu !== undefined);
  if (!named && before.rows.length !== after.rows.length) {
    const counts = `${before.rows.length} and ${after.rows.length}`;
    throw new RangeError(`softnetRates requires CPU numbers or equal numbers of rows (online CPUs): got ${counts} rows`);
  }
  return counterRates({
    before: { file: before.file, counters: before.rows.flatMap(counters) },
    after: { file: after.file, counters: after.rows.flatMap(counters) },
    seconds,
    widthBits: COUNTER_BITS,
    maxPerSecond,
  });
}

/** The counters of a row in the kernel's spelling; lengths of queues are none. */
function counters(row: SoftnetStat, index: number): Counter[] {
  const owner = row.cpu === undefined ? `row${index}` : `cpu${row.cpu}`;
  const values = {
    processed: row.processed,
    dropped: row.dropped,
    time_squeeze: row.timeSqueeze,
    cpu_collision: row.cpuCollision,
    received_rps: row.receivedRps,
    flow_limit_count: row.flowLimitCount,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `${owner}.${name}`, value: BigInt(value) }],
  );
}

function columnsOf(body: string): number[] | undefined {
  if (!ROW.test(body)) return undefined;
  const columns = body
    .trim()
    .split(" ")
    .map((digits) => Number.parseInt(digits, 16));
  return WIDTHS.includes(columns.length) ? columns : undefined;
}

function softnetStat(line: number, columns: readonly number[]): SoftnetStat {
  const [processed = 0, dropped = 0, timeSqueeze = 0, , , , , , cpuCollision = 0] = columns;
  const [receivedRps, flowLimitCount, backlogLength, cpu, inputQueueLength, processQueueLength] = columns.slice(9);
  return {
    line,
    ...(cpu !== undefined && { cpu }),
    processed,
    dropped,
    timeSqueeze,
    cpuCollision,
    ...(receivedRps !== undefined && { receivedRps }),
    ...(flowLimitCount !== undefined && { flowLimitCount }),
    ...(backlogLength !== undefined && { backlogLength }),
    ...(inputQueueLength !== undefined && { inputQueueLength }),
    ...(processQueueLength !== undefined && { processQueueLength }),
  };
}
