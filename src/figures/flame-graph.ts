import type { FoldedStack } from "../profile/fold.js";
import type { WeightUnit } from "../profile/profile.js";
import { inOrder, type TintGroup, tintGroup } from "./class-tints.js";
import { type Provenance, provenanceLine } from "./figure.js";
import { flameGraphHtml } from "./flame-graph-html.js";
import { type FlameBox, type FlameTree, flameTree } from "./flame-tree.js";

/** A flame graph: a picture of its own, since plotly has no readable form of it. */
export interface FlameGraph {
  /** Stem of the files it is written to. */
  readonly name: string;
  readonly title: string;
  /** A complete SVG document; each box has its function, weight and share as a tooltip. */
  readonly svg: string;
  /** What it says, in one line. */
  readonly summary: string;
  readonly provenance: readonly Provenance[];
  /** Share of the weight in stacks whose innermost function is too narrow for a box, 0 to 1. */
  readonly prunedShare: number;
}

const WIDTH_PX = 1200;
const MARGIN_PX = 10;
const HEAD_PX = 74;
/** The line that names the tints. */
const KEY_PX = 22;
const KEY_BOX_PX = 12;
const KEY_GAP_PX = 10;
const ROW_PX = 18;
const TEXT_PX = 11;
/** Mean advance of DejaVu Sans at 11 px over the characters of kernel symbols, rounded up. */
const CHARACTER_PX = 6.9;
/** Narrower boxes are not drawn: nothing could be seen of them. */
const NARROWEST_PX = 0.5;
/** Between neighbours, which may have the same tint. */
const GAP_PX = 1;
const SHOWN_CHARACTERS = 5;
const PERCENT = 100;
/** Tints of Okabe and Ito's orange, dark text readable on each; the same function has the same tint in every picture. */
const TINTS = ["#F6D9A0", "#F2CC85", "#EFC06A", "#F4D08F", "#EDB95A", "#F7E0B5"];

/**
 * Draws folded stacks as a flame graph: width is weight, callees stand on their callers, in the order of their names.
 *
 * In a notebook it shows itself, as a page fragment with hover, search and zoom and as the SVG picture. 10,000 stacks stay readable:
 * boxes under half a pixel are left out, and subtitle and summary say how much of the weight that hides.
 * Source: B. Gregg, "The Flame Graph", CACM 59(6), 2016.
 * @throws RangeError for stacks without weight.
 * @example
 * flameGraph({ title: "DUT", unit: "ns", provenance: [], stacks: [{ stack: "ping;main;memset", weight: 3 }, { stack: "ping;main", weight: 1 }] }).summary // "DUT: 4 ns in 2 stacks; widest innermost function: memset 75.0 %; 0.00 % too narrow to draw"
 */
export function flameGraph({
  stacks,
  title,
  unit,
  provenance,
  classOf,
  name = "flame-graph",
}: {
  stacks: readonly FoldedStack[];
  title: string;
  unit: WeightUnit;
  provenance: readonly Provenance[];
  /** The cost class of a stack's last function (`classOfStack`): boxes are then coloured by it, and name it. */
  classOf?: ((stack: string) => string | undefined) | undefined;
  name?: string;
}): FlameGraph {
  const tree = flameTree({ stacks, minShare: NARROWEST_PX / (WIDTH_PX - 2 * MARGIN_PX) });
  const prunedShare = tree.prunedWeight / tree.weight;
  const whole = `${tree.weight.toLocaleString("en-US")} ${unit} in ${stacks.length.toLocaleString("en-US")} stacks`;
  const pruned = `${percent(prunedShare, 2)} too narrow to draw`;
  const svg = drawn(tree, { lines: [title, `${whole}; ${pruned}`, provenanceLine(provenance)], unit, classOf });
  const [widest, weight] = widestLeaf(stacks);
  const graph: FlameGraph = {
    name,
    title,
    svg,
    summary: `${title}: ${whole}; widest innermost function: ${widest} ${percent(weight / tree.weight, 1)}; ${pruned}`,
    provenance,
    prunedShare,
  };
  const bundle = () => ({ "text/html": flameGraphHtml(svg), "image/svg+xml": svg, "text/plain": graph.summary });
  return Object.defineProperty(graph, Symbol.for("Jupyter.display"), { value: bundle });
}

interface Drawing {
  readonly lines: readonly string[];
  readonly unit: WeightUnit;
  readonly classOf: ((stack: string) => string | undefined) | undefined;
}

