import { PairTable } from "./pair-table.js";
import type { StackColumns } from "./profile.js";
import { RecentStacks } from "./recent-stacks.js";

/** The tree of calls that all stacks of a profile share: see `StackColumns`. */
export class StackTree {
  readonly #nodes = new PairTable(); // parent, frame
  #recent: RecentStacks | undefined;

  constructor() {
    this.child(-1, -1); // node 0, the empty stack
  }

  /** The node of `frame` called by `parent`; 0 is the parent of an outermost frame. */
  child(parent: number, frame: number): number {
    return this.#nodes.intern(parent, frame);
  }

  /** The node of a whole stack: the first `depth` of `frames`, innermost first. */
  stack(frames: Int32Array, depth: number): number {
    this.#recent ??= new RecentStacks(RECENT_WORDS);
    const recent = this.#recent.find(frames, 0, depth, 0, 0);
    if (recent >= 0) return recent;
    let node = 0;
    for (let at = depth - 1; at >= 0; at--) node = this.child(node, frames[at] as number);
    this.#recent.remember(this.#recent.slot, frames, 0, depth, 0, 0, node);
    return node;
  }

  columns(): StackColumns {
    return { length: this.#nodes.length, parent: this.#nodes.firsts(), frame: this.#nodes.seconds() };
  }
}

/** 8 MB: some 50,000 stacks of 40 frames. */
const RECENT_WORDS = 2 ** 21;
