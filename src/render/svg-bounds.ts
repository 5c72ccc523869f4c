import { textExtentEm } from "./fonts.js";

/** A box in px; y grows downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** `[a, b, c, d, e, f]` of SVG's matrix(): x' = ax + cy + e, y' = bx + dy + f. */
type Matrix = readonly [number, number, number, number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const DEFAULT_FONT_PX = 16;

/**
 * The box that an SVG element and what is in it cover: text by the font's widths, rectangles and images by their attributes.
 * `space` is `user` for getBBox(), before the element's own transform, and `screen` for getBoundingClientRect(), after all of
 * them. An element without text, rectangle or image covers nothing: plotly asks for no other's box while it lays out.
 *
 * Source: SVG 1.1, coordinate systems and text layout, as far as plotly's output uses them.
 * @example
 * boundsOf({
 *   element: new (await import("jsdom")).JSDOM('<svg><rect x="1" y="2" width="3" height="4" transform="translate(10,0)rotate(90)"/></svg>').window.document.querySelector("rect"),
 *   space: "screen",
 * }) // { left: 4, top: 1, right: 8, bottom: 4 }
 */
export function boundsOf({ element, space }: { element: Element; space: "user" | "screen" }): Box | undefined {
  if (space === "user") return coveredBy(element, IDENTITY);
  const matrices: Matrix[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) matrices.unshift(transformOf(at));
  return coveredBy(element, matrices.reduce(product, IDENTITY));
}

/** The box of an element whose user space maps through `matrix`. */
function coveredBy(element: Element, matrix: Matrix): Box | undefined {
  const tag = element.tagName.toLowerCase();
  if (tag === "text" || tag === "tspan") return union(textLines(element).map((box) => mapped(box, matrix)));
  if (tag === "rect" || tag === "image") {
    const [left, top] = [numberOf(element, "x"), numberOf(element, "y")];
    const box = { left, top, right: left + numberOf(element, "width"), bottom: top + numberOf(element, "height") };
    return mapped(box, matrix);
  }
  return union(Array.from(element.children, (child) => coveredBy(child, product(matrix, transformOf(child)))));
}

/** The lines of a text in its user space: plotly makes each line of `<br>` a tspan of class `line`. */
function textLines(text: Element): Box[] {
  const lines = Array.from(text.children).filter(({ classList }) => classList.contains("line"));
  let shiftPx = 0;
  return (lines.length === 0 ? [text] : lines).map((line) => {
    // `dy` counts from the line's own `y`, which plotly sets, else from the line before.
    shiftPx = (line.hasAttribute("y") ? 0 : shiftPx) + shiftOf(line);
    return lineBox(line, numberOf(line, "y") + shiftPx);
  });
}

/** How far `dy` moves a line down: plotly writes em. */
function shiftOf(line: Element): number {
  const dy = line.getAttribute("dy") ?? "0";
  return Number.parseFloat(dy) * (dy.endsWith("em") ? fontPx(line) : 1);
}

function lineBox(line: Element, baseline: number): Box {
  const { widthPx, ascentPx, descentPx } = extentOf(line);
  const anchor = inherited(line, "text-anchor");
  const share = anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0;
  const left = numberOf(line, "x") - share * widthPx;
  return { left, top: baseline - ascentPx, right: left + widthPx, bottom: baseline + descentPx };
}

/** Width and height of a line's text, each part in its own size and weight. */
function extentOf(line: Element): { widthPx: number; ascentPx: number; descentPx: number } {
  const weight = inherited(line, "font-weight") ?? "";
  const sizePx = fontPx(line);
  const own = Array.from(line.childNodes).map((node) => {
    if (node.nodeType === node.ELEMENT_NODE) return extentOf(node as Element);
    const { widthEm, ascentEm, descentEm } = textExtentEm(node.textContent ?? "", {
      bold: weight === "bold" || Number(weight) >= 600,
    });
    return { widthPx: widthEm * sizePx, ascentPx: ascentEm * sizePx, descentPx: descentEm * sizePx };
  });
  return {
    widthPx: own.reduce((sum, { widthPx }) => sum + widthPx, 0),
    ascentPx: Math.max(0, ...own.map(({ ascentPx }) => ascentPx)),
    descentPx: Math.max(0, ...own.map(({ descentPx }) => descentPx)),
  };
}

/** The font size in force; `%` and `em` are of the parent's. */
function fontPx(element: Element): number {
  const size = ownStyle(element, "font-size");
  const parent = () => (element.parentElement ? fontPx(element.parentElement) : DEFAULT_FONT_PX);
  if (size === undefined) return parent();
  const value = Number.parseFloat(size);
  if (size.endsWith("%")) return (value / 100) * parent();
  return size.endsWith("em") ? value * parent() : value;
}

function inherited(element: Element, property: string): string | undefined {
  return ownStyle(element, property) ?? (element.parentElement ? inherited(element.parentElement, property) : undefined);
}

function ownStyle(element: Element, property: string): string | undefined {
  return (element as SVGElement).style?.getPropertyValue(property) || element.getAttribute(property) || undefined;
}

function numberOf(element: Element, attribute: string): number {
  return Number.parseFloat(element.getAttribute(attribute) ?? "0") || 0;
}

function union(boxes: readonly (Box | undefined)[]): Box | undefined {
  const known = boxes.filter((box) => box !== undefined);
  if (known.length === 0) return undefined;
  return {
    left: Math.min(...known.map(({ left }) => left)),
    top: Math.min(...known.map(({ top }) => top)),
    right: Math.max(...known.map(({ right }) => right)),
    bottom: Math.max(...known.map(({ bottom }) => bottom)),
  };
}

/** The upright box around a box mapped through a matrix. */
function mapped({ left, top, right, bottom }: Box, [a, b, c, d, e, f]: Matrix): Box {
  const corners = [left, right].flatMap((x) => [top, bottom].map((y) => [a * x + c * y + e, b * x + d * y + f] as const));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function product([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** The matrix of an element's transform attribute: translate, scale, rotate and matrix, in a row. */
function transformOf(element: Element): Matrix {
  const parts = (element.getAttribute("transform") ?? "").matchAll(/([a-zA-Z]+)\(([^()]*)\)/g);
  return Array.from(parts, ([, name = "", list = ""]) =>
    matrixOf(
      name,
      list
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(Number),
    ),
  ).reduce(product, IDENTITY);
}

function matrixOf(name: string, [first = 0, second, ...rest]: readonly number[]): Matrix {
  if (name === "translate") return [1, 0, 0, 1, first, second ?? 0];
  if (name === "scale") return [first, 0, 0, second ?? first, 0, 0];
  if (name === "matrix") return [first, second ?? 0, rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0, rest[3] ?? 0];
  if (name !== "rotate") return IDENTITY;
  const [x, y] = [second ?? 0, rest[0] ?? 0];
  const [cos, sin] = [roundTurn(Math.cos, first), roundTurn(Math.sin, first)];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

/** Sine or cosine of degrees, exact at right angles. */
function roundTurn(turn: (radians: number) => number, degrees: number): number {
  const value = turn((degrees * Math.PI) / 180);
  return Math.abs(value - Math.round(value)) < 1e-12 ? Math.round(value) : value;
}
