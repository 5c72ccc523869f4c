import { type Check, doubted, type Evidence, notChecked, passed } from "./check.js";

/** What page_pool's benchmark says when it cannot measure what it is for. */
const NO_FAST_PATH = /Cannot use page_pool fast-path/;

/**
 * The check of microbenchmarks (S16): a TSC that is no CPU's, intervals and loops too short, page_pool without its fast path.
 *
 * @example
 * timeBenchCheck({ run: { captures: [] } }).severity // "not checked"
 */
export function timeBenchCheck({ run: { captures, environment } }: Evidence): Check {
  const name = { id: "S16", about: "microbenchmarks are measurements" };
  const benches = captures.filter(({ format }) => format.name === "time_bench");
  if (benches.length === 0) return notChecked(name, "dmesg of time_bench, page_bench or page_pool's benchmark");
  const lines = [...benches.flatMap(({ skipped }) => skipped.map(({ text }) => text)), environment?.dmesg?.text ?? ""];
  const seen = benches.flatMap(({ warnings }) => warnings.map(({ message }) => message));
  if (lines.some((text) => NO_FAST_PATH.test(text))) seen.push("Cannot use page_pool fast-path");
  if (seen.length === 0)
    return passed(name, `${benches.reduce((sum, { rows }) => sum + rows.length, 0)} results without a doubt`);
  const effect = "cycles or ns of those results are not what their names say";
  return doubted(name, { severity: "warning", seen: seen.join("; "), effect });
}
