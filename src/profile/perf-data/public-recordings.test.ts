// Recordings by many perf versions and machines: records and samples are as `perf report --stats` of Linux 6.1 counts them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { byteFile } from "../../captures/byte-file.js";
import type { Profile } from "../profile.js";
import { readPerfData } from "./read-perf-data.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";
const bytesOf = (name: string) => new Uint8Array(readFileSync(`${CAPTURES}/public/perf-data/${name}`));
const read = (name: string): Promise<Profile> => readPerfData(byteFile({ file: name, bytes: bytesOf(name) }));

interface Stats {
  readonly records: Readonly<Record<string, number>>;
  readonly samples: Readonly<Record<string, number>>;
}
const STATS: Readonly<Record<string, Stats>> = {
  "hotspot-perf.data.true.v1": { records: { MMAP: 80, COMM: 2, EXIT: 2 }, samples: {} },
  "hotspot-perf.data.true.v2": {
    records: { MMAP: 71, COMM: 2, EXIT: 2, SAMPLE: 1, MMAP2: 17, FINISHED_ROUND: 1 },
    samples: { "cpu-clock": 1 },
  },
  "local-mm_page_alloc-g.perf.data": {
    records: {
      MMAP: 1,
      COMM: 2,
      EXIT: 1,
      SAMPLE: 347,
      MMAP2: 8,
      FINISHED_ROUND: 1,
      ID_INDEX: 1,
      THREAD_MAP: 1,
      CPU_MAP: 1,
      FINISHED_INIT: 1,
    },
    samples: { "kmem:mm_page_alloc": 279, "kmem:mm_page_free": 68 },
  },
  "local-udp64-cpuclock-g.perf.data": {
    records: {
      MMAP: 1,
      COMM: 2,
      EXIT: 1,
      SAMPLE: 8283,
      MMAP2: 8,
      FINISHED_ROUND: 8,
      ID_INDEX: 1,
      THREAD_MAP: 1,
      CPU_MAP: 1,
      EVENT_UPDATE: 2,
      FINISHED_INIT: 1,
    },
    samples: { "cpu-clock": 8283 },
  },
  "pdc-multi-event-single-process.perf.data": {
    records: { MMAP: 39, COMM: 1, EXIT: 2, SAMPLE: 39217, MMAP2: 4 },
    samples: { "cpu-clock": 19789, "task-clock": 19428 },
  },
  "pdc-single-event-single-process.perf.data": {
    records: { MMAP: 39, COMM: 1, EXIT: 2, SAMPLE: 45937, MMAP2: 4 },
    samples: { "cpu-clock": 45937 },
  },
  "quipper-perf.data.branch-4.14": {
    records: { MMAP: 21, COMM: 3, EXIT: 1, SAMPLE: 13, MMAP2: 10, FINISHED_ROUND: 1, TIME_CONV: 1 },
    samples: { "cycles:ppp": 13 },
  },
  "quipper-perf.data.callgraph-3.8": {
    records: { MMAP: 1793, COMM: 229, EXIT: 6, FORK: 2, SAMPLE: 1768 },
    samples: { cycles: 1768 },
  },
  "quipper-perf.data.group_desc-4.14": {
    records: { MMAP: 21, COMM: 3, EXIT: 1, SAMPLE: 13, MMAP2: 10, FINISHED_ROUND: 1, TIME_CONV: 1 },
    samples: { "cache-references": 7, "branch-misses": 6 },
  },
  "quipper-perf.data.hw_and_sw-3.4": {
    records: { MMAP: 2234, COMM: 298, EXIT: 6, THROTTLE: 27, UNTHROTTLE: 26, FORK: 1, SAMPLE: 4941 },
    samples: { cycles: 207, "cpu-clock": 4734 },
  },
  "quipper-perf.data.hybrid_topology": {
    records: {
      MMAP: 100,
      COMM: 3,
      EXIT: 1,
      SAMPLE: 7,
      MMAP2: 7,
      FINISHED_ROUND: 1,
      THREAD_MAP: 1,
      CPU_MAP: 1,
      EVENT_UPDATE: 2,
      TIME_CONV: 1,
    },
    samples: { "cpu_core/cycles:ppp/": 7 },
  },
  "quipper-perf.data.intel_pt-4.14": {
    records: {
      MMAP: 56,
      COMM: 3,
      EXIT: 1,
      SAMPLE: 15,
      MMAP2: 10,
      AUX: 10,
      ITRACE_START: 2,
      SWITCH_CPU_WIDE: 152,
      FINISHED_ROUND: 4,
      AUXTRACE_INFO: 1,
      AUXTRACE: 2,
      TIME_CONV: 1,
    },
    samples: { cycles: 15 },
  },
  "quipper-perf.data.lost_samples-4.4": {
    records: { MMAP: 39, COMM: 3, EXIT: 1, SAMPLE: 191, MMAP2: 6, LOST_SAMPLES: 2, FINISHED_ROUND: 1 },
    samples: { "cycles:pp": 97, "instructions:pp": 80, "branch-instructions:pp": 14 },
  },
  "quipper-perf.data.piped.header_feautres_group_desc-6.8": {
    records: {
      COMM: 2,
      EXIT: 1,
      SAMPLE: 21,
      MMAP2: 4,
      ATTR: 2,
      FINISHED_ROUND: 1,
      ID_INDEX: 1,
      THREAD_MAP: 1,
      CPU_MAP: 1,
      EVENT_UPDATE: 2,
      TIME_CONV: 1,
      FEATURE: 21,
      FINISHED_INIT: 1,
    },
    samples: { "cycles:u": 11, "instructions:u": 10 },
  },
  "quipper-perf.data.piped.target-3.4": {
    records: { MMAP: 1416, COMM: 176, EXIT: 6, FORK: 2, SAMPLE: 1414, ATTR: 1, EVENT_TYPE: 1 },
    samples: { cycles: 1414 },
  },
  "quipper-perf.data.remmap-3.2": {
    records: { MMAP: 138, COMM: 2, EXIT: 4, FORK: 1, SAMPLE: 198 },
    samples: { cycles: 198 },
  },
  "quipper-perf.data.singleprocess-3.4": {
    records: { MMAP: 51, COMM: 2, EXIT: 2, SAMPLE: 77 },
    samples: { cycles: 14, instructions: 14, "cache-references": 12, "cache-misses": 11, branches: 13, "branch-misses": 13 },
  },
  "quipper-perf.data.throttle-3.8": {
    records: { MMAP: 1653, COMM: 230, EXIT: 4, THROTTLE: 68, UNTHROTTLE: 64, FORK: 2, SAMPLE: 14980 },
    samples: { cycles: 9036, instructions: 5944 },
  },
};

