import type { Attribution } from "../attribution/attribute.js";
import { type Figure, figure, labelNumber, type Provenance, plotlyText } from "./figure.js";
import { PALE_TO_DARK } from "./theme.js";

const MAX_CLASSES = 20;
const MAX_STAGES = 10;
/** A cell from this share of the largest on is dark: its text is white. */
const DARK_SHARE = 0.55;
const MIN_SHARE = 0.001;
const NAME_MARGIN_PX = 140;

/**
 * What by where: the cost of each class in each stage as a heat map, in ns per packet, or in % where no packets are known.
 *
 * Idle time is left out; classes and stages too small for a row or column are summed in the summary's last part.
 * @throws RangeError for an attribution of idle time alone.
 * @example
 * whatWhereFigure({ attribution: { file: "a.data", event: "cpu-clock", rules: "2", intervalOf: "share", cells: [{ what: "copy", where: "udp", share: 0.5 }], warnings: [] } }).summary // "a.data by class and stage, % of samples: copy in udp 50; 0 % in smaller ones"
 */
export function whatWhereFigure({ attribution, name = "what-where" }: { attribution: Attribution; name?: string }): Figure {
  const { file, event, cells, packets, rules, meaninglessNs, intervalOf, warnings } = attribution;
  const busy = cells.filter(({ what }) => what !== "idle");
  if (busy.length === 0) throw new RangeError(`whatWhereFigure requires busy samples: ${file} is idle`);
  const inNs = intervalOf === "ns" && meaninglessNs === undefined;
  const value = ({ share, nsPerPacket = Number.NaN }: Attribution["cells"][number]) => (inNs ? nsPerPacket : 100 * share);
  const unit = inNs ? "ns per packet" : "% of samples";
  const sums = (key: "what" | "where") => {
    const totals = new Map<string, number>();
    for (const cell of busy) totals.set(cell[key], (totals.get(cell[key]) ?? 0) + value(cell));
    return [...totals].sort((one, other) => other[1] - one[1]);
  };
  const whole = busy.reduce((sum, cell) => sum + value(cell), 0);
  const large = (totals: [string, number][], most: number) =>
    totals.slice(0, most).flatMap(([of, sum]) => (sum >= MIN_SHARE * whole ? [of] : []));
  const classes = large(sums("what"), MAX_CLASSES);
  const stages = large(sums("where"), MAX_STAGES);
  const table = classes.map((what) =>
    stages.map((where) =>
      busy.filter((cell) => cell.what === what && cell.where === where).reduce((sum, cell) => sum + value(cell), 0),
    ),
  );
  const most = Math.max(...table.flat());
  const shown = table.flat().reduce((sum, cell) => sum + cell, 0);
  const largest = [...busy].sort((one, other) => value(other) - value(one)).slice(0, 3);
  const provenance: Provenance[] = [
    { kind: "measured", source: packets ? `${file}, packets of ${packets.source}` : file },
    { kind: "modelled", source: `classes by rules ${rules}` },
  ];
  const smaller = `${labelNumber((100 * Math.max(0, whole - shown)) / whole)} % in smaller ones`;
  return figure({
    name,
    title: "What by where",
    detail: `${event}, ${unit}${meaninglessNs === undefined ? "" : `; absolute ns mean nothing: ${meaninglessNs}`}; ${smaller}`,
    data: [
      {
        type: "heatmap",
        x: stages.map(plotlyText),
        y: classes.map(plotlyText),
        z: table.map((row) => row.map((cell) => (cell > 0 ? cell : null))),
        colorscale: PALE_TO_DARK,
        colorbar: { title: { text: inNs ? "ns" : "%" } },
        xgap: 2,
        ygap: 2,
        hovertemplate: `%{y} in %{x}: %{z:.3f} ${unit}<extra></extra>`,
      },
    ],
    layout: {
      margin: { l: NAME_MARGIN_PX },
      xaxis: { type: "category", title: { text: "where: stage" }, tickvals: stages.map(plotlyText), showgrid: false },
      yaxis: { type: "category", autorange: "reversed", tickvals: classes.map(plotlyText), showgrid: false },
      annotations: table.flatMap((row, y) =>
        row.flatMap((cell, x) =>
          cell > MIN_SHARE * whole
            ? [
                {
                  x,
                  y,
                  text: labelNumber(Number(cell.toPrecision(3))),
                  showarrow: false,
                  font: { size: 11, color: cell > DARK_SHARE * most ? "#ffffff" : "#1f2328" },
                },
              ]
            : [],
        ),
      ),
    },
    summary: `${file} by class and stage, ${unit}: ${largest.map((cell) => `${cell.what} in ${cell.where} ${labelNumber(value(cell))}`).join(", ")}; ${smaller}`,
    provenance,
    warnings,
  });
}
