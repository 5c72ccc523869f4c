import { compiler } from "./compiler-api.js";
import type { CellFile, CellProgram } from "./native-program.js";

/**
 * What may stand at a place of code that is being written, and the range it replaces. Matches begin as what is written, in any case.
 *
 * @example
 * typeof completions // "function"
 */
export function completions({
  program,
  file,
  code,
  offset,
}: {
  program: CellProgram;
  file: CellFile;
  code: string;
  offset: number;
}): { start: number; end: number; matches: readonly string[] } {
  const written = /[\p{ID_Continue}$\u200c\u200d]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
  const found = program.service.getCompletionsAtPosition(program.pathOf(file), file.start + offset, {});
  const start = offset - written.length;
  const prefix = written.toLowerCase();
  const entries = (found?.entries ?? []).filter(({ name }) => name.toLowerCase().startsWith(prefix));
  const matches = entries
    .toSorted((a, b) => (a.sortText === b.sortText ? 0 : a.sortText < b.sortText ? -1 : 1))
    .map(({ name }) => name);
  return { start, end: offset, matches: [...new Set(matches)] };
}

/** How the compiler describes a name that nothing declares; what has this type is described with its name. */
const NOTHING_KNOWN = "any";

/**
 * Type and documentation of the name at a place, also when the cursor stands behind it.
 *
 * @example
 * typeof quickInfo // "function"
 */
export function quickInfo({
  program,
  file,
  offset,
}: {
  program: CellProgram;
  file: CellFile;
  offset: number;
}): string | undefined {
  const service = program.documented();
  const at = (place: number) => service.getQuickInfoAtPosition(program.pathOf(file), file.start + place);
  const info = at(offset) ?? (offset > 0 ? at(offset - 1) : undefined);
  const described = compiler.displayPartsToString(info?.displayParts);
  if (!info || described === NOTHING_KNOWN) return undefined;
  // What an earlier cell declares is imported from it: that says how the kernel works.
  const declared = described.replace(/^\(alias\) /, "").replace(/\nimport [^\n]*$/, "");
  const documentation = compiler.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map(({ name, text }) => `@${name} ${compiler.displayPartsToString(text)}`.trimEnd());
  const comments = [...(documentation === "" ? [] : [documentation]), ...tags];
  return [declared, ...(comments.length > 0 ? ["", ...comments] : [])].join("\n");
}
