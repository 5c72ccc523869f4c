import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { FONT_FILES } from "./fonts.js";
import { pngFromSvg } from "./png-from-svg.js";
import { PlotlyFigureError, svgFromPlotly } from "./svg-from-plotly.js";

const line = (y: number[]) => ({ data: [{ type: "scatter", y }], layout: { xaxis: { title: { text: "order" } } } });
const bars = { data: [{ type: "bar", x: ["skb", "page"], y: [1, 3] }], layout: { height: 300, font: { color: "#ff0000" } } };
const heat = (zsmooth?: string) => ({
  data: [
    {
      type: "heatmap",
      z: [
        [1, 2],
        [3, 4],
      ],
      colorscale: [
        [0, "#0000ff"],
        [1, "#ff0000"],
      ],
      showscale: false,
      ...(zsmooth && { zsmooth }),
    },
  ],
  layout: {},
});

/** The colour of a pixel, `r,g,b`, of a picture drawn at 1 pixel per px. */
function colourAt(svg: string, x: number, y: number): string {
  const { width, pixels } = new Resvg(svg, { font: { fontFiles: [...FONT_FILES], loadSystemFonts: false } }).render();
  return pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3).join();
}

describe("svgFromPlotly()", () => {
  it("draws tick labels and titles as text, in the size of the layout or the one asked for", async () => {
    const svg = await svgFromPlotly(bars);
    for (const text of ["skb", "page", "0", "1", "2", "3"]) assert.match(svg, new RegExp(`>${text}</text>`));
    assert.match(svg, /^<svg [^>]*width="900" height="300"/);
    assert.match(await svgFromPlotly(bars, { widthPx: 400, heightPx: 200 }), /^<svg [^>]*width="400" height="200"/);
    const plain = await svgFromPlotly(line([1, 2]));
    assert.match(plain, /^<svg [^>]*width="900" height="520"/);
    assert.match(plain, />order<\/text>/);
    assert.match(plain, /font-family: 'Open Sans', verdana/);
  });

  it("gives the same bytes for the same figure, whatever else is drawn meanwhile, and other ids for another", async () => {
    const alone = await svgFromPlotly(line([1, 2]));
    const [again, other] = await Promise.all([svgFromPlotly(line([1, 2])), svgFromPlotly(line([1, 3])), svgFromPlotly(bars)]);
    assert.equal(again, alone);
    const ids = (svg: string) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.ok(ids(alone).length > 0);
    assert.deepEqual(
      ids(alone).filter((id) => ids(other).includes(id)),
      [],
    );
  });

  it("leaves the figure as it was", async () => {
    const figure = line([1, 2]);
    await svgFromPlotly(figure);
    assert.deepEqual(figure, line([1, 2]));
  });

  it("draws on white with dark text, unless the layout has its own", async () => {
    const svg = await svgFromPlotly(line([1, 2]));
    assert.equal(colourAt(svg, 2, 2), "255,255,255");
    assert.match(svg, /fill: rgb\(31, 35, 40\)[^>]*>order</);
    assert.match(await svgFromPlotly(bars), /fill: rgb\(255, 0, 0\)[^>]*>skb</);
  });

  it("refuses what plotly would silently draw as something else", async () => {
    const icicle = { data: [{ type: "icicle", labels: ["a"] }], layout: {} };
    await assert.rejects(svgFromPlotly(icicle), (error) => {
      assert.ok(error instanceof PlotlyFigureError);
      assert.match(
        error.message,
        /^expected a figure that plotly's cartesian bundle knows: .*key type is set to an invalid value \(icicle\)/,
      );
      return true;
    });
    await assert.rejects(
      svgFromPlotly({ data: [], layout: { tittle: "a" } }),
      /In layout, key tittle is not part of the schema/,
    );
    assert.match(await svgFromPlotly(line([1, 2])), /^<svg/, "and draws the next");
  });

  it("turns an exception inside plotly into the same error", async () => {
    const legend = { ...line([1]), layout: { legend: { x: 0.01, y: 0.99 } } };
    await assert.rejects(svgFromPlotly(legend), {
      name: "PlotlyFigureError",
      message: /its check fails .* a legend that is placed and not shown/,
    });
    await assert.rejects(svgFromPlotly({ data: [null], layout: {} }), { name: "PlotlyFigureError" });
  });

  it("draws the arrow of an annotation", async () => {
    const layout = { annotations: [{ text: "here", x: 0, y: 1, ax: 40, ay: -30, arrowcolor: "#00ff00" }] };
    assert.match(await svgFromPlotly({ ...line([1, 2]), layout }), /annotation-arrow-g.*stroke: rgb\(0, 255, 0\)/);
  });

  it("draws a heat map's cells with their edges, and blends them only when asked to", async () => {
    const cells = await svgFromPlotly(heat());
    assert.deepEqual([colourAt(cells, 90, 430), colourAt(cells, 440, 280)], ["0,0,255", "0,0,255"]);
    assert.equal(colourAt(cells, 800, 110), "255,0,0");
    const blended = await svgFromPlotly(heat("best"));
    assert.notEqual(colourAt(blended, 440, 280), "0,0,255");
  });
});

describe("pngFromSvg()", () => {
  it("renders at 2 pixels per px, the same bytes each time, with its text in it", async () => {
    const svg = await svgFromPlotly(bars);
    const png = Buffer.from(pngFromSvg(svg));
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1800, 600]);
    assert.deepEqual(Buffer.from(pngFromSvg(svg)), png);
    assert.equal(Buffer.from(pngFromSvg(svg, { scale: 1 })).readUInt32BE(16), 900);
    const palette = png.subarray(png.indexOf("PLTE") + 4, png.indexOf("tRNS"));
    const colours = Array.from({ length: palette.length / 3 }, (_, at) => palette.subarray(3 * at, 3 * at + 3).toString("hex"));
    for (const colour of ["ffffff", "1f77b4", "ff0000"])
      assert.ok(colours.includes(colour), `ground, bars and text: ${colour}`);
  });

  it("keeps what shows through", () => {
    const half =
      '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1" fill="red" opacity="0.5"/></svg>';
    const png = Buffer.from(pngFromSvg(half)).toString("base64");
    const over = `<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><rect width="2" height="2" fill="white"/><image width="2" height="2" href="data:image/png;base64,${png}"/></svg>`;
    assert.match(colourAt(over, 1, 1), /^255,12[78],12[78]$/);
  });

  it("refuses a text that is no SVG", () => {
    assert.throws(() => pngFromSvg("67.2 ns"), Error);
  });
});
