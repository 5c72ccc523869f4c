import { crc32, deflateSync } from "node:zlib";

/** A picture of 8-bit RGBA pixels, row by row, alpha not multiplied in. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const RGBA_BYTES = 4;
const PALETTE_SIZE = 256;
/** Share of the pixels whose colour may move to the nearest of the palette: specks at the edge of lines and letters. */
const ROUNDED_SHARE = 0.001;

/**
 * A PNG file. Where 256 colours are enough for all but one pixel in a thousand, as in a line plot, it has a palette and is
 * a third of the size.
 *
 * Source: W3C Portable Network Graphics specification: chunks IHDR, PLTE, tRNS, IDAT and IEND.
 * @example
 * encodePng({ width: 1, height: 1, pixels: new Uint8Array([0, 114, 178, 255]) }).toString("latin1", 1, 4) // "PNG"
 */
export function encodePng({ width, height, pixels }: Pixels): Buffer {
  // Signed, for V8 has no objects for such numbers.
  const words = new Int32Array(pixels.buffer.slice(pixels.byteOffset, pixels.byteOffset + pixels.byteLength));
  const palette = paletteOf(words);
  const [rows, rowBytes] = palette ? [indices(words, palette), width] : [pixels, width * RGBA_BYTES];
  const filtered = Buffer.alloc((1 + rowBytes) * height); // filter type 0 before each row: bytes as they are
  for (let y = 0; y < height; y++) filtered.set(rows.subarray(y * rowBytes, (y + 1) * rowBytes), y * (1 + rowBytes) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, palette ? 3 : 6], 8); // bits per sample; indexed colour, or RGBA
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    pngChunk("IHDR", header),
    ...(palette ? [pngChunk("PLTE", samples(palette, [0, 1, 2])), pngChunk("tRNS", samples(palette, [3]))] : []),
    pngChunk("IDAT", deflateSync(filtered)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The most frequent colours, if they are enough. Ties go by value, so that the same picture gives the same bytes. */
function paletteOf(words: Int32Array): Int32Array | undefined {
  const counts = new Map<number, number>();
  for (let from = 0, to = 0; from < words.length; from = to) {
    const word = words[from] ?? 0;
    while (words[to] === word) to++; // a plot is mostly long runs of one colour
    counts.set(word, (counts.get(word) ?? 0) + to - from);
  }
  const kept = [...counts].sort(([a, times], [b, others]) => others - times || (a >>> 0) - (b >>> 0)).slice(0, PALETTE_SIZE);
  const covered = kept.reduce((sum, [, times]) => sum + times, 0);
  return covered >= words.length * (1 - ROUNDED_SHARE) ? Int32Array.from(kept, ([word]) => word) : undefined;
}

/** The place in the palette of each pixel's colour, or of the nearest. */
function indices(words: Int32Array, palette: Int32Array): Uint8Array {
  const places = new Map(Array.from(palette, (word, place) => [word, place]));
  const indexed = new Uint8Array(words.length);
  for (let from = 0, to = 0; from < words.length; from = to) {
    const word = words[from] ?? 0;
    while (words[to] === word) to++;
    const place = places.get(word) ?? nearest(word, palette);
    places.set(word, place);
    indexed.fill(place, from, to);
  }
  return indexed;
}

function nearest(word: number, palette: Int32Array): number {
  const distances = Array.from(palette, (other) => {
    const apart = (shift: number) => ((word >>> shift) & 0xff) - ((other >>> shift) & 0xff);
    return apart(0) ** 2 + apart(8) ** 2 + apart(16) ** 2 + apart(24) ** 2;
  });
  return distances.indexOf(Math.min(...distances));
}

/** Some channels of the palette's colours, which are words in the byte order of the machine. */
function samples(palette: Int32Array, channels: readonly number[]): Buffer {
  const bytes = new Uint8Array(palette.buffer);
  return Buffer.from(
    Array.from(palette, (_, place) => channels.map((channel) => bytes[place * RGBA_BYTES + channel] ?? 0)).flat(),
  );
}

/**
 * A chunk of a PNG: length, type, data and checksum.
 *
 * @example
 * pngChunk("IEND", Buffer.alloc(0)).toString("hex") // "0000000049454e44ae426082"
 */
export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
