// One of the two doors of captures/ to the file system: this one opens the figures that ship with the project, read-capture.ts
// opens what a user names.
import { readdirSync, readFileSync } from "node:fs";
import { type Citation, parsePublished } from "./published.js";

/** The tables of data/published by file name, with the columns of each. A test holds them to the files. */
export interface PublishedTables {
  readonly before_after: PublishedBeforeAfter;
  readonly claims: PublishedClaim;
  readonly ethernet_constants: EthernetConstant;
  readonly inlining_checks: PublishedInliningCheck;
  readonly kernel_constants: PublishedKernelConstant;
  readonly line_rate_budget: PublishedLineRate;
  readonly memset: PublishedMemset;
  readonly page_batch_mel_4_10rc2: PublishedPageBatch;
  readonly page_bulk: PublishedPageBulk;
  readonly page_concurrency: PublishedPageConcurrency;
  readonly page_order_cost: PublishedPageOrderCost;
  readonly page_pool_bench: PublishedPagePoolCost;
  readonly perf_children_generic_xdp_drop: PublishedFunctionCost & { readonly percent_children: number };
  readonly perf_cpumap_bulkfree: PublishedFunctionCost & { readonly base_pps: number };
  readonly perf_generic_xdp_drop_i7_6700K: PublishedFunctionCost & { readonly base_pps: number };
  readonly perf_i40e_xdp_tx_group_report: PublishedFunctionCost & PublishedDmaGroup & { readonly base_pps: number };
  readonly perf_stat_packets: PublishedEventCount;
  readonly pktgen_ixgbe_rx_usecs: PublishedCoalescing;
  readonly pktgen_samples: PublishedPktgenSample;
  readonly primitives: PublishedPrimitive;
  readonly queue_bulk: PublishedQueueBulk;
  readonly retpoline_ipc: PublishedRetpoline;
  readonly run_variation: PublishedRunVariation;
  readonly skb_layout: PublishedSkbLayout;
  readonly slab_bulk: PublishedSlabBulk;
  readonly symbol_presence: PublishedSymbolPresence;
  readonly talk_throughput: PublishedThroughput;
  readonly xdp_paper_cpu_idle: PublishedIdle;
  readonly xdp_paper_scaling: PublishedScaling;
}

/** Two packet rates of one CPU, and what the source says of their difference. */
export interface PublishedBeforeAfter extends Citation {
  readonly what: string;
  readonly pps1: number;
  readonly pps2: number;
  /** `1e9/pps1 - 1e9/pps2`: positive where the second is faster. */
  readonly delta_ns: number;
  readonly stated_ns?: number;
  readonly stated_percent?: number;
  readonly note?: string;
}

/** Whether a function of a kernel has a clear inlined, found by disassembly. */
export interface PublishedInliningCheck extends Citation {
  readonly kernel: string;
  readonly function: string;
  /** 1: it has `rep stos`; 0: it has none; absent: the function is the clear. */
  readonly inline_rep_stos?: number;
  readonly calls?: string;
}

/** A size or a setting of kernels, as their sources or configurations have it. */
export interface PublishedKernelConstant extends Citation {
  /** The kernel's name for it, or what it is. */
  readonly name: string;
  readonly value: number;
  /** pages, SKBs, order or setting. */
  readonly unit: string;
  /** Those that were looked at. */
  readonly kernels: string;
  readonly note: string;
}

/** A count of perf stat on a busy CPU, with the packets that it handled. */
export interface PublishedEventCount extends Citation {
  readonly what: string;
  readonly cpu: number;
  readonly pps: number;
  readonly event: string;
  readonly count_per_second: number;
  /** Over the runs of `perf stat -r`. */
  readonly error_percent: number;
}

/** Packet rates of each second of one long run on an unchanged kernel. */
export interface PublishedRunVariation extends Citation {
  readonly what: string;
  readonly seconds: number;
  readonly avg_pps: number;
  readonly max_pps: number;
  readonly min_pps: number;
  /** `1e9/min_pps - 1e9/max_pps`. */
  readonly spread_ns: number;
  readonly spread_percent: number;
}

/** A part of an Ethernet frame, or of what surrounds it on the wire. */
export interface EthernetConstant extends Citation {
  readonly name: string;
  readonly octets: number;
  readonly note: string;
}

