// Every choice of head fields that `perf script -F` prints and that can be told apart.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { byteFile } from "../../captures/byte-file.js";
import { parseKallsyms } from "../kallsyms.js";
import { readPerfData } from "../perf-data/read-perf-data.js";
import { looksLikePerfScript, parsePerfScript } from "../perf-script.js";
import { CONTEXTS, frameName, framesOf, type Profile } from "../profile.js";

const FIELDS = ["comm", "pid", "tid", "cpu", "misc", "time", "period", "event"] as const;
type Field = (typeof FIELDS)[number];

/** Where neither time nor task stands before it, a number after the comm is taken for the thread. A head of numbers alone is none. */
function isTold(fields: ReadonlySet<Field>): boolean {
  if (fields.has("time")) return true;
  if (!fields.has("event") || !fields.has("comm")) return false;
  return !fields.has("period") || fields.has("pid") || fields.has("tid") || fields.has("cpu");
}

const CHOICES = Array.from(
  { length: 2 ** FIELDS.length },
  (_, bits) => new Set(FIELDS.filter((_, at) => (bits >> at) % 2 === 1)),
).filter(isTold);

interface Made {
  readonly comm: string;
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  readonly mode: "K" | "U";
  readonly microseconds: number;
  readonly period: number;
}

const COMMS = ["swapper", "V8 Worker 2", "kworker/u8:2", "1234", ":-1", "Chrome K", "a.out"];
const SAMPLES: readonly Made[] = Array.from({ length: 40 }, (_, at) => ({
  comm: COMMS[at % COMMS.length] as string,
  pid: 100 + at,
  tid: 1000 + at,
  cpu: at % 4,
  mode: at % 3 === 0 ? "U" : "K",
  microseconds: 5_000_000 + 7 * at,
  period: 250_000 + at,
}));

/** As perf_sample__fprintf_start() and process_event() of tools/perf/builtin-script.c print them (Linux 6.1). */
function headText({ comm, pid, tid, cpu, mode, microseconds, period }: Made, fields: ReadonlySet<Field>): string {
  const task = [...(fields.has("pid") ? [pid] : []), ...(fields.has("tid") ? [tid] : [])].join("/");
  const time = `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, "0")}`;
  return [
    fields.has("comm") ? `${comm} ` : "",
    task === "" ? "" : `${task.padStart(5)} `,
    fields.has("cpu") ? `[${String(cpu).padStart(3, "0")}] ` : "",
    fields.has("misc") ? mode.padEnd(6) : "",
    fields.has("time") ? `${time.padStart(12)}: ` : "",
    fields.has("period") ? `${String(period).padStart(10)} ` : "",
    fields.has("event") ? "cpu-clock: " : "",
  ].join("");
}

const FRAME = "ffffffff81e659c0 __dev_queue_xmit+0x350 ([kernel.kallsyms])";

/** What a text has of each sample, or would have: a field that is not printed is left out. */
function sampleText(made: Made, fields: ReadonlySet<Field>): string {
  return [
    fields.has("comm") ? made.comm : "",
    fields.has("tid") ? made.tid : fields.has("pid") ? made.pid : -1,
    fields.has("pid") && fields.has("tid") ? made.pid : -1,
    fields.has("cpu") ? made.cpu : -1,
    fields.has("misc") && made.mode === "U" ? "user" : "kernel",
    fields.has("time") ? made.microseconds : "",
    fields.has("period") ? made.period : 1,
  ].join(" ");
}

function readText({ samples, comms, startTimeNs }: Profile, row: number): string {
  const time = startTimeNs === undefined ? "" : (startTimeNs + BigInt(samples.timeNs?.[row] ?? 0)) / 1000n;
  const context = CONTEXTS[samples.context[row] as number];
  const [comm, tid, pid] = [comms[samples.comm[row] as number], samples.tid[row], samples.pid[row]];
  return [comm, tid, pid, samples.cpu[row], context, time, samples.weight[row]].join(" ");
}

