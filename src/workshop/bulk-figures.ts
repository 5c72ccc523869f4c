import type { Warning } from "../captures/parsed.js";
import { readPublished } from "../captures/read-published.js";
import type { Provenance } from "../figures/figure.js";
import { curveOf, lawFigure } from "../figures/law-figure.js";
import { bulkFit, bulkNsAt } from "../models/bulk-fit.js";
import type { Run } from "../runs/open-run.js";
import type { Ns } from "../units.js";
import { published, runDoubts, runSweeps, type WorkshopFigure } from "./workshop-figure.js";

function bulkSeries({
  label,
  rows,
  provenance,
}: {
  label: string;
  rows: readonly { bulk: number; ns: Ns }[];
  provenance: Provenance;
}) {
  const fit = bulkFit({ rows });
  const laws = fit.pieces ?? [fit.whole];
  const said = laws
    .map(({ elementNs, bulkNs }) => `${elementNs.toFixed(2)}${bulkNs > 0 ? ` + ${bulkNs.toFixed(2)} / n` : ""}`)
    .join(", then ");
  return {
    label: `${label}: ${said}`,
    points: fit.rows.map(({ bulk, ns }) => ({ x: bulk, y: ns })),
    // A gap between the pieces: no point, no line.
    curve: laws.flatMap((law, piece) => [
      ...(piece > 0 ? [{ x: law.from, y: null }] : []),
      ...curveOf({ from: law.from, to: law.to, log: true, law: (bulk) => bulkNsAt({ law, bulk }) }),
    ]),
    residuals: laws.flatMap((law) =>
      fit.rows
        .filter(({ bulk }) => bulk >= law.from && bulk <= law.to)
        .map(({ bulk }, index) => ({ x: bulk, y: law.residuals[index] ?? 0 })),
    ),
    provenance,
    doubts: fit.doubts,
    name: label,
  };
}

/** One warning for each doubt, with all series that it concerns. */
function sharedDoubts(series: readonly { name: string; doubts: readonly string[] }[]): Warning[] {
  const messages = [...new Set(series.flatMap(({ doubts }) => doubts))];
  return messages.map((message) => {
    const file = series.flatMap(({ name, doubts }) => (doubts.includes(message) ? name : [])).join("; ");
    return { file, line: 0, message };
  });
}

/** A figure of bulk laws, with residuals; a run's own sweeps in the place of the published ones. */
function bulkFigure(
  about: Pick<WorkshopFigure, "name" | "minutes" | "shows"> & {
    readonly title: string;
    readonly detail: string;
    readonly things: string;
    /** The unit of a cost. */
    readonly per: string;
    readonly module: string;
    /** What the names of its benchmarks hold. */
    readonly names: RegExp;
    /** The smallest bulk that is one: below it other code runs. */
    readonly from: number;
    readonly summary: string;
  },
  of: () => { label: string; rows: readonly { bulk: number; ns: Ns }[]; provenance: Provenance }[],
): WorkshopFigure {
  const { name, minutes, shows, title, detail, things, per, module, names, from, summary } = about;
  const draw = (given: ReturnType<typeof of>, more: { detail: string; summary: string; run?: Run }) => {
    const series = given.map(bulkSeries);
    return lawFigure({
      name,
      title,
      detail: more.detail,
      summary: more.summary,
      x: { title: `${things} at once`, log: true },
      y: { title: per },
      series,
      formula: "element + bulk / n, least squares",
      warnings: [...sharedDoubts(series), ...(more.run ? runDoubts(more.run) : [])],
    });
  };
  return {
    name,
    minutes,
    shows,
    measuredBy: `${module}: load it, then dmesg > time_bench.txt`,
    published: () => draw(of(), { detail, summary }),
    ofRun: (run) => {
      const provenance: Provenance = { kind: "measured", source: run.path };
      const sweeps = runSweeps(run, { module, from, things, names }).slice(0, 6);
      return draw(
        sweeps.map(({ name: label, rows }) => ({ label, rows, provenance })),
        { detail: "time_bench at each size", summary: "This run's sweeps", run },
      );
    },
  };
}

