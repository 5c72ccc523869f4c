import type { FoldedStack } from "../profile/fold.js";

/** One box of a flame graph: a function on a stack, with all that it called. */
export interface FlameBox {
  readonly name: string;
  /** Its callers and itself, from the comm on, `;` between; empty for the box of all samples. */
  readonly stack: string;
  /** Callers below it; 0 is the box of all samples. */
  readonly depth: number;
  /** Weight to the left of it, and its own with its callees'. */
  readonly start: number;
  readonly weight: number;
}

/** The boxes of a flame graph that are wide enough to be drawn, callers before callees. */
export interface FlameTree {
  readonly boxes: readonly FlameBox[];
  readonly weight: number;
  /** Weight of the stacks whose innermost function has no box of its own. */
  readonly prunedWeight: number;
}

interface Node {
  readonly callees: Map<string, Node>;
  self: number;
  weight: number;
}

/**
 * Merges folded stacks (`comm;root;...;leaf`) from their roots. Callees stand in the order of their names, so the same costs make
 * the same picture. Boxes below `minShare` of the whole are left out, with all above them.
 *
 * @throws RangeError for a share that is not from 0 to 1, and for stacks without weight.
 * @example
 * flameTree({ stacks: [{ stack: "a;b", weight: 3 }, { stack: "a;c", weight: 1 }], minShare: 0.5 }) // { boxes: [{ name: "all", stack: "", depth: 0, start: 0, weight: 4 }, { name: "a", stack: "a", depth: 1, start: 0, weight: 4 }, { name: "b", stack: "a;b", depth: 2, start: 0, weight: 3 }], weight: 4, prunedWeight: 1 }
 */
export function flameTree({ stacks, minShare }: { stacks: Iterable<FoldedStack>; minShare: number }): FlameTree {
  if (!(minShare >= 0 && minShare <= 1)) throw new RangeError(`flameTree requires a minShare from 0 to 1: got ${minShare}`);
  const root: Node = { callees: new Map(), self: 0, weight: 0 };
  for (const { stack, weight } of stacks) add(root, stack, weight);
  const { weight } = root;
  if (!(weight > 0)) throw new RangeError(`flameTree requires stacks with a weight: got ${weight} in all`);
  const boxes: FlameBox[] = [];
  let drawnSelf = 0;
  const open = [{ node: root, name: "all", stack: "", depth: 0, start: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, name, stack, depth, start } = next;
    boxes.push({ name, stack, depth, start, weight: node.weight });
    drawnSelf += node.self;
    let at = start;
    const callees = [...node.callees].sort(([one], [other]) => (one < other ? -1 : 1));
    for (const [callee, below] of callees) {
      if (below.weight >= minShare * weight)
        open.push({
          node: below,
          name: callee,
          stack: depth === 0 ? callee : `${stack};${callee}`,
          depth: depth + 1,
          start: at,
        });
      at += below.weight;
    }
  }
  return { boxes, weight, prunedWeight: weight - drawnSelf };
}

function add(root: Node, stack: string, weight: number): void {
  root.weight += weight;
  let node = root;
  for (const name of stack.split(";")) {
    const callee = node.callees.get(name) ?? { callees: new Map(), self: 0, weight: 0 };
    node.callees.set(name, callee);
    callee.weight += weight;
    node = callee;
  }
  node.self += weight;
}
