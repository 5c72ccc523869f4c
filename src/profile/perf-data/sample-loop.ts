import { readFileSync } from "node:fs";
import type { SampleRun } from "../sample-rows.js";
import { type Block, blockOf } from "./block.js";
import { BLOCK_BYTES } from "./block-pool.js";
import type { SampleLayout } from "./sample-layout.js";
import type { AddressSpace } from "./tasks.js";

/** What the loop asks of the reader. Places are those of its memory, in bytes. */
export interface SampleLoopHost {
  /** The origin of the sample at a place, and what its user addresses mean; undefined where it is not plain. */
  origin(at: number): { readonly id: number; readonly space: AddressSpace } | undefined;
  /** The stack of the user's addresses from `start` to before `end`, words of the sample at `at`. */
  userStack(at: number, start: number, end: number, innermost: boolean): number;
  /** The stack that the kernel's addresses from `start` to before `end`, words too and callers all, lead to from another one. */
  kernelCallers(start: number, end: number, parent: number): number;
  /** The stack of the kernel's innermost address, at a word, called from another one. */
  kernelCalled(at: number, parent: number): number;
}

/**
 * Takes samples of the plain layout many at a time, in WebAssembly (`sample-loop.as.ts`): with 64-bit words, and stacks found by all
 * words of their chains. What it does not know it asks of the reader once, and where a sample is not plain it stops: so it decides
 * nothing by itself, and the profile is the same without it.
 */
export class SampleLoop {
  /** Blocks of the recording are read into it: only samples that lie in it are taken. */
  readonly memory: ArrayBuffer;
  /** All of it. */
  readonly block: Block;
  readonly words: Int32Array;
  /** The layout of the samples that it takes, as soon as one is known. */
  layout: SampleLayout | undefined;
  /** Samples that wait. */
  length = 0;
  readonly #loop: LoopExports;
  readonly #places: Uint32Array;
  readonly #rows: Omit<SampleRun, "length">;
  readonly #walked: { readonly places: Uint32Array; readonly times: Float64Array };

