import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Comms } from "./comms.js";
import { installKernelHook } from "./display.js";
import type { MimeBundle } from "./mime-bundle.js";
import { progress, streamBar } from "./progress.js";

const drawn = (isTTY: boolean, total: number) => {
  let text = "";
  const bar = streamBar({
    label: "a.ipynb",
    stream: {
      isTTY,
      write: (piece) => {
        text += piece;
      },
    },
  });
  for (let done = 0; done <= total; done++) bar.show({ done, total });
  return text;
};

describe("streamBar()", () => {
  it("redraws one line on a terminal and ends it", () => {
    const text = drawn(true, 3);
    assert.equal(text.split("\r").length, 5);
    assert.equal(text.split("\n").length, 2);
    assert.ok(text.endsWith("3 of 3\u001b[K\n"));
  });

  it("prints at most a line per tenth elsewhere", () => {
    assert.equal(drawn(false, 1000).trimEnd().split("\n").length, 10);
    assert.match(drawn(false, 2), /1 of 2\n.*2 of 2\n$/);
  });
});

describe("progress()", () => {
  it("draws one display in a kernel, and leaves it at the count it reached", () => {
    const bundles: { bundle: MimeBundle | Promise<MimeBundle>; id?: string; update?: boolean }[] = [];
    installKernelHook({
      display: (shown) => bundles.push(shown),
      clearOutput: () => undefined,
      ask: async () => "",
      comms: new Comms(() => undefined),
    });
    try {
      for (const order of progress([0, 1, 2, 3], { label: "<orders>" })) if (order === 2) break;
    } finally {
      installKernelHook(undefined);
    }
    assert.equal(new Set(bundles.map(({ id }) => id)).size, 1);
    assert.deepEqual(bundles.at(-1)?.bundle, {
      "text/html": '<progress value="2" max="4"></progress> &lt;orders>: 2 of 4',
      "text/plain": "<orders> ███████████████                2 of 4",
    });
  });
});
