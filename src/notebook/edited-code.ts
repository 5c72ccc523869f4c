/** A piece of code that is replaced: `from` may be empty, `to` is not. */
export interface Edit {
  readonly start: number;
  readonly from: string;
  readonly to: string;
}

/** Code with edits, and the way between its offsets and those of the original. */
export class EditedCode {
  readonly code: string;
  readonly #edits: readonly Edit[];

  /** The edits do not overlap. */
  constructor({ code, edits }: { code: string; edits: readonly Edit[] }) {
    this.#edits = [...edits].sort((a, b) => a.start - b.start);
    this.code = applied(code, this.#edits);
  }

  /** Offset in the edited code of an offset in the original. */
  toEdited(offset: number): number {
    return shifted(offset, this.#edits);
  }

  /** Offset in the original; a place inside a replacement is where that begins. */
  toOriginal(offset: number): number {
    return shifted(offset, inverted(this.#edits));
  }

  /** Puts names back that a message quotes. */
  restore(message: string): string {
    return this.#edits
      .filter(({ from }) => from !== "")
      .reduce((text, { from, to }) => text.replaceAll(`'${to}'`, `'${from}'`).replaceAll(`"${to}"`, `"${from}"`), message);
  }
}

function applied(code: string, edits: readonly Edit[]): string {
  let result = "";
  let end = 0;
  for (const { start, from, to } of edits) {
    result += code.slice(end, start) + to;
    end = start + from.length;
  }
  return result + code.slice(end);
}

/** Where the text at `offset` stands after the edits. */
function shifted(offset: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const { start, from, to } of edits) {
    if (offset <= start) break;
    if (offset < start + from.length) return start + shift;
    shift += to.length - from.length;
  }
  return offset + shift;
}

/** The edits that undo these, at their places in the result. */
function inverted(edits: readonly Edit[]): Edit[] {
  let shift = 0;
  return edits.map(({ start, from, to }) => {
    const undo = { start: start + shift, from: to, to: from };
    shift += to.length - from.length;
    return undo;
  });
}
