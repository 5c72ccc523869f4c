// Identities of attribute() on made profiles, and what the recordings of pktgen in data/runs must show.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byCpu } from "../profile/by-cpu.js";
import { fold } from "../profile/fold.js";
import { parsePerfScript } from "../profile/perf-script.js";
import type { Profile } from "../profile/profile.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { type Attribution, attribute } from "./attribute.js";
import { classOfStack } from "./class-of-stack.js";
import { SKB_CLASSES } from "./cost-classes.js";
import { RECORDED_RUNS, recordedAttribution, recordedProfile, recordedRate } from "./recorded-attribution.js";

const rate = (pps: number, more: Partial<PacketRate> = {}): PacketRate => ({
  pps,
  packetUnit: "skb",
  source: "--pps",
  warnings: [],
  ...more,
});

/** A sample as perf script prints it: time in us, CPU, functions of the kernel with the innermost first. */
interface Sample {
  readonly us: number;
  readonly cpu?: number;
  readonly comm?: string;
  readonly stack: readonly string[];
  readonly weight?: number;
}

async function profileOf(samples: readonly Sample[], event = "cpu-clock"): Promise<Profile> {
  const text = samples
    .map(({ us, cpu = 0, comm = "kpktgend_0", stack, weight = 1_000_000 }) => {
      const frames = stack.map((symbol) => `\tffffffff81000000 ${symbol}+0x1 ([kernel.kallsyms])\n`).join("");
      return `${comm} 10 [${String(cpu).padStart(3, "0")}] ${(us / 1e6).toFixed(6)}: ${weight} ${event}: \n${frames}\n`;
    })
    .join("");
  return parsePerfScript({ file: "made.txt", chunks: [new TextEncoder().encode(text)] });
}

const BELOW = ["pktgen_thread_worker", "kthread"];
const STACKS = [
  ["memset_erms", "kmem_cache_alloc", "__alloc_skb", ...BELOW],
  ["__build_skb_around", "__alloc_skb", ...BELOW],
  ["dummy_xmit", ...BELOW],
  ["default_idle", "do_idle"],
  ["no_such_function"],
];
/** `seconds` of samples each ms, their stacks by a pattern that repeats. */
const steady = (seconds: number, stackOf: (index: number) => readonly string[] = (index) => STACKS[index % 3] as string[]) =>
  Array.from({ length: seconds * 1000 }, (_, index) => ({ us: 1000 * index, stack: stackOf(index) }));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected) + 1e-12, `${actual} is not ${expected}`);
const messages = ({ warnings }: Attribution) => warnings.map(({ message }) => message);

