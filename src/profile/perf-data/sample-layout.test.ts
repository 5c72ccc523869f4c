import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byteFile } from "../../captures/byte-file.js";
import { framesOf, type Profile } from "../profile.js";
import { type Attribute, Fields, file, record } from "./made-recording.js";
import { readPerfData } from "./read-perf-data.js";

interface Layout {
  readonly fields: readonly string[];
  readonly readFormat: number;
  readonly branchSampleType: number;
  readonly little: boolean;
  /** Bytes of the attribute: all versions, and two that do not exist yet. */
  readonly size: number;
  readonly count: number;
  readonly chain: readonly bigint[];
  readonly period: number;
}

const LAYOUTS: fc.Arbitrary<Layout> = fc.record({
  fields: fc.subarray([
    ...[
      "IDENTIFIER",
      "IP",
      "TID",
      "TIME",
      "ADDR",
      "ID",
      "STREAM_ID",
      "CPU",
      "PERIOD",
      "READ",
      "CALLCHAIN",
      "RAW",
      "BRANCH_STACK",
    ],
    ...["REGS_USER", "STACK_USER", "WEIGHT", "WEIGHT_STRUCT", "DATA_SRC", "TRANSACTION", "REGS_INTR", "PHYS_ADDR", "CGROUP"],
    ...["DATA_PAGE_SIZE", "CODE_PAGE_SIZE", "AUX"],
  ]),
  readFormat: fc.nat(31),
  branchSampleType: fc.constantFrom(0, 1 << 17, 1 << 19, (1 << 17) | (1 << 19)), // HW_INDEX, COUNTERS
  little: fc.boolean(),
  size: fc.constantFrom(64, 72, 80, 96, 104, 112, 120, 128, 136, 144, 200),
  count: fc.nat(3),
  chain: fc.array(fc.bigInt({ min: 1n, max: 2n ** 47n }), { maxLength: 5 }),
  period: fc.nat(2 ** 31),
});

const word = (fields: Fields) => fields.u64(1);
/** PERF_SAMPLE_* bits and fields, in the order of perf_output_sample(), kernel/events/core.c. */
const FIELDS: readonly (readonly [name: string, bit: number, write: (fields: Fields, layout: Layout) => unknown])[] = [
  ["IDENTIFIER", 16, (fields) => fields.u64(5)],
  ["IP", 0, (fields) => fields.u64(0x1234n)],
  ["TID", 1, (fields) => fields.u32(70, 71)],
  ["TIME", 2, (fields) => fields.u64(2n ** 40n + 9n)],
  ["ADDR", 3, word],
  ["ID", 6, (fields) => fields.u64(5)],
  ["STREAM_ID", 9, word],
  ["CPU", 7, (fields) => fields.u32(3, 0)],
  ["PERIOD", 8, (fields, { period }) => fields.u64(period)],
  ["READ", 4, counts],
  ["CALLCHAIN", 5, (fields, { chain }) => fields.u64(chain.length, ...chain)],
  ["RAW", 10, (fields) => fields.u32(12).raw(new Uint8Array(12).fill(7))],
  ["BRANCH_STACK", 11, branches],
  ["REGS_USER", 12, (fields, { count }) => (count > 0 ? fields.u64(2, 1, 2, 3) : fields.u64(0))], // abi, registers
  ["STACK_USER", 13, (fields, { count }) => fields.u64(8 * count, ...Array(count > 0 ? count + 1 : 0).fill(8))],
  ["WEIGHT", 14, word],
  ["WEIGHT_STRUCT", 24, word],
  ["DATA_SRC", 15, word],
  ["TRANSACTION", 17, word],
  ["REGS_INTR", 18, (fields, { count }) => (count > 0 ? fields.u64(2, 1, 2) : fields.u64(0))],
  ["PHYS_ADDR", 19, word],
  ["CGROUP", 21, word],
  ["DATA_PAGE_SIZE", 22, word],
  ["CODE_PAGE_SIZE", 23, word],
  ["AUX", 20, (fields, { count }) => fields.u64(8 * count, ...Array(count).fill(9))],
];
const REGISTERS = { userRegisters: 0b1101n, interruptRegisters: 0b11n };

/** struct read_format. */
function counts(fields: Fields, { readFormat, count }: Layout): void {
  const has = (bit: number) => (readFormat & (1 << bit)) !== 0; // TOTAL_TIME_ENABLED, _RUNNING, ID, GROUP, LOST
  const group = has(3);
  if (group) fields.u64(count);
  else fields.u64(11);
  fields.u64(...[0, 1].filter(has));
  const perEvent = [...(group ? [11] : []), ...[2, 4].filter(has)];
  for (let event = 0; event < (group ? count : 1); event++) fields.u64(...perEvent);
}

