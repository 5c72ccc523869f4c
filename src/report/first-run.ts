import type { PublishedPageOrderCost } from "../captures/read-published.js";
import { pageOrder } from "../models/page-order.js";
import { budgetGrid } from "./budget-grid.js";
import { pageOrderTable, pageOrderVerdict } from "./page-order-table.js";
import { type Table, textTable } from "./text-table.js";

/** A table of a report with what it is, whose numbers it holds, and what it says. */
export interface ReportSection {
  readonly heading: string;
  /** Measured, published or modelled, with the source. */
  readonly provenance: string;
  readonly table: Table;
  readonly reading: string;
}

const KERNEL = "4.6.0-rc1";
const TSC_GHZ = 4;
const LINK = { gbps: 10, frameBytes: 64 };

/**
 * The two tables that the workshop turns on: the budget of a packet over today's links, and the page allocator of 2016 against it.
 *
 * `pageOrderCosts` are the rows of data/published/page_order_cost.csv.
 * @example
 * firstRunSections({ pageOrderCosts: [] }).map(({ heading }) => heading) // ["What one packet may cost on one CPU", "What a page costs: Linux 4.6.0-rc1, per order"]
 */
export function firstRunSections({ pageOrderCosts }: { pageOrderCosts: readonly PublishedPageOrderCost[] }): ReportSection[] {
  const published = pageOrderCosts.filter(({ kernel }) => kernel === KERNEL);
  const rows = published.map(({ order, cycles_tsc: cycles }) => ({ order, cycles }));
  const costs = pageOrder({ rows, tscGhz: TSC_GHZ, link: LINK, fragBytes: 2048 });
  return [
    {
      heading: "What one packet may cost on one CPU",
      provenance: "modelled: (frame + 20 B) x 8 / link rate",
      table: budgetGrid({ gbps: [10, 25, 100, 400], frameBytes: [64, 1518], ghz: 3 }),
      reading:
        "10 Gbit/s leaves 67.2 ns for the smallest frame: 201.6 cycles at 3 GHz, 268.8 at 4 GHz. Name the clock, or compare in ns.",
    },
    {
      heading: `What a page costs: Linux ${KERNEL}, per order`,
      provenance: `published: ${published[0]?.source ?? "no rows"}; the clock of ${TSC_GHZ} GHz is inferred`,
      table: pageOrderTable(costs),
      reading: pageOrderVerdict(costs),
    },
  ];
}

/** What a first run did with one notebook. */
export interface FirstRunNotebook {
  /** Stem of its files. */
  readonly name: string;
  readonly title: string;
  /** Code cells that ran. */
  readonly cells: number;
  readonly figures: number;
  /** Of its figures. */
  readonly provenance: readonly { readonly kind: string; readonly source: string }[];
  readonly failed: boolean;
}

/**
 * What a first run prints for a person: the notebooks, the tables, whose numbers the figures hold, and what to do next.
 *
 * @example
 * firstRunText({ out: "out", notebooks: [], sections: [] }).split("\n").at(-2) // "  npx linerate --help"
 */
export function firstRunText({
  out,
  notebooks,
  sections,
}: {
  out: string;
  notebooks: readonly FirstRunNotebook[];
  sections: readonly ReportSection[];
}): string {
  const ran = notebooks.map(({ name, title, cells, figures, failed }) => [
    `${name}.ipynb`,
    failed ? "FAILED" : `${cells} cells`,
    `${figures} figure${figures === 1 ? "" : "s"}`,
    title,
  ]);
  const headings = ["notebook", "ran", "drew", "question"];
  const parts = [
    indented(textTable({ headings, rows: ran })),
    ...sections.map(
      (section) =>
        `${section.heading}\n(${section.provenance})\n\n${indented(textTable(section.table))}\n  ${section.reading}\n`,
    ),
    `Whose numbers the figures show\n\n${whoseNumbers(notebooks)}`,
    `Written: ${out}/index.html, and for each notebook a page, the executed .ipynb, and its figures as PNG and SVG.\n`,
    `Next, with a capture of your own (pktgen, ethtool -S, page_bench, softnet_stat, perf.data):\n\n${NEXT}`,
  ];
  return parts.join("\n");
}

const NEXT = `  npx linerate parse FILE
  npx linerate profile perf.data --kallsyms kallsyms
  npx linerate attribute perf.data --kallsyms kallsyms --cpu 2 --pps 8165032
  npx linerate run notebooks/02-page-order.ipynb -p log=/path/to/dmesg.txt
  npx linerate kernel install --user      # the kernel for Jupyter
  npx linerate --help
`;

function whoseNumbers(notebooks: readonly FirstRunNotebook[]): string {
  const all = notebooks.flatMap(({ provenance }) => provenance);
  const lines = ["measured", "published", "modelled"].flatMap((kind) => {
    const sources = new Set(all.filter((one) => one.kind === kind).map(({ source }) => source));
    return [...sources].map((source, at) => `  ${(at === 0 ? kind : "").padEnd(10)} ${source}\n`);
  });
  return lines.length > 0 ? lines.join("") : "  no figure was drawn\n";
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
