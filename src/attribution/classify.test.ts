import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ProfileBuilder } from "../profile/profile-builder.js";
import { classify, classifyStacks } from "./classify.js";
import { parseRules } from "./rules-file.js";

/** Class and stage of a stack written as perf script prints it, innermost function first. */
const of = (...stack: string[]) => {
  const { what, where } = classify({ stack });
  return [what, where];
};

describe("classify()", () => {
  it("tells the clear of a slab object as it is allocated from the clear of an SKB that is built", () => {
    const napi = ["__netdev_alloc_skb", "e1000_clean_rx_irq", "__napi_poll", "net_rx_action"];
    for (const memset of ["memset_erms", "memset", "__pi_memset", "memset_orig"]) {
      assert.deepEqual(of(memset, "kmem_cache_alloc_node", "__alloc_skb", ...napi), ["slab-clear", "napi"]);
      assert.deepEqual(of(memset, "kmem_cache_alloc_noprof", "__build_skb", ...napi), ["slab-clear", "napi"]);
      assert.deepEqual(of(memset, "__alloc_skb", ...napi), ["skb-clear", "napi"]);
      assert.deepEqual(of(memset, "e1000_clean_rx_irq", "__napi_poll"), ["copy", "napi"]);
    }
  });

  it("matches any caller, since tail calls leave no frame", () => {
    // 5.10: __build_skb jumps to __build_skb_around, kfree_skbmem to kmem_cache_free, page_frag_free to free_unref_page.
    assert.deepEqual(of("kmem_cache_free", "ip_rcv_finish_core.constprop.0", "ip_rcv"), ["skb-free-fast", "ip"]);
    assert.deepEqual(of("kmem_cache_alloc", "veth_poll", "__alloc_skb", "__napi_poll")[0], "skb-alloc-fast");
    assert.deepEqual(of("kfree", "kfree_skb", "udp_queue_rcv_one_skb"), ["head-free", "udp"]);
    assert.deepEqual(of("__unfreeze_partials", "free_old_xmit_skbs", "virtnet_poll_tx"), ["skb-free-slow", "driver-tx"]);
  });

  it("counts callers of the same context only", () => {
    const interrupted = ["memset_erms", "kmem_cache_alloc_node", "__alloc_skb", "tcp_sendmsg_locked"];
    const irq = ["asm_sysvec_apic_timer_interrupt", ...interrupted];
    assert.deepEqual(of("kmem_cache_alloc", "foo", ...irq), ["slab", "hard-irq"]);
    assert.deepEqual(of("memset_erms", "foo", "handle_softirqs", ...interrupted), ["copy", "softirq"]);
    assert.deepEqual(of("foo", "asm_exc_page_fault", "_copy_from_iter", "tcp_sendmsg_locked"), ["process", "fault"]);
  });

  it("takes the stage of the innermost function that has one", () => {
    const below = ["net_rx_action", "handle_softirqs", "__local_bh_enable_ip", "pktgen_xmit", "kthread"];
    assert.deepEqual(of("skb_put", "pktgen_finalize_skb", "pktgen_xmit", "kthread"), ["generator", "generator"]);
    assert.deepEqual(of("skb_put", "ip_rcv_core", "process_backlog", "__napi_poll", ...below), ["skb-meta", "ip"]);
    assert.deepEqual(of("__napi_poll", ...below), ["stack", "napi"]);
    assert.deepEqual(of("kmem_cache_free", "napi_consume_skb", "free_old_xmit_skbs", "__napi_poll"), [
      "skb-free-fast",
      "driver-tx",
    ]);
    assert.deepEqual(of("sock_def_readable", "udp_queue_rcv_one_skb", "ip_local_deliver_finish"), ["socket", "socket"]);
  });

  it("says whose pages they are", () => {
    const rule = (...stack: string[]) => classify({ stack }).whatRule?.id;
    assert.equal(rule("get_page_from_freelist", "allocate_slab", "___slab_alloc", "kmem_cache_alloc"), "page-alloc-slab");
    assert.equal(rule("rmqueue_bulk", "__alloc_pages_bulk", "__page_pool_alloc_pages_slow"), "page-alloc-page-pool");
    assert.equal(rule("__alloc_pages", "page_frag_alloc_align", "__netdev_alloc_skb"), "page-alloc-page-frag");
    assert.equal(rule("__alloc_pages", "mlx5e_post_rx_wqes", "mlx5e_napi_poll"), "page-alloc");
    assert.equal(rule("clear_page_erms", "get_page_from_freelist", "allocate_slab"), "page-clear-slab");
    assert.equal(rule("_raw_spin_lock", "rmqueue_bulk", "get_page_from_freelist"), "page-lock");
    assert.equal(
      rule("_raw_spin_unlock_irqrestore", "get_partial_node.part.0", "___slab_alloc", "__alloc_skb"),
      "skb-alloc-slow-lock",
    );
  });

  it("does not take other objects for SKBs", () => {
    assert.equal(of("kmem_cache_alloc", "getname_flags.part.0", "__x64_sys_statx", "do_syscall_64")[0], "slab");
    assert.equal(of("kmem_cache_free", "dst_destroy", "rcu_do_batch", "tcp_v4_rcv")[0], "slab");
    assert.equal(of("kmem_cache_alloc", "inet_reqsk_alloc", "tcp_conn_request", "cpu_map_kthread_run")[0], "slab");
    assert.equal(of("___slab_alloc", "kmem_cache_alloc_bulk", "cpu_map_kthread_run")[0], "skb-alloc-slow");
    assert.equal(of("___slab_alloc", "kmem_cache_alloc_bulk", "mas_alloc_nodes", "do_syscall_64")[0], "slab");
  });

  it("gives a lock to what it guards, not to the timer that called it", () => {
    assert.deepEqual(of("_raw_spin_lock", "__dev_queue_xmit", "tcp_write_timer", "call_timer_fn", "handle_softirqs"), [
      "locks",
      "qdisc",
    ]);
    assert.deepEqual(of("_raw_spin_unlock_irq", "__run_timers", "handle_softirqs"), ["timers", "softirq"]);
    assert.deepEqual(of("_raw_spin_unlock_irqrestore", "sock_def_readable", "udp_queue_rcv_one_skb")[0], "scheduler");
  });

  it("keeps the IOMMU's flush queue apart from the queueing discipline", () => {
    assert.deepEqual(of("fq_flush_timeout"), ["dma-map", "remainder"]);
    assert.deepEqual(of("fq_enqueue"), ["qdisc", "qdisc"]);
  });

  it("leaves what no rule takes in the remainder, and names too long for a kernel", () => {
    assert.deepEqual(of(), ["remainder", "remainder"]);
    assert.deepEqual(of("foo_bar", "tcp_ack"), ["remainder", "tcp"]);
    assert.deepEqual(of(`ip_${"x".repeat(2_000_000)}`), ["remainder", "remainder"]);
  });
});

