import { type Address, type AddressRange, AddressRanges, isSame } from "./address-ranges.js";

/** A file, or anonymous memory, mapped into a process. */
export interface Mapping extends AddressRange {
  /** Where the mapping began before others took parts of it. */
  readonly origin: Address;
  /** Offset in the file of `origin`. */
  readonly fileOffset: number;
  /** Index of the mapped file, as the reader numbers them. */
  readonly dso: number;
}

/** What a process has mapped. Threads share it, a fork copies it. */
export interface AddressSpace {
  readonly mappings: AddressRanges<Mapping>;
  /** Changes when an address that was looked up comes to mean something else. */
  version: number;
  /** Whether an address was looked up, in this version, where nothing is mapped. */
  hasUnmapped: boolean;
}

/** A thread, as the records before a moment describe it. */
export interface Task {
  pid: number;
  readonly tid: number;
  /** Id of its name; -1 until a COMM or a FORK names it. */
  comm: number;
  space: AddressSpace;
}

/** A FORK record; `copy` is false where perf itself wrote it for a thread that was there already. */
export interface Fork {
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly parentTid: number;
  readonly copy: boolean;
}

/**
 * The threads of a recording at the moment up to which its records have been applied. The rules are those of
 * tools/perf/util/machine.c and thread.c of Linux 6.1; mappings are not dropped at exec.
 */
export class Tasks {
  readonly #byTid: Map<number, Task> = new Map();
  /** Threads that ended, of whom samples may still come. */
  readonly #exited: Task[] = [];
  #versions = 0;
  #places = 0;
  /** Mappings left out because the recording has more than memory should hold. */
  refusedMappings = 0;

  /** @param idleComm Id of the idle task's name, which no record tells (perf_session__register_idle_thread()). */
  constructor({ idleComm }: { idleComm: number }) {
    this.task(0, 0).comm = idleComm;
  }

  /** The thread `tid` of process `pid`, a new one if no record has named it yet. */
  task(pid: number, tid: number): Task {
    const known = this.#byTid.get(tid);
    if (known) {
      if (known.pid === -1 && pid !== -1) this.#join(known, pid);
      return known;
    }
    const space = pid === tid || pid === -1 ? this.#newSpace() : this.task(pid, pid).space;
    const task: Task = { pid, tid, comm: -1, space };
    this.#byTid.set(tid, task);
    return task;
  }

  /** COMM: a thread has a new name. */
  rename({ pid, tid, comm }: { pid: number; tid: number; comm: number }): void {
    this.task(pid, tid).comm = comm;
  }

  /** FORK: a new process with a copy of its parent's mappings, or a new thread. */
  fork({ pid, tid, parentPid, parentTid, copy }: Fork): void {
    let parent = this.task(parentPid, parentTid);
    if (parent.pid !== parentPid) {
      this.#byTid.delete(parentTid);
      parent = this.task(parentPid, parentTid);
    }
    this.#byTid.delete(tid);
    const task = this.task(pid, tid);
    task.comm = parent.comm;
    if (pid === parent.pid) task.space = parent.space;
    else if (copy) task.space = this.#newSpace(parent.space.mappings.copy());
  }

  /**
   * EXIT: the thread keeps its name, and for a while what it has mapped: samples still come from within do_exit(). Then its
   * mappings go, or a recording of many short processes would hold them all.
   */
  exit({ tid }: { tid: number }): void {
    const task = this.#byTid.get(tid);
    if (task) this.#exited.push(task);
    if (this.#exited.length < 2 * KEPT_EXITED) return;
    for (const gone of this.#exited.splice(0, KEPT_EXITED)) {
      if (gone.tid === gone.pid) this.#places -= gone.space.mappings.ownPlaces;
      gone.space = this.#newSpace();
    }
  }

  /** MMAP, MMAP2: a process has something mapped. */
  map({ pid, tid, mapping }: { pid: number; tid: number; mapping: Mapping }): void {
    const { space } = this.task(pid, tid);
    const { start, end, origin, fileOffset, dso } = mapping;
    const known = space.mappings.find(start.high, start.low);
    if (known?.dso === dso && known.fileOffset === fileOffset && isSame(known.origin, origin) && isSame(known.end, end)) return;
    if (this.#places > MOST_PLACES || space.mappings.length > MOST_MAPPINGS) {
      this.refusedMappings++;
      return;
    }
    if (space.hasUnmapped || space.mappings.overlaps(mapping)) {
      space.version = ++this.#versions;
      space.hasUnmapped = false;
    }
    this.#places += space.mappings.insert(mapping);
  }

  /** A thread whose process was not known turns out to belong to `pid`. */
  #join(task: Task, pid: number): void {
    task.pid = pid;
    if (pid !== task.tid) task.space = this.task(pid, pid).space;
  }

  #newSpace(mappings: AddressRanges<Mapping> = new AddressRanges()): AddressSpace {
    return { mappings, version: ++this.#versions, hasUnmapped: false };
  }
}

const KEPT_EXITED = 4096;
// As many as the kernel allows by default (vm.max_map_count). All processes together: 128 MB.
const MOST_MAPPINGS = 65_530;
const MOST_PLACES = 16 * 1024 * 1024;