/** One order of the page allocator, allocated and freed by one CPU. */
export interface PublishedPageOrderCost extends Citation {
  readonly kernel: string;
  readonly cpu: string;
  readonly order: number;
  /** TSC cycles of one allocation and its free, cut to an integer. */
  readonly cycles_tsc: number;
  /** `cycles_tsc >> order` as the tool printed it. */
  readonly cycles_per_4096B: number;
  /** ns of one allocation and its free, where the source prints them. */
  readonly ns?: number;
  /** Whole measurement in ns. */
  readonly time_interval?: number;
  /** Whole measurement in TSC cycles. */
  readonly tsc_interval?: number;
  readonly invoke_count?: number;
  /** What was measured, and with which program. */
  readonly what: string;
  readonly note?: string;
}

/** One order of the page allocator, while several CPUs allocate and free at once. */
export interface PublishedPageConcurrency extends Citation {
  readonly kernel: string;
  readonly order: number;
  readonly parallel_cpus: number;
  /** TSC cycles of one allocation and its free on one CPU: mean over the CPUs, cut to an integer. */
  readonly avg_cycles: number;
  /** `avg_cycles >> order` as the tool printed it. */
  readonly cycles_per_4096B: number;
}

/** A result of pktgen in its own fields. */
export interface PublishedPktgenSample extends Citation {
  readonly elapsed_us: number;
  readonly busy_us: number;
  readonly idle_us: number;
  readonly packets: number;
  /** Bytes without FCS. */
  readonly pkt_size: number;
  readonly frags: number;
  readonly pps: number;
  readonly mb_per_s: number;
  readonly bps: number;
  readonly errors: number;
}

/** Packets per second of one CPU, as said in the workshop. */
export interface PublishedThroughput extends Citation {
  readonly what: string;
  readonly when: string;
  /** Million packets per second. */
  readonly mpps: number;
  readonly note?: string;
}

/** A block of memory cleared, hot in the cache. */
export interface PublishedMemset extends Citation {
  readonly method: string;
  readonly bytes: number;
  readonly cycles_tsc: number;
  readonly ns?: number;
  readonly bytes_per_cycle: number;
  readonly cpu: string;
}

/** A function in a profile of one busy CPU; `base_pps` is the packet rate that the source divides by. */
export interface PublishedFunctionCost extends Citation {
  readonly symbol: string;
  /** Percent of samples with the function innermost. */
  readonly percent_self: number;
  /** ns per packet as the source prints them; with `percent_children`, those of the functions it calls too. */
  readonly ns_stated?: number;
}

/** The DMA group that the source's report sums. */
export interface PublishedDmaGroup {
  readonly group_dma_percent: number;
  readonly group_dma_ns: number;
}

/** Sizes in bytes of a kernel's struct sk_buff, of its clear (up to `tail`), and of skb_shared_info (cleared up to `dataref`). */
export interface PublishedSkbLayout extends Citation {
  readonly kernel: string;
  readonly sizeof_sk_buff?: number;
  readonly offsetof_tail: number;
  readonly clear_cachelines: number;
  readonly sizeof_skb_shared_info?: number;
  readonly offsetof_dataref?: number;
  /** Object of the cache of SKBs with room for a clone. */
  readonly fclone_bytes?: number;
  readonly slab_object_bytes?: number;
  readonly note?: string;
}

/** The variants of a function in the symbol tables of four kernels, between blanks; absent: it has no symbol there. */
export interface PublishedSymbolPresence extends Citation {
  readonly function: string;
  readonly linux_5_10?: string;
  readonly linux_6_1?: string;
  readonly linux_6_12?: string;
  readonly linux_6_18?: string;
}

/** What was said or written without a table. Captions garble: `note` says where. */
export interface PublishedClaim extends Citation {
  readonly what: string;
  readonly value: number;
  /** Mpps, ns, %, times, packets or cache lines. */
  readonly unit: string;
  readonly note?: string;
}

/** What a full link leaves a packet. */
export interface PublishedLineRate extends Citation {
  readonly gbps: number;
  /** FCS included. */
  readonly frame_bytes: number;
  readonly wire_bytes: number;
  readonly ns: number;
  readonly pps: number;
  readonly cycles_at_3_ghz: number;
  readonly cycles_at_4_ghz: number;
}

