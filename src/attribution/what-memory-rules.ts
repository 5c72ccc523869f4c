import {
  anyOf,
  LOCK,
  PAGE_ALLOC,
  PAGE_FREE,
  SKB_ALLOC,
  SKB_BUILD,
  SLAB_ALLOC,
  SLAB_ALLOC_SLOW,
  SLAB_FREE_SLOW,
} from "./rule-names.js";

const MEMSET = "memset __memset memset_erms memset_orig";
const CLEAR_PAGE = anyOf(`
  clear_page_erms clear_page_rep clear_page_orig clear_page kernel_init_pages clear_highpage clear_huge_page clear_subpage`);
const PAGE_ALLOC_DETAILS = anyOf(`
  __zone_watermark_ok zone_statistics next_zones_zonelist __next_zones_zonelist __mod_zone_page_state policy_nodemask policy_node
  get_pfnblock_flags_mask __get_pfnblock_flags_mask split_page mempolicy_slab_node`);
const KMALLOC = anyOf("__kmalloc\\w* kmalloc_\\w+ kmem_cache_alloc_node_trace ksize __ksize");
const NOT_SKBS = anyOf(`
  dst_destroy __sk_destruct sk_prot_free inet_reqsk_\\w+ reqsk_\\w+ inet_twsk_\\w+ nf_conntrack_free neigh_destroy`);

// Notes that several rules share.
const IRQS_OFF = "! in part with interrupts off: a software clock (cpu-clock) counts that part where they come back on";
const IRQS_ON = "! where interrupts come back on: a software clock (cpu-clock) counts here what ran before with them off";
const NO_CALLER = "! no caller recorded: in the profile of a network load taken for an SKB's";

/**
 * The shipped *what* rules of memory: SKBs, the slab, pages. Of rules for the same functions, those with a condition come first.
 */
