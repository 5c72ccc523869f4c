import { displayable, isInKernel, updatableDisplay } from "./display.js";

/** Where progress is shown: `done` of `total`, which is undefined when the end is not known. */
export interface ProgressBar {
  readonly show: (progress: { done: number; total?: number | undefined }) => void;
}

const REDRAW_MS = 100;
const BAR_CHARACTERS = 30;
const TENTHS = 10;

/**
 * Goes through `items` and shows how far it is: in a notebook as a bar that moves, in a terminal as one line on standard error, else
 * as a line per tenth. What is shown at the end holds no time, so two runs look the same.
 *
 * @example
 * [...progress([1, 2, 3], { label: "runs" })] // [1, 2, 3]
 */
export function* progress<Item>(
  items: Iterable<Item>,
  { label = "" }: { label?: string } = {},
): Generator<Item, void, undefined> {
  const { length, size } = items as { length?: number; size?: number };
  const total = length ?? size;
  const bar = isInKernel() ? notebookBar(label) : streamBar({ label, stream: process.stderr });
  let done = 0;
  let shownAtMs = Date.now();
  bar.show({ done, total });
  try {
    for (const item of items) {
      yield item;
      done += 1;
      if (Date.now() - shownAtMs < REDRAW_MS) continue;
      shownAtMs = Date.now();
      bar.show({ done, total });
    }
  } finally {
    bar.show({ done, total: total ?? done });
  }
}

/**
 * A bar on a stream: one line that is redrawn when the stream is a terminal, else a line for each tenth.
 *
 * @example
 * streamBar({ label: "a.ipynb", stream: { write: () => true } }).show({ done: 1, total: 12 }) // undefined
 */
export function streamBar({
  label,
  stream,
}: {
  label: string;
  stream: { write: (text: string) => unknown; isTTY?: boolean };
}): ProgressBar {
  let tenth = 0;
  return {
    show: ({ done, total }) => {
      const text = barText({ label, done, total });
      const isEnd = done === total;
      if (stream.isTTY) {
        stream.write(`\r${text}\u001b[K${isEnd ? "\n" : ""}`); // erases what is left of a longer line
        return;
      }
      const now = total ? Math.floor((done / total) * TENTHS) : 0;
      if (now > tenth || (isEnd && total === 0)) stream.write(`${text}\n`);
      tenth = Math.max(tenth, now);
    },
  };
}

/**
 * A bar as text: a label, blocks, the count.
 *
 * @example
 * barText({ label: "runs", done: 1, total: 2 }) // "runs ███████████████                1 of 2"
 * barText({ label: "runs", done: 7 }) // "runs 7"
 */
export function barText({ label, done, total }: { label: string; done: number; total?: number | undefined }): string {
  const filled = total ? Math.round((done / total) * BAR_CHARACTERS) : 0;
  const bar = total === undefined ? [] : ["█".repeat(filled).padEnd(BAR_CHARACTERS), `${done} of ${total}`];
  return [label, ...(total === undefined ? [String(done)] : bar)].filter((part) => part !== "").join(" ");
}

function notebookBar(label: string): ProgressBar {
  const bundle = ({ done, total }: { done: number; total?: number | undefined }) => {
    const html = total === undefined ? "" : `<progress value="${done}" max="${total}"></progress> `;
    const count = total === undefined ? `${done}` : `${done} of ${total}`;
    const caption = label === "" ? count : `${escaped(label)}: ${count}`;
    return displayable({ "text/html": `${html}${caption}`, "text/plain": barText({ label, done, total }) });
  };
  let shown: ReturnType<typeof updatableDisplay> | undefined;
  return {
    show: (progress) => {
      if (shown) shown.update(bundle(progress));
      else shown = updatableDisplay(bundle(progress));
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
