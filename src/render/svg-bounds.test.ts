import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { JSDOM } from "jsdom";
import { FONT_FILES, textExtentEm } from "./fonts.js";
import { type Box, boundsOf } from "./svg-bounds.js";

const inSvg = (content: string) => {
  const element = new JSDOM(`<svg>${content}</svg>`).window.document.querySelector("#it");
  assert.ok(element);
  return element;
};
const rounded = (box: Box | undefined) => box && Object.values(box).map((px) => Math.round(px * 1000) / 1000);
const screen = (content: string) => rounded(boundsOf({ element: inSvg(content), space: "screen" }));
const user = (content: string) => rounded(boundsOf({ element: inSvg(content), space: "user" }));

describe("textExtentEm()", () => {
  // The truth is another text layout: how much wider resvg draws ten more of a letter, less than 0.1 px off at 100 px.
  for (const [letter, bold] of [
    ["H", false],
    ["i", false],
    ["7", false],
    [",", false],
    ["H", true],
    ["m", true],
    ["é", false],
    ["µ", true],
  ] as const) {
    it(`gives ${bold ? "bold " : ""}"${letter}" the width that it takes in a picture`, () => {
      const inkPx = (count: number) => {
        const text = `<text font-family="DejaVu Sans" font-size="100" ${bold ? 'font-weight="bold"' : ""} y="100">${letter.repeat(count)}</text>`;
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="200">${text}</svg>`;
        return new Resvg(svg, { font: { fontFiles: [...FONT_FILES], loadSystemFonts: false } }).getBBox()?.width ?? 0;
      };
      const advanceEm = (inkPx(11) - inkPx(1)) / 10 / 100;
      assert.ok(Math.abs(textExtentEm(letter, { bold }).widthEm - advanceEm) < 0.001, `${advanceEm}`);
    });
  }

  it("adds widths up, and gives a letter the font lacks the width of its box", () => {
    assert.equal(textExtentEm("ab").widthEm, textExtentEm("a").widthEm + textExtentEm("b").widthEm);
    assert.equal(textExtentEm("").widthEm, 0);
    assert.ok(textExtentEm("\u{1F600}").widthEm > 0);
  });
});

describe("boundsOf()", () => {
  const { widthEm, ascentEm, descentEm } = textExtentEm("ns");
  const [width, ascent, descent] = [widthEm * 10, ascentEm * 10, descentEm * 10];
  const at = (left: number, top: number, right: number, bottom: number) => rounded({ left, top, right, bottom });

  it("places a text on its base line, by its anchor", () => {
    const text = (anchor: string) =>
      screen(`<text id="it" x="100" y="50" style="font-size: 10px" text-anchor="${anchor}">ns</text>`);
    assert.deepEqual(text("start"), at(100, 50 - ascent, 100 + width, 50 + descent));
    assert.deepEqual(text("middle"), at(100 - width / 2, 50 - ascent, 100 + width / 2, 50 + descent));
    assert.deepEqual(text("end"), at(100 - width, 50 - ascent, 100, 50 + descent));
  });

  it("turns a rotated text around its point: the title of a y axis is high, not wide", () => {
    const turned = '<text id="it" x="20" y="50" font-size="10" text-anchor="middle" transform="rotate(-90,20,50)">ns</text>';
    assert.deepEqual(screen(turned), at(20 - ascent, 50 - width / 2, 20 + descent, 50 + width / 2));
    assert.deepEqual(user(turned), at(20 - width / 2, 50 - ascent, 20 + width / 2, 50 + descent));
  });

  it("applies the transforms of all groups around it, outermost first", () => {
    const groups = (inner: string) =>
      `<g transform="translate(10,20)scale(2)"><g id="it" transform="matrix(1 0 0 1 3 4)">${inner}</g></g>`;
    assert.deepEqual(screen(groups('<rect x="1" y="1" width="2" height="2"/>')), [18, 30, 22, 34]);
    assert.deepEqual(user(groups('<rect x="1" y="1" width="2" height="2"/>')), [1, 1, 3, 3]);
  });

  it("stacks the lines of a text, and measures parts in their own size and weight", () => {
    const lines =
      '<text id="it" y="50" font-size="10"><tspan class="line" dy="0em" x="0" y="50">ns</tspan><tspan class="line" dy="1.3em" x="0" y="50">n</tspan></text>';
    assert.deepEqual(screen(lines), at(0, 50 - ascent, width, 63 + descent));
    const half = '<text id="it" y="50" font-size="20"><tspan style="font-size: 50%">ns</tspan></text>';
    assert.deepEqual(screen(half), at(0, 50 - ascent, width, 50 + descent));
    const shifted = '<text id="it" y="50" dy="0.5em" font-size="10">ns</text>';
    assert.deepEqual(screen(shifted), at(0, 55 - ascent, width, 55 + descent));
    const bold = textExtentEm("ns", { bold: true }).widthEm * 10;
    assert.deepEqual(screen('<text id="it" font-size="10" style="font-weight: bold">ns</text>'), at(0, -ascent, bold, descent));
  });

  it("covers nothing where there is neither text nor rectangle", () => {
    assert.equal(screen('<g id="it"><path d="M0,0L9,9"/></g>'), undefined);
  });
});