describe("the heads of perf script", () => {
  it(`with any of ${CHOICES.length} choices of fields, with call chains and without`, async () => {
    for (const fields of CHOICES) {
      for (const [start, end] of [["\n\t", "\n\n"] as const, [" ", "\n"] as const]) {
        const name = [...fields].join();
        const text = SAMPLES.map((made) => `${headText(made, fields).trimEnd()}${start}${FRAME}${end}`).join("");
        assert.ok(looksLikePerfScript(text), `${name}\n${text.slice(0, 300)}`);
        const profile = await parsePerfScript({ file: "script.txt", chunks: [Buffer.from(text)] });
        assert.deepEqual(
          Array.from(profile.samples.weight, (_, row) => readText(profile, row)),
          SAMPLES.map((made) => sampleText(made, fields)),
          name,
        );
        assert.deepEqual(
          profile.events.map(({ unit }) => unit),
          [!fields.has("period") ? "samples" : fields.has("event") ? "ns" : "occurrences"],
          name,
        );
        assert.ok(
          profile.samples.stack.every((stack) => framesOf(profile.stacks, stack).length === 1),
          name,
        );
      }
    }
  });
});

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));
const specimen = (ending: string) =>
  gunzipSync(readFileSync(new URL(`../../../data/specimens/perf-data/nic_eth0.${ending}.gz`, import.meta.url)));
const hasPerf = spawnSync("perf", ["--version"]).status === 0;

/** With defaults, what people add and leave out; frames with and without symbols, offsets and dsos. */
const PRINTED = [
  "comm,tid,cpu,time,event,ip,sym,dso",
  "comm,tid,cpu,time,event,period,ip,sym,symoff,dso",
  "comm,pid,tid,cpu,time,event,ip,sym",
  "comm,pid,tid,time,period,ip,sym,symoff,dso",
  "comm,tid,cpu,misc,time,event,period,ip,sym,dso",
  "comm,misc,time,event,ip,sym,dso",
  "comm,time,event,ip",
  "comm,tid,event,period,ip,sym",
  "comm,cpu,event,period,ip,sym,symoff,dso",
  "tid,cpu,time,event,ip,sym,dso",
  "time,period,ip,sym,dso",
  "comm,tid,cpu,time,event",
];

describe("what perf script prints of a recording", { skip: hasPerf ? false : "perf is not installed" }, () => {
  for (const fields of PRINTED) {
    it(`with -F ${fields} is read as the recording is`, async () => {
      const [data, symbols] = [join(folder, "perf.data"), join(folder, "kallsyms")];
      writeFileSync(data, specimen("perf.data"));
      writeFileSync(symbols, specimen("kallsyms"));
      const options = ["script", "-i", data, "--kallsyms", symbols, "--symfs", folder, "-F", fields];
      const chunks = [execFileSync("perf", options, { maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] })];
      const text = await parsePerfScript({ file: "script.txt", chunks });
      const kallsyms = parseKallsyms({ file: "kallsyms", bytes: readFileSync(symbols) });
      const recording = await readPerfData(byteFile({ file: "perf.data", bytes: readFileSync(data) }), { kallsyms });
      assert.deepEqual([text.quality.skippedLines, text.warnings], [0, []]);
      assert.deepEqual(printedRows(text, fields), printedRows(recording, fields));
    });
  }
});

/** The samples with what is printed of them, sorted: perf prints some out of the order of their times. */
function printedRows(profile: Profile, printed: string): string[] {
  const { samples, comms, stacks, startTimeNs = 0n } = profile;
  const fields = new Set(printed.split(","));
  const of = (field: string, value: unknown) => (fields.has(field) ? String(value) : "");
  return Array.from({ length: samples.length }, (_, row) => {
    const frames = framesOf(stacks, samples.stack[row] as number).map((frame) => {
      const { symbol, dso } = frameName(profile, frame);
      return `${of("sym", symbol)} ${of("dso", dso)}`;
    });
    return [
      of("comm", comms[samples.comm[row] as number]),
      of("tid", samples.tid[row]),
      of("cpu", samples.cpu[row]),
      of("misc", samples.context[row]),
      of("time", (startTimeNs + BigInt(samples.timeNs?.[row] ?? 0)) / 1000n),
      of("period", samples.weight[row]),
      fields.has("ip") ? `${frames.length} ${frames.join(";")}` : "",
    ].join(" ");
  }).sort();
}
