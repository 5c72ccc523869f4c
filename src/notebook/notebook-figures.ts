import { PLOTLY_TYPE } from "../render/complete-plotly-bundle.js";
import type { PlotlyFigure } from "../render/plotly-window.js";
import { roundedJson } from "./exact-json.js";
import type { Notebook } from "./notebook-file.js";

/** A figure that an executed notebook shows. */
export interface NotebookFigure {
  /** What the figure calls itself (`layout.meta.name`), counted on where a notebook shows it again: `page-order`, `page-order-2`. */
  readonly name: string;
  readonly figure: PlotlyFigure;
  /** The picture that was shown with it, base64. */
  readonly png: string;
  /** What it says, in one line. */
  readonly summary: string;
  /** Whose numbers it holds (`layout.meta.provenance`). */
  readonly provenance: readonly { readonly kind: string; readonly source: string }[];
}

/**
 * The figures among the outputs of a notebook, in their order.
 *
 * @example
 * notebookFigures({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 }) // []
 */
export function notebookFigures({ cells }: Notebook): NotebookFigure[] {
  const bundles = cells
    .flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []))
    .flatMap((output) => ("data" in output && PLOTLY_TYPE in output.data ? [output.data] : []));
  const seen = new Map<string, number>();
  return bundles.map((data) => {
    const figure = roundedJson(data[PLOTLY_TYPE] as PlotlyFigure);
    const { name = "figure", provenance = [] } = (figure.layout.meta ?? {}) as Partial<NotebookFigure>;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return {
      name: count > 1 ? `${name}-${count}` : name,
      figure,
      png: String(data["image/png"] ?? ""),
      summary: String(data["text/plain"] ?? ""),
      provenance,
    };
  });
}
