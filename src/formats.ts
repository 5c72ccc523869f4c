import { CaptureError } from "./captures/capture-error.js";
import type { CounterRates, SnapshotPair } from "./captures/counter-rates.js";
import { ethtoolRates, looksLikeEthtoolStats, parseEthtoolStats } from "./captures/ethtool-stats.js";
import { looksLikeIperf3, parseIperf3 } from "./captures/iperf3.js";
import { looksLikeMetricsCsv, parseMetricsCsv } from "./captures/metrics-csv.js";
import { looksLikeMpstat, parseMpstat } from "./captures/mpstat.js";
import { looksLikeNetperf, parseNetperf } from "./captures/netperf.js";
import { looksLikeNstat, nstatRates, parseNstat } from "./captures/nstat.js";
import { ParseError } from "./captures/parse-error.js";
import type { CaptureText, Parsed } from "./captures/parsed.js";
import { looksLikePerfAnnotate, parsePerfAnnotate } from "./captures/perf-annotate.js";
import { looksLikePerfReport, parsePerfReport } from "./captures/perf-report.js";
import { looksLikePktgenResult, parsePktgenResult } from "./captures/pktgen-result.js";
import { type Capture, openCapture, parseOpened } from "./captures/read-capture.js";
import { looksLikeSoftnetStat, parseSoftnetStat, softnetRates } from "./captures/softnet-stat.js";
import { looksLikeTimeBench, parseTimeBench } from "./captures/time-bench.js";
import { looksLikeUdpSink, parseUdpSink } from "./captures/udp-sink.js";
import { looksLikeXdpBench, parseXdpBench } from "./captures/xdp-bench.js";
import { looksLikePerfData } from "./profile/perf-data/file-header.js";
import { readPerfData } from "./profile/perf-data/read-perf-data.js";
import { looksLikePerfScript, parsePerfScript } from "./profile/perf-script.js";
import { profileRows } from "./profile/profile-rows.js";

/** A format that linerate reads. */
export interface Format {
  readonly name: string;
  /** How one records it. */
  readonly command: string;
  /** What one calls the file. */
  readonly file: string;
  /** The fields of a row that a table shows, in order, each with a heading that names its unit. */
  readonly columns: Readonly<Record<string, string>>;
  /** Whether the beginning of a capture is of this format. */
  looksLike(head: string): boolean;
  /** Reads a capture, whole or streamed. The rows may be records or a summary of them. Throws CaptureError and ParseError. */
  read(capture: Capture): Promise<Parsed<object>>;
  /** Rates of the counters of two captures, where the format has counters. Throws RangeError. */
  readonly rates?: (pair: CapturePair<object>) => CounterRates;
}

/** Two captures of one thing, `seconds` apart. */
export interface CapturePair<Row> extends SnapshotPair<Row> {
  /** The highest rate possible, where it is known. */
  readonly maxPerSecond?: number | undefined;
}

/** What became of a file: its format, and what that made of it. */
export interface CaptureFile extends Parsed<object> {
  readonly file: string;
  readonly format: Format;
}

const PROFILE_COLUMNS = {
  event: "event",
  samples: "samples",
  selfPercent: "self %",
  childrenPercent: "children %",
  symbol: "symbol",
  dso: "dso",
};

