import { DRIVERS } from "./rule-names.js";

/** The shipped *what* rules of the network: generator, drivers, XDP, the stack. After those of memory. */
export const NETWORK_RULES: string = String.raw`
what generator
  .+ in=generator
  id=generator-all file=net/core/pktgen.c
  # pktgen fills, counts and waits; below it only SKBs and pages have been classed otherwise
what generator
  pktgen_\w+ fill_packet\w* mod_cur_headers
  id=generator file=net/core/pktgen.c
  # pktgen's own functions
what driver
  skb_clone_tx_timestamp skb_tstamp_tx __skb_tstamp_tx skb_complete_tx_timestamp
  id=driver-timestamp file=net/core/timestamping.c
  # the time stamp hook that every driver calls on transmit
what skb-free
  _find_\w+_bit under=skb_defer_free_flush
  id=skb-free-deferred file=net/core/skbuff.c
  # which CPUs have freed SKBs of this one
what skb-meta
  skb_(put|push|pull|trim|condense|clone|copy|headers_offset_update|network_protocol|scrub_packet|ensure_writable)\w*
  skb_(try_coalesce|coalesce_rx_frag|add_rx_frag\w*|set_owner_\w+|split|shift|checksum_help|to_sgvec\w*|orphan\w*|dst_\w+|ext_\w+)
  _*pskb_(trim|put|copy|expand|pull)\w* skb_zerocopy\w* __skb_clone __copy_skb_header skb_copy_header get_netmem skb_queue_\w+ skb_dequeue\w*
  skb_append skb_unlink __skb_ext_\w+ __skb_unclone_keeptruesize
  id=skb-meta kernels=5.10-6.18 file=net/core/skbuff.c
  # fields of struct sk_buff, clones, lists, references to fragments

what driver-recycle
  (${DRIVERS})_\w*(alloc_rx|rx_refill|rx_cache|page_release|reuse_rx|can_reuse|alloc_frags)\w* try_fill_recv
  id=driver-recycle file=drivers/net
  # receive pages taken, given back and used again by the driver itself
what dma-sync
  dma_sync_\w+ __dma_sync_\w+ dma_direct_sync_\w+ swiotlb_sync_\w+ iommu_dma_sync_\w+ arch_sync_dma_\w+ __inval_dcache_area
  __clean_dcache_area_poc dcache_inval_poc dcache_clean_poc
  id=dma-sync kernels=5.10-6.18 file=kernel/dma/mapping.c
  # who may touch the buffer: nothing on coherent x86 but the calls, cache maintenance on many arm64
what dma-map
  dma_map_\w+ dma_unmap_\w+ dma_direct_\w+ swiotlb_\w+ iommu_\w+ __iommu_\w+ alloc_iova\w* free_iova\w* intel_map_page
  __intel_map_single intel_iommu_\w+ amd_iommu_\w+ queue_iova qi_submit_sync fq_flush_timeout fq_ring_\w+ unmap_single
  id=dma-map kernels=5.10-6.18 file=kernel/dma/mapping.c
  # with the IOMMU: its page table, its addresses, its flush queue (fq_*, not the queueing discipline)
what checksum
  csum_partial do_csum ip_fast_csum ip_compute_csum ip_send_check udp4_hwcsum udp_set_csum skb_checksum\w*
  __skb_checksum\w* skb_csum_hwoffload_help csum_block_add_ext
  id=checksum kernels=5.10-6.18 file=net/core/skbuff.c
  # in software
what copy
  memcpy __memcpy memcpy_erms memcpy_orig memmove __memmove memset __memset memset_erms memset_orig memcmp csum_partial_copy\w*
  csum_and_copy\w* copy_user_\w+ rep_movs_alternative rep_stos_alternative _copy_\w+ __arch_copy_\w+ __arch_clear_user
  copyout copyin copy_mc_\w+ copy_folio_from_iter_atomic copy_page_(from|to)_iter\w* simple_copy_to_iter __skb_datagram_iter
  skb_copy_(bits|datagram|and_csum)\w* skb_store_bits __pskb_pull_tail ip_generic_getfrag
  id=copy kernels=5.10-6.18 file=lib/iov_iter.c
  # the stage says which copy: napi a header, af-packet a tap, socket the user's

what doorbell
  vp_notify vm_notify virtqueue_notify virtqueue_kick\w* iowrite(8|16|32|64) __iowrite32_copy __iowrite64_copy
  id=doorbell file=drivers/virtio/virtio_pci_common.c
  # the device told of new descriptors; most drivers inline it as one store
  ! of a virtual device the exit to the host; of a real one the store waits in whatever runs next
what bpf
  bpf_\w+ __bpf_\w+ ___bpf_\w+ \w+_map_(lookup|update|delete|gen_lookup)\w* htab_\w+ __htab_\w+ array_map_\w+
  lookup_nulls_elem_raw trie_lookup_elem copy_from_kernel_nofault\w* __cgroup_bpf_\w+
  id=bpf kernels=6.1-6.18 file=kernel/bpf/core.c
  # programs, interpreter, helpers, maps, trampolines
what xdp
  do_xdp_generic netif_receive_generic_xdp generic_xdp_tx xdp_\w+ __xdp_\w+ dev_map_\w+ __dev_map_\w+ __dev_flush bq_\w+
  cpu_map_\w+ __cpu_map_\w+ xsk_\w+ __xsk_\w+ xp_\w+
  id=xdp kernels=5.10-6.18 file=net/core/filter.c
  # redirect, bulk queues, frames, AF_XDP
  ! cpu_map_kthread_run touches each packet for the first time on its CPU
what driver
  sg_\w+ __sg_\w+ in=napi,driver-tx
  id=driver-scatterlist file=lib/scatterlist.c
  # descriptors of a virtual device are made from a scatter list
what driver
  (${DRIVERS})_\w+ start_xmit free_old_xmit\w* receive_buf dummy_xmit loopback_xmit vring_\w+ virtqueue_\w+ detach_buf_\w+
  vp_\w+ vm_interrupt
  id=driver file=drivers/net
  # descriptors, completions
  ! the first touch of a packet is often in the driver's receive function: a cache miss, not its code
what gro
  napi_gro_\w+ dev_gro_receive gro_\w+ __gro_flush skb_gro_\w+ \w+_gro_(receive|complete) napi_get_frags napi_frags_\w+
  id=gro kernels=5.10-6.18 file=net/core/gro.c
  # net/core/dev.c up to 5.15
what gso
  skb_segment\w* \w+_gso_segment skb_gso_\w+ __skb_gso_segment skb_mac_gso_segment
  id=gso file=net/core/gso.c
  # segmentation in software, before the driver
what af-packet
  tpacket_\w+ packet_\w+ __packet_\w+ prb_(retire|open|fill|curr|dispatch)\w* run_filter dev_queue_xmit_nit
  id=af-packet kernels=5.10-6.18 file=net/packet/af_packet.c
  # taps and packet sockets
what netfilter
  nf_\w+ __nf_\w+ nft_\w+ ipt_\w+ ip6t_\w+ xt_\w+ iptable_\w+ ip6table_\w+ \w*conntrack\w*
  id=netfilter kernels=5.10-6.18 file=net/netfilter/core.c
  # hooks, tables, connection tracking
what qdisc
  __dev_queue_xmit dev_queue_xmit __dev_xmit_skb sch_direct_xmit dev_hard_start_xmit validate_xmit_\w+ netdev_pick_tx
  __netdev_pick_tx netdev_core_pick_tx net_tx_action dequeue_skb netif_skb_features passthru_features_check netif_schedule_queue
  __netif_schedule dql_\w+ netif_tx_\w+
  id=transmit-core kernels=5.10-6.18 file=net/core/dev.c
  # from the stack's hand over to the driver's
what qdisc
  __qdisc_\w+ qdisc_\w+ pfifo_\w+ bfifo_\w+ fq_\w+ htb_\w+ tbf_\w+ sfq_\w+ codel_\w+ cake_\w+ mq_\w+ noop_enqueue noop_dequeue
  noqueue_\w+ tcf_\w+ cls_\w+
  id=qdisc kernels=5.10-6.18 file=net/sched/sch_generic.c
  # queueing disciplines and classifiers
what stack
  tcp_\w+ __tcp_\w+ tcp4_\w+ tcp6_\w+ inet_csk_\w+ __inet6?_lookup\w* inet6?_ehashfn bbr_\w+ cubictcp_\w+
  bictcp_\w+ mptcp_\w+
  id=stack-tcp kernels=5.10-6.18 file=net/ipv4/tcp.c
  # TCP
what stack
  udp_\w+ __udp_\w+ udp4_\w+ __udp4_\w+ udp6_\w+ __udp6_\w+ udpv6_\w+ __skb_recv_udp skb_consume_udp
  id=stack-udp kernels=5.10-6.18 file=net/ipv4/udp.c
  # UDP
what stack
  ip_\w+ __ip_\w+ ip6_\w+ __ip6_\w+ ipv4_\w+ ipv6_\w+ fib_\w+ fib6_\w+ rt_dst_\w+ rt_cache_\w+ neigh_\w+ __neigh_\w+ arp_\w+
  icmp_\w+ icmpv6_\w+ ndisc_\w+ addrconf_\w+ raw_local_deliver raw_v4_\w+ xfrm_\w+ __xfrm_\w+ inet_\w*lookup\w* inet_gso\w*
  dst_\w+ inet_peer\w*
  id=stack-ip kernels=5.10-6.18 file=net/ipv4/ip_input.c
  # IPv4, IPv6, routing, neighbours
what stack
  netif_receive_skb\w* __netif_receive_skb\w* netif_rx\w* __netif_rx enqueue_to_backlog process_backlog deliver_skb get_rps_cpu
  net_rps_\w+ net_rx_action __napi_\w+ napi_\w+ __dev_forward_skb\w* dev_forward_skb\w* eth_\w+ vlan_\w+ br_\w+ macvlan_\w+
  is_skb_forwardable skb_do_redirect dev_\w+ netif_\w+ __netif_\w+ dsa_\w+ edsa_\w+ vxlan_\w+
  id=stack-core kernels=5.10-6.18 file=net/core/dev.c
  # NAPI, receive core, Ethernet, devices stacked on others
what socket
  sock_\w+ __sock_\w+ sk_\w+ __sk_\w+ lock_sock_nested release_sock __release_sock inet6?_\w+ ____?sys_\w+ __sys_\w+
  do_(send|recv)mmsg __skb_\w+ skb_(wait|recv)_\w+ datagram_poll\w* unix_\w+ netlink_\w+ sockfd_\w+ lock_sock_\w+
  id=socket kernels=5.10-6.18 file=net/core/sock.c
  # queues, memory accounting, waking the reader
`;
