import type { StackColumns } from "./profile.js";
import { RecentStacks } from "./recent-stacks.js";
import { grown, TupleTable } from "./tuple-table.js";

/** The tree of calls that all stacks of a profile share: see `StackColumns`. */
export class StackTree {
  readonly #nodes = new TupleTable(2); // parent, frame
  readonly #recent = new RecentStacks();
  /** The stack that was last searched from the root, outermost frame first, and its nodes. */
  #lastFrames = new Int32Array(256);
  #lastNodes = new Int32Array(256);
  #lastDepth = 0;

  constructor() {
    this.child(-1, -1); // node 0, the empty stack
  }

  /** The node of `frame` called by `parent`; 0 is the parent of an outermost frame. */
  child(parent: number, frame: number): number {
    const { key } = this.#nodes;
    key[0] = parent;
    key[1] = frame;
    return this.#nodes.intern();
  }

  /** The node of a whole stack: the first `depth` of `frames`, innermost first. */
  stack(frames: Int32Array, depth: number): number {
    const recent = this.#recent.find(frames, depth);
    if (recent >= 0) return recent;
    const node = this.#search(frames, depth);
    this.#recent.remember(frames, depth, node);
    return node;
  }

  columns(): StackColumns {
    return { length: this.#nodes.length, parent: this.#nodes.column(0), frame: this.#nodes.column(1) };
  }

  /** From where the stack leaves the one that was searched before: outer frames are often the same. */
  #search(frames: Int32Array, depth: number): number {
    while (this.#lastFrames.length < depth) {
      this.#lastFrames = grown(this.#lastFrames);
      this.#lastNodes = grown(this.#lastNodes);
    }
    let at = 0;
    while (at < depth && at < this.#lastDepth && this.#lastFrames[at] === frames[depth - 1 - at]) at++;
    let node = at === 0 ? 0 : (this.#lastNodes[at - 1] as number);
    for (; at < depth; at++) {
      const frame = frames[depth - 1 - at] as number;
      node = this.child(node, frame);
      this.#lastFrames[at] = frame;
      this.#lastNodes[at] = node;
    }
    this.#lastDepth = depth;
    return node;
  }
}
