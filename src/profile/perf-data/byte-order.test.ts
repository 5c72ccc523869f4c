// A recording as a big endian machine would have written it: the shipped one with every field's bytes turned round.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { byteFile } from "../../captures/byte-file.js";
import { readPerfData } from "./read-perf-data.js";

const specimen = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0.perf.data.gz", import.meta.url));

/** Turns fields round one after the other: what is passed over stays as it is, as text does. */
class Swapper {
  readonly bytes: Buffer;
  readonly from: Buffer;
  at = 0;

  constructor(from: Buffer) {
    this.from = from;
    this.bytes = Buffer.from(from);
  }

  u16(): number {
    return this.#swap(2, this.from.readUInt16LE(this.at));
  }

  u32(): number {
    return this.#swap(4, this.from.readUInt32LE(this.at));
  }

  u64(): number {
    return this.#swap(8, Number(this.from.readBigUInt64LE(this.at)));
  }

  /** Fields by their bytes: `448` is two of 4 bytes and one of 8. */
  fields(sizes: string): void {
    for (const size of sizes) this.#swap(Number(size), 0);
  }

  string(): void {
    const length = this.u32();
    this.at += length;
  }

  strings(count = this.u32()): void {
    for (let left = count; left > 0; left--) this.string();
  }

  /** Bit fields are filled from the other end of each byte. */
  bits(length: number): void {
    for (let left = length; left > 0; left--, this.at++) {
      const bits = (this.from[this.at] as number).toString(2).padStart(8, "0");
      this.bytes[this.at] = Number.parseInt([...bits].reverse().join(""), 2);
    }
  }

  #swap(length: number, value: number): number {
    this.bytes.subarray(this.at, this.at + length).reverse();
    this.at += length;
    return value;
  }
}

// struct perf_event_attr of 128 bytes, without its flags.
const ATTRIBUTE_START = "448888";
const ATTRIBUTE_END = "448888448422448";
// By type: MMAP, COMM, EXIT, FORK, MMAP2. Text follows in those with a name.
const BODIES: Readonly<Record<number, string>> = { 1: "44888", 3: "44", 4: "44448", 7: "44448", 10: "44888448844" };
// IP, TID, TIME, ID, CPU, PERIOD; TID, TIME, ID, CPU.
const SAMPLE_START = "84488448";
const TRAILER = "448844";

function swapped(original: Buffer): Buffer {
  const swap = new Swapper(original);
  swap.bytes.subarray(0, 8).reverse();
  swap.at = 8;
  swap.u64();
  const attributeBytes = swap.u64();
  const [attributesAt, attributesLength, dataAt, dataLength] = [swap.u64(), swap.u64(), swap.u64(), swap.u64()] as const;
  swap.fields("88");
  const features = Array.from({ length: 256 }, (_, bit) => bit).filter(
    (bit) => (original[72 + (bit >> 3)] as number) & (1 << (bit & 7)),
  );
  swap.fields("8888");

  for (let at = attributesAt; at < attributesAt + attributesLength; at += attributeBytes) {
    swap.at = at;
    attribute(swap);
    const [idsAt, idsLength] = [swap.u64(), swap.u64()] as const;
    swap.at = idsAt;
    swap.fields("8".repeat(idsLength / 8));
  }
  for (swap.at = dataAt; swap.at < dataAt + dataLength; ) record(swap);

  const table = dataAt + dataLength;
  features.forEach((feature, index) => {
    swap.at = table + 16 * index;
    const [at, length] = [swap.u64(), swap.u64()] as const;
    swap.at = at;
    FEATURES[feature]?.(swap, at + length);
  });
  return swap.bytes;
}

function attribute(swap: Swapper): void {
  swap.fields(ATTRIBUTE_START);
  swap.bits(8);
  swap.fields(ATTRIBUTE_END);
}

function record(swap: Swapper): void {
  const start = swap.at;
  const type = swap.u32();
  swap.u16();
  const end = start + swap.u16();
  if (type === 9) {
    swap.fields(SAMPLE_START);
    swap.fields("8".repeat(swap.u64()));
  } else if (type < 64) {
    swap.fields(BODIES[type] as string);
    swap.at = end - 32;
    swap.fields(TRAILER);
  }
  swap.at = end;
}

const FEATURES: Readonly<Record<number, (swap: Swapper, end: number) => void>> = {
  2: (swap, end) => {
    while (swap.at < end) {
      const start = swap.at;
      swap.fields("42");
      const size = swap.u16();
      swap.u32();
      swap.at = start + size;
    }
  },
  ...Object.fromEntries([3, 4, 5, 6, 8, 9].map((feature) => [feature, (swap: Swapper) => swap.string()])),
  7: (swap) => swap.fields("44"),
  10: (swap) => swap.fields("8"),
  11: (swap) => swap.strings(),
  12: (swap) => {
    const events = swap.u32();
    swap.u32();
    for (let event = 0; event < events; event++) {
      attribute(swap);
      const ids = swap.u32();
      swap.string();
      swap.fields("8".repeat(ids));
    }
  },
  13: (swap) => {
    swap.strings();
    swap.strings();
  },
  14: (swap) => {
    for (let left = swap.u32(); left > 0; left--) {
      swap.fields("488");
      swap.string();
    }
  },
  16: (swap) => {
    for (let left = swap.u32(); left > 0; left--) {
      swap.u32();
      swap.string();
    }
  },
  21: (swap) => swap.fields("88"),
};

describe("readPerfData() of a big endian recording", () => {
  it("gives what the little endian one gives: samples, stacks, events, header, counts", async () => {
    const original = gunzipSync(readFileSync(specimen));
    const read = (bytes: Uint8Array) => readPerfData(byteFile({ file: "perf.data", bytes }));
    const big = swapped(original);
    assert.equal(big.toString("latin1", 0, 8), "2ELIFREP");
    const profile = await read(big);
    assert.equal(profile.samples.length, 4979);
    const same = await read(original);
    for (const part of Object.keys(same) as (keyof typeof same)[]) {
      assert.ok(isDeepStrictEqual(profile[part], same[part]), part);
    }
  });
});