const SYMBOLS = [
  "memset",
  "kmem_cache_alloc",
  "__alloc_skb",
  "tcp_ack",
  "pktgen_xmit",
  "asm_sysvec_reboot",
  "foo",
  "kfree",
  "veth_xmit",
];
const STACK = fc.array(fc.constantFrom(...SYMBOLS), { maxLength: 8 });

describe("classifyStacks()", () => {
  it("gives every sample one class and one stage, those of its stack alone", () => {
    fc.assert(
      fc.property(fc.array(STACK, { minLength: 1 }), (stacks) => {
        const builder = new ProfileBuilder({ file: "script.txt" });
        const kernel = builder.dso("[kernel.kallsyms]");
        const nodes = stacks.map((stack) =>
          stack.reduceRight((caller, symbol) => builder.child(caller, builder.frame(builder.symbol(symbol), kernel)), 0),
        );
        const { classes, what, stages, where } = classifyStacks(builder.finish());
        const sums = new Map<string, number>();
        stacks.forEach((stack, sample) => {
          const found = classify({ stack });
          const node = nodes[sample] as number;
          assert.deepEqual([classes[what[node] as number], stages[where[node] as number]], [found.what, found.where]);
          sums.set(found.what, (sums.get(found.what) ?? 0) + 1);
        });
        // The double-count check of the 2016 tool: classes and remainder sum to the samples.
        assert.equal(
          [...sums.values()].reduce((sum, count) => sum + count, 0),
          stacks.length,
        );
      }),
    );
  });

  it("matches kernel functions only, and starts anew where the kernel is entered", () => {
    const builder = new ProfileBuilder({ file: "script.txt" });
    const names = ["[kernel.kallsyms]", "[veth]", "/lib/libc.so.6", "[vdso]", "inlined"];
    const [kernel, veth, libc, vdso, inlined] = names.map((dso) => builder.dso(dso));
    const call = (caller: number, symbol: string, dso: number | undefined) =>
      builder.child(caller, builder.frame(builder.symbol(symbol), dso ?? -1));
    const user = call(0, "__alloc_skb", libc);
    const memset = call(user, "memset", libc);
    const unknown = call(memset, "tcp_ack", inlined);
    const entered = call(user, "memset", kernel);
    const within = call(entered, "tcp_ack", inlined);
    const clock = call(user, "ktime_get", vdso);
    const module = call(entered, "veth_xmit", veth);
    const hole = builder.child(module, builder.unresolvedFrame(-1, 0xffff_ffff_c000_0000n));
    const { classes, what, stages, where, whatRule } = classifyStacks(builder.finish());
    const found = (node: number) => [classes[what[node] as number], stages[where[node] as number]];
    for (const node of [user, memset, unknown, clock]) assert.deepEqual(found(node), ["user", "user"]);
    assert.deepEqual(found(entered), ["slab-clear", "remainder"]);
    assert.deepEqual(found(within), ["stack", "tcp"]);
    assert.deepEqual(found(module), ["driver", "driver-tx"]);
    assert.deepEqual(found(hole), ["remainder", "driver-tx"]);
    assert.ok((whatRule[user] as number) < 0 && (whatRule[module] as number) >= 0);
  });

  it("holds more conditions on callers than a word has bits", () => {
    const text = Array.from({ length: 70 }, (_, at) => `what class-${at} leaf under=caller_${at} under=other_${at}\n`).join("");
    const { rows: what } = parseRules({ file: "my.rules", text });
    const rules = { version: "my.rules", what, where: [] };
    for (const at of [0, 15, 16, 31, 32, 69]) {
      assert.equal(classify({ stack: ["leaf", `caller_${at}`, "x", `other_${at}`], rules }).what, `class-${at}`);
      assert.equal(classify({ stack: ["leaf", `caller_${at}`, "x"], rules }).what, "remainder");
    }
  });

  it("refuses a tree whose callers come later", () => {
    const frames = { length: 1, symbol: Int32Array.of(0), dso: Int32Array.of(-1), address: BigUint64Array.of(0n) };
    const stacks = { length: 3, parent: Int32Array.of(-1, 2, 0), frame: Int32Array.of(-1, 0, 0) };
    assert.throws(() => classifyStacks({ symbols: ["foo"], dsos: [], frames, stacks }), {
      name: "RangeError",
      message: "classifyStacks requires callers before what they call: node 1 has caller 2",
    });
  });
});