describe("readPerfData() of recordings from elsewhere", { skip }, () => {
  for (const [name, { records, samples }] of Object.entries(STATS)) {
    it(`${name}: ${samples ? Object.values(samples).join(" + ") : 0} samples, every record counted`, async () => {
      const { events, quality, samples: columns } = await read(name);
      const counted = Object.fromEntries((quality.records ?? []).map(({ type, count }) => [type, count]));
      assert.deepEqual(counted, records);
      const recorded = events.filter(({ decoded, refused }) => decoded + refused > 0);
      assert.deepEqual(Object.fromEntries(recorded.map(({ name, decoded }) => [name, decoded])), samples);
      assert.deepEqual(
        recorded.map(({ refused }) => refused),
        recorded.map(() => 0),
      );
      assert.equal(columns.length, records.SAMPLE ?? 0);
    });
  }

  it("read as a stream in pieces of any size, every recording gives the same profile", async () => {
    for (const name of [...Object.keys(STATS), "lpd-sleep.compressed.data", "lpd-fibo.compressed2.pipe.data"]) {
      const bytes = bytesOf(name);
      if (bytes.length > 500_000) continue;
      for (const pieceBytes of [1, 97, 4096]) {
        if (bytes.length / pieceBytes > 20_000) continue;
        const chunks = (function* () {
          const piece = new Uint8Array(pieceBytes); // used again, as a stream may do
          for (let at = 0; at < bytes.length; at += pieceBytes) {
            piece.set(bytes.subarray(at, at + pieceBytes));
            yield piece.subarray(0, bytes.length - at);
          }
        })();
        assert.deepEqual(await readPerfData({ file: name, chunks }), await read(name), `${name} in pieces of ${pieceBytes}`);
      }
    }
  });

  it("the same command, plain and compressed by zstd in both modes: the threads and files of the same sleep", async () => {
    const names = ["lpd-sleep.data", "lpd-sleep.compressed.data", "lpd-sleep.compressed.pipe.data"];
    const [plain, file, pipe] = await Promise.all(names.map(read));
    for (const profile of [plain, file, pipe]) {
      assert.deepEqual(profile?.comms.slice(0, 3), ["swapper", "perf-exec", "sleep"]);
      assert.ok(profile?.dsos.includes("/usr/bin/sleep"));
      assert.deepEqual(
        profile?.warnings.filter(({ message }) => !message.startsWith("kernel addresses have no symbols")),
        [],
      );
    }
    assert.deepEqual(
      [plain, file, pipe].map((profile) => profile?.samples.length),
      [7, 8, 8],
    );
  });

  it("COMPRESSED2, with records that begin in one and end in the next: all 547 samples", async () => {
    const { events, quality, header } = await read("lpd-fibo.compressed2.pipe.data");
    assert.equal(quality.records?.find(({ type }) => type === "COMPRESSED2")?.count, 146);
    assert.equal(
      events.reduce((sum, { decoded, refused }) => sum + decoded + refused, 0),
      547,
    );
    assert.match(header.find(({ key }) => key === "perf version")?.value ?? "", /^6\./);
  });

  it("lost samples: the sum of both records, 1 each (perf report -D)", async () => {
    const { quality } = await read("quipper-perf.data.lost_samples-4.4");
    assert.deepEqual([quality.lostRecords, quality.lostSamples], [0, 2]);
  });

  it("throttled: an interval for each of 68 beginnings, 64 with an end", async () => {
    const { quality, durationNs = 0 } = await read("quipper-perf.data.throttle-3.8");
    assert.equal(quality.throttled.length, 68);
    assert.equal(quality.throttled.filter(({ toNs }) => toNs !== undefined).length, 64);
    for (const { fromNs, toNs = durationNs, cpu } of quality.throttled) {
      assert.ok(fromNs <= toNs && toNs <= durationNs && cpu >= 0 && cpu < 4);
    }
  });

  it("hybrid topology: events of one name on two kinds of cores, both listed", async () => {
    const { events, header } = await read("quipper-perf.data.hybrid_topology");
    assert.deepEqual(
      events.map(({ name }) => name),
      ["cpu_core/cycles:ppp/", "cpu_atom/cycles:ppp/"],
    );
    const value = (key: string) => header.find((entry) => entry.key === key)?.value;
    // perf report --header-only
    assert.equal(value("hostname"), "localhost");
    assert.equal(value("os release"), "5.15.140-21013-ge5249718105d");
    assert.equal(value("cpudesc"), "13th Gen Intel(R) Core(TM) i7-1365U");
    assert.equal(value("nrcpus online"), "12");
    assert.equal(value("total memory"), "7911756 kB");
    assert.equal(value("cmdline"), "/usr/bin/perf record -e cycles:ppp -- sleep 1");
    assert.equal(value("cpu_core cpu list"), "0-3");
    assert.equal(value("cpu_atom pmu capabilities"), "branches=32, max_precise=3, pmu_name=alderlake_hybrid");
    assert.deepEqual(
      header
        .filter(({ key }) => key === "sibling threads")
        .map((entry) => entry.value)
        .slice(0, 3),
      ["0-1", "2-3", "4"],
    );
  });

  it("branch stacks are no samples: 13 of them, with the commands and periods of perf script", async () => {
    const { samples, comms, warnings, dsos, frames, stacks } = await read("quipper-perf.data.branch-4.14");
    const periods = [1, 1, 5, 36, 89, 586, 3326, 15_566, 97_316, 410_302, 714_311, 717_905, 708_888];
    assert.deepEqual([...samples.weight], periods);
    const names = [...samples.comm].map((comm) => comms[comm]);
    assert.deepEqual(names, [...Array(7).fill("perf"), ...Array(6).fill("echo")]);
    const dsoOfSamples = [...samples.stack].map((stack) => dsos[frames.dso[stacks.frame[stack] as number] as number]);
    assert.deepEqual(dsoOfSamples.slice(0, 11), Array(11).fill("[kernel.kallsyms]"));
    assert.ok(dsoOfSamples.slice(11).every((dso) => dso?.startsWith("/")));
    assert.deepEqual(
      warnings.filter(({ message }) => !message.startsWith("kernel addresses have no symbols")),
      [],
    );
  });

  it("a file that is no recording, and one that is text", async () => {
    const refused = { name: "CaptureError", problem: "format" };
    await assert.rejects(read("hotspot-perf.data.broken.gz"), refused);
    await assert.rejects(read("lpd-fixtures-README.md"), refused);
  });
});
