// What the loop asks of the host.

/** The origin of the sample at a place, and in `SPACE` what its user addresses mean; -1: the sample is not plain. */
export declare function origin(at: usize): i32;
/** The stack of the user's addresses from `start` to before `end`, of the sample at a place. */
export declare function userStack(at: usize, start: usize, end: usize, innermost: bool): i32;
/** The frame of the kernel's address at a place. */
export declare function kernelFrame(at: usize, innermost: bool): i32;
/** The stack of a frame called from another stack. */
export declare function child(parent: i32, frame: i32): i32;
