import { DRIVERS } from "./rule-names.js";

/**
 * The shipped *where* rules, in the format of `parseRules`: which functions say where in the stack a sample was. The innermost one
 * decides, so a rule names the functions that enter a stage or belong to no other, and leaves out those that all stages share.
 */
export const WHERE_RULES: string = String.raw`
where idle
  do_idle cpu_startup_entry default_idle\w* native_safe_halt pv_native_safe_halt arch_cpu_idle\w* cpu_idle_poll\w*
  id=idle file=kernel/sched/idle.c
  # the idle task; interrupts taken in it are stages of their own

where hard-irq
  asm_sysvec_\w+ sysvec_\w+ asm_common_interrupt common_interrupt do_IRQ ret_from_intr smp_apic_timer_interrupt
  apic_timer_interrupt asm_exc_nmi exc_nmi nmi end_repeat_nmi
  entry id=hard-irq-x86 arch=x86-64 file=arch/x86/kernel/irq.c
  # entry of an interrupt or NMI: what ran below has nothing to do with it
where hard-irq
  el1h_64_irq(_handler)? el0t_64_irq(_handler)? el1h_64_fiq(_handler)? el0t_64_fiq(_handler)? el1_irq el0_irq el1_interrupt
  el0_interrupt gic_handle_irq do_interrupt_handler
  entry id=hard-irq-arm64 arch=arm64 file=arch/arm64/kernel/entry-common.c
  # entry of an interrupt
where hard-irq
  irq_exit\w* __irq_exit_rcu handle_irq_event\w* __handle_irq_event_percpu handle_edge_irq handle_fasteoi_irq
  handle_percpu_devid_irq generic_handle_domain_irq hrtimer_interrupt __sysvec_\w+ flush_smp_call_function_queue
  id=hard-irq-dispatch file=kernel/irq/handle.c
  # the interrupt on its way to the handler

where fault
  asm_exc_\w+ exc_page_fault page_fault async_page_fault do_user_addr_fault
  entry id=fault-x86 arch=x86-64 file=arch/x86/mm/fault.c
  # a fault interrupts whatever touched the memory
where fault
  el1_abort el0_da el0_ia do_mem_abort do_page_fault do_translation_fault
  entry id=fault-arm64 file=arch/arm64/mm/fault.c
  # a fault interrupts whatever touched the memory

where softirq
  __do_softirq handle_softirqs __softirqentry_text_start do_softirq do_softirq_own_stack
  entry id=softirq-entry kernels=5.10-6.18 file=kernel/softirq.c
  # softirqs run on top of whatever they interrupt, or where bottom halves are switched on again
  ! __softirqentry_text_start is the same address as __do_softirq
where softirq
  run_ksoftirqd ksoftirqd_should_run run_timer_softirq __run_timers call_timer_fn tasklet_action\w* rcu_core(_si)?
  run_rebalance_domains sched_balance_softirq hrtimer_run_softirq
  id=softirq-others kernels=5.10-6.18 file=kernel/softirq.c
  # timers, RCU, load balancing: softirqs that carry no packet

where generator
  pktgen_\w+ fill_packet\w* mod_cur_headers next_to_run f_pick set_pkt_overhead set_cur_queue_map pgctrl_\w+
  id=generator-pktgen file=net/core/pktgen.c
  # pktgen calls the driver directly, so the driver and the stack below it are stages of their own
where generator
  ip_send_check under=pktgen_\w+
  id=generator-ip-header file=net/core/pktgen.c
  # pktgen calls it for the header it writes
where generator
  xdp_test_run_\w+ bpf_test_run\w* bpf_prog_test_run_\w+
  id=generator-bpf-test-run file=net/bpf/test_run.c
  # frames made by the bpf() system call, as xdp-trafficgen does

where xdp
  do_xdp_generic netif_receive_generic_xdp bpf_prog_run_generic_xdp generic_xdp_tx xdp_\w+ __xdp_\w+ bpf_xdp_\w+
  bpf_prog_\w*xdp\w* dev_map_\w+ __dev_map_\w+ __dev_flush bq_\w+ cpu_map_\w+ __cpu_map_\w+
  id=xdp kernels=5.10-6.18 file=net/core/filter.c
  # the XDP program, its redirect maps and the CPU map's kernel thread
where xdp
  xsk_\w+ __xsk_\w+ xp_\w+
  id=af-xdp file=net/xdp/xsk.c
  # AF_XDP sockets and their pools

where gro
  napi_gro_\w+ dev_gro_receive gro_\w+ __gro_flush skb_gro_\w+ \w+_gro_(receive|complete) napi_get_frags napi_frags_\w+
  id=gro kernels=5.10-6.18 file=net/core/gro.c
  # receive offload; what GRO hands up is stage rx

where af-packet
  tpacket_\w+ packet_\w+ __packet_\w+ prb_(retire|open|fill|curr|dispatch)\w* dev_queue_xmit_nit
  id=af-packet kernels=5.10-6.18 file=net/packet/af_packet.c
  # packet sockets, receiving and sending
where upper-device
  br_\w+ vlan_\w+ macvlan_\w+ ipvlan_\w+ bond_\w+ team_\w+ ovs_\w+ dsa_\w+ edsa_\w+ vxlan_\w+ geneve_\w+ gre_\w+ tun_\w+ tap_\w+
  id=upper-device file=net/bridge/br_input.c
  # devices stacked on the one that carries the packet
where netfilter
  nf_\w+ __nf_\w+ nft_\w+ ipt_\w+ ip6t_\w+ xt_\w+ iptable_\w+ ip6table_\w+ \w*conntrack\w*
  id=netfilter kernels=5.10-6.18 file=net/netfilter/core.c
  # hooks, tables, connection tracking

where qdisc
  __dev_queue_xmit dev_queue_xmit __dev_xmit_skb sch_direct_xmit dev_hard_start_xmit validate_xmit_skb\w* netdev_pick_tx
  __netdev_pick_tx netdev_core_pick_tx net_tx_action dequeue_skb skb_gso_segment __skb_gso_segment skb_mac_gso_segment
  id=transmit-core kernels=5.10-6.18 file=net/core/dev.c
  # from the stack's hand over to the driver's
where qdisc
  __qdisc_\w+ qdisc_\w+ pfifo_\w+ bfifo_\w+ fq_codel_\w+ fq_(enqueue|dequeue|change|reset|gc|flow_\w+) htb_\w+ tbf_\w+ sfq_\w+
  cake_\w+ mq_\w+ noop_(en|de)queue noqueue_\w+ sch_handle_\w+ tcf_\w+ cls_\w+ tc_run
  id=qdisc kernels=5.10-6.18 file=net/sched/sch_generic.c
  # queueing disciplines and classifiers; fq_flush_timeout and fq_ring_* are the IOMMU's flush queue, not the discipline

where tcp
  tcp_\w+ __tcp_\w+ tcp4_\w+ tcp6_\w+ inet_csk_\w+ __inet_lookup\w* inet6?_lookup\w* inet_ehashfn bbr_\w+ cubictcp_\w+
  bictcp_\w+ mptcp_\w+
  id=tcp kernels=5.10-6.18 file=net/ipv4/tcp.c
  # TCP, look-up of its sockets and congestion control
where udp
  udp_\w+ __udp_\w+ udp4_\w+ __udp4_\w+ udp6_\w+ __udp6_\w+ udpv6_\w+ __skb_recv_udp skb_consume_udp
  id=udp kernels=5.10-6.18 file=net/ipv4/udp.c
  # UDP, look-up of its sockets and its receive queue
where socket
  sock_\w+ __sock_\w+ sk_[a-rt-z]\w* sk_s[a-jl-z]\w* __sk_\w+ (lock|release)_sock\w* __release_sock inet6?_(send|recv)msg
  ____?sys_(send|recv)\w* __sys_(send|recv)\w* do_(send|recv)mmsg kernel_(send|recv)msg skb_copy_datagram\w* __skb_datagram_iter
  __skb_(wait|try_recv)\w* datagram_poll\w* unix_\w+ netlink_\w+
  id=socket kernels=5.10-6.18 file=net/core/sock.c
  # sockets whatever the protocol: system call side, queues, memory accounting, waking the reader; not sk_skb_reason_drop
where ip
  ip_\w+ __ip_\w+ ip6_\w+ __ip6_\w+ ipv4_\w+ ipv6_\w+ fib_\w+ fib6_\w+ rt_dst_\w+ rt_cache_\w+ ip6?mr_\w+ neigh_\w+ __neigh_\w+
  arp_\w+ icmp_\w+ icmpv6_\w+ igmp_\w+ ndisc_\w+ raw_local_deliver raw_v4_\w+ inet_gso_segment xfrm_\w+ __xfrm_\w+
  id=ip kernels=5.10-6.18 file=net/ipv4/ip_input.c
  # IPv4 and IPv6, routing, neighbours

where rx
  netif_receive_skb\w* __netif_receive_skb\w* netif_rx\w* __netif_rx enqueue_to_backlog process_backlog deliver_skb
  deliver_ptype_list_skb get_rps_cpu flush_backlog
  id=receive-core kernels=5.10-6.18 file=net/core/dev.c
  # from the driver's hand over to the protocol, with the per CPU backlog of RPS, veth and loopback
where napi
  net_rx_action __napi_poll napi_poll napi_complete_done __napi_schedule\w* napi_schedule\w* \w*napi_busy_loop\w*
  napi_threaded_\w+ skb_defer_free_flush
  id=napi kernels=5.10-6.18 file=net/core/dev.c
  # what runs below a poll and belongs to no other stage is the driver's receive side; napi_consume_skb and the like are anybody's

where driver-tx
  (${DRIVERS})_\w*(tx|xmit|sq_)\w* start_xmit free_old_xmit\w* dummy_xmit loopback_xmit \w+_(start_xmit|xmit_frame|ndo_xmit)
  id=driver-tx kernels=5.10-6.18 file=drivers/net
  # by the drivers' naming: tx and xmit in the name; completion in NAPI poll too
where xdp
  (${DRIVERS})_\w*xdp\w*
  id=driver-xdp file=drivers/net
  # by the drivers' naming: xdp in the name
where napi
  (${DRIVERS})_\w*(rx|rcv|rec|cqe|poll|clean)\w* receive_buf try_fill_recv
  id=driver-rx file=drivers/net
  # by the drivers' naming, for profiles without stacks; below a poll nothing needs a name

where syscall
  entry_SYSCALL_\w+ entry_SYSENTER_\w+ system_call\w* do_syscall_64 x64_sys_call do_fast_syscall_32 sys_\w+ ksys_\w+
  syscall_\w+
  id=syscall-x86 arch=x86-64 file=arch/x86/entry/common.c
  # a system call, until a function of the network stack says more
where syscall
  el0t_64_sync(_handler)? el0_sync(_handler)? el0_svc\w* invoke_syscall do_el0_svc ret_to_user
  id=syscall-arm64 arch=arm64 file=arch/arm64/kernel/syscall.c
  # a system call, until a function of the network stack says more
where kthread
  kthread ret_from_fork\w* worker_thread process_one_work smpboot_thread_fn
  id=kthread file=kernel/kthread.c
  # a kernel thread, until a function of the network stack says more
`;
