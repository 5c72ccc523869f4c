import type { Notebook } from "./notebook-file.js";

/**
 * The language of a notebook's cells, as its metadata say: TypeScript where they say nothing.
 *
 * @example
 * notebookLanguage({ metadata: { kernelspec: { name: "python3", language: "python" } } }) // "python"
 */
export function notebookLanguage({ metadata: { language_info: info, kernelspec: spec } }: Pick<Notebook, "metadata">): string {
  const language = Object(info).name ?? Object(spec).language;
  return typeof language === "string" ? language : "typescript";
}