function drawn({ boxes, weight }: FlameTree, { lines: [title = "", ...subtitle], unit, classOf }: Drawing): string {
  const rows = boxes.reduce((most, { depth }) => Math.max(most, depth + 1), 0);
  const head = HEAD_PX + (classOf ? KEY_PX : 0);
  const height = head + rows * ROW_PX + MARGIN_PX;
  const scale = (WIDTH_PX - 2 * MARGIN_PX) / weight;
  const groups = new Set<TintGroup>();
  const shapes = boxes.map((box) => {
    const named = classOf?.(box.stack);
    const group = classOf && tintGroup(named);
    if (group) groups.add(group);
    const note = named === undefined ? "" : `, ${named}`;
    const y = height - MARGIN_PX - (box.depth + 1) * ROW_PX;
    return shape(box, { scale, weight, unit, y, note, fill: group?.tint ?? tint(box.name) });
  });
  const lines = subtitle.map((line, at) => `<text x="${MARGIN_PX}" y="${44 + at * 16}" font-size="12">${escaped(line)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${height}" viewBox="0 0 ${WIDTH_PX} ${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="${TEXT_PX}" fill="#1f2328">
<rect width="${WIDTH_PX}" height="${height}" fill="#ffffff"/>
<text x="${MARGIN_PX}" y="24" font-size="17" font-weight="bold">${escaped(title)}</text>
${[...lines, ...keys(inOrder(groups))].join("\n")}
${shapes.join("\n")}
</svg>
`;
}

/** What the tints mean, in one line under the subtitle. */
function keys(groups: readonly TintGroup[]): string[] {
  let x = MARGIN_PX;
  return groups.map(({ label, tint: fill }) => {
    const at = x;
    x += KEY_BOX_PX + 2 * KEY_GAP_PX + label.length * CHARACTER_PX;
    const box = `<rect x="${at}" y="${HEAD_PX - 8}" width="${KEY_BOX_PX}" height="${KEY_BOX_PX}" fill="${fill}"/>`;
    return `${box}<text x="${at + KEY_BOX_PX + KEY_GAP_PX / 2}" y="${HEAD_PX + 2}">${escaped(label)}</text>`;
  });
}

function shape(
  { name, start, weight: own }: FlameBox,
  {
    scale,
    weight,
    unit,
    y,
    note,
    fill,
  }: { scale: number; weight: number; unit: WeightUnit; y: number; note: string; fill: string },
): string {
  const x = (MARGIN_PX + start * scale).toFixed(1);
  const width = own * scale;
  const fitting = Math.floor((width - 6) / CHARACTER_PX);
  const text = fitting < SHOWN_CHARACTERS ? "" : name.length <= fitting ? name : `${name.slice(0, fitting - 2)}..`;
  const label = text === "" ? "" : `<text x="${(Number(x) + 3).toFixed(1)}" y="${y + 13}">${escaped(text)}</text>`;
  const said = `${name}: ${own.toLocaleString("en-US")} ${unit}, ${percent(own / weight, 2)}${note}`;
  const gap = width > 2 * GAP_PX ? GAP_PX : 0;
  const box = `<rect x="${x}" y="${y}" width="${(width - gap).toFixed(1)}" height="${ROW_PX - 1}" fill="${fill}"/>`;
  return `<g data-start="${start}" data-weight="${own}"><title>${escaped(said)}</title>${box}${label}</g>`;
}

function widestLeaf(stacks: readonly FoldedStack[]): [name: string, weight: number] {
  const leaves = new Map<string, number>();
  for (const { stack, weight } of stacks) {
    const leaf = stack.slice(stack.lastIndexOf(";") + 1);
    leaves.set(leaf, (leaves.get(leaf) ?? 0) + weight);
  }
  return [...leaves].reduce((widest, next) => (next[1] > widest[1] ? next : widest), ["", 0]);
}

function tint(name: string): string {
  let sum = 0;
  for (let at = 0; at < name.length; at++) sum = (sum * 31 + name.charCodeAt(at)) % 65521;
  return TINTS[sum % TINTS.length] ?? "";
}

function percent(share: number, decimals: number): string {
  return `${(share * PERCENT).toFixed(decimals)} %`;
}

function escaped(text: string): string {
  return text
    .replace(/\p{Cc}/gu, "?")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
