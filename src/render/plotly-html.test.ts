import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completePlotlyBundle } from "./complete-plotly-bundle.js";
import { plotlyDiv, plotlyPage, plotlyScript } from "./plotly-html.js";

const figure = { data: [{ type: "scatter", y: [1], name: "</script><!--<script>" }], layout: { height: 300 } };
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

describe("plotlyDiv()", () => {
  it("carries the figure whole, and nothing in it can end the script", () => {
    const html = plotlyDiv(figure, { id: "page-order" });
    assert.equal(count(html, /</g), 6, "three tags, opened and closed");
    const json = /drawPlotlyFigure\("page-order", (.*)\);<\/script>/.exec(html)?.[1] ?? "";
    assert.deepEqual(JSON.parse(json), figure);
    assert.match(html, /style="height:300px;min-width:840px"/);
  });

  it("refuses an id that would need quoting", () => {
    assert.throws(() => plotlyDiv(figure, { id: 'a"b' }), {
      name: "RangeError",
      message: /letters, digits, _ and -: got "a"b"/,
    });
  });
});

describe("plotlyScript()", () => {
  it("is one script that fetches nothing and offers no upload", () => {
    const html = plotlyScript();
    assert.equal(count(html, /<\/?script/gi), 2);
    assert.ok(html.length > 1e6);
    assert.ok(!/<script[^>]+src=/.test(html));
    assert.match(html, /showSendToCloud: false/);
  });
});

describe("plotlyPage()", () => {
  it("holds plotly once, however many figures", () => {
    const html = plotlyPage({ title: "a <b>", figures: [figure, figure] });
    assert.equal(count(html, /<script>/g), 3);
    assert.deepEqual(
      [...html.matchAll(/<div id="([^"]+)"/g)].map(([, id]) => id),
      ["figure-1", "figure-2"],
    );
    assert.ok(html.length < plotlyScript().length + 5000);
    assert.match(html, /prefers-color-scheme: dark/);
  });
});

describe("completePlotlyBundle()", () => {
  const plotly = {
    "application/vnd.plotly.v1+json": { data: [{ type: "scatter", y: [1, 2] }], layout: {} },
    "text/plain": "1 to 2",
  };

  it("adds a PNG to a plotly figure", async () => {
    const { "image/png": png, ...rest } = await completePlotlyBundle(plotly);
    assert.deepEqual(rest, plotly);
    assert.equal(Buffer.from(String(png), "base64").readUInt32BE(16), 1350);
  });

  it("leaves any other bundle, and a PNG that is there, alone", async () => {
    const html = { "text/html": "<b>1</b>" };
    assert.equal(await completePlotlyBundle(html), html);
    const complete = { ...plotly, "image/png": "iVBO" };
    assert.equal(await completePlotlyBundle(complete), complete);
  });

  it("rejects a figure that cannot be drawn", async () => {
    const broken = { "application/vnd.plotly.v1+json": { data: [{ type: "icicle" }], layout: {} } };
    await assert.rejects(async () => completePlotlyBundle(broken), { name: "PlotlyFigureError" });
  });
});
