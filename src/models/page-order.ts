import { requireNumber } from "../statistics/require-number.js";
import { type Bytes, type Gbps, type Ghz, MAX_PAGE_ORDER, type Ns, orderBytes, PAGE_BYTES, type TscCycles } from "../units.js";
import { type BudgetedCost, budgetedCost } from "./budgeted-cost.js";
import { lineRate } from "./line-rate.js";

/** What the page allocator charges at each order, against what a packet may cost. */
export interface PageOrder {
  /** The link whose packets set the budget. */
  readonly link: { readonly gbps: Gbps; readonly frameBytes: Bytes };
  /** Time one CPU has per packet of the full link. */
  readonly budgetNs: Ns;
  /** The clock that turned cycles into ns. */
  readonly tscGhz: Ghz;
  readonly fragBytes: Bytes;
  /** In the order of the input. */
  readonly orders: readonly PageOrderCost[];
}

/** One order: the same measured cycles, shared out three ways. */
export interface PageOrderCost {
  readonly order: number;
  readonly bytes: Bytes;
  /** One allocation and its free: what a packet pays that takes a whole block. */
  readonly perCall: BudgetedCost;
  /** A packet that takes one page of the block. */
  readonly per4k: BudgetedCost;
  /** A packet that takes one fragment of `fragBytes` of the block, as drivers do. */
  readonly perFragment: BudgetedCost;
}

/**
 * The page allocator's cost per call, per 4 KiB and per fragment, each against one packet's budget: `C(o)`, `C(o) / 2^o` and
 * `C(o) * fragBytes / (2^o * 4096)`, exact where page_bench prints them cut.
 *
 * `cycles` are TSC cycles of one allocation and its free, loop overhead included; `tscGhz` is the clock they were counted at,
 * on which every verdict hangs. A rest of the block too small for a fragment is not charged to the others. What a block costs
 * besides (reclaim, compaction, clearing, DMA mapping) is left out.
 * Source: netoptimizer/prototype-kernel, kernel/mm/bench/page_bench01.c (per call and per 4096B).
 * @throws RangeError for an order, cycles, clock or fragment that cannot be, and as `lineRate` for the link.
 * @example
 * pageOrder({ rows: [{ order: 3, cycles: 503 }], tscGhz: 4, link: { gbps: 10, frameBytes: 64 }, fragBytes: 2048 }).orders[0].per4k.cycles // 62.875
 */
export function pageOrder({
  rows,
  tscGhz,
  link,
  fragBytes,
}: {
  rows: readonly { readonly order: number; readonly cycles: TscCycles }[];
  tscGhz: Ghz;
  link: { readonly gbps: Gbps; readonly frameBytes: Bytes };
  fragBytes: Bytes;
}): PageOrder {
  if (!(fragBytes > 0 && fragBytes <= PAGE_BYTES && Number.isInteger(fragBytes))) {
    throw new RangeError(`pageOrder requires an integer fragBytes from 1 to ${PAGE_BYTES}: got ${fragBytes}`);
  }
  requireNumber({ caller: "pageOrder", name: "tscGhz", value: tscGhz, above: 0 });
  const { ns: budgetNs } = lineRate(link);
  const orders = rows.map(({ order, cycles }) => {
    if (!(order >= 0 && order <= MAX_PAGE_ORDER && Number.isInteger(order))) {
      throw new RangeError(`pageOrder requires an integer order from 0 to ${MAX_PAGE_ORDER}: got ${order}`);
    }
    if (!(cycles > 0 && Number.isFinite(cycles))) throw new RangeError(`pageOrder requires cycles > 0: got ${cycles}`);
    const bytes = orderBytes(order);
    const cost = (share: number) => budgetedCost({ cycles: cycles * share, ghz: tscGhz, budgetNs });
    return { order, bytes, perCall: cost(1), per4k: cost(PAGE_BYTES / bytes), perFragment: cost(fragBytes / bytes) };
  });
  return { link, budgetNs, tscGhz, fragBytes, orders };
}
