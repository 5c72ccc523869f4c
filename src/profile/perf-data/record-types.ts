// Record types of include/uapi/linux/perf_event.h (below 64) and tools/lib/perf/include/perf/event.h (written by perf itself).
export const MMAP = 1;
export const LOST = 2;
export const COMM = 3;
export const EXIT = 4;
export const THROTTLE = 5;
export const UNTHROTTLE = 6;
export const FORK = 7;
export const SAMPLE = 9;
export const MMAP2 = 10;
export const LOST_SAMPLES = 13;
export const KSYMBOL = 17;
export const HEADER_ATTR = 64;
export const HEADER_EVENT_TYPE = 65;
export const HEADER_TRACING_DATA = 66;
export const HEADER_BUILD_ID = 67;
export const FINISHED_ROUND = 68;
export const AUXTRACE = 71;
export const EVENT_UPDATE = 78;
export const HEADER_FEATURE = 80;
export const COMPRESSED = 81;
export const COMPRESSED2 = 83;

/** The first type that perf writes itself: such records have no sample id and no time. */
export const FIRST_USER_TYPE = 64;

const NAMES: readonly (string | undefined)[] = [
  undefined,
  "MMAP",
  "LOST",
  "COMM",
  "EXIT",
  "THROTTLE",
  "UNTHROTTLE",
  "FORK",
  "READ",
  "SAMPLE",
  "MMAP2",
  "AUX",
  "ITRACE_START",
  "LOST_SAMPLES",
  "SWITCH",
  "SWITCH_CPU_WIDE",
  "NAMESPACES",
  "KSYMBOL",
  "BPF_EVENT",
  "CGROUP",
  "TEXT_POKE",
  "AUX_OUTPUT_HW_ID",
  "CALLCHAIN_DEFERRED",
];
const USER_NAMES: readonly string[] = [
  "ATTR",
  "EVENT_TYPE",
  "TRACING_DATA",
  "BUILD_ID",
  "FINISHED_ROUND",
  "ID_INDEX",
  "AUXTRACE_INFO",
  "AUXTRACE",
  "AUXTRACE_ERROR",
  "THREAD_MAP",
  "CPU_MAP",
  "STAT_CONFIG",
  "STAT",
  "STAT_ROUND",
  "EVENT_UPDATE",
  "TIME_CONV",
  "FEATURE",
  "COMPRESSED",
  "FINISHED_INIT",
  "COMPRESSED2",
  "BPF_METADATA",
  "SCHEDSTAT_CPU",
  "SCHEDSTAT_DOMAIN",
];

/**
 * The name of a record type as `perf report --stats` prints it; undefined for a type this reader does not know.
 *
 * @example
 * recordTypeName(9) // "SAMPLE"
 * recordTypeName(83) // "COMPRESSED2"
 * recordTypeName(40) // undefined
 */
export function recordTypeName(type: number): string | undefined {
  return type < FIRST_USER_TYPE ? NAMES[type] : USER_NAMES[type - FIRST_USER_TYPE];
}
