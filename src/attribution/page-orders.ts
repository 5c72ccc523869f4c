import type { Warning } from "../captures/parsed.js";
import type { PageOrder } from "../models/page-order.js";
import { lossesText } from "../profile/losses.js";
import type { ProfileWithPayloads } from "../profile/perf-script/payload-table.js";
import { framesOf, type Profile } from "../profile/profile.js";
import type { PacketRate } from "../runs/packet-rate.js";
import { type Ns, secondsFromNs } from "../units.js";
import { classifyStacks } from "./classify.js";
import type { RuleTable } from "./rule.js";
import { anyOf, PAGE_ALLOC, PAGE_FREE } from "./rule-names.js";
import { RULES } from "./rules.js";
import { symbolName } from "./symbol-name.js";
import { symbolPattern } from "./symbol-pattern.js";

/** Blocks of one order, taken or given back. */
export interface PageOrderCount {
  readonly order: number;
  readonly allocations: number;
  readonly frees: number;
  /** Absent where there is no packet rate. */
  readonly allocationsPerPacket?: number;
  readonly freesPerPacket?: number;
  /** Modelled: the allocations times what one allocation and its free of that order costs in the model, on its machine. */
  readonly modelledNsPerPacket?: Ns;
}

/** The same of one caller, in one stage. */
export interface PageOrderCaller extends PageOrderCount {
  /** The innermost function outside of the page allocator; absent where no stack was recorded or it has no symbol. */
  readonly caller?: string;
  /** Where in the stack it was. */
  readonly where: string;
}

/** The page orders of a load. */
export interface PageOrders {
  readonly file: string;
  readonly packets?: PacketRate;
  /** The time in which the allocations were recorded; absent where it is not known. */
  readonly windowNs?: Ns;
  /** By order. */
  readonly byOrder: readonly PageOrderCount[];
  /** Most allocations first. */
  readonly byCaller: readonly PageOrderCaller[];
  readonly warnings: readonly Warning[];
}

const ALLOC = "kmem:mm_page_alloc";
const FREE = "kmem:mm_page_free";
/** `get_free_pages` is below `__get_free_pages` since the allocation profiling of Linux 6.10. */
const ALLOCATOR = symbolPattern(`${PAGE_ALLOC}|${PAGE_FREE}|${anyOf("get_free_pages folios_put_refs")}`);

/**
 * The page orders of one's own load: from samples of `kmem:mm_page_alloc` and `kmem:mm_page_free` how many blocks of which order a
 * packet takes and gives back, by caller; with a model of the page allocator also what that costs (modelled).
 *
 * The profile must have payloads (`parsePerfScript` and `readPerfData` with `payloads`), and every event must be a sample, as is
 * perf's default for tracepoints. `windowNs` is how long was recorded: without it the time from the first to the last sample is
 * taken, which is short where pages are seldom allocated. A block that many packets share is less than one allocation per packet.
 * Source: Linux include/trace/events/kmem.h, mm_page_alloc and mm_page_free.
 * @throws RangeError for a profile without payloads, or without either event.
 * @example
 * pageOrders({
 *   profile: {
 *     file: "script.txt", durationNs: 1e9, events: [{ name: "kmem:mm_page_alloc", decoded: 1 }], quality: {}, warnings: [],
 *     symbols: ["__alloc_pages", "mlx5e_post_rx_wqes"], dsos: ["[kernel.kallsyms]"], comms: [],
 *     frames: { length: 2, symbol: [0, 1], dso: [0, 0], address: [0n, 0n] },
 *     stacks: { length: 3, parent: [-1, 0, 1], frame: [-1, 1, 0] },
 *     samples: { length: 1, event: [0], stack: [2], weight: [1], count: [1] },
 *     payloads: [{ event: 0, sample: [0], fields: [{ name: "order", kind: "number", values: [3] }] }],
 *   },
 * }).byCaller.map(({ caller, order, allocations }) => ({ caller, order, allocations })) // [{ caller: "mlx5e_post_rx_wqes", order: 3, allocations: 1 }]
 */
