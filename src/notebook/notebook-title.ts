import type { Notebook } from "./notebook-file.js";

/**
 * The title of a notebook: the first heading of its prose, if there is one.
 *
 * @example
 * notebookTitle({ cells: [{ cell_type: "markdown", id: "a", metadata: {}, source: "# What may one packet cost?\n" }] }) // "What may one packet cost?"
 */
export function notebookTitle({ cells }: Pick<Notebook, "cells">): string | undefined {
  for (const { cell_type: type, source } of cells) {
    const heading = type === "markdown" ? /^#\s+(.+)$/m.exec(source)?.[1] : undefined;
    if (heading) return heading;
  }
  return undefined;
}
