// perf.data against what `perf script` prints of the same recording: every sample, every frame of it, user code too.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, it, mock } from "node:test";
import { parsePerfScript } from "../perf-script.js";
import { type FrameName, frameName, framesOf, type Profile } from "../profile.js";
import { bytesAt, CAPTURES, kernelDsoOf, recordingAt, SKIP_WITHOUT_CAPTURES, SPECIMEN, VM_RUNS } from "./exact-recordings.js";
import { Frames } from "./frames.js";

const data = (name: string) => `${CAPTURES}/public/perf-data/${name}`;
const script = (name: string) => `${CAPTURES}/public/perf-script/${name}`;
const vethSymbols = `${CAPTURES}/veth-6.18/kallsyms.gz`;

/** A recording, its text, and where its kernel symbols are if the text has them; with the samples of both. */
interface Pair {
  readonly data: string;
  readonly script: string;
  readonly kallsyms?: string;
  readonly samples: number;
}
const SHIPPED: Pair = {
  data: `${SPECIMEN}.perf.data.gz`,
  script: `${SPECIMEN}.script.txt.gz`,
  kallsyms: `${SPECIMEN}.kallsyms.gz`,
  samples: 4979,
};
const PAIRS: readonly Pair[] = [
  SHIPPED,
  ...Object.entries(VM_RUNS).map(([run, samples]) => ({
    data: `${CAPTURES}/kernel-6.1-vm/${run}/perf.data`,
    script: `${CAPTURES}/kernel-6.1-vm/${run}/script.txt.gz`,
    kallsyms: `${CAPTURES}/kernel-6.1-vm/kallsyms.gz`,
    samples,
  })),
  {
    data: data("local-udp64-cpuclock-g.perf.data"),
    script: script("local-udp64-cpu-clock.txt"),
    kallsyms: vethSymbols,
    samples: 8283,
  },
  {
    data: data("local-mm_page_alloc-g.perf.data"),
    script: script("local-kmem-page-callchain.txt"),
    kallsyms: vethSymbols,
    samples: 347,
  },
  { data: data("quipper-perf.data.callgraph-3.8"), script: script("q-callgraph-3.8-F-ptcp.txt"), samples: 1768 },
  { data: data("quipper-perf.data.callgraph-3.8"), script: script("q-callgraph-3.8-F-min.txt"), samples: 1768 },
  { data: data("quipper-perf.data.hw_and_sw-3.4"), script: script("q-hw_and_sw-header.txt"), samples: 4941 },
  { data: data("quipper-perf.data.singleprocess-3.4"), script: script("q-singleprocess-3.4.txt"), samples: 77 },
  {
    data: data("quipper-perf.data.piped.header_feautres_group_desc-6.8"),
    script: script("q-group-6.8.txt"),
    samples: 21,
  },
  { data: data("lpd-sleep.compressed.pipe.data"), script: script("l-sleep-6.5-aws.txt"), samples: 8 },
];

/** A frame as a text has it: the address, the symbol without its offset, the dso; what is `[unknown]` or not printed is absent. */
interface PrintedFrame extends FrameName {
  readonly address: bigint;
  /** Below its head, as part of a call chain. */
  readonly inChain: boolean;
}

const FRAME = /^\s*(?<address>[0-9a-f]+) (?<symbol>.*?)(?:\+0x[0-9a-f]+)?(?: \((?<dso>(?:[^()]|\([^()]*\))*)\))?\s*$/;

/** The frames of each sample of a text, which is taken apart here a second time, line by line. */
function printedFrames(text: string): PrintedFrame[][] {
  const samples: PrintedFrame[][] = [];
  for (const line of text.split("\n")) {
    const inChain = line.startsWith("\t");
    if (!inChain && (line === "" || line.startsWith("#"))) continue;
    if (!inChain) samples.push([]);
    const [, inline = ""] = /\d\.\d+: +\d+ +\S+: +([0-9a-f]+ .*\))$/.exec(line) ?? [];
    const { address, symbol, dso } = FRAME.exec(inChain ? line : inline)?.groups ?? {};
    if (address === undefined) continue;
    const known = (name: string | undefined) => name !== undefined && name !== "[unknown]";
    const names = { ...(known(symbol) && { symbol: symbol as string }), ...(known(dso) && { dso: dso as string }) };
    samples.at(-1)?.push({ address: BigInt(`0x${address}`), inChain, ...names });
  }
  return samples;
}

/** What is known of a frame of a recording: as it is read, its place in the file that is mapped there, and the sampled address. */
interface RecordedFrame {
  readonly name: FrameName;
  readonly place: bigint;
  readonly sampled: bigint;
}

/**
 * The frames of each sample of a recording. A profile keeps the address of a frame only where it is innermost and without symbol:
 * the reader is asked twice more, with all frames of user code innermost, and with nothing known of any address.
 */
