import { Dictionary } from "./dictionary.js";
import { FrameTable } from "./frame-table.js";
import type { FrameColumns, Profile, StackColumns } from "./profile.js";
import { SampleRows } from "./sample-rows.js";
import { StackTree } from "./stack-tree.js";

/** Samples and what their ids mean: plain data, as one thread can give it to another. */
export interface ProfilePart extends Pick<Profile, "samples" | "comms" | "events" | "symbols" | "dsos" | "frames" | "stacks"> {
  /** Of the earliest and the latest sample, as the samples count; infinite where none has a time. */
  readonly earliestNs: number;
  readonly latestNs: number;
  /** Samples without a time. */
  readonly untimed: number;
}

/**
 * The parts of one recording as one: the same, to every id, as if one builder had taken the samples of all in this order. Comms and
 * events have the same ids in all parts, and the last part knows all of them and what was refused; other ids are each part's own.
 *
 * @throws RangeError for no parts.
 * @example
 * (() => { try { return joinedParts([], { merge: true }); } catch (error) { return error.name; } })() // "RangeError"
 */
export function joinedParts(parts: readonly ProfilePart[], { merge }: { merge: boolean }): ProfilePart {
  const last = parts[parts.length - 1];
  if (!last) throw new RangeError("joinedParts requires one part or more: got none");
  const [symbols, dsos, frames, stacks] = [new Dictionary(), new Dictionary(), new FrameTable(), new StackTree()];
  const sum = (of: (part: ProfilePart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const samples = new SampleRows({ merge, expectedSamples: sum((part) => part.samples.length) });
  for (const part of parts) {
    const symbolOf = part.symbols.map((name) => symbols.intern(name));
    const dsoOf = part.dsos.map((name) => dsos.intern(name));
    const frameOf = numbersIn(frames, part.frames, symbolOf, dsoOf);
    samples.addRows(part.samples, nodesIn(stacks, part.stacks, frameOf));
  }
  return {
    samples: samples.columns(),
    comms: last.comms,
    events: last.events.map((event, id) => ({ ...event, decoded: sum(({ events }) => events[id]?.decoded ?? 0) })),
    symbols: symbols.names,
    dsos: dsos.names,
    frames: frames.columns(),
    stacks: stacks.columns(),
    earliestNs: Math.min(...parts.map(({ earliestNs }) => earliestNs)),
    latestNs: Math.max(...parts.map(({ latestNs }) => latestNs)),
    untimed: sum(({ untimed }) => untimed),
  };
}

/**
 * The memory of a part's columns, to be handed over to another thread instead of copied.
 *
 * @example
 * columnsOf({ samples: { weight: new Float64Array(2) }, frames: {}, stacks: {} }).length // 1
 */
export function columnsOf({ samples, frames, stacks }: ProfilePart): ArrayBuffer[] {
  const columns = [samples, frames, stacks].flatMap((table) => Object.values(table).filter(ArrayBuffer.isView));
  return [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))];
}

/** The numbers that the frames of a part have in the table of all. */
function numbersIn(table: FrameTable, frames: FrameColumns, symbolOf: readonly number[], dsoOf: readonly number[]): Int32Array {
  const { length, symbol, dso, address } = frames;
  const words = new Int32Array(address.buffer, address.byteOffset, 2 * length);
  const numbers = new Int32Array(length);
  for (let frame = 0; frame < length; frame++) {
    // -1, what is not known, stays it.
    const ofSymbol = symbolOf[symbol[frame] as number] ?? -1;
    const ofDso = dsoOf[dso[frame] as number] ?? -1;
    numbers[frame] = table.intern(ofSymbol, ofDso, words[2 * frame] as number, words[2 * frame + 1] as number);
  }
  return numbers;
}

/** The nodes that the stacks of a part have in the tree of all; a parent comes before its children. */
function nodesIn(tree: StackTree, { length, parent, frame }: StackColumns, frameOf: Int32Array): Int32Array {
  const nodes = new Int32Array(length);
  for (let node = 1; node < length; node++) {
    nodes[node] = tree.child(nodes[parent[node] as number] as number, frameOf[frame[node] as number] as number);
  }
  return nodes;
}