describe("attribute()", () => {
  it("is exclusive and exhaustive: cells, classes and stages each sum to the whole", async () => {
    const sample = fc.record({
      us: fc.nat(9_000_000),
      cpu: fc.nat(3),
      stack: fc.constantFrom(...STACKS),
      weight: fc.integer({ min: 1, max: 1e6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 60 }), async (samples) => {
        const result = attribute({ profile: await profileOf(samples), packets: rate(1e6) });
        for (const rows of [result.cells, result.byWhat, result.byWhere]) {
          near(sum(rows.map(({ share }) => share)), 1);
          assert.equal(sum(rows.map(({ samples }) => samples)), samples.length);
          // A clock ticks all the time on all CPUs: all classes, idle among them, take CPUs x 1e9 / pps.
          near(sum(rows.map(({ nsPerPacket = Number.NaN }) => nsPerPacket)), result.cpus.length * 1000);
        }
        const idle = result.byWhat.find(({ name }) => name === "idle")?.weight ?? 0;
        near(result.busy.weight + idle, sum(samples.map(({ weight }) => weight)));
      }),
      { numRuns: 60 },
    );
  });

  it("holds shares of a comm against all samples of the CPUs", async () => {
    const samples = [0, 1, 2, 3].map((us) => ({ us, comm: us === 0 ? "ping" : "iperf3", stack: STACKS[2] as string[] }));
    const result = attribute({ profile: await profileOf(samples), filter: { comm: "ping" }, packets: rate(1e6) });
    assert.equal(result.busy.share, 0.25);
    assert.equal(result.busy.nsPerPacket, 250);
  });

  it("takes cycles as counted: weight over packets of the window, ns by the clock given", async () => {
    // xdp25_eval_generic_xdp_tx.rst: 3,989,134,732 cycles in a second at 8,413,417 pps are 474.1 cycles a packet, 118.5 ns at 4 GHz.
    const weight = 3_989_134_732 / 101;
    const samples = Array.from({ length: 101 }, (_, index) => ({ us: index * 10_000, stack: STACKS[2] as string[], weight }));
    const profile = await profileOf(
      samples.map((one) => ({ ...one, weight: Math.round(weight) })),
      "cycles",
    );
    const result = attribute({ profile, packets: rate(8_413_417), ghz: 4 });
    assert.equal(result.busy.cyclesPerPacket?.toFixed(1), "474.1");
    assert.equal(result.busy.nsPerPacket?.toFixed(1), "118.5");
    const [misses] = [
      await profileOf(
        samples.map((one) => ({ ...one, weight: 1000 })),
        "cache-misses",
      ),
    ];
    const counted = attribute({ profile: misses as Profile, packets: rate(101_000) });
    assert.equal(counted.busy.nsPerPacket, undefined);
    assert.equal(counted.busy.eventsPerPacket?.toFixed(6), "1.000000");
  });

  it("knows cycles in every spelling of perf, and no other event for them", async () => {
    const of = async (event: string) =>
      attribute({ profile: await profileOf(steady(1), event), packets: rate(1e6) }).intervalOf;
    for (const event of ["cycles", "cycles:ppp", "cpu-cycles:k", "cpu/cycles/", "cpu_core/cycles/u"]) {
      assert.equal(await of(event), "cycles", event);
    }
    for (const event of ["ref-cycles", "instructions", "cycles-stalled"]) assert.equal(await of(event), "events", event);
  });

  it("gives no interval under 20 blocks of 250 ms, and the identical one for the same samples", async () => {
    const shorter = attribute({ profile: await profileOf(steady(4.7)), packets: rate(1e6) });
    assert.ok(shorter.byWhat.every(({ interval }) => interval === undefined));
    const jittered = steady(6, (index) => STACKS[(index * index * 7) % 3] as string[]);
    const [first, second] = [await profileOf(jittered), await profileOf(jittered)].map((profile) =>
      attribute({ profile, packets: rate(1e6) }),
    );
    assert.deepEqual(first?.byWhat, second?.byWhat);
    for (const { nsPerPacket = Number.NaN, interval } of first?.byWhat ?? []) {
      near(interval?.estimate ?? Number.NaN, nsPerPacket);
      assert.ok((interval?.low ?? Number.NaN) <= nsPerPacket && nsPerPacket <= (interval?.high ?? Number.NaN));
    }
  });

  it("gives no interval for merged samples, whose times are gone", async () => {
    const merged = { ...(await profileOf(steady(6))) };
    const { timeNs: _, ...samples } = merged.samples;
    assert.equal(attribute({ profile: { ...merged, samples } }).busy.interval, undefined);
  });

  it("reports a class that drifts by 5 %, and none where all is steady", async () => {
    // Deterministic, and without a rhythm of 250 ms: the fractional parts of multiples of the golden ratio.
    const at = (index: number) => (index * 0.618_033_988_75) % 1;
    const share = (index: number, drift: number) => 0.5 * (1 + drift * (index / 24_000 - 0.5));
    const withDrift = (drift: number) =>
      steady(24, (index) => (at(index) < share(index, drift) ? STACKS[0] : STACKS[2]) as string[]);
    const steadyOnes = attribute({ profile: await profileOf(withDrift(0)) });
    assert.deepEqual(messages(steadyOnes), []);
    const drifting = messages(attribute({ profile: await profileOf(withDrift(0.05)) }));
    assert.equal(drifting.filter((text) => /^slab-clear drifts by (4\.\d|5\.\d) %/.test(text)).length, 1);
  });
});

describe("attribute() on the recordings of pktgen", () => {
  for (const run of RECORDED_RUNS) {
    it(`${run}: the classes sum to the busy weight of the CPUs, and on pktgen's CPU to 1e9/pps`, async () => {
      const profile = await recordedProfile(run);
      for (const cpus of [[0], [1], [0, 1]]) {
        const result = await recordedAttribution(run, { cpus });
        const busy = byCpu(profile, { cpus }).reduce((total, { weight, idleWeight }) => total + weight - idleWeight, 0);
        const classes = result.byWhat.filter(({ name }) => name !== "idle");
        near(sum(classes.map(({ weight }) => weight)), result.busy.weight);
        // The profile's own rule for idle (the idle task in a function of idling) and the class differ by balancing done on the way to idle.
        assert.ok(Math.abs(result.busy.weight - busy) <= 0.002 * sum(result.byWhat.map(({ weight }) => weight)));
        if (String(cpus) !== "0") continue;
        const perPacket = 1e9 / recordedRate(run).pps;
        const whole = sum(classes.map(({ nsPerPacket = Number.NaN }) => nsPerPacket));
        assert.ok(Math.abs(whole - perPacket) <= 0.1 * perPacket, `${whole} ${perPacket}`);
        assert.match(messages(result).join("\n"), /counted over \d+\.\d+ s \(.*pktgen\.txt\), profiled were 6\.\d+ s/);
      }
    });
  }

  it("classOfStack() gives folded stacks the classes of their samples", async () => {
    const profile = await recordedProfile("veth_start_xmit");
    const classOf = classOfStack({ profile });
    const sums = new Map<string, number>();
    for (const { stack, weight } of fold(profile, { cpus: [0] })) {
      const name = classOf(stack) ?? "remainder"; // a sample without a stack
      sums.set(name, (sums.get(name) ?? 0) + weight);
    }
    const { byWhat } = await recordedAttribution("veth_start_xmit");
    assert.deepEqual([...sums].sort(), byWhat.map(({ name, weight }): [string, number] => [name, weight]).sort());
  });

  it("dummy: burst 32 saves building SKBs, and transmitting does not get cheaper", async () => {
    const [one, many] = [await recordedAttribution("dummy_burst1"), await recordedAttribution("dummy_burst32")];
    const ns = ({ cells }: Attribution, fits: (cell: Attribution["cells"][number]) => boolean) =>
      sum(cells.filter(fits).map(({ nsPerPacket = Number.NaN }) => nsPerPacket));
    const building = new Set<string>(SKB_CLASSES);
    const built = ({ what, where }: { what: string; where: string }) => building.has(what) && where === "generator";
    const sent = ({ where }: { where: string }) => where === "driver-tx";
    assert.ok(ns(one, built) > 20 * ns(many, built));
    assert.ok(ns(many, sent) >= ns(one, sent));
  });
});

