import { createHash } from "node:crypto";
import { pngChunk } from "./png.js";
import { rendererId } from "./renderer.js";

const KEYWORD = "linerate";
/** The last chunk of every PNG, which is empty. */
const END_BYTES = 12;

/**
 * A PNG with the record of what it was drawn from, in a text chunk at its end: the renderer, and a hash of renderer, figure and the
 * PNG's other bytes.
 *
 * @example
 * withRecord({ png: Buffer.alloc(12), json: "{}" }).includes("tEXtlinerate") // true
 */
export function withRecord({
  png,
  json,
  renderer = rendererId(),
}: {
  png: Uint8Array;
  /** The figure's JSON, as it was drawn. */
  json: string;
  renderer?: string;
}): Buffer {
  const hash = createHash("sha256").update(`${renderer}\n${json}\n`).update(png).digest("hex");
  const record = pngChunk("tEXt", Buffer.from(`${KEYWORD}\0${renderer} ${hash}`, "latin1"));
  return Buffer.concat([png.subarray(0, -END_BYTES), record, png.subarray(-END_BYTES)]);
}

/** Pictures that may be shown again in the place of drawing them. */
export class DrawnPictures {
  readonly #pictures: readonly Buffer[];

  /** Of PNGs (base64), those that this renderer has drawn; any other is of no use. */
  constructor(pictures: readonly string[]) {
    const mark = `${KEYWORD}\0${rendererId()} `;
    this.#pictures = pictures.map((base64) => Buffer.from(base64, "base64")).filter((png) => png.includes(mark, 0, "latin1"));
  }

  get isEmpty(): boolean {
    return this.#pictures.length === 0;
  }

  /** The picture that was drawn from a figure of exactly this JSON by exactly this renderer, if one is there with no byte changed. */
  of(json: string): Uint8Array | undefined {
    const recordBytes = withRecord({ png: Buffer.alloc(END_BYTES), json: "" }).length - END_BYTES;
    return this.#pictures.find((picture) => {
      const png = Buffer.concat([picture.subarray(0, -END_BYTES - recordBytes), picture.subarray(-END_BYTES)]);
      return withRecord({ png, json }).equals(picture);
    });
  }
}
