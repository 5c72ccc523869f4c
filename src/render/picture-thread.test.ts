import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completePlotlyBundle, PLOTLY_TYPE } from "./complete-plotly-bundle.js";
import { withRecord } from "./picture-record.js";
import { PictureThread } from "./picture-thread.js";

const bundle = { [PLOTLY_TYPE]: { data: [{ type: "scatter", y: [1, 2] }], layout: {} }, "text/plain": "1 to 2" };

describe("PictureThread", () => {
  const pictures = new PictureThread();

  it("draws what this thread draws, to the byte, and records from what", async () => {
    pictures.prepare();
    const png = Buffer.from(String((await completePlotlyBundle(bundle))["image/png"]), "base64");
    const json = JSON.stringify(bundle[PLOTLY_TYPE]);
    assert.deepEqual(await pictures.complete(bundle), { ...bundle, "image/png": withRecord({ png, json }).toString("base64") });
  });

  it("draws a figure as it was when it was asked for", async () => {
    const figure = { data: [{ type: "scatter", y: [1, 2] }], layout: {} };
    const drawn = pictures.complete({ [PLOTLY_TYPE]: figure });
    figure.data.pop();
    assert.equal(Object(await drawn)["image/png"], Object(await pictures.complete(bundle))["image/png"]);
  });

  it("leaves any other bundle alone", () => {
    const text = { "text/plain": "67.2" };
    assert.equal(pictures.complete(text), text);
  });

  it("rejects a figure that cannot be drawn, and draws the next", async () => {
    const broken = { [PLOTLY_TYPE]: { data: [{ type: "icicle" }], layout: {} } };
    await assert.rejects(async () => pictures.complete(broken), { name: "PlotlyFigureError", message: /icicle/ });
    assert.ok("image/png" in (await pictures.complete(bundle)));
  });
});