async function recordedFrames(pair: Pair, profile: Profile): Promise<RecordedFrame[][]> {
  const { userFrame, unknownFrame } = Frames.prototype;
  const read = async (methods: Partial<Pick<Frames, "userFrame" | "kernelFrame">>) => {
    for (const [name, method] of Object.entries(methods)) mock.method(Frames.prototype, name as "userFrame", method);
    try {
      return framesBySample(await recordingAt(pair.data, pair.kallsyms));
    } finally {
      mock.restoreAll();
    }
  };
  const places = await read({
    userFrame(this: Frames, space, high, low) {
      return userFrame.call(this, space, high, low, true);
    },
  });
  const sampled = await read({
    userFrame(this: Frames, _space, high, low) {
      return unknownFrame.call(this, high, low, true);
    },
    kernelFrame(this: Frames, high, low) {
      return unknownFrame.call(this, high, low, true);
    },
  });
  return framesBySample(profile).map((frames, row) =>
    frames.map((name, depth) => ({
      name,
      place: places[row]?.[depth]?.address ?? 0n,
      sampled: sampled[row]?.[depth]?.address ?? 0n,
    })),
  );
}

function framesBySample(profile: Profile): FrameName[][] {
  const { samples, stacks } = profile;
  return Array.from(samples.stack, (stack) => framesOf(stacks, stack).map((frame) => frameName(profile, frame)));
}

/**
 * How a frame of the recording is printed, but for what differs by design:
 * - perf names user code by the files of the machine it runs on; here it has no symbol, and those of the text do not count;
 * - perf prints the place in the mapped file for user code in a chain, else the address that was sampled;
 * - a module without symbols has the path of its file there, and its name here.
 * A text that leaves out the dso has it left out on both sides.
 */
function asPrinted({ name, place, sampled }: RecordedFrame, printed: PrintedFrame): string {
  const isUser = name.dso !== undefined && kernelDsoOf(name.dso) === undefined;
  const address = isUser && printed.inChain ? place : sampled;
  const dso = printed.dso === undefined ? undefined : name.dso;
  return frameText({ address, symbol: isUser ? undefined : name.symbol, dso });
}

function textOf(printed: PrintedFrame): string {
  const kernel = printed.dso === undefined ? undefined : kernelDsoOf(printed.dso);
  const isUser = printed.dso !== undefined && kernel === undefined;
  return frameText({ address: printed.address, symbol: isUser ? undefined : printed.symbol, dso: kernel ?? printed.dso });
}

const frameText = ({ address, symbol, dso }: { address: bigint; symbol: string | undefined; dso: string | undefined }) =>
  `${address.toString(16)} ${symbol ?? "?"} (${dso ?? "?"})`;

/** Thread, CPU, microsecond and weight of a sample. A text that leaves something out has it left out on both sides. */
function head({ samples, comms, startTimeNs = 0n }: Profile, row: number, like: Profile): string {
  const time = (startTimeNs + BigInt(samples.timeNs?.[row] ?? 0)) / 1000n;
  const cpu = like.samples.cpu.every((value) => value === -1) ? "" : samples.cpu[row];
  const weight = like.events.every(({ unit }) => unit === "samples") ? "" : samples.weight[row];
  return `${comms[samples.comm[row] as number]} ${samples.tid[row]} [${cpu}] ${time} ${weight}`;
}

/** Rows by their heads: perf prints some samples of a recording out of the order of their times. */
function inOrder(profile: Profile, like: Profile): number[] {
  const heads = Array.from({ length: profile.samples.length }, (_, row) => head(profile, row, like));
  return [...heads.keys()].sort((one, other) =>
    (heads[one] as string) < (heads[other] as string) ? -1 : Number(heads[one] !== heads[other]),
  );
}

describe("readPerfData() against perf script", () => {
  for (const pair of PAIRS) {
    const name = `${basename(pair.data)} and ${basename(pair.script)}`;
    const skip = pair !== SHIPPED && SKIP_WITHOUT_CAPTURES;
    it(`${name}: ${pair.samples} samples, none differs in thread, CPU, time, weight or a frame`, { skip }, async () => {
      const profile = await recordingAt(pair.data, pair.kallsyms);
      const bytes = bytesAt(pair.script);
      const text = await parsePerfScript({ file: basename(pair.script), chunks: [bytes] });
      const printed = printedFrames(bytes.toString());
      const recorded = await recordedFrames(pair, profile);
      assert.deepEqual(
        [profile.samples.length, text.samples.length, printed.length, recorded.length],
        Array(4).fill(pair.samples),
      );
      const [own, perfs] = [inOrder(profile, text), inOrder(text, text)];
      for (const [index, row] of perfs.entries()) {
        const sample = head(text, row, text);
        const ownRow = own[index] as number;
        assert.equal(head(profile, ownRow, text), sample);
        const [ownFrames, frames] = [recorded[ownRow] ?? [], printed[row] ?? []];
        assert.equal(ownFrames.length, frames.length, sample);
        const ours = ownFrames.map((frame, depth) => asPrinted(frame, frames[depth] as PrintedFrame));
        if (ours.join("\n") !== frames.map(textOf).join("\n")) assert.deepEqual(ours, frames.map(textOf), sample);
      }
      const decoded = (events: Profile["events"]) => events.flatMap(({ decoded }) => decoded || []).sort();
      assert.deepEqual(decoded(profile.events), decoded(text.events));
    });
  }
});
