import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { byteFile } from "../captures/byte-file.js";
import { readPublished } from "../captures/read-published.js";
import { readPerfData } from "../profile/perf-data/read-perf-data.js";
import { type Attribution, attribute } from "./attribute.js";
import { classRatios, type EventRatio, eventRatios } from "./event-ratios.js";

const CAPTURES = process.env.LINERATE_CAPTURES;
const skip = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";

/** The counts of one CPU of a published test, of one second, with its packets. */
function published(what: string, cpu: number) {
  const rows = readPublished("perf_stat_packets").filter((row) => row.what === what && row.cpu === cpu);
  const counts = rows.map(({ event, count_per_second: count, error_percent: errorPercent }) => ({
    event,
    count,
    errorPercent,
  }));
  return eventRatios({ counts, packets: rows[0]?.pps });
}
const given = (ratios: readonly EventRatio[], name: string) => {
  const ratio = ratios.find((ratio) => ratio.name === name);
  return ratio && "value" in ratio ? ratio.value : Number.NaN;
};
const refused = (ratios: readonly EventRatio[], name: string) => {
  const ratio = ratios.find((ratio) => ratio.name === name);
  return ratio && "refused" in ratio ? ratio.refused : undefined;
};

describe("eventRatios()", () => {
  it("gives the published cost of XDP_DROP per packet on two CPUs: same instructions, the difference is misses", () => {
    const [slow, fast] = [published("XDP_DROP, 4 queues", 3), published("XDP_DROP, 4 queues", 0)];
    const figures = (ratios: readonly EventRatio[]) => [
      given(ratios, "cycles per packet").toFixed(2),
      given(ratios, "instructions per packet").toFixed(2),
      given(ratios, "cache-misses per packet").toFixed(4),
      given(ratios, "ipc").toFixed(2),
    ];
    assert.deepEqual(figures(slow), ["308.70", "475.95", "0.7595", "1.54"]);
    assert.deepEqual(figures(fast), ["172.43", "480.28", "0.0166", "2.79"]);
  });

  it("hides a count that is off by more than 10 %: 872 misses, +- 50.63 %", () => {
    const ratios = published("XDP forward, 1 stream", 0);
    assert.equal(refused(ratios, "cache-misses per packet"), "cache-misses is off by 50.6 %, more than 10 %");
    assert.equal(given(ratios, "ipc").toFixed(2), "2.38");
  });

  it("refuses a ratio of events that were multiplexed in different groups, not one within a group", () => {
    const counts = (group: number) => [
      { event: "cycles", count: 100, runningPercent: 69.23, group: 1 },
      { event: "instructions", count: 150, runningPercent: 69.23, group },
    ];
    assert.match(refused(eventRatios({ counts: counts(2) }), "ipc") ?? "", /multiplexed and not in one group/);
    assert.equal(given(eventRatios({ counts: counts(1) }), "ipc"), 1.5);
    // perf scales what it prints, so a single count stands.
    assert.equal(given(eventRatios({ counts: counts(2), packets: 10 }), "cycles per packet"), 10);
  });

  it("refuses cycles and instructions of different code, and keeps the kinds of cores apart", () => {
    const ipc = (...events: string[]) => eventRatios({ counts: events.map((event, index) => ({ event, count: 10 + index })) });
    assert.equal(refused(ipc("cycles:k", "instructions:u"), "ipc"), "cycles:k and instructions:u count different code");
    assert.equal(given(ipc("cycles:kppp", "instructions:k"), "ipc"), 1.1);
    const hybrid = ipc("cpu_core/cycles/", "cpu_atom/cycles/", "cpu_core/instructions/", "cpu_atom/instructions/");
    assert.deepEqual(
      hybrid.map(({ name }) => name),
      ["ipc of cpu_core", "ipc of cpu_atom"],
    );
    assert.equal(given(hybrid, "ipc of cpu_atom").toFixed(3), (13 / 11).toFixed(3));
    assert.deepEqual(ipc("cycles", "cache-misses"), []);
  });

  it("refuses few samples, no cycles, and arguments that cannot be", () => {
    const counts = [
      { event: "cycles", count: 1e6, samples: 10_000 },
      { event: "cache-misses", count: 500, samples: 99 },
    ];
    const ratios = eventRatios({ counts, packets: 1000 });
    assert.match(refused(ratios, "cache-misses per packet") ?? "", /^99 samples of cache-misses: under 100/);
    const [cycles] = ratios;
    assert.ok(cycles && "value" in cycles && cycles.errorPercent === 1);
    const none = { event: "cycles", count: 0 };
    assert.equal(
      refused(eventRatios({ counts: [none, { event: "instructions", count: 5 }] }), "ipc"),
      "no cycles were counted",
    );
    assert.throws(() => eventRatios({ counts: [none, none] }), /each event once/);
    assert.throws(() => eventRatios({ counts: [{ event: "cycles", count: -1 }] }), /counts >= 0: got -1 of cycles/);
    assert.throws(() => eventRatios({ counts: [none], packets: 0 }), /packets > 0/);
  });
});

