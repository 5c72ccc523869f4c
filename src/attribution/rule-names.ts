/** Sets of kernel functions that several rules need, as alternatives of a pattern. Names are those that `symbolName` leaves. */

/**
 * Alternatives of a pattern from names between white space.
 *
 * @example
 * anyOf("kfree kfree_bulk") // "kfree|kfree_bulk"
 */
export function anyOf(names: string): string {
  return names.trim().split(/\s+/).join("|");
}

/** mm/slub.c, mm/slab_common.c: functions that hand out a slab object. 5.10 to 6.18. */
export const SLAB_ALLOC: string = anyOf(`
  kmem_cache_alloc\\w* __kmem_cache_alloc\\w* __kmalloc\\w* kmalloc_\\w+ slab_post_alloc_hook slab_pre_alloc_hook`);

/** mm/slub.c: allocation beyond the CPU's own slab, or sheaf since 6.18. */
export const SLAB_ALLOC_SLOW: string = anyOf(`
  ___slab_alloc __slab_alloc get_partial get_partial_node get_any_partial new_slab allocate_slab shuffle_freelist setup_object
  deactivate_slab __pcs_replace_empty_main refill_sheaf refill_objects alloc_empty_sheaf barn_\\w+`);

/** mm/slub.c: free beyond the CPU's own slab, or sheaf since 6.18. */
export const SLAB_FREE_SLOW: string = anyOf(`
  __slab_free put_cpu_partial unfreeze_partials __unfreeze_partials __put_partials discard_slab __free_slab free_to_partial_list
  cmpxchg_double_slab __cmpxchg_double_slab slab_update_freelist __slab_update_freelist __pcs_replace_full_main free_to_pcs
  free_to_pcs_bulk sheaf_flush\\w*`);

/** net/core/skbuff.c: functions that clear struct sk_buff and set it up. */
export const SKB_BUILD: string = anyOf(`
  __alloc_skb __build_skb build_skb __napi_build_skb napi_build_skb slab_build_skb`);

/** net/core/skbuff.c: functions below which a slab object is an SKB or its data. */
export const SKB_ALLOC: string = anyOf(`
  ${SKB_BUILD} __netdev_alloc_skb __napi_alloc_skb napi_alloc_skb alloc_skb_with_frags napi_get_frags napi_skb_cache_get\\w*
  kmalloc_reserve skb_clone skb_copy skb_copy_expand __pskb_copy_fclone pskb_expand_head skb_segment skb_segment_list
  \\w*xdp_build_skb\\w*`);

/** mm/page_alloc.c, mm/mempolicy.c: the page allocator, allocating. */
export const PAGE_ALLOC: string = anyOf(`
  __alloc_pages __alloc_pages_nodemask __alloc_pages_bulk __alloc_frozen_pages alloc_pages\\w* alloc_frozen_pages
  get_page_from_freelist rmqueue rmqueue_\\w+ __rmqueue __rmqueue_\\w+ prep_new_page post_alloc_hook prep_compound_page
  __get_free_pages get_zeroed_page __folio_alloc\\w* folio_alloc\\w* vma_alloc_folio`);

/** mm/page_alloc.c, mm/swap.c: the page allocator, freeing. */
export const PAGE_FREE: string = anyOf(`
  __free_pages __free_pages_ok free_tail_page_prepare free_pages free_unref_\\w+ free_pcppages_bulk free_pcp_prepare free_one_page __free_one_page
  free_hot_cold_page free_frozen_page\\w* __free_frozen_pages __put_page put_page __folio_put\\w* __page_cache_release put_netmem`);

/** kernel/locking/spinlock.c, qspinlock.c, qspinlock_paravirt.h: locks, taken and released. */
export const LOCK: string = anyOf(`
  _raw_spin_\\w+ _raw_read_\\w+ _raw_write_\\w+ (native_|__pv_)?queued_(spin|read|write)_lock_slowpath
  __raw_callee_save___pv_queued_spin_unlock __lock_text_start`);

/** kernel/sched: choosing, waking and switching tasks. */
export const SCHEDULING: string = anyOf(`
  try_to_wake_up ttwu_\\w+ __wake_up\\w* wake_up_\\w+ sock_def_readable sock_def_write_space ep_poll_callback
  schedule __schedule schedule_\\w+ finish_task_switch load_balance rebalance_domains sched_balance_\\w+ scheduler_tick sched_tick
  prepare_to_wait\\w* finish_wait add_wait_queue remove_wait_queue poll_freewait`);

/** kernel/time: timers armed and cancelled. */
export const TIMERS_ARMED: string = anyOf(`
  __mod_timer mod_timer __timer_delete\\w* timer_delete\\w* del_timer\\w* lock_timer_base sk_reset_timer
  hrtimer_(start|cancel|try_to_cancel|init|setup|active)\\w* __hrtimer_(start|init|setup)\\w* schedule_hrtimeout\\w*`);

/** kernel/time: timers that expire. What they call is not theirs. */
export const TIMERS_RUN: string = anyOf(`
  run_timer_softirq __run_timers call_timer_fn hrtimer_(interrupt|run_queues|run_softirq) __hrtimer_run_queues`);

/**
 * Prefixes of network drivers' functions: what the rules know a driver's own code by. Drivers whose functions have no prefix of
 * their own (virtio_net's `start_xmit`, dummy, loopback) are named in the rules. From drivers/net of Linux 6.12: the functions for
 * poll and ndo_start_xmit.
 */
export const DRIVERS: string = anyOf(`
  mlx4 mlx4_en mlx5 mlx5e i40e iavf ice idpf ixgbe ixgbevf igb igbvf igc e100 e1000 e1000e fm10k fbnic bnxt bnx2 bnx2x tg3
  ena gve nfp efx ef100 qede qlcnic netxen enic t4 be hns hns3 hinic mana netvsc vmxnet3 xennet xenvif veth virtnet nsim
  ionic octep otx2 nicvf liquidio stmmac macb fec cpsw am65_cpsw emac gfar dpaa dpaa2 enetc mvneta mvpp2 mtk airoha ravb aq
  rtl8169 atl1c alx wx myri10ge axienet xgbe tsnep lan966x sparx5 ocelot bcmgenet bgmac tbnet`);
