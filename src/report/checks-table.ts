import type { RunChecks } from "../runs/check-run.js";
import type { Check, Severity } from "../runs/checks/check.js";
import { printable, textTable } from "./text-table.js";
import { wrapped } from "./wrapped.js";

const MARK: Readonly<Record<Severity, string>> = { ok: "ok", warning: "WARNING", fail: "FAIL", "not checked": "-" };

/**
 * The checks of a run as text: a table of all, then what each doubt saw and its effect, then what could not be checked and why.
 *
 * @example
 * checksText({ failed: false, absoluteNs: "usable", checks: [{ id: "S1", about: "busy", severity: "ok", seen: "0 %", effect: "" }] }).split("\n")[1] // "S1     ok      busy   0 %"
 */
export function checksText({ checks, absoluteNs }: RunChecks): string {
  const doubts = checks.filter(({ severity }) => severity === "warning" || severity === "fail");
  const table = textTable({
    headings: ["check", "result", "about", "seen"],
    rows: checks.map(({ id, severity, about, seen }) => [id, MARK[severity], about, seen]),
  });
  const count = (severity: Severity) => checks.filter((check) => check.severity === severity).length;
  const counts = (["ok", "warning", "fail", "not checked"] as const)
    .map((severity) => `${severity} ${count(severity)}`)
    .join(", ");
  return [
    table,
    ...doubts.map((check) => `\n${doubtText(check)}\n`),
    `\n${counts}\n`,
    absoluteNs === "meaningless" ? "Absolute ns and cycles of this run are meaningless; ratios within it hold.\n" : "",
  ].join("");
}

function doubtText({ id, severity, about, seen, effect }: Check): string {
  const parts = [
    { label: "seen", text: seen },
    { label: "effect", text: effect },
  ];
  return [
    `${id} ${MARK[severity]}: ${about}`,
    ...parts.map(({ label, text }) => wrapped({ label, text: printable(text) })),
  ].join("\n");
}
