// perf.data against what perf itself prints of the same recording: samples, stacks, weights, shares, records by type.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { byteFile } from "../../captures/byte-file.js";
import { bySymbol } from "../by-symbol.js";
import { parseKallsyms } from "../kallsyms.js";
import { parsePerfScript } from "../perf-script.js";
import { framesOf, type Profile } from "../profile.js";
import { selectSamples } from "../sample-filter.js";
import { readPerfData } from "./read-perf-data.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const specimen = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0", import.meta.url));
const vm = (run: string) => `${CAPTURES}/kernel-6.1-vm/${run}`;
const publicData = (name: string) => `${CAPTURES}/public/perf-data/${name}`;
const publicScript = (name: string) => `${CAPTURES}/public/perf-script/${name}`;

/** A recording, its text, and where its kernel symbols are if the text has them; with the samples of both. */
interface Pair {
  readonly data: string;
  readonly script: string;
  readonly kallsyms?: string;
  readonly samples: number;
  readonly skip?: string | boolean;
}
const runs = ["dummy_burst1", "dummy_burst32", "nic_eth0", "veth_start_xmit"];
const sampleCounts = [8294, 6882, 4979, 7975]; // perf report --stats
const PAIRS: readonly Pair[] = [
  { data: `${specimen}.perf.data.gz`, script: `${specimen}.script.txt.gz`, kallsyms: `${specimen}.kallsyms.gz`, samples: 4979 },
  ...runs.map((run, index) => ({
    data: `${vm(run)}/perf.data`,
    script: `${vm(run)}/script.txt.gz`,
    kallsyms: `${CAPTURES}/kernel-6.1-vm/kallsyms.gz`,
    samples: sampleCounts[index] as number,
    skip,
  })),
  {
    data: publicData("local-udp64-cpuclock-g.perf.data"),
    script: publicScript("local-udp64-cpu-clock.txt"),
    kallsyms: `${CAPTURES}/veth-6.18/kallsyms.gz`,
    samples: 8283,
    skip,
  },
  {
    data: publicData("local-mm_page_alloc-g.perf.data"),
    script: publicScript("local-kmem-page-callchain.txt"),
    kallsyms: `${CAPTURES}/veth-6.18/kallsyms.gz`,
    samples: 347,
    skip,
  },
  {
    data: publicData("quipper-perf.data.callgraph-3.8"),
    script: publicScript("q-callgraph-3.8-F-ptcp.txt"),
    samples: 1768,
    skip,
  },
  { data: publicData("quipper-perf.data.hw_and_sw-3.4"), script: publicScript("q-hw_and_sw-header.txt"), samples: 4941, skip },
  {
    data: publicData("quipper-perf.data.singleprocess-3.4"),
    script: publicScript("q-singleprocess-3.4.txt"),
    samples: 77,
    skip,
  },
  {
    data: publicData("quipper-perf.data.piped.header_feautres_group_desc-6.8"),
    script: publicScript("q-group-6.8.txt"),
    samples: 21,
    skip,
  },
  { data: publicData("lpd-sleep.compressed.pipe.data"), script: publicScript("l-sleep-6.5-aws.txt"), samples: 8, skip },
];