/** Pages allocated and freed in batches, in a unit that the source does not state. */
export interface PublishedPageBatch extends Citation {
  readonly batch_pages: number;
  readonly alloc_vanilla: number;
  readonly alloc_irqsafe: number;
  readonly free_vanilla: number;
  readonly free_irqsafe: number;
  readonly total_vanilla: number;
  readonly total_irqsafe: number;
  readonly note: string;
}

/** A page allocated and freed, `bulk` at a time. */
export interface PublishedPageBulk extends Citation {
  readonly branch: string;
  readonly cpu: string;
  /** `single` is alloc_page(); `list` and `array` are how the bulk API returns its pages. */
  readonly variant: string;
  readonly bulk: number;
  readonly cycles_tsc: number;
  readonly ns: number;
}

/** A page taken from a page_pool and given back, by where it comes from. */
export interface PublishedPagePoolCost extends Citation {
  readonly kernel: string;
  readonly cpu: string;
  /** State of the CPU's mitigations, where it matters. */
  readonly mitigation?: string;
  /** fast_path, ptr_ring or slow. */
  readonly test: string;
  readonly cycles_tsc: number;
  readonly ns: number;
}

/** pktgen over interrupt coalescing and the size of the TX ring. */
export interface PublishedCoalescing extends Citation {
  readonly cpu: string;
  readonly rx_usecs: number;
  /** Descriptors. */
  readonly tx_ring: number;
  readonly pps: number;
  readonly irqs_per_second?: number;
  readonly note?: string;
}

/** A primitive of the kernel or the CPU. The empty loop is in the number where time_bench measured it. */
export interface PublishedPrimitive extends Citation {
  readonly primitive: string;
  readonly cpu: string;
  readonly config?: string;
  readonly cycles_tsc?: number;
  readonly ns: number;
  readonly note?: string;
}

/** An element put into a queue or taken out of it, `bulk` at a time: one side, both are twice this. */
export interface PublishedQueueBulk extends Citation {
  /** MPMC or SPSC: many producers and consumers, or one. */
  readonly queue: string;
  readonly cpu: string;
  readonly bulk: number;
  readonly ns: number;
  readonly note?: string;
}

/** Packets redirected with and without retpolines. */
export interface PublishedRetpoline extends Citation {
  readonly what: string;
  readonly pps: number;
  readonly insn_per_cycle: number;
}

/** An object of the slab allocator allocated and freed, one by one (`fallback`) and by the bulk API, `bulk` at a time. */
export interface PublishedSlabBulk extends Citation {
  readonly series: string;
  readonly cpu: string;
  readonly bulk: number;
  readonly fallback_cycles_tsc: number;
  readonly fallback_ns: number;
  readonly bulk_cycles_tsc: number;
  readonly bulk_ns: number;
}

/** Idle time of one CPU that drops what is offered. */
export interface PublishedIdle extends Citation {
  readonly mpps_offered: number;
  readonly xdp_idle_percent: number;
  readonly linux_idle_percent: number;
}

/** Packets per second of several cores, or of as many receive queues. */
export interface PublishedScaling extends Citation {
  readonly series: string;
  readonly cpu: string;
  readonly cores: number;
  readonly pps: number;
  readonly note?: string;
}

const FOLDER = new URL("../../data/published/", import.meta.url);

/**
 * The rows of a table of published figures that ships with the project, `data/published/<name>.csv`.
 *
 * Columns keep the name and the unit they have in the file.
 * Source: data/published/README.md; each row carries its own.
 * @throws RangeError for a name that is no table, naming those there are; ParseError as `parsePublished`.
 * @example
 * readPublished("page_order_cost").find(({ kernel, order }) => kernel === "4.6.0-rc1" && order === 3).cycles_tsc // 503
 */
export function readPublished<Name extends keyof PublishedTables>(name: Name): readonly PublishedTables[Name][] {
  const file = `${name}.csv`;
  const files = readdirSync(FOLDER).filter((entry) => entry.endsWith(".csv"));
  if (!files.includes(file)) {
    const names = files.map((entry) => entry.slice(0, -".csv".length));
    throw new RangeError(`readPublished requires one of ${names.join(", ")}: got ${name}`);
  }
  const { rows } = parsePublished({ file, text: readFileSync(new URL(file, FOLDER), "utf8") });
  return rows as unknown as readonly PublishedTables[Name][];
}
