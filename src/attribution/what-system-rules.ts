import { LOCK, SCHEDULING, TIMERS_ARMED, TIMERS_RUN } from "./rule-names.js";

/** The shipped *what* rules of what costs the same wherever it happens. Before those of the network. */
export const EVERYWHERE_RULES: string = String.raw`
what idle
  do_idle cpu_startup_entry default_idle\w* native_safe_halt pv_native_safe_halt pvm_safe_halt\w* xen_safe_halt amd_e400_idle arch_cpu_idle\w* intel_idle\w*
  mwait_idle\w* acpi_idle_\w+ acpi_safe_halt acpi_processor_ffh_cstate_enter poll_idle cpu_do_idle cpuidle_\w+ call_cpuidle
  menu_select menu_reflect tick_nohz_idle_\w+ start_secondary secondary_startup\w*
  id=idle file=kernel/sched/idle.c
  # the idle task, waiting for work

what mitigation
  __x86_indirect_\w+ __x86_return_thunk __x86_retpoline_\w+ retpoline_\w+ srso_\w+ retbleed_\w+ its_return_thunk entry_ibpb
  clear_bhb_loop __static_call_text_end __indirect_thunk_start
  id=mitigation arch=x86-64 kernels=5.10-6.18 file=arch/x86/lib/retpoline.S
  # thunks take samples of their own; the stage still tells whose they are
  ! __static_call_text_end is the same address as __x86_indirect_thunk_rax
what irq-enable
  \w+_irq_(enable|disable) \w+_(save|restore)_fl __raw_callee_save_\w+ xen_irq_\w+ pvm_\w+ arch_local_irq_\w+ trace_hardirqs_\w+
  id=irq-enable arch=x86-64 file=arch/x86/kernel/paravirt.c
  # interrupts switched on and off by a call, as a paravirtual guest must
  ! where interrupts come back on: a software clock (cpu-clock) counts here what ran before with them off, whoever's it was
what trace
  __fentry__ ftrace_\w+ function_trace_call perf_\w+ __perf_\w+ trace_\w+ __traceiter_\w+ __trace_\w+ x86_pmu_\w+ intel_pmu_\w+
  amd_pmu_\w+ ring_buffer_\w+ bpf_trace_run\w*
  id=trace kernels=5.10-6.18 file=kernel/trace/ftrace.c
  # tracepoints, ftrace and the profiler itself
what checks
  __list_add_valid\w* __list_del_entry_valid\w* should_failslab __check_object_size check_stack_object __check_heap_object
  __virt_addr_valid is_vmalloc_addr refcount_warn_saturate
  id=checks kernels=5.10-6.18 file=lib/list_debug.c
  # CONFIG_DEBUG_LIST, hardened usercopy: paid only where the kernel is configured so
what checks
  kasan_\w+ __kasan_\w+ __asan_\w+ kmsan_\w+ __msan_\w+ kcsan_\w+ __tsan_\w+ kfence_\w+ __kfence_\w+ __sanitizer_\w+
  lock_acquire lock_release lock_acquired lock_is_held_type lockdep_\w+ __lock_acquire debug_\w+ check_preemption_disabled
  id=checks-debug-kernel file=kernel/locking/lockdep.c
  # sanitizers and lockdep
  ! a kernel with these on is no base for absolute times
`;

