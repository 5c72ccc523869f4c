import type { Warning } from "../captures/parsed.js";
import type { CpuOverTime } from "../profile/over-time.js";
import { type Ns, secondsFromNs } from "../units.js";
import { type Figure, figure, labelNumber, type Provenance } from "./figure.js";
import { PALE_TO_DARK } from "./theme.js";

/**
 * Samples per CPU over time: where a recording was busy, idle or interrupted, before its sums are believed.
 *
 * `cpus` are the bins of `overTime()`; the picture shows their numbers of samples.
 * @throws RangeError for no CPUs or no bins.
 * @example
 * samplesHeatMap({ cpus: [{ cpu: 3, samples: Uint32Array.of(2, 1), weight: Float64Array.of(10, 5) }], binNs: 1e8, event: "cpu-clock", provenance: [] }).summary // "Samples of cpu-clock over time: 3 on 1 CPU in 0.2 s, 0.1 s a bin"
 */
export function samplesHeatMap({
  cpus,
  binNs,
  event,
  provenance,
  warnings = [],
  name = "samples-over-time",
}: {
  cpus: readonly CpuOverTime[];
  binNs: Ns;
  event: string;
  provenance: readonly Provenance[];
  warnings?: readonly Warning[];
  name?: string;
}): Figure {
  const bins = cpus[0]?.samples.length ?? 0;
  if (bins === 0) throw new RangeError(`samplesHeatMap requires CPUs with bins: got ${cpus.length} CPUs`);
  const samples = cpus.reduce((sum, one) => sum + one.samples.reduce((all, bin) => all + bin, 0), 0);
  const [seconds, binSeconds] = [secondsFromNs(bins * binNs), secondsFromNs(binNs)];
  return figure({
    name,
    title: "Samples over time",
    detail: `${event}, ${labelNumber(binSeconds)} s a bin`,
    data: [
      {
        type: "heatmap",
        z: cpus.map((one) => [...one.samples]),
        x: Array.from({ length: bins }, (_, bin) => secondsFromNs((bin + 0.5) * binNs)),
        y: cpus.map(({ cpu }) => (cpu < 0 ? "not recorded" : `CPU ${cpu}`)),
        zauto: false,
        zmin: 0,
        zmax: Math.max(1, ...cpus.map((one) => one.samples.reduce((most, bin) => Math.max(most, bin), 0))),
        colorscale: PALE_TO_DARK,
        colorbar: { title: { text: "samples<br>per bin" } },
        hovertemplate: "%{y}, %{x:.3f} s: %{z} samples<extra></extra>",
      },
    ],
    layout: {
      xaxis: { title: { text: "seconds from the start of the recording" } },
      yaxis: { type: "category", autorange: "reversed" },
    },
    summary: `Samples of ${event} over time: ${samples.toLocaleString("en-US")} on ${cpus.length} CPU${cpus.length === 1 ? "" : "s"} in ${labelNumber(seconds)} s, ${labelNumber(binSeconds)} s a bin`,
    provenance,
    warnings,
  });
}
