/** From which to which byte a frame stands in the rest of a head line. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

// tools/perf/builtin-script.c, process_event(), prints after the event, as `-F` asks:
//   payload, address of the data, |OP LOAD|LVL L1 hit|..., weight, and then the frame, branches, `=> address` where a branch led
const DATA_SOURCE = /^\s*[0-9a-f]+\s*\|/;
/** A number before another number that is the address, since a symbol follows it. */
const COLUMN = /^\s*[0-9a-f]+\s+(?=[0-9a-f]{1,16}\s+[^\s(])/;
const BRANCHES = /\) +(?:=> |\S+\/[PMN-]+\/[X-]\/[A-]\/\d)/;
const FRAME = /^\s*[0-9a-f]{1,16}\s+\S/;
const AFTER_PAYLOAD = /(?:^|\s)([0-9a-f]{8,16} \S+ \(\S+\))\s*$/;

/**
 * Where the frame of a sample without callchain stands in the text after its event: past the columns that `-F +addr,+data_src,+weight`
 * put before it, without the branches after it. Undefined where there are only columns: a callchain follows on the next lines.
 *
 * @example
 * inlineFrame("7f6c7a2204d0 [unknown] (/bin/ls)") // { start: 0, end: 32 }
 * inlineFrame("ffff8881 |OP LOAD|LVL L1 hit|   12   ffffffff81e659c0 memset ([kernel.kallsyms])") // { start: 37, end: 80 }
 * inlineFrame("ffff8881 |OP LOAD|LVL L1 hit|   12") // undefined
 */
export function inlineFrame(text: string): Span | undefined {
  let start = DATA_SOURCE.test(text) ? text.lastIndexOf("|") + 1 : 0;
  for (let column = COLUMN.exec(text.slice(start)); column; column = COLUMN.exec(text.slice(start))) start += column[0].length;
  if (!FRAME.test(text.slice(start))) return undefined;
  const branches = text.slice(start).search(BRANCHES);
  return byteSpan(text, start, branches < 0 ? text.length : start + branches + 1);
}

/**
 * Where the frame of a tracepoint's address stands, after the payload: `-F +ip,+sym,+dso` without callchains.
 *
 * @example
 * frameAfterPayload("comm=fio pid=2436 ffffffff8bad311d ttwu_do_wakeup ([kernel.kallsyms])") // { start: 18, end: 69 }
 * frameAfterPayload("(ffffffff8179caa6)") // undefined
 */
export function frameAfterPayload(text: string): Span | undefined {
  const found = AFTER_PAYLOAD.exec(text);
  if (!found) return undefined;
  const frame = found[1] as string;
  const start = found.index + found[0].indexOf(frame);
  return byteSpan(text, start, start + frame.length);
}

function byteSpan(text: string, start: number, end: number): Span {
  return { start: Buffer.byteLength(text.slice(0, start)), end: Buffer.byteLength(text.slice(0, end)) };
}
