/**
 * The name of a kernel function as the rules know it: what compiler, build and architecture added to it is taken off. For matching
 * only: what a reader sees is the symbol as the kernel spells it.
 *
 * - from the first dot: a function's name in C has none, so each one starts a suffix of GCC or LLVM (`.isra.0`, `.constprop.0`,
 *   `.part.0`, `.cold`, `.llvm.123`), in any number and order
 * - `_noprof`: the function below the macro that counts allocations (`alloc_hooks`, include/linux/alloc_tag.h; 6.12 has it, 6.1 not)
 * - `__pi_`: the alias of a position independent function (arch/arm64/lib/memset.S; on x86-64 in 6.18)
 * - `__x64_sys_`, `__ia32_sys_`, `__arm64_sys_`, `__se_sys_`, `__do_sys_` and their `compat_` variants: the layers of one system
 *   call (arch/x86/include/asm/syscall_wrapper.h)
 *
 * @example
 * symbolName("cmpxchg_double_slab.constprop.0.isra.0") // "cmpxchg_double_slab"
 * symbolName("kmem_cache_alloc_noprof") // "kmem_cache_alloc"
 * symbolName("__pi_memset") // "memset"
 * symbolName("__x64_sys_sendto") // "sys_sendto"
 */
export function symbolName(symbol: string): string {
  const dot = symbol.indexOf(".", 1);
  return (dot < 0 ? symbol : symbol.slice(0, dot)).replace(BUILD_AFFIXES, "");
}

const BUILD_AFFIXES = /^__pi_|^__(?:x64|ia32|arm64|se|do)_(?:compat_)?(?=sys_)|_noprof$/g;
