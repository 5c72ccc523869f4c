import { requireNumber } from "../statistics/require-number.js";
import { type Bytes, type Ns, nsFromSeconds, PAGE_BYTES, type Pps } from "../units.js";

/** Where the pages of a page_pool came from. */
export interface PagePoolShares {
  readonly fastShare: number;
  readonly ringShare: number;
  readonly slowShare: number;
  /** Of the pages given back, those that went into the pool again; absent where none were. */
  readonly recycledShare?: number;
  readonly doubts: readonly string[];
}

/**
 * Where a page_pool's pages came from, by the kernel's counters over a window, as deltas.
 *
 * `fast` is a page out of the pool's own array, which `refill` fills from the ring, up to 64 pages at once: the ring's share is that of
 * refills that brought pages, so it counts bundles and is a lower bound. `slow` pages come from the page allocator, `slow_ho` are those
 * of a higher order, `waive` pages of the ring that were refused for their NUMA node.
 * Source: Linux 6.12, net/core/page_pool.c, with CONFIG_PAGE_POOL_STATS; drivers name them `rx_pp_alloc_fast` and so on.
 * @throws RangeError for a counter that is negative or no integer, and where no page was taken.
 * @example
 * pagePoolShares({ fast: 90, refill: 5, slow: 5 }).slowShare // 0.05
 */
export function pagePoolShares(counters: {
  fast: number;
  refill?: number;
  slow?: number;
  slow_ho?: number;
  waive?: number;
  cached?: number;
  ring?: number;
  cache_full?: number;
  ring_full?: number;
  released_ref?: number;
}): PagePoolShares {
  for (const [name, value] of Object.entries(counters)) {
    requireNumber({ caller: "pagePoolShares", name, value, min: 0, integer: true });
  }
  const {
    fast,
    refill = 0,
    slow = 0,
    slow_ho = 0,
    waive = 0,
    cached = 0,
    ring = 0,
    ring_full = 0,
    released_ref = 0,
  } = counters;
  const slowPages = slow + slow_ho;
  const taken = fast + refill + slowPages;
  requireNumber({ caller: "pagePoolShares", name: "pages taken", value: taken, above: 0 });
  const back = cached + ring + ring_full + released_ref;
  return {
    fastShare: fast / taken,
    ringShare: refill / taken,
    slowShare: slowPages / taken,
    ...(back > 0 && { recycledShare: (cached + ring) / back }),
    doubts: waive > 0 ? [`${waive} pages of the ring were of another NUMA node: they cost a free and an allocation each`] : [],
  };
}

/** The pages a pool has out while packets are on their way. */
export interface OutstandingPages {
  readonly pages: number;
  readonly bytes: Bytes;
  /** Whether a limit of so many pages would hold. */
  readonly withinLimit: boolean;
}

/**
 * How many pages are out of a pool at a packet rate: rate times the time each is held (Little's law), over the packets of a page.
 *
 * A limit bounds the memory that a peer can pin: beyond it packets drop instead of memory filling up, which is the talk's protection.
 * Source: J. D. C. Little, Operations Research 9, 1961; J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:58.
 * @throws RangeError for a value that is negative, or a limit or packets per page below 1.
 * @example
 * outstandingPages({ pps: 14_880_952, holdNs: 100_000, limitPages: 2048 }).pages // 1489
 */
export function outstandingPages({
  pps,
  holdNs,
  limitPages,
  packetsPerPage = 1,
}: {
  pps: Pps;
  holdNs: Ns;
  limitPages: number;
  packetsPerPage?: number;
}): OutstandingPages {
  const caller = "outstandingPages";
  requireNumber({ caller, name: "pps", value: pps, min: 0 });
  requireNumber({ caller, name: "holdNs", value: holdNs, min: 0 });
  requireNumber({ caller, name: "limitPages", value: limitPages, min: 1, integer: true });
  requireNumber({ caller, name: "packetsPerPage", value: packetsPerPage, min: 1, integer: true });
  const pages = Math.ceil((pps * holdNs) / nsFromSeconds(1) / packetsPerPage);
  return { pages, bytes: pages * PAGE_BYTES, withinLimit: pages <= limitPages };
}