function branches(fields: Fields, { branchSampleType, count }: Layout): void {
  const words = 3 * count + (branchSampleType & (1 << 17) ? 1 : 0) + (branchSampleType & (1 << 19) ? count : 0);
  fields.u64(count, ...Array(words).fill(99));
}

/** A layout as it can be: one kind of weight, and no fields that an attribute of its size cannot ask for. */
function possible(layout: Layout): Layout {
  const { size } = layout;
  const weights = layout.fields.includes("WEIGHT") ? ["WEIGHT_STRUCT"] : [];
  const impossible = [...weights, ...(size < 96 ? ["REGS_USER"] : []), ...(size < 104 ? ["REGS_INTR"] : [])];
  const fields = layout.fields.filter((field) => !impossible.includes(field));
  return { ...layout, fields, branchSampleType: size < 80 ? 0 : layout.branchSampleType };
}

function attributeOf({ fields, ...layout }: Layout): Attribute {
  const sampleType = FIELDS.reduce((sum, [name, bit]) => sum + (fields.includes(name) ? 2 ** bit : 0), 0);
  return { ...layout, ...REGISTERS, sampleType, ids: [5] };
}

const read = (bytes: Uint8Array) => readPerfData(byteFile({ file: "perf.data", bytes }));
const accounted = ({ events }: Profile) => [events[0]?.decoded, events[0]?.refused];

function firstSample({ samples, events, frames, stacks, startTimeNs }: Profile): object {
  return {
    ids: [samples.pid[0], samples.tid[0], samples.cpu[0], samples.context[0]],
    weight: `${samples.weight[0]} ${events[0]?.unit}`,
    timeNs: startTimeNs,
    stack: framesOf(stacks, samples.stack[0] as number).map((frame) => frames.address[frame]),
  };
}

/** Callers without symbol have no address. */
function expectedSample({ fields, chain, period }: Layout): object {
  const has = (name: string) => fields.includes(name);
  const ip = has("IP") ? [0x1234n] : [];
  const addresses = has("CALLCHAIN") && chain.length > 0 ? chain : ip;
  return {
    ids: [...(has("TID") ? [70, 71] : [-1, -1]), has("CPU") ? 3 : -1, 2],
    weight: has("PERIOD") ? `${period} ns` : "1 samples",
    timeNs: has("TIME") ? 2n ** 40n + 9n : undefined,
    stack: addresses.map((address, index) => (index === 0 ? address : 0n)),
  };
}

describe("samples of every layout", () => {
  it("are decoded field by field, and refused when a byte is missing", async () => {
    const property = fc.asyncProperty(LAYOUTS.map(possible), async (layout) => {
      const body = new Fields(layout.little);
      for (const [name, , write] of FIELDS) if (layout.fields.includes(name)) write(body, layout);
      const readWith = (bytes: Fields) => read(file([attributeOf(layout)], [record(9, bytes, 2)], layout.little));
      const profile = await readWith(body);
      assert.deepEqual(accounted(profile), [1, 0]);
      assert.deepEqual(firstSample(profile), expectedSample(layout));

      const whole = body.bytes();
      if (whole.length === 0) return;
      const cut = new Fields(layout.little).raw(whole.subarray(0, -1));
      assert.deepEqual(accounted(await readWith(cut)), [0, 1]);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("that hold more than is read say so", async () => {
    const omission = async (attribute: Attribute, body: Fields) =>
      (await read(file([attribute], [record(9, body, 2)]))).warnings[0]?.message ?? "";
    const [ip, read_, chain, branch, stack] = [1, 1 << 4, 1 << 5, 1 << 11, 1 << 13] as const;
    assert.match(await omission({ sampleType: chain | stack }, new Fields().u64(0, 0)), /--call-graph dwarf/);
    assert.match(await omission({ sampleType: branch, branchSampleType: 1 << 11 }, new Fields().u64(0)), /--call-graph lbr/);
    assert.match(await omission({ sampleType: read_, readFormat: 8 }, new Fields().u64(0)), /the group's leader/);
    assert.match(
      await omission({ sampleType: 2 ** 25 + ip }, new Fields().u64(1, 1)),
      /later version \(sample_type 0x2000001\)/,
    );
  });
});