/** Every format, in the order in which each is asked whether a capture is its own. */
export const formats: readonly Format[] = [
  textFormat({
    name: "pktgen",
    command: "cat /proc/net/pktgen/eth0",
    file: "pktgen.txt",
    columns: {
      line: "line",
      device: "device",
      burst: "burst",
      packets: "packets",
      packetBytes: "bytes/packet",
      elapsedUs: "elapsed us",
      pps: "packets/s",
      errors: "errors",
    },
    looksLike: looksLikePktgenResult,
    parse: parsePktgenResult,
  }),
  textFormat({
    name: "ethtool-stats",
    command: "ethtool -S eth0",
    file: "ethtool-S.txt",
    columns: { line: "line", snapshot: "snapshot", name: "counter", value: "value" },
    looksLike: looksLikeEthtoolStats,
    parse: parseEthtoolStats,
    rates: ethtoolRates,
  }),
  textFormat({
    name: "softnet_stat",
    command: "cat /proc/net/softnet_stat",
    file: "softnet_stat.txt",
    columns: {
      line: "line",
      cpu: "CPU",
      processed: "packets",
      dropped: "dropped",
      timeSqueeze: "time_squeeze",
      receivedRps: "received_rps",
      flowLimitCount: "flow_limit",
      backlogLength: "backlog packets",
    },
    looksLike: looksLikeSoftnetStat,
    parse: parseSoftnetStat,
    rates: softnetRates,
  }),
  // Before time_bench: with --verbose it prints cycles(tsc) per packet.
  textFormat({
    name: "udp_sink",
    command: "udp_sink --port 9 --repeat 10",
    file: "udp_sink.txt",
    columns: {
      line: "line",
      call: "call",
      batch: "batch",
      run: "run",
      packets: "datagrams",
      ns: "ns/datagram",
      pps: "datagrams/s",
      tscCycles: "TSC cycles",
      payloadBytes: "payload bytes",
      emptyCalls: "empty calls",
    },
    looksLike: looksLikeUdpSink,
    parse: parseUdpSink,
  }),
  textFormat({
    name: "time_bench",
    command: "dmesg | grep -e time_bench -e page_bench",
    file: "time_bench.txt",
    columns: {
      line: "line",
      name: "benchmark",
      step: "step",
      order: "order",
      cpu: "CPU",
      cpus: "CPUs",
      tscCycles: "TSC cycles",
      ns: "ns",
      tscGhz: "TSC GHz",
      kind: "costs",
    },
    looksLike: looksLikeTimeBench,
    parse: parseTimeBench,
  }),
  textFormat({
    name: "perf-report",
    command: "perf report --stdio --no-children -g none",
    file: "report.txt",
    columns: {
      line: "line",
      section: "report",
      event: "event",
      percent: "self %",
      childrenPercent: "children %",
      samples: "samples",
      cpu: "CPU",
      comm: "command",
      dso: "dso",
      level: "level",
      symbol: "symbol",
    },
    looksLike: looksLikePerfReport,
    parse: parsePerfReport,
  }),
  textFormat({
    name: "perf-annotate",
    command: "perf annotate --stdio -s __build_skb",
    file: "annotate.txt",
    columns: {
      line: "line",
      section: "listing",
      symbol: "symbol",
      event: "event",
      percent: "%",
      instruction: "instruction",
    },
    looksLike: looksLikePerfAnnotate,
    parse: parsePerfAnnotate,
  }),
  textFormat({
    name: "iperf3",
    command: "iperf3 -c server -u -J",
    file: "iperf3.json",
    columns: {
      line: "line",
      protocol: "protocol",
      streams: "streams",
      blockBytes: "bytes/write",
      seconds: "seconds",
      packets: "datagrams",
      lostPackets: "lost",
      retransmits: "retransmits",
      bitsPerSecond: "bits/s",
    },
    looksLike: looksLikeIperf3,
    parse: parseIperf3,
  }),
  textFormat({
    name: "netperf",
    command: "netperf -t TCP_RR -j -- -k TRANSACTION_RATE,P99_LATENCY",
    file: "netperf.txt",
    columns: {
      line: "line",
      test: "test",
      seconds: "seconds",
      bitsPerSecond: "bits/s",
      transactionsPerSecond: "transactions/s",
      roundTripUs: "round trip us",
      meanLatencyUs: "mean us",
      minLatencyUs: "min us",
      maxLatencyUs: "max us",
      p50LatencyUs: "p50 us",
      p90LatencyUs: "p90 us",
      p99LatencyUs: "p99 us",
      stddevLatencyUs: "stddev us",
    },
    looksLike: looksLikeNetperf,
    parse: parseNetperf,
  }),
  textFormat({
    name: "metrics-csv",
    command: "by hand or script, from any tool",
    file: "metrics.csv",
    columns: { line: "line", metric: "metric", unit: "unit", value: "value", better: "better" },
    looksLike: looksLikeMetricsCsv,
    parse: parseMetricsCsv,
  }),
  textFormat({
    name: "xdp-bench",
    command: "xdp-bench drop -e eth0",
    file: "xdp-bench.txt",
    columns: { line: "line", interval: "interval", point: "point", cpu: "CPU", value: "value", unit: "unit" },
    looksLike: looksLikeXdpBench,
    parse: parseXdpBench,
  }),
  textFormat({
    name: "mpstat",
    command: "mpstat -P ALL 1 10",
    file: "mpstat.txt",
    columns: {
      line: "line",
      interval: "interval",
      time: "time",
      cpu: "CPU",
      usr: "usr %",
      nice: "nice %",
      sys: "sys %",
      iowait: "iowait %",
      irq: "irq %",
      soft: "soft %",
      steal: "steal %",
      guest: "guest %",
      gnice: "gnice %",
      idle: "idle %",
    },
    looksLike: looksLikeMpstat,
    parse: parseMpstat,
  }),
  textFormat({
    name: "nstat",
    command: "nstat -az",
    file: "nstat.txt",
    columns: { line: "line", snapshot: "snapshot", name: "counter", value: "value", perSecond: "mean/s" },
    looksLike: looksLikeNstat,
    parse: parseNstat,
    rates: nstatRates,
  }),
  {
    name: "perf-data",
    command: "perf record -a -g",
    file: "perf.data",
    columns: PROFILE_COLUMNS,
    looksLike: (head) => looksLikePerfData(new TextEncoder().encode(head.slice(0, 8))),
    read: async ({ file, chunks }) => profileRows(await readPerfData({ file, chunks: chunks() }, { merge: true })),
  },
  {
    name: "perf-script",
    command: "perf script",
    file: "script.txt",
    columns: PROFILE_COLUMNS,
    looksLike: looksLikePerfScript,
    read: async ({ file, chunks }) => profileRows(await parsePerfScript({ file, chunks: chunks(), merge: true })),
  },
];

