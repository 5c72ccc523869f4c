import { barText } from "../notebook/progress.js";
import type { RunProgress } from "../notebook/run-notebook.js";
import { printable } from "../report/text-table.js";

/** Where the progress of a run is shown; `end` takes an unfinished line away. */
export interface CellProgress {
  readonly show: (progress: RunProgress) => void;
  readonly end: () => void;
}

const TICK_MS = 1000;
const MS_PER_SECOND = 1000;
const CODE_CHARACTERS = 40;
/** Of a terminal that does not say how wide it is. */
const COLUMNS = 80;
/** What of a path is shown at most, as a part of the columns. */
const LABEL_PART = 1 / 3;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Shows which cell of a notebook runs: on a terminal one line with a bar, the cell's seconds and its code, else a line for each cell
 * that has run.
 *
 * @example
 * cellProgress({ label: "a.ipynb", stream: { write: () => true } }).end() // undefined
 */
export function cellProgress({
  label,
  stream,
}: {
  label: string;
  stream: { write: (text: string) => unknown; isTTY?: boolean; columns?: number };
}): CellProgress {
  let at: RunProgress | undefined;
  let startedMs = 0;
  const seconds = () => (performance.now() - startedMs) / MS_PER_SECOND;
  const draw = () =>
    at && stream.write(CLEAR_LINE + runningText({ label, ...at, seconds: seconds(), columns: stream.columns || undefined }));
  const timer = stream.isTTY ? setInterval(draw, TICK_MS) : undefined;
  return {
    show: (progress) => {
      if (at?.cell && !stream.isTTY)
        stream.write(`${label}: cell[${at.done + 1}] of ${at.total} ran in ${seconds().toFixed(1)} s\n`);
      at = progress;
      startedMs = performance.now();
      if (stream.isTTY) draw();
    },
    end: () => {
      clearInterval(timer);
      if (stream.isTTY && at) stream.write(CLEAR_LINE);
    },
  };
}

/**
 * A run as one line: a bar, and the cell that runs with its seconds and the beginning of its code. Of a long path the end; what the
 * terminal's columns do not hold is left out, for a line that it breaks would stay there.
 *
 * @example
 * runningText({ label: "a.ipynb", done: 2, total: 2, seconds: 0 }) // "a.ipynb ██████████████████████████████ 2 of 2"
 */
export function runningText({
  label,
  done,
  total,
  cell,
  seconds,
  columns = COLUMNS,
}: RunProgress & { label: string; seconds: number; columns?: number | undefined }): string {
  const bar = barText({ label: label.slice(-Math.floor(columns * LABEL_PART)), done, total });
  const line = cell?.source.trim().split("\n", 1)[0] ?? "";
  const code = line.length > CODE_CHARACTERS ? `${line.slice(0, CODE_CHARACTERS - 3)}...` : line;
  const running = cell ? `, cell[${done + 1}] ${Math.floor(seconds)} s: ${code}` : "";
  return printable(bar + running).slice(0, columns - 1);
}
