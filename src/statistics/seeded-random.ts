/**
 * The generator xoshiro128** 1.1: from a state of four 32-bit words, not all 0, a function that gives the next unsigned 32 bits.
 *
 * Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021.
 * @example
 * xoshiro128([1, 2, 3, 4])() // 11520
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  // An Int32Array keeps the words out of the heap: numbers beyond 31 bits in closure variables are allocated one by one.
  const words = Int32Array.from(state);
  return () => {
    const [a, b, c, d] = [words[0] as number, words[1] as number, words[2] as number, words[3] as number];
    words[0] = a ^ d ^ b;
    words[1] = b ^ c ^ a;
    words[2] = c ^ a ^ (b << 9);
    words[3] = rotateLeft(d ^ b, 11);
    return Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * Random numbers in [0, 1), the same for the same seed: xoshiro128** whose state is filled by SplitMix64, as its authors advise.
 *
 * Every function of this room that draws takes a seed, so that a report can be computed again to the last digit.
 * Source: as `xoshiro128`; G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 * @throws RangeError for a seed that is not an integer of 0 to 2^53 - 1.
 * @example
 * seededRandom(7)() === seededRandom(7)() // true
 */
export function seededRandom(seed: number): () => number {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(`seededRandom requires an integer seed >= 0 and < 2^53: got ${seed}`);
  }
  const mix = splitMix64(BigInt(seed));
  const [first, second] = [mix(), mix()];
  const low = (word: bigint) => Number(BigInt.asUintN(32, word));
  const next = xoshiro128([low(first), low(first >> 32n), low(second), low(second >> 32n)]);
  return () => next() / 2 ** 32;
}

function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let word = state;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  };
}