const load = (path: string) => {
  const bytes = readFileSync(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};
const read = (path: string, kallsyms?: string) =>
  readPerfData(byteFile({ file: basename(path), bytes: load(path) }), {
    kallsyms: kallsyms === undefined ? undefined : parseKallsyms({ file: "kallsyms", bytes: readFileSync(kallsyms) }),
  });

/** A module as perf names it with symbols and without: `[veth]`, `/lib/modules/6.1.0/kernel/drivers/net/veth.ko`. */
function kernelDsoOf(dso: string): string | undefined {
  const [, module] = /^\/lib\/modules\/.*\/([^/]+)\.ko(?:\.\w+)?$/.exec(dso) ?? [];
  if (module !== undefined) return `[${module.replaceAll("-", "_")}]`;
  return /^\[(?!vdso|vsyscall|heap|stack|unknown)|^bpf_prog_/.test(dso) ? dso : undefined;
}

/**
 * How often each line of thread, CPU, microsecond, weight and kernel stack occurs: `perf script` prints no more of a time. A text
 * that leaves something out has it left out on both sides.
 */
function sampleLines(profile: Profile, like: Profile): Map<string, number> {
  const { samples, comms, frames, symbols, dsos, stacks, startTimeNs = 0n } = profile;
  const lines = new Map<string, number>();
  for (let row = 0; row < samples.length; row++) {
    const time = samples.timeNs && (startTimeNs + BigInt(samples.timeNs[row] as number)) / 1000n;
    const kernel = framesOf(stacks, samples.stack[row] as number).flatMap((frame) => {
      const dso = kernelDsoOf(dsos[frames.dso[frame] as number] ?? "");
      return dso === undefined ? [] : [`${symbols[frames.symbol[frame] as number] ?? "[unknown]"} ${dso}`];
    });
    const comm = comms[samples.comm[row] as number];
    const cpu = like.samples.cpu.every((value) => value === -1) ? "" : samples.cpu[row];
    const weight = like.events.every(({ unit }) => unit === "samples") ? "" : samples.weight[row];
    const line = `${comm} ${samples.tid[row]} [${cpu}] ${time} ${weight} ${kernel.join(";")}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return lines;
}

describe("readPerfData() against perf script", () => {
  for (const { data, script, kallsyms, samples, skip } of PAIRS) {
    const name = `${basename(data)} and ${basename(script)}`;
    it(`${name}: ${samples} samples, none differs in thread, CPU, time, weight or kernel stack`, {
      skip: skip ?? false,
    }, async () => {
      const profile = await read(data, kallsyms);
      const text = await parsePerfScript({ file: basename(script), chunks: [load(script)] });
      assert.equal(profile.samples.length, samples);
      assert.equal(text.samples.length, samples);
      const [ours, perfs] = [sampleLines(profile, text), sampleLines(text, text)];
      const differing = [...perfs].filter(([line, count]) => ours.get(line) !== count);
      assert.deepEqual(differing.slice(0, 3), []);
      assert.equal(ours.size, perfs.size);
      assert.deepEqual(
        profile.events
          .filter(({ decoded }) => decoded > 0)
          .map(({ decoded }) => decoded)
          .sort(),
        text.events.map(({ decoded }) => decoded).sort(),
      );
    });
  }
});

describe("readPerfData() against perf report --no-children", () => {
  const folders = runs.map((run) => ({ name: run, data: `${vm(run)}/perf.data`, report: `${vm(run)}/report.txt`, skip }));
  const own = { name: "specimen", data: `${specimen}.perf.data.gz`, report: `${specimen}.report.txt.gz`, skip: false };
  for (const { name, data, report, skip } of [own, ...folders]) {
    it(`${name}: self shares of kernel functions to the printed digit, and of user code by dso`, { skip }, async () => {
      const kallsyms = name === "specimen" ? `${specimen}.kallsyms.gz` : `${CAPTURES}/kernel-6.1-vm/kallsyms.gz`;
      const profile = await read(data, kallsyms);
      const text = load(report).toString();
      const whole = selectSamples(profile).weight;
      assert.equal(/^# Event count \(approx\.\): (\d+)$/m.exec(text)?.[1], String(whole));
      const rows = reportRows(text);
      const ours = profile.comms.flatMap((comm) =>
        bySymbol(profile, { comm })
          .filter(({ self }) => self > 0)
          .map(({ symbol, dso = "", self }) => ({ comm, dso: basename(dso), symbol, percent: (100 * self) / whole })),
      );
      const kernel = ours.filter(({ dso }) => kernelDsoOf(dso) !== undefined);
      const line = ({
        comm,
        dso,
        symbol,
        percent,
      }: {
        comm: string;
        dso: string;
        symbol?: string | undefined;
        percent: number;
      }) => `${comm} ${dso} ${symbol} ${percent.toFixed(2)}`;
      assert.deepEqual(
        kernel.map(line).sort(),
        rows
          .filter(({ dso }) => kernelDsoOf(dso) !== undefined)
          .map(line)
          .sort(),
      );

      const userSums = (of: typeof rows) => {
        const sums = new Map<string, number>();
        for (const { comm, dso, percent } of of) {
          if (kernelDsoOf(dso) === undefined) sums.set(`${comm} ${dso}`, (sums.get(`${comm} ${dso}`) ?? 0) + percent);
        }
        return sums;
      };
      const [sums, expected] = [userSums(ours as typeof rows), userSums(rows)];
      assert.deepEqual([...sums.keys()].sort(), [...expected.keys()].sort());
      // Each of perf's rows is rounded to 0.01 %.
      for (const [key, sum] of expected) assert.ok(Math.abs((sums.get(key) as number) - sum) < 0.005 * (rows.length + 1), key);
    });
  }
});

/** The rows of a report, cut at the columns that its line of dots shows. */
function reportRows(text: string): { percent: number; comm: string; dso: string; symbol: string }[] {
  const lines = text.split("\n");
  const dots = lines.find((line) => /^# \.+( +\.+)+/.test(line)) ?? "";
  const [, comm = 0, dso = 0, symbol = 0] = [...dots.matchAll(/\.+/g)].map(({ index }) => index);
  return lines
    .filter((line) => /^ +\d+\.\d\d% {2}\S/.test(line))
    .map((line) => ({
      percent: Number(line.slice(0, comm).trim().slice(0, -1)),
      comm: line.slice(comm, dso).trim(),
      dso: line.slice(dso, symbol).trim(),
      symbol: line.slice(symbol + "[k] ".length).trim(),
    }));
}
