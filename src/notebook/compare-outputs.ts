import { PLOTLY_TYPE } from "../render/complete-plotly-bundle.js";
import { jsonDifferences } from "./compare-json.js";
import { lineDifferences } from "./compare-text.js";
import { exactJson } from "./exact-json.js";
import type { MimeBundle } from "./mime-bundle.js";
import type { CellOutputRecord } from "./notebook-file.js";

/** What differs in one part of one output of a cell. */
export interface OutputDifference {
  /** Which output of the cell, from 1. */
  readonly output: number;
  /** A mime type, `stdout`, `stderr`, `error`, or `kind` where the outputs are not of one kind. */
  readonly part: string;
  /** Where in the part the first difference is: `line 3`, or `data[0].y[2]`. */
  readonly place?: string;
  readonly expected: string;
  readonly seen: string;
  /** Further lines or values that differ in this part. */
  readonly more: number;
}

type Compared = Omit<OutputDifference, "output" | "part">;

/**
 * Where the outputs of a cell differ from those that are expected: text by lines, JSON data by values, both with `tolerance` as in
 * `lineDifferences`. A figure is compared by its plotly data; the pixels drawn from them may differ between machines. Of an error its
 * name and message count, of the rest neither counts nor metadata.
 *
 * @example
 * outputDifferences({
 *   expected: [{ output_type: "stream", name: "stdout", text: "201\n" }],
 *   seen: [{ output_type: "stream", name: "stdout", text: "202\n" }],
 * }) // [{ output: 1, part: "stdout", place: "line 1", expected: "201", seen: "202", more: 0 }]
 */
export function outputDifferences({
  expected,
  seen,
  tolerance,
}: {
  expected: readonly CellOutputRecord[];
  seen: readonly CellOutputRecord[];
  tolerance?: number | undefined;
}): OutputDifference[] {
  const [stored, made] = [joined(expected), joined(seen)];
  const differences: OutputDifference[] = [];
  for (let index = 0; index < Math.max(stored.length, made.length); index++) {
    const [a, b] = [stored[index], made[index]];
    const output = index + 1;
    if (!a || !b || kindOf(a) !== kindOf(b)) {
      // What follows has moved: it would only repeat this.
      return [...differences, { output, part: "kind", expected: described(a), seen: described(b), more: 0 }];
    }
    differences.push(...partDifferences(a, b, tolerance).map((difference) => ({ output, ...difference })));
  }
  return differences;
}

function partDifferences(
  a: CellOutputRecord,
  b: CellOutputRecord,
  tolerance: number | undefined,
): Omit<OutputDifference, "output">[] {
  if ("data" in a && "data" in b) return bundleDifferences(a.data, b.data, tolerance);
  const [expected, seen] = [textOf(a), textOf(b)];
  const part = a.output_type === "stream" ? a.name : "error";
  return textDifference(expected, seen, tolerance).map((difference) => ({ part, ...difference }));
}

function bundleDifferences(a: MimeBundle, b: MimeBundle, tolerance: number | undefined): Omit<OutputDifference, "output">[] {
  const drawn = PLOTLY_TYPE in a && PLOTLY_TYPE in b;
  const parts = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((mime) => !(drawn && mime.startsWith("image/")));
  return parts.sort().flatMap((part) => {
    const [expected, seen] = [a[part], b[part]];
    const missing = (value: unknown) => (value === undefined ? `no ${part}` : part);
    if (expected === undefined || seen === undefined)
      return [{ part, expected: missing(expected), seen: missing(seen), more: 0 }];
    return valueDifference(part, expected, seen, tolerance).map((difference) => ({ part, ...difference }));
  });
}

function valueDifference(mime: string, a: unknown, b: unknown, tolerance: number | undefined): Compared[] {
  if (typeof a !== "string" || typeof b !== "string") {
    const [first, ...rest] = jsonDifferences({ expected: a, seen: b, tolerance });
    if (!first) return [];
    const { place, expected, seen } = first;
    return [{ place: place || "whole", expected: jsonText(expected), seen: jsonText(seen), more: rest.length }];
  }
  if (!mime.startsWith("image/") || mime === "image/svg+xml") return textDifference(a, b, tolerance);
  const [expected, seen] = [a, b].map((base64) => base64.replace(/\s/g, ""));
  return expected === seen ? [] : [{ expected: pictureText(a), seen: pictureText(b), more: 0 }];
}

function textDifference(a: string, b: string, tolerance: number | undefined): Compared[] {
  const [first, ...rest] = lineDifferences({ expected: a, seen: b, tolerance });
  if (!first) return [];
  const { line, expected = "no line", seen = "no line" } = first;
  return [{ place: `line ${line}`, expected, seen, more: rest.length }];
}

/** Text of one stream may have come in pieces. */
function joined(outputs: readonly CellOutputRecord[]): CellOutputRecord[] {
  return outputs.reduce<CellOutputRecord[]>((all, output) => {
    const last = all.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      all[all.length - 1] = { ...last, text: last.text + output.text };
    } else all.push(output);
    return all;
  }, []);
}

function kindOf(output: CellOutputRecord): string {
  return output.output_type === "stream" ? output.name : output.output_type;
}

function described(output: CellOutputRecord | undefined): string {
  if (!output) return "no output";
  if ("data" in output) return `${output.output_type} of ${Object.keys(output.data).sort().join(", ")}`;
  return `${kindOf(output)} ${JSON.stringify(textOf(output))}`;
}

function textOf(output: CellOutputRecord): string {
  if (output.output_type === "stream") return output.text;
  return output.output_type === "error" ? `${output.ename}: ${output.evalue}` : "";
}

function jsonText(value: unknown): string {
  return value === undefined ? "nothing" : exactJson(value);
}

function pictureText(base64: string): string {
  return `a picture of ${Buffer.from(base64, "base64").length} bytes`;
}