describe("attribute() on bad input", () => {
  const one = async () => profileOf(steady(1));

  it("refuses packets counted at another time, or on other CPUs", async () => {
    const profile = await one();
    const later = rate(1e6, { startTimeNs: 2_000_000_000n, windowNs: 1e9, source: "softnet_stat" });
    assert.throws(
      () => attribute({ profile, packets: later }),
      /counted from 2\.000 to 3\.000 s .* profiled were 0\.000 to 0\.999 s/,
    );
    assert.throws(() => attribute({ profile, packets: rate(1e6, { cpus: [1, 2] }) }), /counted on CPU 1,2, profiled were 0/);
  });

  it("warns of packets counted over a longer time, or on more CPUs", async () => {
    const packets = rate(1e6, { windowNs: 19e9, cpus: [0, 1] });
    const [window, cpus] = messages(attribute({ profile: await one(), packets }));
    assert.match(String(window), /counted over 19\.000 s .* profiled were 0\.999 s/);
    assert.match(String(cpus), /packets of CPU 0,1 .* samples of CPU 0/);
  });

  it("warns of few samples, and of lost and throttled ones", async () => {
    const profile = await profileOf(steady(0.5));
    const quality = { ...profile.quality, lostRecords: 3, lostSamples: 7, throttled: [{ cpu: 0, event: 0, fromNs: 5 }] };
    const [few, lost, throttled] = messages(attribute({ profile: { ...profile, quality } }));
    assert.match(String(few), /^500 samples of cpu-clock: under 1,000, a class of 1 % rests on fewer than 10 of them/);
    assert.match(String(lost), /^3 records and 7 samples lost/);
    assert.match(String(throttled), /^1 times the kernel suspended/);
  });

  it("shares the time out among the CPUs that were recorded, and names those that were not", async () => {
    const profile = await profileOf(steady(2));
    const [asked, recorded] = [[0, 1, 2, 3], [0]].map((cpus) => attribute({ profile, packets: rate(1e6), filter: { cpus } }));
    assert.deepEqual(asked?.cpus, [0]);
    near(asked?.busy.nsPerPacket ?? Number.NaN, 1000); // all of one CPU's second for 1e6 packets
    assert.deepEqual(asked?.byWhat, recorded?.byWhat);
    assert.match(messages(asked as Attribution).join(), /no samples of cpu-clock on CPU 1,2,3: it was not recorded there/);
    assert.deepEqual(messages(recorded as Attribution), []);
  });

  it("says why packets give nothing per packet: samples without times or periods", async () => {
    const { durationNs: _, startTimeNs: __, ...timeless } = await profileOf(steady(1), "cycles");
    const without = attribute({ profile: timeless, packets: rate(1e6) });
    assert.equal(without.busy.cyclesPerPacket, undefined);
    assert.match(messages(without).join(), /the samples span no known time, so what cycles costs per packet is not known/);
    const profile = await profileOf(steady(1), "cycles");
    const events = profile.events.map((event) => ({ ...event, unit: "samples" as const }));
    const counted = attribute({ profile: { ...profile, events }, packets: rate(1e6) });
    assert.match(messages(counted).join(), /the samples have no periods, so what cycles costs per packet is not known/);
  });

  it("warns where the samples do not cover the time", async () => {
    const half = steady(2).filter((_, index) => index % 2 === 0);
    assert.match(messages(attribute({ profile: await profileOf(half) })).join(), /covers 50\.1 % of the time/);
  });

  it("refuses a profile of which nothing is selected", async () => {
    const profile = await one();
    assert.throws(() => attribute({ profile, filter: { cpus: [7] } }), /none of cpu-clock in made\.txt passes the filter/);
  });
});
