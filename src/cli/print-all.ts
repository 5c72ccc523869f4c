import { once } from "node:events";

const PIECE_CHARACTERS = 2 ** 16;
const INTERRUPTED = 130; // 128 + SIGINT, as shells count

/**
 * Prints pieces of text that are too long to be held as one. Ctrl-C while it prints waits until all is printed, so that a file never
 * holds a part; a second one does not.
 *
 * @example
 * await printAll([]) // undefined
 */
export async function printAll(pieces: Iterable<string>): Promise<void> {
  const interrupt = () => {
    if (process.exitCode === INTERRUPTED) process.exit();
    process.exitCode = INTERRUPTED;
  };
  process.on("SIGINT", interrupt);
  try {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length < PIECE_CHARACTERS) continue;
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
      text = "";
    }
    process.stdout.write(text);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
