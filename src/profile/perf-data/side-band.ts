import { CaptureError } from "../../captures/capture-error.js";
import { type Kallsyms, kernelSymbolAddress } from "../kallsyms.js";
import type { ProfileBuilder } from "../profile-builder.js";
import { type Address, type AddressRange, addressSum } from "./address-ranges.js";
import { u64At, zeroTerminated } from "./byte-cursor.js";
import { type Frames, kernelDso } from "./frames.js";
import { COMM, EXIT, FORK, KSYMBOL, MMAP, MMAP2 } from "./record-types.js";
import type { Tasks } from "./tasks.js";

const MISC_CPU_MODE = 7;
const MISC_KERNEL = 1;
const MISC_USER = 2;
const MISC_FORK_EXEC = 1 << 13;
const MISC_MMAP_BUILD_ID = 1 << 14;
const KSYMBOL_UNREGISTER = 1;

/** Mappings that have no file to be a place of: what lies there is at its address (tools/perf/util/map.h, is_anon_memory(), is_no_dso_memory()). */
const NO_FILE = /^(?:\/\/anon$|\/dev\/zero|\/anon_hugepage|\[stack|\/SYSV|\[heap\]$)/;
const NOWHERE: Address = { high: 0, low: 0 };

/** Records that say what the addresses and threads of later samples mean, and the fewest bytes they have. */
const SMALLEST_BYTES: ReadonlyMap<number, number> = new Map([
  [MMAP, 40],
  [MMAP2, 72],
  [COMM, 16],
  [FORK, 24],
  [EXIT, 24],
  [KSYMBOL, 24],
]);

/** Applies the records of the side band, in the order of their times (structures: include/uapi/linux/perf_event.h). */
export class SideBand {
  readonly #builder: ProfileBuilder;
  readonly #tasks: Tasks;
  readonly #frames: Frames;
  readonly #kallsyms: Kallsyms | undefined;
  readonly #littleEndian: boolean;
  /** The mapped files, by the builder's id, and the build ids that came with their mappings, in hexadecimal. */
  readonly files: Map<number, { readonly name: string; readonly buildId: string | undefined }> = new Map();
  /** What a kallsyms file can be compared with: undefined until the kernel's own mapping was seen, `""` if it names nothing. */
  reference: string | undefined;

  constructor(options: {
    builder: ProfileBuilder;
    tasks: Tasks;
    frames: Frames;
    kallsyms: Kallsyms | undefined;
    littleEndian: boolean;
  }) {
    this.#builder = options.builder;
    this.#tasks = options.tasks;
    this.#frames = options.frames;
    this.#kallsyms = options.kallsyms;
    this.#littleEndian = options.littleEndian;
  }

  /**
   * Applies the record at `at`, whose fields end before `end`. False: it is too short for its type.
   *
   * @throws CaptureError where the kallsyms given are not those of the recorded kernel.
   */
  apply(view: DataView, at: number, type: number, end: number): boolean {
    const smallest = SMALLEST_BYTES.get(type);
    if (smallest === undefined) return true;
    if (end - at < smallest) return false;
    if (type === MMAP || type === MMAP2) this.#map(view, at, type, end);
    else if (type === COMM) this.#tasks.rename({ ...this.#ids(view, at), comm: this.#builder.comm(text(view, at + 16, end)) });
    else if (type === FORK) this.#fork(view, at);
    else if (type === EXIT) this.#tasks.exit({ tid: this.#i32(view, at + 16) });
    else this.#kernelProgram(view, at, end);
    return true;
  }

  #map(view: DataView, at: number, type: number, recordEnd: number): void {
    const misc = view.getUint16(at + 4, this.#littleEndian);
    const mode = misc & MISC_CPU_MODE;
    const name = text(view, at + (type === MMAP ? 40 : 72), recordEnd);
    const start = this.#address(view, at + 16);
    const end = addressSum(start, this.#address(view, at + 24));
    if (mode === MISC_KERNEL) {
      this.#mapKernel({ start, end }, name, this.#address(view, at + 32));
    } else if (mode === MISC_USER || mode === 0) {
      const dso = this.#builder.dso(name);
      const [origin, fileOffset] = NO_FILE.test(name) ? [NOWHERE, 0] : [start, u64At(view, at + 32, this.#littleEndian)];
      this.#tasks.map({ ...this.#ids(view, at), mapping: { start, end, origin, fileOffset, dso } });
      const hasBuildId = type === MMAP2 && (misc & MISC_MMAP_BUILD_ID) !== 0;
      this.files.set(dso, { name, buildId: hasBuildId ? buildId(view, at + 40) : undefined });
    }
  }

  /** Of the kernel `[kernel.kallsyms]_text`, with the address of that symbol as offset; of a module its file or `[name]`. */
  #mapKernel({ start, end }: AddressRange, name: string, offset: Address): void {
    const [isKernel, symbol] = /^\[kernel\.kallsyms[\].]([^\]]*)/.exec(name) ?? [];
    if (isKernel) {
      this.#checkReference(symbol ?? "", offset);
      this.#frames.mapKernel({ start, end, dso: this.#builder.dso(kernelDso("")), module: "", symbol: undefined });
    } else if (name.startsWith("/") || name.startsWith("[")) {
      const module = moduleName(name);
      this.#frames.mapKernel({ start, end, dso: this.#builder.dso(kernelDso(module)), module, symbol: undefined });
    }
  }

  #checkReference(symbol: string, { high, low }: Address): void {
    // Zero: the recording was made without the right to see kernel addresses (kptr_restrict).
    const recorded = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.reference = recorded === 0n ? "" : symbol;
    const given = this.#kallsyms && recorded !== 0n ? kernelSymbolAddress(this.#kallsyms, symbol) : undefined;
    if (this.#kallsyms && given !== undefined && given !== recorded) {
      const message =
        `${symbol} is at 0x${given.toString(16)}, the recording has it at 0x${recorded.toString(16)}: expected the kallsyms of ` +
        "the recorded boot; copy /proc/kallsyms as root on the recorded machine before it boots again";
      throw new CaptureError({ file: this.#kallsyms.file, problem: "format", message });
    }
    if (this.#kallsyms && given === undefined && recorded !== 0n) this.reference = "";
  }

  #fork(view: DataView, at: number): void {
    this.#tasks.fork({
      pid: this.#i32(view, at + 8),
      parentPid: this.#i32(view, at + 12),
      tid: this.#i32(view, at + 16),
      parentTid: this.#i32(view, at + 20),
      copy: (view.getUint16(at + 4, this.#littleEndian) & MISC_FORK_EXEC) === 0,
    });
  }

  /** KSYMBOL: a BPF program or a trampoline, as long as it is loaded. */
  #kernelProgram(view: DataView, at: number, end: number): void {
    const start = this.#address(view, at + 8);
    if (view.getUint16(at + 22, this.#littleEndian) & KSYMBOL_UNREGISTER) {
      this.#frames.unmapKernel(start);
      return;
    }
    const name = text(view, at + 24, end);
    const length = { high: 0, low: view.getInt32(at + 16, this.#littleEndian) };
    const [dso, symbol] = [this.#builder.dso(name), this.#builder.symbol(name)];
    this.#frames.mapKernel({ start, end: addressSum(start, length), dso, module: "", symbol });
  }

  #ids(view: DataView, at: number): { pid: number; tid: number } {
    return { pid: this.#i32(view, at + 8), tid: this.#i32(view, at + 12) };
  }

  #i32(view: DataView, at: number): number {
    return view.getInt32(at, this.#littleEndian);
  }

  #address(view: DataView, at: number): Address {
    const [lowAt, highAt] = this.#littleEndian ? [at, at + 4] : [at + 4, at];
    return { high: view.getInt32(highAt, this.#littleEndian), low: view.getInt32(lowAt, this.#littleEndian) };
  }
}

function text(view: DataView, from: number, to: number): string {
  return zeroTerminated(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
}

/** A size, three bytes of nothing, the build id. */
function buildId(view: DataView, at: number): string {
  const length = Math.min(20, view.getUint8(at));
  return Buffer.from(view.buffer, view.byteOffset + at + 4, length).toString("hex");
}

/** `/lib/modules/.../virtio-net.ko.xz` and `[virtio_net]` are both `virtio_net`. */
function moduleName(path: string): string {
  if (path.startsWith("[")) return path.replace(/^\[|\]$/g, "");
  const base = path.slice(path.lastIndexOf("/") + 1);
  return base.replace(/\.ko(?:\.\w+)?$/, "").replaceAll("-", "_");
}
