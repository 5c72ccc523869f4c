import { availableParallelism } from "node:os";
import type { ByteFile } from "../captures/byte-file.js";
import { headLayout } from "./perf-script/head-layout.js";
import { PayloadCollector, type ProfileWithPayloads } from "./perf-script/payload-table.js";
import { BEGINNING_BYTES, isQuotedScript, unquotedChunks } from "./perf-script/quoted-script.js";
import { partStarts, piecesOf, readScriptInParts } from "./perf-script/script-parts.js";
import { ScriptReader } from "./perf-script/script-reader.js";
import type { Profile } from "./profile.js";
import { ProfileBuilder } from "./profile-builder.js";

/**
 * Reads the text of `perf script` from chunks of bytes, in time linear in its length. Memory grows with the samples (46 bytes
 * each) and with what is distinct in them; with `merge` the samples that differ only in time are one row, and it grows with what
 * is distinct alone. With `payloads` the fields of tracepoints are kept as columns.
 *
 * All orders of fields of `perf script -F` are read as long as event or time is among them. Lines that belong to no sample are
 * counted and the first 1000 kept in `quality`; heads that lack a field of their event's are `refused`. What perf printed as one
 * number after the comm is taken for the thread id, as by its defaults. Weights are the periods, or 1 per sample without them. The marks of
 * a mail that quotes it are undone.
 * Source: tools/perf/builtin-script.c, process_event(); tools/perf/util/evsel_fprintf.c.
 * @throws ParseError for a text without samples, and for a number that its column cannot hold.
 * @throws RangeError for payloads of merged samples.
 * @example
 * (await parsePerfScript({
 *   file: "script.txt",
 *   chunks: [new TextEncoder().encode("ping 7 [001] 5.000001: 250000 cpu-clock:\n\tffffffff81e659c0 memset+0x1 ([kernel.kallsyms])\n\n")],
 * })).samples.weight[0] // 250000
 */
export async function parsePerfScript({
  file,
  chunks,
  merge = false,
  payloads = false,
}: {
  file: string;
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  merge?: boolean;
  payloads?: boolean;
}): Promise<ProfileWithPayloads> {
  if (merge && payloads) throw new RangeError("parsePerfScript requires samples that are not merged for payloads");
  const collector = payloads ? new PayloadCollector() : undefined;
  const reader = new ScriptReader({ file, builder: new ProfileBuilder({ file, merge }), payloads: collector });
  for await (const chunk of unquotedChunks(chunks)) reader.push(chunk);
  const profile = reader.finish();
  return collector ? { ...profile, payloads: collector.finish() } : profile;
}

/**
 * The same for a file of plain text, with `merge`: a long one is read on several threads.
 *
 * @throws ParseError as `parsePerfScript`.
 * @example
 * await parsePerfScriptFile({ file: "a", sizeBytes: 0, read: () => 0 }).catch(({ name }) => name) // "ParseError"
 */
export async function parsePerfScriptFile(source: ByteFile): Promise<Profile> {
  const beginning = Buffer.alloc(BEGINNING_BYTES);
  if (isQuotedScript(beginning.toString("latin1", 0, source.read(0, beginning)))) {
    return parsePerfScript({ file: source.file, chunks: piecesOf(source, 0, source.sizeBytes), merge: true });
  }
  const starts = partStarts(source, { threads: source.descriptor === undefined ? 1 : availableParallelism() });
  return (await readScriptInParts(source, { starts })) ?? ((await readScriptInParts(source, { starts: [0] })) as Profile);
}

/**
 * Whether a text begins like the output of `perf script`: comments aside, with a head of a sample.
 *
 * @example
 * looksLikePerfScript("swapper     0 [000] 158665.570607: cpu-clock: \n\tffffffff8103ce3b native_safe_halt ([kernel.kallsyms])\n") // true
 * looksLikePerfScript("# ========\n# hostname : dut\n# ========\n#\n") // false
 * looksLikePerfScript("Samples: 2K of event 'cycles:ppp'\n") // false
 */
export function looksLikePerfScript(head: string): boolean {
  return headLayout(head.split(/\r?\n/)) !== undefined;
}
