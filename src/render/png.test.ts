import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import fc from "fast-check";
import { encodePng, type Pixels } from "./png.js";

/** The pixels of a PNG as another decoder sees them. */
function decoded({ width, height }: Pixels, png: Buffer): Uint8Array {
  const href = `data:image/png;base64,${png.toString("base64")}`;
  const image = `<image width="${width}" height="${height}" image-rendering="optimizeSpeed" href="${href}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`;
  return new Resvg(svg, { font: { loadSystemFonts: false } }).render().pixels;
}
const COLOUR_TYPE = 25;
const opaque = (pixels: Uint8Array) => pixels.map((byte, at) => (at % 4 === 3 ? 255 : byte));

describe("encodePng()", () => {
  it("keeps every pixel of a picture of few colours, in a palette", () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
      .chain(({ width, height }) => {
        const pixels = fc
          .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
          .map((bytes) => opaque(bytes.map((byte) => byte & 0xc0)));
        return fc.record({ width: fc.constant(width), height: fc.constant(height), pixels });
      });
    fc.assert(
      fc.property(picture, (one) => {
        const png = encodePng(one);
        assert.equal(png[COLOUR_TYPE], 3);
        assert.deepEqual([...decoded(one, png)], [...one.pixels]);
      }),
      { numRuns: 20 },
    );
  });

  it("keeps every pixel of a picture of many colours, without a palette", () => {
    const pixels = opaque(Uint8Array.from({ length: 64 * 64 * 4 }, (_, at) => (at % 4 === 0 ? (at >> 2) & 0xff : at >> 8)));
    const one = { width: 64, height: 64, pixels };
    const png = encodePng(one);
    assert.equal(png[COLOUR_TYPE], 6);
    assert.deepEqual([...decoded(one, png)], [...pixels]);
  });

  it("moves a speck of a colour too many to the nearest of the palette", () => {
    // 256 greys of 8 pixels each, and one pixel that is almost the lightest.
    const greys = Array.from({ length: 2048 }, (_, at) => [at >> 3, at >> 3, at >> 3, 255]);
    greys[2047] = [255, 254, 255, 255];
    const one = { width: 2048, height: 1, pixels: Uint8Array.from(greys.flat()) };
    assert.deepEqual([...decoded(one, encodePng(one)).slice(-4)], [255, 255, 255, 255]);
  });

  it("reads pixels that stand anywhere in a buffer", () => {
    const pixels = Uint8Array.from([9, 9, 9, 1, 2, 3, 255]).subarray(3);
    assert.deepEqual(
      encodePng({ width: 1, height: 1, pixels }),
      encodePng({ width: 1, height: 1, pixels: Uint8Array.from(pixels) }),
    );
  });
});
