const EVENT = /^(?:(?<pmu>cpu(?:_core|_atom)?)\/)?(?<name>[a-z-]+)\/?:?(?<modifiers>[a-zA-Z]*)$/;
/** Modifiers that say how an event is counted, not of what code. */
const NOT_LEVEL = /[pPDSeW]/g;

/** What an event counts, of which cores and of what code. */
export interface EventKind {
  readonly name: string;
  /** `cpu`, `cpu_core` or `cpu_atom` where it is given; else empty. */
  readonly pmu: string;
  /** Modifiers that select code, as `k` and `u`, in alphabetical order. */
  readonly level: string;
}

/**
 * The parts of an event's name as perf spells it; all empty for one that is spelled otherwise, as tracepoints are.
 *
 * @example
 * eventKind("cpu_core/cycles/ukP") // { name: "cycles", pmu: "cpu_core", level: "ku" }
 * eventKind("cpu/cycles/") // { name: "cycles", pmu: "cpu", level: "" }
 */
export function eventKind(event: string): EventKind {
  const { name = "", pmu = "", modifiers = "" } = EVENT.exec(event)?.groups ?? {};
  return { name, pmu, level: [...modifiers.replace(NOT_LEVEL, "")].sort().join("") };
}

/**
 * Whether an event of that name counts cycles of the core's clock.
 *
 * @example
 * isCycles(eventKind("cycles:ppp").name) // true
 * isCycles(eventKind("ref-cycles").name) // false
 */
export function isCycles(name: string): boolean {
  return name === "cycles" || name === "cpu-cycles";
}
