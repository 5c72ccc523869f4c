import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { lengthOf, pointAt, polyline } from "./polyline.js";
import { rasterCanvas } from "./raster-canvas.js";
import { type Box, boundsOf } from "./svg-bounds.js";

/** A figure as plotly takes it: JSON, never changed by what draws it. */
export interface PlotlyFigure {
  readonly data: readonly unknown[];
  readonly layout: { readonly [attribute: string]: unknown };
}

/** The functions of plotly.js that the pictures need. */
export interface Plotly {
  /** What it does not understand: an attribute that does not exist, a value it cannot have, a part that nothing uses. */
  validate(data: readonly unknown[], layout: unknown): { readonly msg: string }[] | undefined;
  toImage(figure: unknown, options: { format: "svg"; width: number; height: number; imageDataOnly: true }): Promise<string>;
}

/** A window without a browser, with plotly in it. */
export interface PlotlyWindow {
  readonly plotly: Plotly;
  /** Makes the ids that plotly draws at random the same for the same seed. */
  seedRandom(seed: number): void;
}

const BUNDLE = createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min");
let opened: Promise<PlotlyWindow> | undefined;

/**
 * The source of plotly.js (its cartesian bundle, about 1.5 MB), fit to stand in a `<script>` element.
 *
 * @example
 * plotlySource().includes("</script") // false
 */
export function plotlySource(): string {
  return readFileSync(BUNDLE, "utf8").replaceAll(/<\/(?=script)/gi, "<\\/");
}

/**
 * The one window that all pictures are drawn in, opened at the first call: jsdom and plotly.js take most of a second to load.
 *
 * jsdom lays nothing out, so what plotly asks of it while it places labels is answered from the font's own widths; canvas
 * elements draw what heat maps need. What plotly logs goes nowhere: what matters is in its complaints.
 * @example
 * (await plotlyWindow()) === (await plotlyWindow()) // true
 */
export function plotlyWindow(): Promise<PlotlyWindow> {
  opened ??= open();
  return opened;
}

async function open(): Promise<PlotlyWindow> {
  const { JSDOM, VirtualConsole } = await import("jsdom");
  const { window } = new JSDOM("<!DOCTYPE html>", { runScripts: "outside-only", virtualConsole: new VirtualConsole() });
  const { SVGElement, HTMLCanvasElement } = window;
  Object.assign(SVGElement.prototype, {
    getBBox(this: SVGElement) {
      return rectOf(boundsOf({ element: this, space: "user" }));
    },
    getBoundingClientRect(this: SVGElement) {
      return rectOf(boundsOf({ element: this, space: "screen" }));
    },
    getComputedTextLength(this: SVGElement) {
      return rectOf(boundsOf({ element: this, space: "user" })).width;
    },
    getTotalLength(this: SVGElement) {
      return lengthOf(polyline(this.getAttribute("d") ?? ""));
    },
    getPointAtLength(this: SVGElement, length: number) {
      return pointAt(polyline(this.getAttribute("d") ?? ""), length);
    },
  });
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string) {
    return rasterCanvas(this).getContext(kind) as never;
  };
  window.eval(plotlySource());
  const { Plotly: plotly } = window as unknown as { Plotly: Plotly & { readonly PlotSchema: { get: () => object } } };
  // plotly puts all of its attributes together again for each figure that it validates.
  const schema = plotly.PlotSchema.get();
  plotly.PlotSchema.get = () => schema;
  return {
    plotly,
    seedRandom(seed) {
      window.eval(
        `(() => { let state = ${seed >>> 0}; Math.random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32; })()`,
      );
    },
  };
}

/** A DOMRect; what covers nothing has no size. */
function rectOf(
  box: Box = { left: 0, top: 0, right: 0, bottom: 0 },
): Box & { x: number; y: number; width: number; height: number } {
  return { ...box, x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
}
