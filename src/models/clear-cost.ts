import { leastSquares } from "../statistics/least-squares.js";
import { requireNumber } from "../statistics/require-number.js";
import { requireSamples } from "../statistics/require-samples.js";
import type { Bytes, Cycles, TscCycles } from "../units.js";

/** A block of memory cleared or copied, hot in the cache, as one CPU and one method did it. */
export interface BlockCost {
  readonly bytes: Bytes;
  readonly cycles: TscCycles;
}

/**
 * Cycles to clear `bytes`, read off a measured curve: between two sizes in a straight line.
 *
 * A curve is of one CPU and one kind of memset, hot in the cache: `rep stos` of 512 bytes takes 72 cycles on one CPU and 40 on
 * another, and no formula of the size gives both. Nothing is guessed beyond the ends.
 * Source of such curves: data/published/memset.csv.
 * @throws RangeError for a curve without points or with a size twice, and for bytes outside it.
 * @example
 * clearCost({ curve: [{ bytes: 128, cycles: 29 }, { bytes: 192, cycles: 35 }], bytes: 160 }) // 32
 */
export function clearCost({ curve, bytes }: { curve: readonly BlockCost[]; bytes: Bytes }): Cycles {
  const sorted = checked("clearCost", curve, 1);
  const [first, last] = [sorted[0], sorted.at(-1)] as [BlockCost, BlockCost];
  requireNumber({ caller: "clearCost", name: "bytes", value: bytes, min: first.bytes, max: last.bytes });
  const above = sorted.find((point) => point.bytes >= bytes) ?? last;
  const below = sorted.findLast((point) => point.bytes <= bytes) ?? first;
  if (above.bytes === below.bytes) return above.cycles;
  return below.cycles + ((above.cycles - below.cycles) * (bytes - below.bytes)) / (above.bytes - below.bytes);
}

/** `cycles = setupCycles + bytes / bytesPerCycle` of long blocks. */
export interface BlockLaw {
  readonly setupCycles: Cycles;
  readonly bytesPerCycle: number;
  readonly rSquared: number;
  readonly residuals: readonly Cycles[];
}

/**
 * The law of long blocks: a set-up, and so many bytes per cycle. It does not hold below a few hundred bytes, where a curve has steps.
 *
 * Source: as `clearCost`.
 * @throws RangeError for fewer than 3 points, and for a cost that does not grow with the size.
 * @example
 * blockLaw({ curve: [{ bytes: 1024, cycles: 60 }, { bytes: 2048, cycles: 92 }, { bytes: 4096, cycles: 156 }] }).bytesPerCycle.toFixed(3) // "32.000"
 */
export function blockLaw({ curve }: { curve: readonly BlockCost[] }): BlockLaw {
  const sorted = checked("blockLaw", curve, 3);
  const fit = leastSquares({
    x: sorted.map(({ bytes }) => bytes),
    y: sorted.map(({ cycles }) => cycles),
    basis: [() => 1, (bytes) => bytes],
  });
  const [setupCycles = 0, perByte = 0] = fit.coefficients;
  requireNumber({ caller: "blockLaw", name: "cycles that grow with bytes: a slope", value: perByte, above: 0 });
  return { setupCycles, bytesPerCycle: 1 / perByte, rSquared: fit.rSquared, residuals: fit.residuals };
}

/**
 * From how many packets on a page that is cleared once is cheaper than copying each packet: the clear over the copy, rounded up.
 *
 * The cycles of both must be of one CPU. Where only a clear of the packet's size is known it stands for the copy: that is a lower
 * bound, since a copy has the same stores and the loads besides, so the answer is then an upper one.
 * Source: J. D. Brouer, Network Performance Workshop, netdev 1.2 2016, min 00:59 (once per page and not per packet).
 * @throws RangeError for cycles that are not above 0.
 * @example
 * packetsToRepayClear({ clearCycles: 148, copyCycles: 52 }) // 3
 */
export function packetsToRepayClear({ clearCycles, copyCycles }: { clearCycles: Cycles; copyCycles: Cycles }): number {
  requireNumber({ caller: "packetsToRepayClear", name: "clearCycles", value: clearCycles, above: 0 });
  requireNumber({ caller: "packetsToRepayClear", name: "copyCycles", value: copyCycles, above: 0 });
  return Math.max(1, Math.ceil(clearCycles / copyCycles));
}

function checked(caller: string, curve: readonly BlockCost[], points: number): BlockCost[] {
  const sorted = [...curve].sort((one, other) => one.bytes - other.bytes);
  const [bytes, cycles] = [sorted.map((point) => point.bytes), sorted.map((point) => point.cycles)];
  requireSamples({ caller, samples: { bytes, cycles }, points, above: 0 });
  const twice = bytes.find((value, index) => value === bytes[index + 1]);
  if (twice !== undefined) throw new RangeError(`${caller} requires each size once: got ${twice} bytes twice`);
  return sorted;
}
