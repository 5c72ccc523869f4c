import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodePng } from "./png.js";
import { rasterCanvas } from "./raster-canvas.js";

const png = (width: number, height: number, pixels: number[]) =>
  `data:image/png;base64,${encodePng({ width, height, pixels: Uint8Array.from(pixels) }).toString("base64")}`;
const [RED, NONE] = [
  [255, 0, 0, 255],
  [0, 0, 0, 0],
];

describe("rasterCanvas()", () => {
  it("fills rectangles, also backwards and beyond its edge", () => {
    const canvas = rasterCanvas({ width: 2, height: 2 });
    const context = canvas.getContext("2d");
    assert.ok(context);
    context.fillStyle = "rgba(255,0,0,1)";
    context.fillRect(2, 1, -1, 5);
    assert.equal(canvas.toDataURL(), png(2, 2, [NONE, NONE, NONE, RED].flat()));
  });

  it("puts pixels, and takes its size from when it is first drawn on", () => {
    const size = { width: 300, height: 150 };
    const canvas = rasterCanvas(size);
    Object.assign(size, { width: 1, height: 2 });
    const context = canvas.getContext("2d");
    const image = context?.createImageData(1, 1);
    assert.ok(context && image);
    image.data.set(RED);
    context.putImageData(image, 0, 1);
    assert.equal(canvas.toDataURL(), png(1, 2, [NONE, RED].flat()));
  });

  it("has no other way to draw", () => {
    assert.equal(rasterCanvas({ width: 1, height: 1 }).getContext("webgl"), null);
  });
});
