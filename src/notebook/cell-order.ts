import { cellNames } from "./cell-names.js";
import type { CodeCell } from "./notebook-file.js";

/** A reason to doubt that a notebook's cells gave their outputs in the order in which they stand. */
export interface OrderWarning {
  /** The cell's number among the cells that run, from 1: `cell[3]`. Absent where it is about the notebook. */
  readonly cell?: number;
  readonly message: string;
}

/**
 * What the stored execution counts say against the order of the cells: one that was executed before a cell above it, or not at all
 * though others were. A notebook without counts says nothing. `cells` are those that run.
 *
 * @example
 * executionWarnings([{ execution_count: 2 }, { execution_count: 1 }]) // [{ cell: 2, message: "was executed before cell[1], which stands above it: counts 1 and 2" }]
 */
export function executionWarnings(cells: readonly Pick<CodeCell, "execution_count">[]): OrderWarning[] {
  if (cells.every(({ execution_count: count }) => count === null)) return [];
  let latest = { cell: 0, count: 0 };
  return cells.flatMap(({ execution_count: count }, index) => {
    const cell = index + 1;
    if (count === null) return { cell, message: "was not executed when others were: it has no count" };
    const { cell: above, count: before } = latest;
    if (count > before) latest = { cell, count };
    if (count >= before) return [];
    return { cell, message: `was executed before cell[${above}], which stands above it: counts ${count} and ${before}` };
  });
}

/**
 * Cells that use a name which a cell below them defines again: executed once more after it, they would see the other value.
 * `cells` are those that run.
 *
 * @example
 * (await redefinitionWarnings([{ source: "let ns = 1;" }, { source: "ns" }, { source: "ns = 2;" }])).map(({ message }) => message) // ["uses `ns` of cell[1], which cell[3] defines again: executed after that, it sees the other value"]
 */
export async function redefinitionWarnings(cells: readonly Pick<CodeCell, "source">[]): Promise<OrderWarning[]> {
  const names = await cellNames(cells.map(({ source }) => source));
  return names.flatMap(({ uses }, index) =>
    [...uses].flatMap((name) => {
      const above = names.slice(0, index).findLastIndex(({ defines }) => defines.has(name));
      const below = names.slice(index + 1).findIndex(({ defines }) => defines.has(name));
      if (above < 0 || below < 0) return [];
      const again = index + 1 + below + 1;
      const message = `uses \`${name}\` of cell[${above + 1}], which cell[${again}] defines again: executed after that, it sees the other value`;
      return [{ cell: index + 1, message }];
    }),
  );
}
