import { placeInFrame } from "./cell-error.js";
import { inWrittenNames } from "./native-helpers.js";
import type { SourcePositions } from "./source-positions.js";

/** Frames from here say how the kernel works. */
const OWN_FOLDER = new URL(".", import.meta.url).href;

/**
 * From now on the stack of an error has the places of the sources, also where a cell prints it, and ends with the cell: what is around
 * a cell's code, and what the kernel did to run it, is left out.
 *
 * @example
 * typeof mapStacks // "function"
 */
export function mapStacks(positions: SourcePositions): void {
  Error.prepareStackTrace = (error, sites) => {
    const frames = sites.map((site) => mappedFrame(`    at ${site}`, positions));
    const last = frames.findLastIndex((frame) => frame?.isSource);
    const shown = frames
      .slice(0, last < 0 ? frames.length : last + 1)
      .filter((frame) => frame && !frame.text.includes(OWN_FOLDER));
    return [heading(error), ...shown.map((frame) => frame?.text)].join("\n");
  };
}

/** Nothing for a place that stands for no source. */
function mappedFrame(text: string, positions: SourcePositions): { text: string; isSource: boolean } | undefined {
  const found = placeInFrame(text);
  if (!found || !positions.has(found.name)) return { text, isSource: false };
  const at = positions.original(found.name, found.at);
  return at && { text: `${found.before}${found.name}:${at.line + 1}:${at.column + 1}${found.after}`, isSource: true };
}

/** As Node begins a stack: with the code of an error of its own, which it gives some errors for a name. */
function heading(error: Error & { code?: unknown }): string {
  const text = inWrittenNames(Error.prototype.toString.call(error));
  const { name, code } = error;
  const isOfNode = typeof code === "string" && code.startsWith("ERR_") && text.startsWith(`${name}:`) && !name.includes(code);
  return isOfNode ? `${name} [${code}]${text.slice(name.length)}` : text;
}
