import type { CodeCell, Notebook, NotebookCell } from "./notebook-file.js";

/** Values for the variables of a notebook's parameters cell: anything JSON can say. */
export interface NotebookParameters {
  readonly [name: string]: unknown;
}

const INJECTED = "injected-parameters";

/**
 * The notebook with a cell behind its cell tagged `parameters` that sets the given values (papermill's convention: the new cell is
 * tagged `injected-parameters` and replaces one of an earlier run). Without parameters it is the same notebook.
 *
 * `file` is for messages.
 * @throws RangeError when no cell is tagged `parameters`, or that cell declares no variable of a given name.
 * @example
 * (await withParameters({
 *   file: "a.ipynb",
 *   notebook: { cells: [{ cell_type: "code", id: "a", metadata: { tags: ["parameters"] }, source: "let gbps = 10;" }] },
 *   parameters: { gbps: 100 },
 * })).cells[1].source // "let gbps = 100;"
 */
export async function withParameters({
  file,
  notebook,
  parameters,
}: {
  file: string;
  notebook: Notebook;
  parameters: NotebookParameters;
}): Promise<Notebook> {
  const names = Object.keys(parameters);
  if (names.length === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !hasTag(cell, INJECTED));
  const at = cells.findIndex((cell) => hasTag(cell, "parameters"));
  const declaring = cells[at];
  if (!declaring) throw new RangeError(`${file}: no cell is tagged "parameters": tag the one whose values are to be replaced`);
  const declared = await declaredNames(declaring.source);
  for (const name of names) {
    if (!declared.includes(name)) {
      const known = declared.length > 0 ? declared.join(", ") : "nothing";
      throw new RangeError(`${file}: there is no parameter "${name}": the cell tagged "parameters" declares ${known}`);
    }
  }
  const injected: CodeCell = {
    cell_type: "code",
    id: INJECTED,
    metadata: { tags: [INJECTED] },
    source: names.map((name) => `let ${name} = ${JSON.stringify(parameters[name])};`).join("\n"),
    execution_count: null,
    outputs: [],
  };
  return { ...notebook, cells: [...cells.slice(0, at + 1), injected, ...cells.slice(at + 1)] };
}

/**
 * Whether a cell carries a tag.
 *
 * @example
 * hasTag({ metadata: { tags: ["parameters"] } }, "parameters") // true
 */
export function hasTag({ metadata }: Pick<NotebookCell, "metadata">, tag: string): boolean {
  return Array.isArray(metadata.tags) && metadata.tags.includes(tag);
}

/** The variables a cell declares. The compiler takes a third of a second to load, so only where it is asked. */
async function declaredNames(source: string): Promise<string[]> {
  const { default: ts } = await import("typescript");
  const tree = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.Latest);
  return tree.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations.map(({ name }) => name))
    .filter(ts.isIdentifier)
    .map(({ text }) => text);
}