describe("classRatios()", () => {
  const attribution = (
    event: string,
    weights: Readonly<Record<string, readonly [weight: number, samples: number]>>,
    cpus = [0],
  ) =>
    ({
      file: "perf.data",
      event,
      cpus,
      windowNs: 2e9,
      packets: { pps: 1000, packetUnit: "skb", source: "--pps", warnings: [] },
      byWhat: Object.entries(weights).map(([name, [weight, samples]]) => ({ name, weight, samples, share: 0, notes: [] })),
    }) as unknown as Attribution;
  const cycles = attribution("cycles", { copy: [40_000, 400], locks: [8000, 80], driver: [20_000, 200] });
  const instructions = attribution("instructions", { copy: [60_000, 300], driver: [50_000, 250] });
  const misses = attribution("cache-misses", { copy: [500, 250], driver: [4000, 2000] });

  it("gives IPC and misses per packet by class, from sums over the same window", () => {
    const { classes } = classRatios({ attributions: [cycles, instructions, misses] });
    const driver = classes.find(({ what }) => what === "driver");
    assert.deepEqual(driver?.samples, [200, 250, 2000]);
    assert.equal(given(driver?.ratios ?? [], "ipc"), 2.5);
    assert.equal(given(driver?.ratios ?? [], "cache-misses per packet"), 2);
    assert.equal(given(classes[0]?.ratios ?? [], "cycles per packet"), 20);
    const locks = classes.find(({ what }) => what === "locks")?.ratios ?? [];
    assert.match(refused(locks, "ipc") ?? "", /^0 samples of instructions/);
  });

  it("says that events of different groups may have been multiplexed, and refuses where they were", () => {
    const attributions = [cycles, instructions];
    assert.match(classRatios({ attributions }).warnings[0]?.message ?? "", /^cycles, instructions are not one group/);
    const groups = [["cycles", "instructions"]];
    assert.deepEqual(classRatios({ attributions, groups }).warnings, []);
    const [copy] = classRatios({ attributions, groups, multiplexed: true }).classes;
    assert.equal(given(copy?.ratios ?? [], "ipc"), 1.5);
    assert.equal(
      refused(copy?.ratios ?? [], "cycles per packet"),
      "cycles was multiplexed: its samples are not of the whole time",
    );
    const [apart] = classRatios({ attributions, multiplexed: true }).classes;
    assert.match(refused(apart?.ratios ?? [], "ipc") ?? "", /not in one group/);
  });

  it("refuses the IPC of a recording of 21 samples in two events", { skip }, async () => {
    const file = "quipper-perf.data.piped.header_feautres_group_desc-6.8";
    const profile = await readPerfData(byteFile({ file, bytes: readFileSync(`${CAPTURES}/public/perf-data/${file}`) }));
    const events = profile.events.map(({ name }) => name);
    assert.deepEqual(events, ["cycles:u", "instructions:u"]);
    const attributions = events.map((event) => attribute({ profile, filter: { event } }));
    const [user] = classRatios({ attributions, groups: [events] }).classes;
    assert.equal(user?.what, "user");
    assert.match(refused(user?.ratios ?? [], "ipc") ?? "", /samples of .*: under 100/);
  });

  it("keeps the two clocks of a recording apart: neither counts instructions, so there is nothing to hold together", {
    skip,
  }, async () => {
    const file = "pdc-multi-event-single-process.perf.data";
    const profile = await readPerfData(byteFile({ file, bytes: readFileSync(`${CAPTURES}/public/perf-data/${file}`) }));
    const attributions = ["cpu-clock", "task-clock"].map((event) => attribute({ profile, filter: { event } }));
    const { classes, warnings } = classRatios({ attributions });
    assert.deepEqual(warnings, []);
    // perf report --stats of it
    const samples = [0, 1].map((event) => classes.reduce((sum, { samples }) => sum + (samples[event] as number), 0));
    assert.deepEqual(samples, [19_789, 19_428]);
    assert.deepEqual(
      classes.flatMap(({ ratios }) => ratios),
      [],
    );
  });

  it("refuses attributions of different CPUs, and none", () => {
    assert.throws(
      () => classRatios({ attributions: [cycles, attribution("instructions", {}, [1])] }),
      /one recording, time, CPUs and packet rate/,
    );
    assert.throws(() => classRatios({ attributions: [] }), /requires attributions/);
  });
});
