const BYTES_PER_MB = 1_000_000;

/**
 * A text of perf script of at least `megabytes`, made by repeating a shorter one. Every stack of it comes again and again: a long
 * recording of a varied load has more that is new.
 *
 * @example
 * [...repeatedScript({ text: new Uint8Array(600_000), megabytes: 1 })].length // 2
 */
export function* repeatedScript({ text, megabytes }: { text: Uint8Array; megabytes: number }): Generator<Uint8Array> {
  for (let bytes = 0; bytes < megabytes * BYTES_PER_MB; bytes += text.length) yield text;
}
