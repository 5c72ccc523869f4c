// perf.data against `perf report` of the same recording: the shares of its functions.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { bySymbol } from "../by-symbol.js";
import { selectSamples } from "../sample-filter.js";
import { bytesAt, CAPTURES, kernelDsoOf, recordingAt, SKIP_WITHOUT_CAPTURES, SPECIMEN, VM_RUNS } from "./exact-recordings.js";

describe("readPerfData() against perf report --no-children", () => {
  const folders = Object.keys(VM_RUNS).map((name) => {
    const folder = `${CAPTURES}/kernel-6.1-vm`;
    const [data, report] = [`${folder}/${name}/perf.data`, `${folder}/${name}/report.txt`];
    return { name, data, report, kallsyms: `${folder}/kallsyms.gz`, skip: SKIP_WITHOUT_CAPTURES };
  });
  const own = {
    name: "specimen",
    data: `${SPECIMEN}.perf.data.gz`,
    report: `${SPECIMEN}.report.txt.gz`,
    kallsyms: `${SPECIMEN}.kallsyms.gz`,
    skip: false,
  };
  for (const { name, data, report, kallsyms, skip } of [own, ...folders]) {
    it(`${name}: self shares of kernel functions to the printed digit, and of user code by dso`, { skip }, async () => {
      const profile = await recordingAt(data, kallsyms);
      const text = bytesAt(report).toString();
      const whole = selectSamples(profile).weight;
      assert.equal(/^# Event count \(approx\.\): (\d+)$/m.exec(text)?.[1], String(whole));
      const rows = reportRows(text);
      const ours = profile.comms.flatMap((comm) =>
        bySymbol(profile, { comm })
          .filter(({ self }) => self > 0)
          .map(({ symbol, dso = "", self }) => ({ comm, dso: basename(dso), symbol, percent: (100 * self) / whole })),
      );
      const kernel = ours.filter(({ dso }) => kernelDsoOf(dso) !== undefined);
      const line = ({
        comm,
        dso,
        symbol,
        percent,
      }: {
        comm: string;
        dso: string;
        symbol?: string | undefined;
        percent: number;
      }) => `${comm} ${dso} ${symbol} ${percent.toFixed(2)}`;
      assert.deepEqual(
        kernel.map(line).sort(),
        rows
          .filter(({ dso }) => kernelDsoOf(dso) !== undefined)
          .map(line)
          .sort(),
      );

      const userSums = (of: typeof rows) => {
        const sums = new Map<string, number>();
        for (const { comm, dso, percent } of of) {
          if (kernelDsoOf(dso) === undefined) sums.set(`${comm} ${dso}`, (sums.get(`${comm} ${dso}`) ?? 0) + percent);
        }
        return sums;
      };
      const [sums, expected] = [userSums(ours as typeof rows), userSums(rows)];
      assert.deepEqual([...sums.keys()].sort(), [...expected.keys()].sort());
      // Each of perf's rows is rounded to 0.01 %.
      for (const [key, sum] of expected) assert.ok(Math.abs((sums.get(key) as number) - sum) < 0.005 * (rows.length + 1), key);
    });
  }
});

/** The rows of a report, cut at the columns that its line of dots shows. */
function reportRows(text: string): { percent: number; comm: string; dso: string; symbol: string }[] {
  const lines = text.split("\n");
  const dots = lines.find((line) => /^# \.+( +\.+)+/.test(line)) ?? "";
  const [, comm = 0, dso = 0, symbol = 0] = [...dots.matchAll(/\.+/g)].map(({ index }) => index);
  return lines
    .filter((line) => /^ +\d+\.\d\d% {2}\S/.test(line))
    .map((line) => ({
      percent: Number(line.slice(0, comm).trim().slice(0, -1)),
      comm: line.slice(comm, dso).trim(),
      dso: line.slice(dso, symbol).trim(),
      symbol: line.slice(symbol + "[k] ".length).trim(),
    }));
}
