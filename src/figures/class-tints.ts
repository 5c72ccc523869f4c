import { COST_CLASSES, type CostClass, SKB_CLASSES } from "../attribution/cost-classes.js";

/** Cost classes that share a tint. */
export interface TintGroup {
  readonly label: string;
  readonly tint: string;
}

/** On each of them dark text reads. */
const GROUPS: readonly (TintGroup & { readonly classes: readonly CostClass[] })[] = [
  { label: "clearing", tint: "#EE9A6B", classes: ["skb-clear", "slab-clear", "page-clear"] },
  { label: "SKB", tint: "#F4D08F", classes: [...SKB_CLASSES, "skb-meta"] },
  {
    label: "pages, slab",
    tint: "#8FD3BC",
    classes: ["page-pool", "driver-recycle", "page-alloc", "page-free", "page-lock", "reclaim", "slab", "memcg"],
  },
  { label: "driver, DMA", tint: "#A5D5F2", classes: ["driver", "doorbell", "dma-map", "dma-sync"] },
  { label: "XDP, BPF", tint: "#DDB0CB", classes: ["xdp", "bpf"] },
  {
    label: "stack",
    tint: "#8DB4D6",
    classes: ["stack", "gro", "gso", "af-packet", "netfilter", "qdisc", "socket", "checksum"],
  },
  { label: "copy", tint: "#F6B8C8", classes: ["copy"] },
  {
    label: "locks, scheduling, interrupts",
    tint: "#C9C3E0",
    classes: ["locks", "rcu", "scheduler", "timers", "irq", "irq-enable", "softirq"],
  },
];
/** All other classes, and what has none. */
const OTHER: TintGroup = { label: "other", tint: "#D8DCE0" };

/**
 * The group of a cost class, by which a flame graph is coloured.
 *
 * @example
 * tintGroup("slab-clear").label // "clearing"
 * tintGroup(undefined).label // "other"
 */
export function tintGroup(name: string | undefined): TintGroup {
  if (name === undefined || !Object.hasOwn(COST_CLASSES, name)) return OTHER;
  return GROUPS.find(({ classes }) => classes.includes(name as CostClass)) ?? OTHER;
}

/**
 * Groups in the order in which a key lists them.
 *
 * @example
 * inOrder([tintGroup("stack"), tintGroup("slab-clear")]).map(({ label }) => label) // ["clearing", "stack"]
 */
export function inOrder(groups: Iterable<TintGroup>): TintGroup[] {
  const known: readonly TintGroup[] = [...GROUPS, OTHER];
  return [...groups].sort((one, other) => known.indexOf(one) - known.indexOf(other));
}