const slabBulk = bulkFigure(
  {
    name: "slab-bulk",
    minutes: "46-48",
    shows: "objects of the slab allocator one by one and in bulk: two laws, with the slab's boundary between",
    title: "Slab objects in bulk",
    detail: "i7-4790K at 4 GHz, allocated and freed. Lower panel: residuals, ns",
    things: "objects",
    per: "ns per object",
    module: "slab_bulk_test01",
    names: /kmem|sl[aou]b/i,
    from: 1,
    summary: "In bulk 4.57 ns each up to 30 objects, 16.45 at 32: the slab's boundary; the detached freelist moves it to 64",
  },
  () => {
    const rows = readPublished("slab_bulk");
    const of = (series: string, column: "bulk_ns" | "fallback_ns") =>
      rows.filter((row) => row.series === series).map((row) => ({ bulk: row.bulk, ns: row[column] }));
    const [first, second] = ["bulk API of 2015-06-17", "detached freelist of 2015-07-15"];
    const source = (series: string) => published(rows.find((row) => row.series === series)?.source ?? "");
    return [
      { label: "one by one", rows: of(first ?? "", "fallback_ns"), provenance: source(first ?? "") },
      { label: "bulk, 2015-06", rows: of(first ?? "", "bulk_ns"), provenance: source(first ?? "") },
      { label: "bulk, 2015-07", rows: of(second ?? "", "bulk_ns"), provenance: source(second ?? "") },
    ];
  },
);

const pageBulk = bulkFigure(
  {
    name: "page-bulk",
    minutes: "56-59",
    shows: "pages of the bulk API as array and as list, 2 to 128 at once",
    title: "Pages in bulk",
    detail: "E5-1650 v4 at 3.6 GHz, allocated and freed; 1 at once takes other code: left out. Lower panel: residuals, ns",
    things: "pages",
    per: "ns per page",
    module: "page_bench04_bulk",
    names: /page|array|list|loop/i,
    from: 2,
    summary: "As an array 26.29 + 15.68 / n ns a page in March 2021, as a list 50.85 + 15.25 / n and rising again from 32",
  },
  () => {
    const rows = readPublished("page_bulk").filter(({ bulk }) => bulk > 1);
    const of = (branch: string, variant: string) => rows.filter((row) => row.branch === branch && row.variant === variant);
    return [
      ["2021-03-19 mel proposal", "array", "array, 2021-03"],
      ["2021-03-19 mel proposal", "list", "list, 2021-03"],
      ["mm-percpu-local_lock-v1r15 (5.12-rc4)", "array", "array, 5.12-rc4 with local locks"],
    ].map(([branch = "", variant = "", label = ""]) => ({
      label,
      rows: of(branch, variant),
      provenance: published(of(branch, variant)[0]?.source ?? ""),
    }));
  },
);

const queues = bulkFigure(
  {
    name: "queues",
    minutes: "12-27",
    shows: "lockless queues in bulk: many producers and consumers, or one of each",
    title: "What a lockless queue costs an element",
    detail:
      "E5-2695. One side: an element in or out, both are twice this; 1 at once takes other code: left out. Lower panel: residuals, ns",
    things: "elements",
    per: "ns per element and side",
    module: "alf_queue_bench",
    names: /[ms]p[ms]c|queue|ring|alf/i,
    from: 2,
    summary: "Many producers and consumers: 0.55 + 9.47 / n ns an element on either side; one of each: 0.53 + 3.61 / n",
  },
  () => {
    const rows = readPublished("queue_bulk").filter(({ bulk }) => bulk > 1);
    const of = (kind: string) => rows.filter(({ queue }) => queue === kind);
    return [
      { label: "many producers and consumers", rows: of("MPMC"), provenance: published(of("MPMC")[0]?.source ?? "") },
      { label: "one of each", rows: of("SPSC"), provenance: published(of("SPSC")[0]?.source ?? "") },
    ];
  },
);

export const BULK_FIGURES: readonly WorkshopFigure[] = [slabBulk, pageBulk, queues];
