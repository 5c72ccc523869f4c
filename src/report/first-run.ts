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
 * What a first run prints for a person: the notebooks, what they turn on, where to look, and what to do next. The page has the rest.
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
  const rows = notebooks.map(({ name, title, cells, figures, failed }) => [
    `${name}.html`,
    failed ? "FAILED" : `${cells} cells`,
    `${figures} figure${figures === 1 ? "" : "s"}`,
    title,
  ]);
  const failed = notebooks.filter((one) => one.failed).length;
  const said = failed > 0 ? `${failed} of ${notebooks.length} failed` : "every cell ran, every assertion held";
  const table = { width: TEXT_COLUMNS, headings: ["page", "ran", "drew", "question"], rows };
  const parts = [
    `${notebooks.length} notebooks, ${said}:\n\n${indented(textTable(table))}`,
    `What they turn on\n\n${sections.map(({ heading, provenance, reading }) => `  ${heading} (${provenance})\n    ${reading}\n`).join("")}`,
    `Look at ${out}/index.html: pictures, tables, and whose numbers they are. Beside it are a page and the executed .ipynb of each
notebook, and in ${out}/figures its pictures as PNG and SVG.\n`,
    `Next\n\n${NEXT}`,
  ];
  return parts.join("\n");
}

const TEXT_COLUMNS = 110;
const NEXT = `  npx linerate parse FILE                       # a capture of your own: pktgen, ethtool -S, page_bench, perf report, ...
  npx linerate figure --list                    # every figure of the workshop; --data draws your runs
  npx linerate attribute perf.data --kallsyms kallsyms --cpu 2 --pps 8165032
  npx linerate kernel install --user            # the notebooks in Jupyter
  npx linerate --help
`;

/**
 * Whose numbers the figures of a first run show: each source once, with the notebooks that it is in.
 *
 * @example
 * sourcesTable([{ name: "00-start", provenance: [{ kind: "published", source: "a mail" }] }]).rows // [["published", "00", "a mail"]]
 */
export function sourcesTable(notebooks: readonly Pick<FirstRunNotebook, "name" | "provenance">[]): Table {
  const rows = ["measured", "published", "modelled"].flatMap((kind) => {
    const uses = notebooks.flatMap(({ name, provenance }) =>
      provenance.flatMap((one) => (one.kind === kind ? [{ name, source: one.source }] : [])),
    );
    const sources = [...new Set(uses.map(({ source }) => source))];
    return sources.map((source) => {
      // A notebook goes by its number here, else by its name.
      const names = uses.flatMap((use) => (use.source === source ? (/^\d+/.exec(use.name)?.[0] ?? use.name) : []));
      return [kind, [...new Set(names)].join(", "), source];
    });
  });
  return { headings: ["numbers", "in", "source"], rows };
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
