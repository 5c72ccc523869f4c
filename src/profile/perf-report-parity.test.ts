// Flat self shares against `perf report --no-children` of the same recording, to the printed digit.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type PerfReportRow, parsePerfReport } from "../captures/perf-report.js";
import { bySymbol, type SymbolCost } from "./by-symbol.js";
import { parsePerfScript } from "./perf-script.js";
import { selectSamples } from "./sample-filter.js";

const shipped = fileURLToPath(new URL("../../data/runs/kernel-6.1-vm", import.meta.url));
const captures = process.env.LINERATE_CAPTURES;
const skip = captures ? false : "set LINERATE_CAPTURES to a folder of captures";

/** Recordings, and the exact number of samples: of `perf report --stats` on the perf.data beside them. */
const RUNS = [
  { folder: `${shipped}/dummy_burst1`, samples: 8294, skip: false },
  { folder: `${captures}/kernel-6.1-vm/dummy_burst32`, samples: 6882, skip },
  { folder: `${captures}/kernel-6.1-vm/nic_eth0`, samples: 4979, skip },
  { folder: `${captures}/kernel-6.1-vm/veth_start_xmit`, samples: 7975, skip },
];

interface ReportRow {
  readonly percent: string;
  readonly comm: string;
  readonly dso: string;
  readonly symbol: string;
}

function rowOf(comm: string, { symbol, dso, address, self }: SymbolCost, whole: number): ReportRow {
  const raw = `0x${address?.toString(16).padStart(16, "0")}`;
  const percent = ((100 * self) / whole).toFixed(2);
  return { percent, comm, dso: basename(dso ?? "[unknown]"), symbol: symbol ?? raw };
}

function textRow({ percent, comm = "", dso = "", symbol = "" }: PerfReportRow): ReportRow {
  return { percent: percent.toFixed(2), comm, dso, symbol };
}

describe("bySymbol() of perf script against perf report of the same recording", () => {
  for (const { folder, samples, skip } of RUNS) {
    it(`${basename(folder)}: ${samples} samples, the same rows with the same percentages`, { skip }, async () => {
      assert.ok(existsSync(folder), folder);
      const report = readFileSync(`${folder}/report.txt`, "utf8");
      const chunks = [gunzipSync(readFileSync(`${folder}/script.txt.gz`))];
      const profile = await parsePerfScript({ file: "script.txt.gz", chunks });
      assert.deepEqual([profile.quality.skippedLines, profile.warnings], [0, []]);
      assert.equal(profile.samples.length, samples);

      const whole = selectSamples(profile).weight;
      const { rows: reported, sections } = parsePerfReport({ file: "report.txt", text: report });
      const heads = sections.map(({ events, leastSamples, eventCount }) => ({ events, leastSamples, eventCount }));
      const leastSamples = 1000 * Math.trunc(samples / 1000);
      assert.deepEqual(heads, [{ events: ["cpu-clock"], leastSamples, eventCount: whole }]);
      const rows = profile.comms.flatMap((comm) =>
        bySymbol(profile, { comm })
          .filter(({ self }) => self > 0)
          .map((cost) => rowOf(comm, cost, whole)),
      );
      const key = ({ percent, comm, dso, symbol }: ReportRow) => `${comm} ${dso} ${symbol} ${percent}`;
      assert.deepEqual(rows.map(key).sort(), reported.map((row) => key(textRow(row))).sort());
    });
  }
});
