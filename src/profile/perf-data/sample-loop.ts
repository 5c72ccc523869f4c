import { readFileSync } from "node:fs";
import type { SampleRun } from "../sample-rows.js";
import { type Block, blockOf } from "./block.js";
import { BLOCK_BYTES } from "./block-pool.js";
import { SAMPLE } from "./record-types.js";
import type { SampleLayout } from "./sample-layout.js";
import type { AddressSpace } from "./tasks.js";
import type { WaitingRecords } from "./time-order.js";

/** What the loop asks of the reader, and gives it. Places are those of its memory, in bytes or in words of 32 bits. */
export interface SampleLoopHost {
  /** The origin of the sample at a byte, and what its user addresses mean; undefined where it is not plain. */
  origin(at: number): { readonly id: number; readonly space: AddressSpace } | undefined;
  /** The stack of the user's addresses from word `start` to before word `end`, of the sample at the byte `at`. */
  userStack(at: number, start: number, end: number, innermost: boolean): number;
  /** The frame of the kernel's address at a word. */
  kernelFrame(at: number, innermost: boolean): number;
  /** The stack of a frame called from another stack. */
  child(parent: number, frame: number): number;
  /** Versions of what addresses and threads mean now; see `Tasks.samePage`. */
  meaning(): { readonly kernelVersion: number; readonly samePage: number; readonly threads: number };
  /** A record whose turn it is, and that the loop does not take. */
  apply(block: Block, at: number): void;
  /** The next rows. */
  addRun(run: SampleRun): void;
}

/**
 * Takes samples of the plain layout many at a time, in WebAssembly (`sample-loop.as.ts`): with 64-bit words, and stacks found by all
 * words of their chains. What it does not know it asks of the reader once, and what is not plain it hands over in its turn: so it decides
 * nothing by itself, and the profile is the same without it.
 */
export class SampleLoop implements WaitingRecords {
  /** Blocks of the recording are read into it: only samples that lie in it are taken. */
  readonly memory: ArrayBuffer;
  /** All of it. */
  readonly block: Block;
  readonly words: Int32Array;
  /** The layout of the samples that it takes, as soon as one is known. */
  layout: SampleLayout | undefined;
  readonly #host: SampleLoopHost;
  readonly #loop: LoopExports;
  readonly #values: Float64Array;
  /** Where its blocks begin. */
  readonly #blockStart: number;
  /** Whether records in a block of its memory wait, by number. */
  readonly #held: Uint8Array;
  /** Records that wait and are not samples in its memory, by number, and their places. */
  #others: Block[] = [];
  #otherPlaces: number[] = [];
  /** Of the blocks of these that are not in its memory. */
  #otherBytes = 0;
  #threads = 0;

  constructor(host: SampleLoopHost, { merge }: { merge: boolean }) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const imports = {
      origin: (at: number) => {
        const origin = host.origin(at);
        this.#forgetThreads();
        if (!origin) return -1;
        const { version, mappings } = origin.space;
        const bounds = mappings.bounds.flatMap(({ start, end }) => [start.low, start.high, end.low, end.high]);
        this.words.set([version, 0, ...bounds], this.#loop.SPACE.value >> 2);
        return origin.id;
      },
      userStack: (at: number, start: number, end: number, innermost: number) =>
        host.userStack(at, start >> 2, end >> 2, innermost !== 0),
      kernelFrame: (at: number, innermost: number) => host.kernelFrame(at >> 2, innermost !== 0),
      child: (parent: number, frame: number) => host.child(parent, frame),
    };
    compiled ??= new WebAssembly.Module(readFileSync(new URL("sample-loop.wasm", import.meta.url)));
    const loop = new WebAssembly.Instance(compiled, { env: { memory }, "host.as": imports }).exports as unknown as LoopExports;
    loop.merge(merge);
    const { buffer } = memory;
    this.#host = host;
    this.#loop = loop;
    this.memory = buffer;
    this.words = new Int32Array(buffer);
    this.#values = new Float64Array(buffer);
    this.block = blockOf(new Uint8Array(buffer), true);
    this.#blockStart = loop.BLOCKS.value;
    this.#held = new Uint8Array(buffer, loop.HELD.value, Math.floor((buffer.byteLength - this.#blockStart) / BLOCK_BYTES));
  }

