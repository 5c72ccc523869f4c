import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { symbolName } from "./symbol-name.js";

// As kallsyms of Debian 5.10.223, 6.1.176, 6.12.107 and of a 6.18.44 has them, arm64's from perf reports of a 5.1 on an ESPRESSObin.
const NAMES = {
  "kmem_cache_free_bulk.part.0": "kmem_cache_free_bulk",
  "cmpxchg_double_slab.constprop.0.isra.0": "cmpxchg_double_slab",
  "__slab_alloc.isra.0": "__slab_alloc",
  "kmem_dump_obj.cold": "kmem_dump_obj",
  "napi_gro_complete.constprop.0": "napi_gro_complete",
  "mvneta_txq_bufs_free.isra.78": "mvneta_txq_bufs_free",
  "get_partial_node.llvm.1234567890": "get_partial_node",
  "get_partial_node.isra.0.cold.12": "get_partial_node",
  __alloc_frozen_pages_noprof: "__alloc_frozen_pages",
  "kmalloc_array_noprof.constprop.0": "kmalloc_array",
  __pi_memset: "memset",
  __pi___inval_dcache_area: "__inval_dcache_area",
  __x64_sys_sendto: "sys_sendto",
  __ia32_compat_sys_recvmmsg: "sys_recvmmsg",
  __arm64_sys_sendto: "sys_sendto",
  __do_sys_getpid: "sys_getpid",
  __se_sys_sendto: "sys_sendto",
  // Nothing to take off.
  memset_erms: "memset_erms",
  __sys_sendto: "__sys_sendto",
  __do_softirq: "__do_softirq",
  x64_sys_call: "x64_sys_call",
  bpf_prog_943df0a1ce7ea5c2_xdp_prognum0: "bpf_prog_943df0a1ce7ea5c2_xdp_prognum0",
};

describe("symbolName()", () => {
  for (const [symbol, name] of Object.entries(NAMES)) {
    it(`of ${symbol} is ${name}`, () => assert.equal(symbolName(symbol), name));
  }

  it("takes any number of suffixes in any order, and has nothing left to take off", () => {
    const suffix = fc.constantFrom(".isra.0", ".constprop.1", ".part.0", ".cold", ".cold.3", ".llvm.77");
    fc.assert(
      fc.property(fc.array(suffix), fc.boolean(), (suffixes, profiled) => {
        const symbol = `rmqueue${profiled ? "_noprof" : ""}${suffixes.join("")}`;
        assert.equal(symbolName(symbol), "rmqueue");
        assert.equal(symbolName(symbolName(symbol)), symbolName(symbol));
      }),
    );
  });
});
