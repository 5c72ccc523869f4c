// tf.data.array(items).shuffle(bufferSize, seed).take(count).toArray(), behind danfojs's sample().
"use strict";

/** A list to draw from. */
function dataset(items) {
  return {
    /**
     * All orders are equally likely. TensorFlow draws from the first `bufferSize` items only, and danfojs gives it the size
     * of the sample, so that rows towards the end could never be drawn; here the buffer is the whole list.
     */
    shuffle: (_bufferSize, seed) => dataset(shuffled(items, seed)),
    take: (count) => dataset(items.slice(0, count)),
    toArray: async () => [...items],
  };
}

/** Fisher and Yates's shuffle; the same seed gives the same order. */
function shuffled(items, seed = String(Math.random())) {
  const order = [...items];
  const random = generator(seed);
  for (let last = order.length - 1; last > 0; last--) {
    const drawn = Math.floor(random() * (last + 1));
    [order[last], order[drawn]] = [order[drawn], order[last]];
  }
  return order;
}

/** Numbers in [0, 1): Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003), seeded by the FNV-1a hash. */
function generator(seed) {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(String(seed))) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

module.exports = { dataset };