export const MEMORY_RULES: string = String.raw`
what slab-clear
  ${MEMSET} under=${SLAB_ALLOC}
  id=slab-clear kernels=5.10-6.18 file=mm/slub.c
  # the whole object as it is allocated: init_on_alloc=1 (Debian's default), or __GFP_ZERO as the CPU map and veth ask for
  ! with init_on_alloc an SKB is cleared twice: whole here, and up to its tail where it is built
what skb-clear
  ${MEMSET} under=${SKB_BUILD}
  id=skb-clear kernels=5.10-6.18 file=net/core/skbuff.c
  # the clear of struct sk_buff where the compiler calls memset; GCC inlines it as rep stos
what slab-clear
  ${MEMSET} in=remainder
  id=slab-clear-no-caller kernels=5.10-6.18 file=mm/slub.c
  # the clear of struct sk_buff is inlined, so a memset of a network load is most likely the slab's
  ! no caller recorded: it may be any memset
what page-clear
  ${CLEAR_PAGE} under=${SLAB_ALLOC_SLOW}
  id=page-clear-slab kernels=5.10-6.18 file=mm/page_alloc.c
  # pages the slab takes, zeroed by init_on_alloc=1
what page-clear
  ${CLEAR_PAGE}
  id=page-clear kernels=5.10-6.18 file=arch/x86/lib/clear_page_64.S
  # pages zeroed as they are taken: init_on_alloc=1, __GFP_ZERO, a process' new memory

what shared-info
  __build_skb_around build_skb_around __finalize_skb_around
  id=shared-info kernels=5.10-6.18 file=net/core/skbuff.c
  # head, data, end, truesize, then 32 bytes and dataref of skb_shared_info: a cold line at the end of the data
  ! __alloc_skb of 5.10 inlines it; build_skb_around also reads struct page
what skb-build
  __alloc_skb __build_skb __napi_build_skb slab_build_skb inlines=skb-clear
  id=skb-build-with-clear kernels=5.10-6.18 file=net/core/skbuff.c
  # the clear of struct sk_buff up to its tail is inlined here as rep stos and has no symbol
  ! the sum of clear and set-up: perf annotate tells them apart
what skb-build
  build_skb napi_build_skb \w*xdp_build_skb\w*
  id=skb-build kernels=5.10-6.18 file=net/core/skbuff.c
  # head_frag and pfmemalloc: reads struct page
what napi-cache
  napi_skb_cache_get\w* napi_skb_cache_put\w* __kfree_skb_defer __kfree_skb_flush
  id=napi-cache kernels=5.10-6.18 file=net/core/skbuff.c
  # struct sk_buff kept per CPU, refilled and given back in bulk; napi_skb_cache_put is inlined in 6.1
what napi-cache
  kmem_cache_size under=napi_skb_cache_\w+
  id=napi-cache-size file=net/core/skbuff.c
  # asked on every free, for KASAN

what page-lock
  ${LOCK} under=${PAGE_ALLOC}|${PAGE_FREE}
  id=page-lock kernels=5.10-6.18 file=mm/page_alloc.c
  # zone->lock, where the per CPU page lists are filled or drained
  ${IRQS_ON}
what reclaim
  __alloc_pages_slowpath try_to_free_pages shrink_\w+ compact_\w+ try_to_compact_pages wakeup_kswapd kswapd balance_pgdat
  id=reclaim kernels=5.10-6.18 file=mm/vmscan.c
  # no free page at hand
what page-alloc
  ${PAGE_ALLOC} ${PAGE_ALLOC_DETAILS} under=${SLAB_ALLOC}|${SLAB_ALLOC_SLOW}
  id=page-alloc-slab kernels=5.10-6.18 file=mm/page_alloc.c
  # pages for the slab: part of what an SKB and its data cost
  ${IRQS_OFF}
what page-alloc
  ${PAGE_ALLOC} ${PAGE_ALLOC_DETAILS} under=page_pool_\w+|__page_pool_\w+
  id=page-alloc-page-pool kernels=5.10-6.18 file=mm/page_alloc.c
  # pages for a page_pool
  ${IRQS_OFF}
what page-alloc
  ${PAGE_ALLOC} ${PAGE_ALLOC_DETAILS} under=\w*page_frag\w*|\w*netdev_alloc_frag\w*|\w*napi_alloc_frag\w*
  id=page-alloc-page-frag kernels=5.10-6.18 file=mm/page_alloc.c
  # pages to cut fragments from
  ${IRQS_OFF}
what page-alloc
  ${PAGE_ALLOC} ${PAGE_ALLOC_DETAILS}
  id=page-alloc kernels=5.10-6.18 file=mm/page_alloc.c
  # pages for anything else; the stage says for whom: napi is a driver's refill, fault a process
  ${IRQS_OFF}
what page-free
  ${PAGE_FREE} under=${SLAB_FREE_SLOW}
  id=page-free-slab kernels=5.10-6.18 file=mm/page_alloc.c
  # pages the slab gives back
  ${IRQS_OFF}
what page-free
  ${PAGE_FREE}
  id=page-free kernels=5.10-6.18 file=mm/page_alloc.c
  # pages anything else gives back
  ${IRQS_OFF}
what page-pool
  page_pool_\w+ __page_pool_\w+ napi_pp_put_page skb_pp_recycle
  id=page-pool kernels=5.10-6.18 file=net/core/page_pool.c
  # recycled pages, their statistics, and the pool's DMA mapping where it is inlined
what page-frag
  \w*page_frag_\w+ __alloc_page_frag __free_page_frag napi_alloc_frag\w* __napi_alloc_frag\w* netdev_alloc_frag\w*
  __netdev_alloc_frag\w* skb_free_frag skb_page_frag_refill
  id=page-frag kernels=5.10-6.18 file=mm/page_alloc.c
  # mm/page_frag_cache.c in later kernels; page_frag_free ends in a jump to the page allocator

what memcg
  memcg_slab_\w+ __memcg_slab_\w+ obj_cgroup_\w+ mod_objcg_\w+ mod_memcg_\w+ memcg1_\w+ \w*charge_memcg \w*mem_cgroup_\w+
  count_memcg_events page_counter_\w+ refill_obj_stock refill_stock consume_obj_stock
  id=memcg file=mm/memcontrol.c
  # control groups account slab objects, pages and socket buffers
what skb-alloc-bulk
  kmem_cache_alloc_bulk __kmem_cache_alloc_bulk in=network,remainder
  id=skb-alloc-bulk kernels=5.10-6.18 file=mm/slub.c
  # for the NAPI cache, the CPU map and veth
what skb-alloc-slow
  ${SLAB_ALLOC_SLOW} under=${SKB_ALLOC}
  id=skb-alloc-slow kernels=5.10-6.18 file=mm/slub.c
  # an SKB or its data, beyond the CPU's own slab
  ${IRQS_OFF}
what skb-alloc-slow
  ${SLAB_ALLOC_SLOW} under=kmem_cache_alloc_bulk|__kmem_cache_alloc_bulk in=network
  id=skb-alloc-slow-bulk kernels=5.10-6.18 file=mm/slub.c
  # many SKBs at a time, as the CPU map and veth take them
  ${IRQS_OFF}
what skb-alloc-slow
  ${LOCK} under=${SLAB_ALLOC_SLOW} under=${SKB_ALLOC}
  id=skb-alloc-slow-lock kernels=5.10-6.18 file=mm/slub.c
  # list_lock of the node's partial slabs
  ${IRQS_ON}
what skb-alloc-slow
  ${SLAB_ALLOC_SLOW} in=remainder
  id=skb-alloc-slow-no-caller kernels=5.10-6.18 file=mm/slub.c
  # beyond the CPU's own slab
  ${NO_CALLER}
what head-alloc
  kmalloc_reserve __netdev_alloc_skb __napi_alloc_skb napi_alloc_skb alloc_skb_with_frags pskb_expand_head
  id=head-alloc-helpers kernels=5.10-6.18 file=net/core/skbuff.c
  # choose where the data of an SKB comes from
what head-alloc
  ${SLAB_ALLOC} ksize __ksize under=kmalloc_reserve|__kmalloc_node_track_caller
  id=head-alloc-slab kernels=5.10-6.18 file=mm/slub.c
  # the data of an SKB by kmalloc, or from the cache of small heads
what head-alloc
  ${KMALLOC} under=${SKB_ALLOC}
  id=head-alloc-kmalloc kernels=5.10-6.18 file=mm/slab_common.c
  # the data of an SKB by kmalloc
what head-alloc
  ${KMALLOC} in=remainder
  id=head-alloc-no-caller kernels=5.10-6.18 file=mm/slab_common.c
  # the data of an SKB by kmalloc
  ${NO_CALLER}
what skb-alloc-fast
  ${SLAB_ALLOC} under=${SKB_ALLOC}
  id=skb-alloc-fast kernels=5.10-6.18 file=mm/slub.c
  # struct sk_buff from the CPU's own slab
what skb-alloc-fast
  ${SLAB_ALLOC} __update_cpu_freelist_fast cache_alloc_refill alloc_from_pcs in=remainder
  id=skb-alloc-fast-no-caller kernels=5.10-6.18 file=mm/slub.c
  # struct sk_buff from the CPU's own slab
  ${NO_CALLER}

what slab
  kmem_cache_free kmem_cache_free_bulk kfree __kmem_cache_free ${SLAB_FREE_SLOW} under=${NOT_SKBS}
  id=slab-free-not-skbs kernels=5.10-6.18 file=mm/slub.c
  # routes, sockets, connections: objects the network stack frees that are no SKBs
what skb-free-bulk
  kmem_cache_free_bulk __kmem_cache_free_bulk build_detached_freelist in=network,remainder
  id=skb-free-bulk kernels=5.10-6.18 file=mm/slub.c
  # from the NAPI cache, and lists of SKBs
what skb-free-slow
  ${SLAB_FREE_SLOW} in=network,remainder
  id=skb-free-slow kernels=5.10-6.18 file=mm/slub.c
  # not the CPU's own slab: taken on another CPU, or long ago. The caller is often lost: kfree_skbmem ends in a jump
  ${IRQS_OFF}
what skb-free-slow
  ${LOCK} under=${SLAB_FREE_SLOW} in=network
  id=skb-free-slow-lock kernels=5.10-6.18 file=mm/slub.c
  # list_lock of the node's partial slabs
  ${IRQS_ON}
what head-free
  kfree kfree_bulk __kmem_cache_free in=network,remainder
  id=head-free kernels=5.10-6.18 file=mm/slub.c
  # the data of an SKB; skb_release_data of 5.10 ends in a jump, so the caller may be missing
what skb-free-fast
  kmem_cache_free slab_free cache_from_obj ___cache_free free_to_pcs in=network,remainder
  id=skb-free-fast kernels=5.10-6.18 file=mm/slub.c
  # struct sk_buff to the CPU's own slab; kfree_skbmem ends in a jump, so the caller may be missing
what skb-free
  kfree_skb\w* __kfree_skb kfree_skbmem consume_skb napi_consume_skb __consume_stateless_skb sk_skb_reason_drop skb_release_\w+
  skb_free_head skb_kfree_head skb_free_datagram\w* __skb_free_datagram_locked skb_attempt_defer_free skb_defer_free_flush
  skb_tx_error __dev_kfree_skb_\w+ dev_kfree_skb_\w+ skb_queue_purge\w*
  id=skb-free kernels=5.10-6.18 file=net/core/skbuff.c
  # references, destructor, fragments
what slab
  ${LOCK} under=${SLAB_ALLOC_SLOW}|${SLAB_FREE_SLOW}
  id=slab-lock kernels=5.10-6.18 file=mm/slub.c
  # list_lock, for objects that are no SKBs
  ${IRQS_ON}
what slab
  ${SLAB_ALLOC} ${SLAB_ALLOC_SLOW} ${SLAB_FREE_SLOW} kmem_cache_\w+ __kmem_cache_free\w* build_detached_freelist cache_from_obj
  kfree kfree_bulk kfree_const kfree_sensitive kfree_rcu\w* __kfree_rcu\w* krealloc\w* ksize __ksize kmalloc_\w+ \w*_sheaf
  id=slab kernels=5.10-6.18 file=mm/slub.c
  # objects that are no SKBs: the stage is outside of the network, or the caller is none that builds an SKB
`;
