import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { PLOTLY_TYPE } from "./complete-plotly-bundle.js";
import { DrawnPictures, withRecord } from "./picture-record.js";
import { PictureThread } from "./picture-thread.js";
import { encodePng } from "./png.js";

const json = JSON.stringify({ data: [{ type: "scatter", y: [67.2] }], layout: {} });
const png = encodePng({ width: 1, height: 1, pixels: new Uint8Array([0, 114, 178, 255]) });
const picture = withRecord({ png, json });
const drawn = (...pictures: Buffer[]) => new DrawnPictures(pictures.map((one) => one.toString("base64")));

describe("withRecord()", () => {
  it("leaves a PNG that others read, with the same pixels", () => {
    const href = `data:image/png;base64,${picture.toString("base64")}`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><image width="1" height="1" href="${href}"/></svg>`;
    assert.deepEqual([...new Resvg(svg, { font: { loadSystemFonts: false } }).render().pixels], [0, 114, 178, 255]);
  });
});

describe("DrawnPictures", () => {
  it("has the picture of exactly the same figure, among any others", () => {
    const other = withRecord({ png, json: "{}" });
    assert.deepEqual(drawn(other, Buffer.from("no picture"), Buffer.alloc(0), png, picture).of(json), picture);
    assert.equal(drawn(picture).isEmpty, false);
  });

  it("has none of a figure that differs by one digit, or by the order of its keys", () => {
    assert.equal(drawn(picture).of(json.replace("67.2", "67.3")), undefined);
    const { data, layout } = JSON.parse(json);
    assert.equal(drawn(picture).of(JSON.stringify({ layout, data })), undefined);
  });

  it("has none of another renderer, and none without a record", () => {
    const old = withRecord({ png, json, renderer: "0123456789abcdef" });
    assert.ok(drawn(old, png).isEmpty);
    assert.equal(drawn(old, png).of(json), undefined);
  });

  it("has no picture of which any byte was changed since", () => {
    for (let at = 0; at < picture.length; at++) {
      const changed = Buffer.from(picture);
      changed[at] = Number(changed[at]) ^ 1;
      assert.equal(drawn(changed).of(json), undefined, `byte ${at}`);
    }
  });
});

describe("PictureThread of earlier pictures", () => {
  const pictures = new PictureThread({ earlier: () => [picture.toString("base64")] });

  it("shows them again, and draws what is not among them", async () => {
    const known = await pictures.complete({ [PLOTLY_TYPE]: JSON.parse(json) });
    assert.equal(known["image/png"], picture.toString("base64"));
    const fresh = await pictures.complete({ [PLOTLY_TYPE]: { data: [{ type: "scatter", y: [67.3] }], layout: {} } });
    assert.ok(Buffer.from(String(fresh["image/png"]), "base64").length > 1000);
  });
});
