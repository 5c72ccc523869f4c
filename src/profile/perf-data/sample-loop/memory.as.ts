// The memory of the loop: what the host writes and reads, then what is remembered, then blocks of the recording.

/** The version of what user addresses mean, and from 8 bytes on the bounds of what is mapped: start and end twice. */
export const SPACE: usize = 0x400;
export const SPACE_BYTES: usize = 40;
/** Words of a few addresses, as they are compared. */
export const WORDS: usize = 0x440;
/** What is known of the next samples before they are taken: the end of the chain and of its kernel's addresses, and their hash. */
export const AHEAD: i32 = 16;
export const CHAIN_ENDS: usize = 0x480;
export const KERNEL_ENDS: usize = CHAIN_ENDS + 4 * <usize>AHEAD;
export const HASHES: usize = KERNEL_ENDS + 4 * <usize>AHEAD;
/** The row that was used last where no better is known. */
export const HINT: usize = 0x580;
/** A byte for each block: whether records in it are kept. */
export const HELD: usize = 0x800;

/** Records of 16 bytes, a time and a place, and the same again: what is sorted goes from one to the other. */
export const RECORDS: usize = 0x1000;
export const MOST_RECORDS: i32 = 1 << 20;
export const OTHER_RECORDS: usize = RECORDS + 16 * <usize>MOST_RECORDS;
/** Where the records begin that are in order, by number. */
export const RUNS: usize = OTHER_RECORDS + 16 * <usize>MOST_RECORDS;

/** Entries of 72 bytes: id of the event, pid and tid, CPU, mode and epoch, origin, and what stood in `SPACE`. */
export const ORIGINS: usize = RUNS + 4 * <usize>MOST_RECORDS;
export const ORIGIN_BITS: u64 = 12;
export const ORIGIN_BYTES: usize = 72;

/** Rows of 24 bytes: origin and stack, weight, and how many samples or the time of the one. */
export const ROWS: usize = ORIGINS + ORIGIN_BYTES * (1 << (<usize>ORIGIN_BITS));
export const ROW_BYTES: usize = 24;
export const MOST_ROWS: i32 = 1 << 16;
/** The number of a row + 1, by the hash of its origin and stack. */
export const ROW_SLOTS: usize = ROWS + ROW_BYTES * <usize>MOST_ROWS;
export const ROW_SLOT_BITS: u64 = 17;

/** Entries of 16 bytes: a stack and a step from it, and the stack to which that leads. */
export const STEPS: usize = ROW_SLOTS + 4 * (1 << (<usize>ROW_SLOT_BITS));
export const STEP_BITS: u64 = 17;

/** Entries of 16 bytes, one for each hash: an address of the kernel, and its frame as a caller and as the innermost one, + 1. */
export const FRAMES: usize = STEPS + 16 * (1 << (<usize>STEP_BITS));
export const FRAME_BITS: u64 = 14;

/** Entries of 64 bytes, one for each hash: the key of a short sequence, its stack, and its words from the 16th byte on. */
export const SHORTS: usize = FRAMES + 16 * (1 << (<usize>FRAME_BITS));
export const SHORT_BITS: u64 = 10;
export const SHORT_BYTES: usize = 8 * 4;

/** Entries of 8 bytes: where the words of a sequence are kept, and their hash. As few as will do: they are all over the memory they take. */
export const SLOTS: usize = SHORTS + 64 * (1 << (<usize>SHORT_BITS));
export const FEWEST_SLOT_BITS: u32 = 15;
export const MOST_SLOT_BITS: u32 = 18;
/**
 * Sequences of 40 bytes, and then their words: number of these in bytes, what they stand for, key; and what was found last of the kernel's
 * callers: the stack under them, that of both, the innermost address called from there, the stack of all, its row.
 */
export const SEQUENCES: usize = SLOTS + 8 * (1 << (<usize>MOST_SLOT_BITS));
export const SEQUENCE_BYTES: usize = 40;
export const SEQUENCES_END: usize = SEQUENCES + 16 * 1024 * 1024;

/** Where the host keeps blocks of the recording, and the size of each: as in `block-pool.ts`. */
export const BLOCKS: usize = SEQUENCES_END;
export const BLOCK_BYTES: usize = 256 * 1024;

// 2^64 over the golden ratio.
export const HASH_FACTOR: u64 = 0x9e3779b97f4a7c15;