export function pageOrders({
  profile,
  packets,
  windowNs = profile.durationNs,
  model,
  rules = RULES,
}: {
  profile: ProfileWithPayloads;
  packets?: PacketRate | undefined;
  windowNs?: Ns | undefined;
  model?: PageOrder | undefined;
  rules?: RuleTable | undefined;
}): PageOrders {
  const { file, warnings } = profile;
  const counts = counted(profile, rules);
  const inWindow = packets && windowNs !== undefined && windowNs > 0 ? packets.pps * secondsFromNs(windowNs) : undefined;
  const costs = new Map(model?.orders.map(({ order, perCall }) => [order, perCall.ns]));
  const complete = <Count extends PageOrderCount>(count: Count): Count => {
    if (inWindow === undefined) return count;
    const cost = costs.get(count.order);
    return {
      ...count,
      allocationsPerPacket: count.allocations / inWindow,
      freesPerPacket: count.frees / inWindow,
      ...(cost !== undefined && { modelledNsPerPacket: (count.allocations / inWindow) * cost }),
    };
  };
  const orders = [...new Set(counts.map(({ order }) => order))].sort((a, b) => a - b);
  const byOrder = orders.map((order) => {
    const own = counts.filter((count) => count.order === order);
    const sum = (of: "allocations" | "frees") => own.reduce((total, count) => total + count[of], 0);
    return complete({ order, allocations: sum("allocations"), frees: sum("frees") });
  });
  const own = doubts({
    profile,
    windowIsSamples: inWindow !== undefined && windowNs === profile.durationNs,
    windowIsUnknown: packets !== undefined && inWindow === undefined,
    byOrder,
    model,
    costs,
  });
  return {
    file,
    ...(packets && { packets }),
    ...(windowNs !== undefined && { windowNs }),
    byOrder,
    byCaller: counts.map(complete).sort((a, b) => b.allocations - a.allocations || b.frees - a.frees || a.order - b.order),
    warnings: [...warnings, ...(packets?.warnings ?? []), ...own.map((message) => ({ file, line: 0, message }))],
  };
}

/** Allocations and frees by caller, stage and order. */
function counted(profile: ProfileWithPayloads, rules: RuleTable): readonly PageOrderCaller[] {
  const { file, events, samples, payloads } = profile;
  const tables = payloads?.filter(({ event }) => [ALLOC, FREE].includes(nameOf(events[event]?.name))) ?? [];
  if (tables.length === 0) {
    const names = events.map(({ name }) => name).join(", ");
    throw new RangeError(
      `pageOrders requires samples of ${ALLOC} or ${FREE} with their payloads: ${file} has ${payloads ? names : `none (events ${names})`}; record them with perf record -e ${ALLOC} -e ${FREE}`,
    );
  }
  const classes = classifyStacks({ ...profile, rules });
  const callers = callerNames(profile);
  const counts = new Map<string, { order: number; caller?: string; where: string; allocations: number; frees: number }>();
  for (const { event, sample, fields } of tables) {
    const orders = fields.find(({ name }) => name === "order");
    if (orders?.kind !== "number") {
      throw new RangeError(
        `pageOrders requires an order in every payload of ${events[event]?.name}: ${file} has other payloads`,
      );
    }
    const kind = nameOf(events[event]?.name) === ALLOC ? "allocations" : "frees";
    for (const [index, row] of sample.entries()) {
      const node = samples.stack[row] as number;
      const order = orders.values[index] as number;
      const caller = callers(node);
      const where = classes.stages[classes.where[node] as number] as string;
      const key = `${order} ${where} ${caller ?? ""}`;
      const count = counts.get(key) ?? { order, ...(caller !== undefined && { caller }), where, allocations: 0, frees: 0 };
      counts.set(key, count);
      count[kind] += samples.weight[row] as number;
    }
  }
  return [...counts.values()];
}

/** For a stack the innermost function outside of the page allocator. */
function callerNames({ stacks, frames, symbols }: Profile): (node: number) => string | undefined {
  const isAllocator = symbols.map((symbol) => ALLOCATOR.test(symbolName(symbol)));
  return (node) => {
    const symbolIds = framesOf(stacks, node).map((frame) => frames.symbol[frame] as number);
    const caller = symbolIds.find((symbol) => symbol < 0 || !isAllocator[symbol]);
    return caller === undefined || caller < 0 ? undefined : symbols[caller];
  };
}

/** The event without its modifiers. */
function nameOf(event = ""): string {
  return event.split(":").slice(0, 2).join(":");
}

function doubts({
  profile: { events, quality },
  windowIsSamples,
  windowIsUnknown,
  byOrder,
  model,
  costs,
}: {
  profile: Profile;
  windowIsSamples: boolean;
  windowIsUnknown: boolean;
  byOrder: readonly PageOrderCount[];
  model: PageOrder | undefined;
  costs: ReadonlyMap<number, Ns>;
}): string[] {
  const messages: string[] = [];
  const lost = lossesText(quality);
  if (lost) messages.push(`${lost}: there were more allocations than these`);
  const missing = [ALLOC, FREE].filter((name) => !events.some((event) => nameOf(event.name) === name && event.decoded > 0));
  if (missing.length > 0) messages.push(`no samples of ${missing.join(", ")}: either none happened or it was not recorded`);
  if (windowIsSamples) {
    messages.push(
      "the window is that from the first to the last sample: where pages are seldom allocated, say how long was recorded (windowNs, --seconds)",
    );
  }
  if (windowIsUnknown) messages.push("the samples span no known time, so what a packet takes is not known: counts alone");
  const unknown = byOrder.filter(({ order, allocations }) => model && allocations > 0 && !costs.has(order));
  if (unknown.length > 0) {
    messages.push(
      `the model has no cost of order ${unknown.map(({ order }) => order).join(", ")}: those allocations cost nothing here`,
    );
  }
  return messages;
}
