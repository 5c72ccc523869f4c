import { unquoted } from "../../captures/capture-lines.js";
import { headLayout } from "./head-layout.js";

const LF = 0x0a;
/** What a text is told by. */
export const BEGINNING_BYTES: number = 64 * 1024;
/** A longer line is passed on in pieces: it is no line of perf script. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const LONG_ADDRESS = /^\s*[0-9a-f]{6,16}\s+\S/;

/**
 * Whether a text of perf script was quoted by a mail: its heads have the marks of quoting, and nothing without them is part of a sample.
 * A comm may begin with such a mark, but a stack does not.
 *
 * @example
 * isQuotedScript("Jesper wrote:\n> ping 7 [001] 5.000001: 250000 cpu-clock:\n> \tffffffff81e659c0 memset ([kernel.kallsyms])\n") // true
 * isQuotedScript("> 7 [001] 5.000001: 250000 cpu-clock:\n\tffffffff81e659c0 memset ([kernel.kallsyms])\n") // false
 */
export function isQuotedScript(beginning: string): boolean {
  if (!/^>/m.test(beginning)) return false;
  const lines = beginning.split(/\r?\n/);
  const quoted = lines.filter((line) => line.startsWith(">")).map(unquoted);
  const others = lines.filter((line) => !line.startsWith(">"));
  return (
    headLayout(quoted) !== undefined && headLayout(others) === undefined && !others.some((line) => LONG_ADDRESS.test(line))
  );
}

/**
 * The chunks of a text of perf script, without the marks of quoting where a mail quoted it.
 *
 * @example
 * (await unquotedChunks([new TextEncoder().encode("> ping 7 [001] 5.1: 2 cycles:\n")]).next()).value.length // 28
 */
export async function* unquotedChunks(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  let isQuoted: boolean | undefined;
  for await (const chunk of chunks) {
    if (isQuoted === false) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (isQuoted === undefined && held.length < BEGINNING_BYTES) continue;
    isQuoted ??= isQuotedScript(held.toString("latin1", 0, BEGINNING_BYTES));
    const end = isQuoted && held.length < LONGEST_LINE_BYTES ? held.lastIndexOf(LF) + 1 : held.length;
    yield isQuoted ? withoutMarks(held.subarray(0, end)) : held;
    held = held.subarray(end);
  }
  isQuoted ??= isQuotedScript(held.toString("latin1"));
  if (held.length > 0) yield isQuoted ? withoutMarks(held) : held;
}

function withoutMarks(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll(/^(?:> ?)+/gm, ""), "latin1");
}
