import { exactInteger } from "./exact-integer.js";
import { ParseError } from "./parse-error.js";
import type { CaptureLine } from "./parsed.js";
import { eventNames } from "./perf-event-names.js";
import { type ReportColumns, reportColumns } from "./perf-report-columns.js";

/** What stands at the head of one report. */
export interface PerfReportSection {
  readonly section: number;
  readonly line: number;
  /** Several for a group. Empty where the text has no head. */
  readonly events: readonly string[];
  /** perf rounds down: 35000 for `35K`. */
  readonly leastSamples?: number;
  /** Sum of the samples' periods. */
  readonly eventCount?: number;
  readonly lostSamples?: number;
  /** Whether its rows have `childrenPercent`. */
  readonly children: boolean;
  /** What its samples were restricted to, as perf prints it: `dso: [veth]`. */
  readonly filters: readonly string[];
}

/** A report whose rows are being read; without columns until its headings have come. */
export interface OpenReport extends PerfReportSection {
  readonly columns?: ReportColumns;
}

// tools/perf/builtin-report.c, evlist__tty_browse_hists() and hists__fprintf_nr_sample_events() print for each event
//   # dso: veth                                        <- only under a filter, so are `# comm:` and `# symbol:`
//   # Total Lost Samples: 0
//   # Samples: 8K of event 'cpu-clock'
//   # Event count (approx.): 8318956646
//   # Overhead  Command  Shared Object      Symbol
//   # ........  .......  .................  ............
// The browser's copy has the samples and the count in one line, no `#`, no dots.
const SAMPLES = /^#? *Samples: (?<count>\d+)(?<unit>[KMG]?) +of events? '(?<events>[^']*)'(?<rest>.*)$/;
const SAMPLES_START = /^#? *Samples: \d/;
const EVENT_COUNT = /^(?:#? *|.*, )Event count \(approx\.\): (?<count>\d+)(?:, (?<filters>.*))?$/;
const LOST = /^# Total Lost Samples: (?<count>\d+)$/;
const FILTER = /^# (?<filter>(?:dso|comm|symbol|thread|socket|parent): .*)$/;
const OUTPUT_START = /^# (?:To display the perf\.data header info|={8})/;
const HIERARCHY = /^#? *(?:Overhead|Children) .* \/ /;
const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1000, M: 1_000_000, G: 1_000_000_000 };

/**
 * Whether a line is a head or the headings of a report.
 *
 * @example
 * beginsReport("Samples: 2K of event 'cycles:ppp', Event count (approx.): 8437658090") // true
 * beginsReport("# Baseline  Delta Abs  Shared Object  Symbol") // false
 */
export function beginsReport(text: string): boolean {
  return SAMPLES.test(text) || /^#? *(?:Overhead|Children {2,}Self) .*\bSymbol\b/.test(text);
}

/** Takes the heads of the reports of a text, line by line. */
export class ReportHeads {
  readonly #file: string;
  readonly #reports: OpenReport[] = [];
  /** What stands before the reports it is true for. */
  #ahead: Pick<PerfReportSection, "lostSamples" | "filters"> = { filters: [] };

  constructor(file: string) {
    this.#file = file;
  }

  get sections(): PerfReportSection[] {
    return this.#reports.map(({ columns, ...section }) => section);
  }

  /** The report whose rows may come. */
  get open(): OpenReport | undefined {
    const last = this.#reports.at(-1);
    return last?.columns && last;
  }

  /** Rows whose headings were left out. */
  begin(line: number, columns: ReportColumns): void {
    this.#begin(line, { columns });
  }

  /** Takes a line, with the one below it, as part of a head: how many lines it took. @throws ParseError */
  take(body: CaptureLine, below: string): 0 | 1 | 2 {
    const { line, text } = body;
    const columns = this.#columns(body, below);
    if (columns) {
      this.#headings(line, columns);
      return columns.starts ? 2 : 1;
    }
    const place = { file: this.#file, line };
    const waiting = this.open ? undefined : this.#reports.at(-1);
    const eventCount = waiting && EVENT_COUNT.exec(text)?.groups?.count;
    const lost = LOST.exec(text)?.groups?.count;
    const filter = FILTER.exec(text)?.groups?.filter;
    if (SAMPLES_START.test(text)) this.#begin(line, this.#head(body));
    else if (waiting && eventCount) this.#complete(waiting, { eventCount: exactInteger(eventCount, place) });
    else if (lost) this.#ahead = { ...this.#ahead, lostSamples: exactInteger(lost, place) };
    else if (filter) this.#ahead = { ...this.#ahead, filters: [...this.#ahead.filters, filter] };
    else {
      if (OUTPUT_START.test(text)) this.#ahead = { filters: [] };
      return 0;
    }
    return 1;
  }

  #columns({ line, text }: CaptureLine, below: string): ReportColumns | undefined {
    if (!HIERARCHY.test(text)) return reportColumns(text, below);
    const expected = "a report without --hierarchy, whose rows hold the sums of those below them";
    throw new ParseError({ file: this.#file, line, expected, text });
  }

  #headings(line: number, columns: ReportColumns): void {
    const waiting = this.open ? undefined : this.#reports.at(-1);
    const known = { columns, children: columns.names.includes("Children") };
    if (waiting) this.#complete(waiting, known);
    else this.#begin(line, known);
  }

  #begin(line: number, known: Partial<OpenReport>): void {
    const section = this.#reports.length + 1;
    this.#reports.push({ section, line, events: [], children: false, ...this.#ahead, ...known });
  }

  #complete(waiting: OpenReport, known: Partial<OpenReport>): void {
    this.#reports[this.#reports.length - 1] = { ...waiting, ...known };
  }

  /** `Samples:` of a report, with the event count and the filters where the browser put them behind it. */
  #head({ line, text }: CaptureLine): Partial<OpenReport> {
    const place = { file: this.#file, line };
    const { count = "", unit = "", events = "", rest = "" } = SAMPLES.exec(text)?.groups ?? {};
    const behind = EVENT_COUNT.exec(rest)?.groups;
    if (events === "" || (rest.includes("Event count") && !behind)) {
      const expected = "`Samples: N of event 'NAME'`, and the event count as a number where it follows";
      throw new ParseError({ ...place, expected, text });
    }
    return {
      events: eventNames(events),
      leastSamples: exactInteger(count, place) * (UNITS[unit] as number),
      ...(behind?.count && { eventCount: exactInteger(behind.count, place) }),
      ...(behind?.filters && { filters: [...this.#ahead.filters, behind.filters] }),
    };
  }
}
