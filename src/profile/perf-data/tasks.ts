import { TupleTable } from "../tuple-table.js";
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
  /** Two with the same version have the same mapped: one is a copy of the other, or has mapped the same things in the same order. */
  version: number;
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
  /** Versions by the one before and what was mapped then; the first of them is `#firstVersion`. */
  #versions = new TupleTable(VERSION_WORDS);
  #firstVersion = 1;
  /** Grows when a thread comes to have another name, process or memory. */
  changes = 0;
  #places = 0;
  /** The bits in which all addresses of one page are the same: no mapping begins or ends within a page. */
  samePage: number = -PAGE_BYTES;
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
    this.changes++;
  }

  /** FORK: a new process with a copy of its parent's mappings, or a new thread. */
  fork({ pid, tid, parentPid, parentTid, copy }: Fork): void {
    this.changes++;
    let parent = this.task(parentPid, parentTid);
    if (parent.pid !== parentPid) {
      this.#byTid.delete(parentTid);
      parent = this.task(parentPid, parentTid);
    }
    this.#byTid.delete(tid);
    const task = this.task(pid, tid);
    task.comm = parent.comm;
    if (pid === parent.pid) task.space = parent.space;
    else if (copy) task.space = { ...parent.space, mappings: parent.space.mappings.copy() };
  }

  /**
   * EXIT: the thread keeps its name, and for a while what it has mapped: samples still come from within do_exit(). Then its
   * mappings go, or a recording of many short processes would hold them all.
   */
  exit({ tid }: { tid: number }): void {
    const task = this.#byTid.get(tid);
    if (task) this.#exited.push(task);
    if (this.#exited.length < 2 * KEPT_EXITED) return;
    this.changes++;
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
    if (((start.low | end.low) & (PAGE_BYTES - 1)) !== 0) this.samePage = -1;
    space.version = this.#versionWith(space.version, mapping);
    this.changes++;
    this.#places += space.mappings.insert(mapping);
  }

  /** A thread whose process was not known turns out to belong to `pid`. */
  #join(task: Task, pid: number): void {
    task.pid = pid;
    this.changes++;
    if (pid !== task.tid) task.space = this.task(pid, pid).space;
  }

  /** The version of what has a version, and then a mapping. */
  #versionWith(version: number, { start, end, origin, fileOffset, dso }: Mapping): number {
    if (this.#versions.length === MOST_VERSIONS) {
      this.#firstVersion += MOST_VERSIONS;
      this.#versions = new TupleTable(VERSION_WORDS);
    }
    const offset = [fileOffset | 0, Math.floor(fileOffset / WORD) | 0];
    this.#versions.key.set([version, dso, ...offset, start.high, start.low, end.high, end.low, origin.high, origin.low]);
    return this.#firstVersion + this.#versions.intern();
  }

  #newSpace(): AddressSpace {
    return { mappings: new AddressRanges(), version: 0 };
  }
}

const WORD = 2 ** 32;
/** The smallest of Linux. */
const PAGE_BYTES = 4096;
const VERSION_WORDS = 10;
// 6 MB; what is beyond is not found to be the same.
const MOST_VERSIONS = 2 ** 17;
const KEPT_EXITED = 4096;
// As many as the kernel allows by default (vm.max_map_count). All processes together: 128 MB.
const MOST_MAPPINGS = 65_530;
const MOST_PLACES = 16 * 1024 * 1024;
