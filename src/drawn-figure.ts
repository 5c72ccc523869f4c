// For tests: what a figure's picture says, and whether all of it can be read.
import assert from "node:assert/strict";
import { JSDOM } from "jsdom";
import type { Figure } from "./figures/figure.js";
import { type Box, boundsOf } from "./render/svg-bounds.js";
import { svgFromPlotly } from "./render/svg-from-plotly.js";

/** A text of a picture with its box in px. */
export interface DrawnText {
  readonly text: string;
  readonly box: Box;
}

/**
 * What a picture says where.
 *
 * @example
 * (await drawnTexts({ data: [{ type: "scatter", y: [1, 2] }], layout: { title: { text: "A" } } })).some(({ text }) => text === "A") // true
 */
export async function drawnTexts(figure: Figure): Promise<DrawnText[]> {
  const { document } = new JSDOM(await svgFromPlotly(figure)).window;
  return [...document.querySelectorAll("text")].flatMap((element) => {
    const box = boundsOf({ element, space: "screen" });
    const lines = [...element.querySelectorAll("tspan.line")].map((line) => line.textContent);
    const text = lines.length > 0 ? lines.join("\n") : (element.textContent ?? "");
    return box && text.trim() !== "" ? [{ text: text.replaceAll("\u00a0", " ").trim(), box }] : [];
  });
}

type Axis = { ticktext?: string[]; tickvals?: unknown[]; title?: { text: string }; showticklabels?: boolean };

/**
 * Asserts that a picture shows each tick and each title that its figure sets.
 *
 * @example
 * assertTitled([{ text: "A", box: {} }], { title: "A", layout: { xaxis: {}, yaxis: {} } }) // undefined
 */
export function assertTitled(drawn: readonly DrawnText[], figure: Figure): void {
  const texts = drawn.map(({ text }) => text);
  const axes = Object.entries(figure.layout).flatMap(([key, axis]) => (/^[xy]axis\d*$/.test(key) ? [axis as Axis] : []));
  assert.ok(axes.length >= 2);
  for (const { ticktext, tickvals = [], title, showticklabels = true } of axes) {
    const ticks = showticklabels ? (ticktext ?? tickvals.map(String)) : [];
    for (const tick of ticks) assert.ok(texts.includes(tick.replaceAll("<br>", "\n")), tick);
    if (title) assert.ok(texts.includes(title.text), title.text);
  }
  assert.ok(texts.includes(figure.title));
}

/**
 * Asserts that no text of a picture is cut off or lies over another.
 *
 * @example
 * assertReadable([{ text: "A", box: { left: 0, top: 0, right: 9, bottom: 9 } }], { layout: { height: 520 } }) // undefined
 */
export function assertReadable(drawn: readonly DrawnText[], figure: Figure): void {
  const height = figure.layout.height as number;
  for (const { text, box } of drawn) {
    const inside = box.left >= 0 && box.top >= 0 && box.right <= WIDTH_PX && box.bottom <= height;
    assert.ok(inside, `${text} is cut: ${JSON.stringify(box)}`);
  }
  for (const [index, one] of drawn.entries()) {
    for (const other of drawn.slice(index + 1)) {
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      assert.ok(across <= 1 || down <= 1, `${one.text} and ${other.text} overlap by ${across} x ${down} px`);
    }
  }
}

const WIDTH_PX = 900;