  get length(): number {
    return this.#loop.waiting.value;
  }

  get isFull(): boolean {
    return this.length === this.#loop.MOST_RECORDS.value;
  }

  get latest(): number {
    return this.#loop.latestWaiting.value;
  }

  get late(): number {
    return this.#loop.late.value;
  }

  get heldBytes(): number {
    let bytes = this.#otherBytes;
    for (let block = 0; block < this.#held.length; block++) bytes += (this.#held[block] as number) * BLOCK_BYTES;
    return bytes;
  }

  /** Memory for blocks of the recording. */
  blocks(): Uint8Array[] {
    const start = this.#blockStart;
    return Array.from(this.#held, (_, block) => new Uint8Array(this.memory, start + block * BLOCK_BYTES, BLOCK_BYTES));
  }

  /** From now on samples of a layout are taken, if it is plain: its chain stands at a fixed place and is the last of its fields. */
  use(layout: SampleLayout): void {
    const { id = 0, tid, time, cpu, period } = layout.sample;
    if (!layout.plainChainAt || tid === undefined || time === undefined || cpu === undefined || period === undefined) return;
    this.#loop.layout(id, tid, time, cpu, period, layout.plainChainAt);
    this.layout = layout;
  }

  /** A record said something of events: origins are asked for again. */
  forget(): void {
    this.#loop.forget();
  }

  begin({ memory, offset }: Block): void {
    if (memory === this.memory) this.#held[this.#blockAt(offset)] = 1;
  }

  push(block: Block, at: number, time: number): void {
    this.begin(block);
    const place = block.offset + at;
    if (block.memory === this.memory && this.layout && (place & 3) === 0 && block.getUint32(at, true) === SAMPLE) {
      this.#loop.wait(place, time);
      return;
    }
    this.#loop.wait(this.#other(block, at), time);
  }

  /**
   * Lets the samples of a block wait, from a place on, and gives where it stopped: at what is no sample of its layout with a time.
   * Times count from one whose high word is `originHigh`.
   */
  walk(block: Block, at: number, originHigh: number): number {
    if (block.memory !== this.memory || !this.layout) return at;
    this.begin(block);
    return this.#loop.walk(block.offset + at, block.offset + block.byteLength, originHigh) - block.offset;
  }

  holds({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
    if (buffer === this.memory) return this.#held[this.#blockAt(byteOffset)] !== 0;
    return this.#others.some(
      ({ memory, offset }) => memory === buffer && offset >= byteOffset && offset < byteOffset + byteLength,
    );
  }

  handOver(final: number, least: number): void {
    const loop = this.#loop;
    const end = loop.sort(final, least);
    for (let from = 0; from < end; from++) {
      from = this.#take(from, end);
      if (from < end) this.#apply(loop.placeOf(from));
    }
    this.#keep(end);
  }

  /** Adds a sample that the loop did not take, in its turn. */
  addRow(origin: number, stack: number, weight: number, timeNs: number): void {
    if (this.#loop.add(origin, stack, weight, timeNs)) return;
    this.#makeRoom();
    this.#loop.add(origin, stack, weight, timeNs);
  }

  /** Gives the host the rows that it does not have yet: at the end of the recording. */
  finish(): void {
    const loop = this.#loop;
    const [start, length] = [loop.ROWS.value, loop.rows.value];
    const words = this.words.subarray(start >> 2);
    const values = this.#values.subarray(start >> 3);
    const [earliestNs, latestNs, untimed] = [loop.earliest.value, loop.latest.value, loop.untimed.value];
    this.#host.addRun({ length, words, values, earliestNs, latestNs, untimed });
  }

  #makeRoom(): void {
    this.finish();
    this.#loop.clearRows();
  }

  /** The number of the block of the memory that a place is in. */
  #blockAt(place: number): number {
    return Math.floor((place - this.#blockStart) / BLOCK_BYTES);
  }

  /** Makes rows of samples from one on, and gives where it stopped: at what it does not take, or at the end. */
  #take(from: number, end: number): number {
    this.#forgetThreads();
    const { kernelVersion, samePage } = this.#host.meaning();
    let at = this.#loop.take(from, end, kernelVersion, samePage);
    while (at < end && this.#loop.rows.value === this.#loop.MOST_ROWS.value) {
      this.#makeRoom();
      at = this.#loop.take(at, end, kernelVersion, samePage);
    }
    return at;
  }

  #apply(place: number): void {
    const other = place & ~ELSEWHERE;
    if (place >= 0) this.#host.apply(this.block, place);
    else this.#host.apply(this.#others[other] as Block, this.#otherPlaces[other] as number);
  }

  /** Origins are asked for again when threads are others. */
  #forgetThreads(): void {
    const { threads } = this.#host.meaning();
    if (threads === this.#threads) return;
    this.#threads = threads;
    this.#loop.forget();
  }

  /** The first records were handed over. */
  #keep(from: number): void {
    const loop = this.#loop;
    const elsewhere = loop.keep(from);
    const [others, places] = [this.#others, this.#otherPlaces];
    this.#others = [];
    this.#otherPlaces = [];
    this.#otherBytes = 0;
    for (let index = 0; this.#others.length < elsewhere; index++) {
      const place = loop.placeOf(index);
      if (place >= 0) continue;
      const block = others[place & ~ELSEWHERE] as Block;
      this.begin(block);
      loop.setPlace(index, this.#other(block, places[place & ~ELSEWHERE] as number));
    }
  }

  /** Numbers a record that is no sample in the memory of the loop, and gives what stands for its place. */
  #other(block: Block, at: number): number {
    if (block.memory !== this.memory && block !== this.#others.at(-1)) this.#otherBytes += block.byteLength;
    this.#otherPlaces.push(at);
    return ELSEWHERE | (this.#others.push(block) - 1);
  }
}

interface LoopExports {
  readonly SPACE: WebAssembly.Global<"i32">;
  readonly HELD: WebAssembly.Global<"i32">;
  readonly MOST_RECORDS: WebAssembly.Global<"i32">;
  readonly MOST_ROWS: WebAssembly.Global<"i32">;
  readonly ROWS: WebAssembly.Global<"i32">;
  readonly BLOCKS: WebAssembly.Global<"i32">;
  readonly waiting: WebAssembly.Global<"i32">;
  readonly latestWaiting: WebAssembly.Global<"f64">;
  readonly late: WebAssembly.Global<"i32">;
  readonly rows: WebAssembly.Global<"i32">;
  readonly earliest: WebAssembly.Global<"f64">;
  readonly latest: WebAssembly.Global<"f64">;
  readonly untimed: WebAssembly.Global<"i32">;
  merge(does: boolean): void;
  layout(id: number, tid: number, time: number, cpu: number, period: number, chain: number): void;
  forget(): void;
  wait(place: number, time: number): void;
  walk(from: number, to: number, originHigh: number): number;
  sort(final: number, least: number): number;
  take(from: number, to: number, kernelVersion: number, samePage: number): number;
  placeOf(index: number): number;
  setPlace(index: number, place: number): void;
  keep(from: number): number;
  add(origin: number, stack: number, weight: number, time: number): boolean;
  clearRows(): void;
}

/** The bit of a place that is none: the rest is the number of a record that is no sample in the memory of the loop. */
const ELSEWHERE = 1 << 31;
/** 100 MB, of which only what is used becomes memory: what waits and what is remembered, and blocks for all that can wait for its time. */
const PAGES = 1700;
let compiled: WebAssembly.Module | undefined;
