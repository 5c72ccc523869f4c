import type { Profile } from "./profile.js";

/** Innermost functions of a CPU that does nothing: names as tools/perf/util/symbol.c, symbol__is_idle(), and those like them. */
const IDLE_FUNCTION = /idle|halt|^acpi_processor_ffh_cstate_enter|^cpu_startup_entry$|^ppc64_runlatch_off$/;
const IDLE_COMM = /^swapper(?:\/\d+)?$/;

/**
 * A test of whether row `row` of a profile's samples is idle: the idle task (`swapper`, or thread 0) in a function of idling.
 * Softirq work on top of the idle task has another innermost function and is no idle time.
 *
 * @example
 * idleTest({ comms: ["swapper"], symbols: ["default_idle"], frames: { length: 1, symbol: [0] }, stacks: { frame: [-1, 0] }, samples: { comm: [0], tid: [0], stack: [1] } })(0) // true
 */
export function idleTest({ comms, symbols, frames, stacks, samples }: Profile): (row: number) => boolean {
  const idleComm = comms.map((comm) => IDLE_COMM.test(comm));
  const idleSymbol = symbols.map((symbol) => IDLE_FUNCTION.test(symbol));
  return (row) => {
    if (samples.tid[row] !== 0 && !idleComm[samples.comm[row] as number]) return false;
    const frame = stacks.frame[samples.stack[row] as number] as number;
    return frame >= 0 && idleSymbol[frames.symbol[frame] as number] === true;
  };
}