  constructor(host: SampleLoopHost) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const imports = {
      origin: (at: number) => {
        const origin = host.origin(at);
        if (!origin) return -1;
        const { version, mappings } = origin.space;
        const bounds = mappings.bounds.flatMap(({ start, end }) => [start.low, start.high, end.low, end.high]);
        this.words.set([version, 0, ...bounds], this.#loop.SPACE.value >> 2);
        return origin.id;
      },
      userStack: (at: number, start: number, end: number, innermost: number) =>
        host.userStack(at, start >> 2, end >> 2, innermost !== 0),
      kernelCallers: (start: number, end: number, parent: number) => host.kernelCallers(start >> 2, end >> 2, parent),
      kernelCalled: (at: number, parent: number) => host.kernelCalled(at >> 2, parent),
    };
    compiled ??= new WebAssembly.Module(readFileSync(new URL("sample-loop.wasm", import.meta.url)));
    const loop = new WebAssembly.Instance(compiled, { env: { memory }, "sample-loop.as": imports })
      .exports as unknown as LoopExports;
    const { buffer } = memory;
    const most = loop.MOST_ROWS.value;
    this.#loop = loop;
    this.memory = buffer;
    this.words = new Int32Array(buffer);
    this.block = blockOf(new Uint8Array(buffer), true);
    this.#places = new Uint32Array(buffer, loop.PLACES.value, most);
    this.#walked = {
      places: new Uint32Array(buffer, loop.WALKED_PLACES.value, most),
      times: new Float64Array(buffer, loop.WALKED_TIMES.value, most),
    };
    this.#rows = {
      origin: new Int32Array(buffer, loop.ROW_ORIGIN.value, most),
      stack: new Int32Array(buffer, loop.ROW_STACK.value, most),
      weight: new Float64Array(buffer, loop.ROW_WEIGHT.value, most),
      timeNs: new Float64Array(buffer, loop.ROW_TIME.value, most),
    };
  }

  get isFull(): boolean {
    return this.length === this.#places.length;
  }

  /** Memory for blocks of the recording. */
  blocks(): Uint8Array[] {
    const start = this.#loop.BLOCKS.value;
    const count = Math.floor((this.memory.byteLength - start) / BLOCK_BYTES);
    return Array.from({ length: count }, (_, block) => new Uint8Array(this.memory, start + block * BLOCK_BYTES, BLOCK_BYTES));
  }

  /** From now on samples of a layout are taken, if it is plain: its chain stands at a fixed place and is the last of its fields. */
  use(layout: SampleLayout): void {
    const { id = 0, tid, time, cpu, period } = layout.sample;
    if (!layout.plainChainAt || tid === undefined || time === undefined || cpu === undefined || period === undefined) return;
    this.#loop.layout(id, tid, time, cpu, period, layout.plainChainAt);
    this.layout = layout;
  }

  /** Lets a sample wait. False: it is not in the memory of the loop, or not at a place for words. */
  push({ memory, offset }: Block, at: number): boolean {
    if (memory !== this.memory || !this.layout || ((offset + at) & 3) !== 0) return false;
    this.#places[this.length++] = offset + at;
    return true;
  }

  /** The place of a sample that waits. */
  place(index: number): number {
    return this.#places[index] as number;
  }

  /**
   * Walks in a block from a place on over the samples of this layout, and gives where it stopped. `onSample` gets the place of each, and
   * its time from one whose high word is `originHigh`.
   */
  walk(
    { memory, offset, byteLength }: Block,
    at: number,
    originHigh: number,
    onSample: (at: number, time: number) => void,
  ): number {
    if (memory !== this.memory || !this.layout) return at;
    const end = this.#loop.walk(offset + at, offset + byteLength, originHigh);
    const { places, times } = this.#walked;
    for (let index = 0; index < this.#loop.walked.value; index++)
      onSample((places[index] as number) - offset, times[index] as number);
    return end - offset;
  }

  /** Takes samples that wait, from one on, and gives where it stopped: at one that is not plain, or behind the last. */
  take(
    from: number,
    { kernelVersion, originHigh, samePage }: { kernelVersion: number; originHigh: number; samePage: number },
  ): number {
    this.#loop.rows.value = 0;
    return this.#loop.take(from, this.length, kernelVersion, originHigh, samePage);
  }

  /** The samples that were taken last; of memory that is used again. */
  run(): SampleRun {
    return { ...this.#rows, length: this.#loop.rows.value };
  }

  /** A record said something of threads or events: origins are asked for again. */
  forget(): void {
    this.#loop.forget();
  }
}

interface LoopExports {
  readonly SPACE: WebAssembly.Global<"i32">;
  readonly MOST_ROWS: WebAssembly.Global<"i32">;
  readonly PLACES: WebAssembly.Global<"i32">;
  readonly ROW_ORIGIN: WebAssembly.Global<"i32">;
  readonly ROW_STACK: WebAssembly.Global<"i32">;
  readonly ROW_WEIGHT: WebAssembly.Global<"i32">;
  readonly ROW_TIME: WebAssembly.Global<"i32">;
  readonly BLOCKS: WebAssembly.Global<"i32">;
  readonly rows: WebAssembly.Global<"i32">;
  readonly WALKED_PLACES: WebAssembly.Global<"i32">;
  readonly WALKED_TIMES: WebAssembly.Global<"i32">;
  readonly walked: WebAssembly.Global<"i32">;
  layout(id: number, tid: number, time: number, cpu: number, period: number, chain: number): void;
  forget(): void;
  take(from: number, to: number, kernelVersion: number, originHigh: number, samePage: number): number;
  walk(from: number, to: number, originHigh: number): number;
}

/** 59 MB, of which only what is used becomes memory: what the loop remembers, and blocks for all that can wait for its time. */
const PAGES = 907;
let compiled: WebAssembly.Module | undefined;
