// The tree of stacks, as far as it was asked for: to which stack a step from another one leads.
import { child, kernelFrame } from "./host.as";
import { FRAME_BITS, FRAMES, HASH_FACTOR, STEP_BITS, STEPS } from "./memory.as";

const MASK: usize = (1 << (<usize>STEP_BITS)) - 1;
const MOST_STEPS: i32 = 3 << (<i32>STEP_BITS - 2);
let steps: i32 = 0;
/** The version of the kernel's mappings that `FRAMES` are of. */
let framesVersion: i32 = 0;

/** The stack of the kernel's address at a place, called from another one. */
export function kernelCalled(parent: i32, at: usize, innermost: bool, kernelVersion: i32): i32 {
  const frame = frameOf(at, innermost, kernelVersion);
  const entry = entryOf(parent, frame);
  const known = load<i32>(entry, 8);
  if (known != 0) return known;
  const stack = child(parent, frame);
  addStep(entry, parent, frame, stack);
  return stack;
}

/**
 * Where the stack is kept to which a step from another one leads, from its 8th byte on; 0 stands there where it is not known. A step is
 * a frame, or ~ a sequence of the kernel's.
 */
export function entryOf(parent: i32, step: i32): usize {
  const key = keyOf(parent, step);
  let place = <usize>((key * HASH_FACTOR) >> (64 - STEP_BITS));
  while (true) {
    const entry = STEPS + (place << 4);
    if (load<u64>(entry) == key || load<i32>(entry, 8) == 0) return entry;
    place = (place + 1) & MASK;
  }
}

/** Keeps a step that was not known. When there is no room, all is forgotten first. */
export function addStep(entry: usize, parent: i32, step: i32, stack: i32): void {
  if (++steps > MOST_STEPS) {
    memory.fill(STEPS, 0, 16 << (<usize>STEP_BITS));
    steps = 0;
    return;
  }
  store<u64>(entry, keyOf(parent, step));
  store<i32>(entry, stack, 8);
}

function keyOf(parent: i32, step: i32): u64 {
  return ((<u64>(<u32>parent)) << 32) | <u64>(<u32>step);
}

/** The frame of the kernel's address at a place: there are few addresses, and all again and again. */
function frameOf(at: usize, innermost: bool, kernelVersion: i32): i32 {
  if (kernelVersion != framesVersion) {
    memory.fill(FRAMES, 0, 16 << (<usize>FRAME_BITS));
    framesVersion = kernelVersion;
  }
  const address = load<u64>(at);
  const entry = FRAMES + ((<usize>((address * HASH_FACTOR) >> (64 - FRAME_BITS))) << 4);
  const place = entry + 8 + ((<usize>innermost) << 2);
  if (load<u64>(entry) != address) {
    store<u64>(entry, address);
    store<u64>(entry, 0, 8);
  } else if (load<i32>(place) != 0) return load<i32>(place) - 1;
  const frame = kernelFrame(at, innermost);
  store<i32>(place, frame + 1);
  return frame;
}
