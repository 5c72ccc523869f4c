import { SourceMap } from "node:module";
import type { CellPosition } from "./cell-position.js";

type SourceMapPayload = ConstructorParameters<typeof SourceMap>[0];

interface MappedScript {
  /** Source maps as data, from the last compilation step to the first; read when an error needs them. */
  readonly maps: readonly string[];
  /** Lines that run; what follows them is the caller's wrapping. */
  readonly lines: number;
  /** Lines the compiler saw before the first of the source. */
  readonly prefixLines: number;
}

const MAP_COMMENT = /^\/\/# sourceMappingURL=data:application\/json;base64,([\w+/=]+)$/;

/** The way from places in compiled code, as stacks name them, back to the places in the source. */
export class SourcePositions {
  readonly #scripts = new Map<string, MappedScript>();

  /**
   * Takes the source maps off the end of a compiled script and remembers them under the name it will have in stacks.
   * Every compilation step has appended its own.
   */
  add({ name, output, prefixLines }: { name: string; output: string; prefixLines: number }): string {
    const lines = output.trimEnd().split("\n");
    const maps: string[] = [];
    for (let map = mapIn(lines.at(-1)); map !== undefined; map = mapIn(lines.at(-1))) {
      maps.push(map);
      lines.pop();
    }
    this.#scripts.set(name, { maps, lines: lines.length, prefixLines });
    return lines.join("\n");
  }

  has(name: string): boolean {
    return this.#scripts.has(name);
  }

  /** The place in the source, from 0; nothing for a place that stands for no source. */
  original(name: string, place: CellPosition): CellPosition | undefined {
    const script = this.#scripts.get(name);
    if (!script || place.line >= script.lines) return undefined;
    let { line, column } = place;
    for (const map of script.maps) {
      const entry = new SourceMap(JSON.parse(Buffer.from(map, "base64").toString()) as SourceMapPayload).findEntry(
        line,
        column,
      );
      if (!("originalLine" in entry)) return undefined;
      ({ originalLine: line, originalColumn: column } = entry);
    }
    return { line: line - script.prefixLines, column };
  }
}

function mapIn(line = ""): string | undefined {
  return MAP_COMMENT.exec(line)?.[1];
}