/**
 * The format of that name.
 *
 * @throws RangeError naming the formats there are.
 * @example
 * formatNamed("pktgen").command // "cat /proc/net/pktgen/eth0"
 */
export function formatNamed(name: string): Format {
  const format = formats.find((format) => format.name === name);
  if (!format) throw new RangeError(`no format is called ${JSON.stringify(name)}: expected one of ${names(formats)}`);
  return format;
}

/**
 * Reads a file, `-` for standard input, in the format that its beginning shows, or in the one that is given.
 *
 * @throws CaptureError for a file that cannot be read or is of no format; ParseError from the format's parser.
 * @example
 * await readCaptureFile({ path: "no-such-file" }).catch(({ problem }) => problem) // "missing"
 */
export async function readCaptureFile({ path, format }: { path: string; format?: Format | undefined }): Promise<CaptureFile> {
  const capture = await openCapture(path);
  try {
    const { file } = capture;
    return format ? { file, format, ...(await readAs(capture, format)) } : await readDetected(capture);
  } finally {
    await capture.close();
  }
}

/**
 * The format of a capture, by its beginning; undefined where none knows it.
 *
 * @example
 * formatOf({ head: "NIC statistics:\n     rx_packets: 5\n" }).name // "ethtool-stats"
 */
export function formatOf({ head }: Pick<Capture, "head">): Format | undefined {
  return formats.find(({ looksLike }) => looksLike(head));
}

async function readDetected(capture: Capture): Promise<CaptureFile> {
  const { file, head } = capture;
  const format = formatOf(capture);
  if (format) return { file, format, ...(await format.read(capture)) };
  if (head.includes("\0")) await capture.text(); // which says that it is binary
  const message = `no format knows this text: tried ${names(formats)}; name its format if it is one of these`;
  throw new CaptureError({ file, problem: "format", message });
}

/** Reads in a format that was asked for; where that fails and the text looks like another one, the error says so. */
async function readAs(capture: Capture, format: Format): Promise<Parsed<object>> {
  try {
    return await format.read(capture);
  } catch (error) {
    const other = formatOf(capture);
    if (!(error instanceof ParseError) || !other || other === format) throw error;
    const { file } = capture;
    const message = `it looks like ${other.name}, and read as ${format.name}, as asked, it fails: ${error.message}`;
    throw new CaptureError({ file, problem: "format", message, cause: error });
  }
}

function names(formats: readonly Format[]): string {
  return formats.map(({ name }) => name).join(", ");
}

/** A format that is read as one text; the fields of its columns and the rows of its rates are those of its parser. */
function textFormat<Row extends object>({
  parse,
  rates,
  ...format
}: Omit<Format, "read" | "rates" | "columns"> & {
  readonly columns: Partial<Record<Row extends unknown ? keyof Row & string : never, string>>;
  readonly parse: (text: CaptureText) => Parsed<Row>;
  readonly rates?: (pair: CapturePair<Row>) => CounterRates;
}): Format {
  return {
    ...format,
    columns: format.columns as Record<string, string>,
    read: (capture) => parseOpened({ capture, parse }),
    ...(rates && { rates: (pair) => rates(pair as CapturePair<Row>) }),
  };
}