/** The shipped *what* rules of the kernel outside of memory and network. The last ones. */
export const SYSTEM_RULES: string = String.raw`
what scheduler
  ${LOCK} under=${SCHEDULING}
  id=scheduler-lock kernels=5.10-6.18 file=kernel/sched/core.c
  # wait queues and run queues: waking the reader is most of it
  ! where interrupts come back on: a software clock (cpu-clock) counts here the whole wake-up
what timers
  ${LOCK} under=${TIMERS_RUN} in=softirq,hard-irq
  id=timers-lock-expiring kernels=5.10-6.18 file=kernel/time/timer.c
  # timer bases, while no network function that a timer calls is inside
what timers
  ${LOCK} under=${TIMERS_ARMED}
  id=timers-lock kernels=5.10-6.18 file=kernel/time/timer.c
  # timer bases
what locks
  ${LOCK} mutex_\w+ __mutex_\w+ down_\w+ up_\w+ __down_\w+ rwsem_\w+ osq_\w+ refcount_\w+ futex_\w+ __ll_sc_\w+ lockref_\w+
  id=locks kernels=5.10-6.18 file=kernel/locking/spinlock.c
  # any other lock
  ! where interrupts come back on (_irqrestore, _irq): a software clock (cpu-clock) counts here what ran before with them off
what rcu
  __rcu_read_lock __rcu_read_unlock rcu_\w+ __rcu_\w+ note_gp_changes force_qs_rnp dyntick_\w+ call_rcu __call_rcu\w* srcu_\w+
  __srcu_\w+ kfree_rcu_work
  id=rcu kernels=6.1-6.18 file=kernel/rcu/tree.c
  # __rcu_read_lock is a function only with CONFIG_PREEMPT_RCU
what softirq
  __do_softirq handle_softirqs __softirqentry_text_start do_softirq\w* raise_softirq\w* __raise_softirq\w* run_ksoftirqd
  ksoftirqd_\w+ wakeup_softirqd __local_bh_\w+ local_bh_\w+ tasklet_\w+ irq_exit\w* __irq_exit_rcu
  id=softirq kernels=5.10-6.18 file=kernel/softirq.c
  # dispatch, and what is due where bottom halves are switched on again
what timers
  ktime_\w+ timekeeping_\w+ read_tsc pvclock_\w+ kvm_clock_\w+ hpet_\w+ clockevents_\w+ tick_\w+ hrtimer_\w+ __hrtimer_\w+
  timer_\w+ __timer_\w+ run_timer_\w+ __run_timers call_timer_fn mod_timer __mod_timer lock_timer_base enqueue_timer
  detach_if_pending jiffies_\w+ \w*msecs_to_jiffies \w*usecs_to_jiffies update_process_times update_wall_time native_sched_clock
  sched_clock\w* lapic_\w+ timespec64_\w+ set_normalized_timespec64 get_timespec64 put_timespec64 msleep\w* process_timeout
  timerqueue_\w+ get_next_timer_interrupt get_nohz_timer_target calc_global_load\w* native_apic_\w+ profile_tick
  raw_notifier_\w+ __remove_hrtimer nohz_\w+
  id=timers file=kernel/time/timer.c
  # clocks read, timers armed and run, the tick
what irq
  asm_sysvec_\w+ sysvec_\w+ __sysvec_\w+ asm_common_interrupt common_interrupt common_interrupt_return \w+_apic_timer_interrupt
  apic_timer_interrupt do_IRQ ret_from_intr asm_exc_nmi exc_nmi nmi end_repeat_nmi handle_\w*irq\w* __handle_irq_event\w*
  generic_handle_\w+ irq_\w+ irqentry_\w+ error_entry error_return paranoid_\w+ sync_regs apic_\w+ x2apic_\w+ native_x2apic_\w+
  native_write_msr ioapic_\w+ note_interrupt add_interrupt_randomness vp_interrupt vring_interrupt
  \w*smp_call_function\w* generic_exec_single \w*send_call_func\w* \w*smp_call_single_queue native_smp_send_reschedule llist_\w+
  el1h_64_irq\w* el0t_64_irq\w* el1_interrupt el0_interrupt gic_\w+ do_interrupt_handler
  id=irq kernels=6.1-6.18 file=kernel/irq/handle.c
  # entry, dispatch, end; interrupts sent to other CPUs (net_rps_send_ipi and wake-ups end here)
what scheduler
  ${SCHEDULING} \w*sched_\w+ update_(curr|load|sd|sg|rq|blocked|cfs|group|min|tg|se|misfit|nohz)\w* \w+_task_fair \w+_entity\w*
  \w*_task_rt \w*wake_affine\w* select_task_rq\w* select_idle_\w+ available_idle_cpu cpu_util\w*
  find_\w*(group|cpu|busiest|idlest)\w* \w*load_balance\w* newidle_balance pick_\w+ set_next_\w+ put_prev_\w+ enqueue_task\w*
  dequeue_task\w* activate_task deactivate_task check_preempt_\w+ wakeup_preempt\w* resched_\w+ preempt_\w+ __cond_resched
  _cond_resched context_switch __switch_to\w* switch_\w+ prepare_task_switch \w*_core_sched\w* kthread kthread_\w+ __kthread_\w+
  ret_from_fork\w* worker_thread process_one_work smpboot_thread_fn \w*queue_work\w* insert_work pwq_\w+ move_linked_works
  rto_\w+ group_balance_cpu swake_\w+ default_wake_function autoremove_wake_function io_schedule\w* psi_\w+ __wait_for_common
  wait_\w+ complete\w* migrate_\w+ __migrate_\w+ affine_move_task cpu_stop\w* cpuacct_\w+ cpu_startup_entry account_\w+
  __calc_delta reweight_\w+ avg_vruntime\w* place_entity task_\w+ yield_\w+ \w*_cfs_\w+ double_rq_lock raw_spin_rq_\w+
  __sched_text_start idle_cpu need_update _nohz_idle_balance
  id=scheduler kernels=5.10-6.18 file=kernel/sched/core.c
  # choosing, waking and switching tasks, kernel threads' loops, work queues
  ! finish_task_switch is where interrupts come back on: a software clock (cpu-clock) counts here the whole switch
what syscall
  entry_SYSCALL_\w+ entry_SYSENTER_\w+ system_call\w* do_syscall_64 x64_sys_call do_fast_syscall_32 syscall_\w+ sys_\w+ ksys_\w+
  exit_to_user_mode\w* el0t_64_sync\w* el0_svc\w* invoke_syscall do_el0_svc ret_to_user vfs_read vfs_write new_sync_\w+
  rw_verify_area fdget\w* __fdget\w* fget\w* __fget\w* fput\w* __fput \w*_iov_iter\w* import_\w+ security_\w+ apparmor_\w+
  selinux_\w+ cap_\w+ do_select core_sys_select do_pselect\w* poll_\w+ __pollwait do_sys_poll do_poll select_estimate_accuracy
  set_user_sigmask ep_\w+ do_epoll_\w+ eventfd_\w+ io_\w+ __io_\w+ fsnotify\w* __fsnotify\w* __get_user_\w+ __put_user_\w+
  __rseq_\w+ \w*rseq\w* restore_\w*sigmask\w*
  id=syscall kernels=5.10-6.18 file=arch/x86/entry/common.c
  # entry and exit, file descriptors, poll, security hooks
what scheduler
  _find_\w+ __bitmap_\w+ under=${SCHEDULING}
  id=scheduler-masks file=kernel/sched/fair.c
  # masks of CPUs
what process
  .+ in=fault
  id=process-fault file=mm/memory.c
  # what a page fault does besides taking pages
what process
  \w*vma\w* \w*folio\w* \w*mmap\w* \w*munmap\w* mas_\w+ mab_\w+ mast_\w+ mt_\w+ mtree_\w+ xas_\w+ xa_\w+ \w*pte\w* pmd_\w+
  pud_\w+ p4d_\w+ pgd_\w+ unmap_\w+ \w*_rmap\w* filemap_\w+ lru_\w+ \w*lruvec\w* tlb_\w+ flush_tlb\w* copy_page_range
  \w*_swap_\w+ damon_\w+ __damon_\w+ kdamond_\w+ pfn_to_online_page mod_node_page_state vm_\w+ do_brk\w* zap_\w+ free_pg\w+ handle_mm_fault __handle_mm_fault do_\w*fault
  fault_in_\w+ exc_page_fault do_user_addr_fault do_anonymous_page do_wp_page next_uptodate_\w+ move_page_tables _compound_head
  mprotect_fixup
  id=process-memory kernels=6.1-6.18 file=mm/memory.c
  # memory maps and page tables
what process
  copy_process dup_mm\w* kernel_clone exit_\w+ do_exit do_group_exit __mm\w+ mm_\w+ load_elf\w* elf_\w+ begin_new_exec
  \w*execve\w* bprm_\w+ copy_string\w* put_cred\w* prepare_creds \w*signal\w* do_sigaction \w*fpu_\w+ uprobe_\w+ cgroup_\w+
  __css_\w+ css_\w+ acct_\w+ pidfs_\w+ do_nanosleep
  id=process-life file=kernel/fork.c
  # fork, exec, exit, signals
what process
  vfs_\w+ do_sys_open\w* do_filp_open do_dentry_open path_\w+ link_path_walk walk_component lookup_\w+ __lookup_\w+ __d_\w+
  d_\w+ dput step_into \w*inode\w* generic_\w+ ext4_\w+ __ext4_\w+ xfs_\w+ btrfs_\w+ shmem_\w+ mpage_\w+ proc_\w+ seq_\w+
  filename_lookup getname\w* pipe_\w+ anon_pipe_\w+ bio_\w+ blk_\w+ dnotify_\w+ file_\w+ filp_\w+ terminate_walk set_root
  nd_jump_root __legitimize_\w+ mnt\w+ prepend_\w+ cp_\w+stat\w* do_statx block_\w+ create_empty_buffers find_get_block\w*
  mark_buffer_\w+ balance_dirty_\w+
  id=process-files kernels=5.10-6.18 file=fs/namei.c
  # path names and file systems
`;
