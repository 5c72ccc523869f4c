import { compiler } from "./compiler-api.js";

/** Errors that more text may cure, wherever the compiler puts them: an open template, an open comment. */
const OPEN: readonly number[] = [1160, 1010];
/** A string in quotes, a regular expression: these end on their line, if it does not end by a backslash. */
const ENDS_ON_LINE: readonly number[] = [1002, 1161];
const INDENT = "  ";

/**
 * Whether code is whole, goes on, or is wrong; for code that goes on, how the next line is indented.
 *
 * @example
 * codeStatus("f(1)") // { status: "complete" }
 * codeStatus("function f() {") // { status: "incomplete", indent: "  " }
 * codeStatus("const a = )") // { status: "invalid" }
 * codeStatus('const link = "eth0') // { status: "invalid" }
 */
export function codeStatus(code: string): { status: "complete" | "incomplete" | "invalid"; indent?: string } {
  const { diagnostics = [] } = compiler.transpileModule(code, {
    fileName: "cell.mts",
    reportDiagnostics: true,
    compilerOptions: { target: compiler.ScriptTarget.ES2022, module: compiler.ModuleKind.ESNext },
  });
  const [first] = diagnostics;
  if (!first) return { status: "complete" };
  if (ENDS_ON_LINE.includes(first.code) && !code.endsWith("\\")) return { status: "invalid" };
  const isOpen = OPEN.includes(first.code) || (first.start ?? 0) >= code.trimEnd().length;
  return isOpen ? { status: "incomplete", indent: indentAfter(code) } : { status: "invalid" };
}

/** One step more than the last line when that opens a bracket. */
function indentAfter(code: string): string {
  const last = code.trimEnd().split("\n").at(-1) ?? "";
  const own = /^\s*/.exec(last)?.[0] ?? "";
  return /[{([]$/.test(last) ? own + INDENT : own;
}
