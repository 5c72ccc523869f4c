import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { flameGraph } from "./flame-graph.js";
import { flameTree } from "./flame-tree.js";
import { samplesHeatMap } from "./samples-heat-map.js";

const folded = fc.array(
  fc.record({
    stack: fc
      .array(fc.constantFrom("napi_poll", "ip_rcv", "memset", "kfree"), { minLength: 1, maxLength: 6 })
      .map((names) => names.join(";")),
    weight: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 1, maxLength: 40 },
);
const measured = [{ kind: "measured" as const, source: "a recording" }];

describe("flameTree()", () => {
  it("keeps every weight: a box is at least as wide as its callees, and nothing is pruned where nothing is narrow", () => {
    fc.assert(
      fc.property(folded, (stacks) => {
        const { boxes, weight, prunedWeight } = flameTree({ stacks, minShare: 0 });
        assert.equal(
          weight,
          stacks.reduce((sum, one) => sum + one.weight, 0),
        );
        assert.equal(prunedWeight, 0);
        for (const box of boxes) {
          const callees = boxes.filter(
            ({ depth, start }) => depth === box.depth + 1 && start >= box.start && start < box.start + box.weight,
          );
          assert.ok(callees.reduce((sum, one) => sum + one.weight, 0) <= box.weight);
        }
      }),
    );
  });

  it("says how much weight the boxes hide that are too narrow", () => {
    const stacks = [
      { stack: "a;wide", weight: 90 },
      { stack: "a;narrow;deep", weight: 6 },
      { stack: "a", weight: 4 },
    ];
    const { boxes, prunedWeight } = flameTree({ stacks, minShare: 0.07 });
    assert.deepEqual(boxes.map(({ name }) => name).sort(), ["a", "all", "wide"]);
    assert.equal(prunedWeight, 6);
  });

  it("refuses stacks without weight", () => {
    assert.throws(() => flameTree({ stacks: [], minShare: 0 }), RangeError);
  });
});

describe("flameGraph()", () => {
  const graph = (stacks: readonly { stack: string; weight: number }[]) =>
    flameGraph({ stacks, title: "DUT", unit: "ns", provenance: measured });

  it("draws the same picture whatever the order of the stacks", () => {
    fc.assert(
      fc.property(folded, (stacks) => assert.equal(graph(stacks).svg, graph([...stacks].reverse()).svg)),
      { numRuns: 20 },
    );
  });

  it("stays small with 10,000 stacks, and states the pruned share", () => {
    const stacks = Array.from({ length: 10_000 }, (_, at) => ({ stack: `dut;poll_${at % 100};f_${at}`, weight: 1 + (at % 7) }));
    const { svg, summary, prunedShare } = graph(stacks);
    assert.ok(svg.length < 100_000, `${svg.length} characters`);
    assert.equal(prunedShare, 1); // no f_ is half a pixel wide
    assert.match(svg, /100\.00 % too narrow to draw/);
    assert.match(summary, /100\.00 % too narrow to draw$/);
  });

  it("does not let a name of a capture become markup", () => {
    const { svg } = graph([{ stack: "dut;</title><script>alert(1)</script>", weight: 1 }]);
    assert.doesNotMatch(svg, /<script/);
  });

  it("shows itself in a notebook as a page fragment, a picture and text", () => {
    const shown = graph([{ stack: "dut;main", weight: 1 }]) as unknown as Record<symbol, () => object>;
    assert.deepEqual(Object.keys(shown[Symbol.for("Jupyter.display")]?.() ?? {}), ["text/html", "image/svg+xml", "text/plain"]);
  });
});

describe("samplesHeatMap()", () => {
  it("draws a row per CPU, with the middle of each bin in seconds", () => {
    const cpu = (number: number, ...samples: number[]) => ({
      cpu: number,
      samples: Uint32Array.from(samples),
      weight: Float64Array.from(samples),
    });
    const { data } = samplesHeatMap({
      cpus: [cpu(0, 1, 2), cpu(-1, 3, 0)],
      binNs: 250_000_000,
      event: "cycles",
      provenance: measured,
    });
    const { x, y, z } = data[0] as { x: number[]; y: string[]; z: number[][] };
    assert.deepEqual(x, [0.125, 0.375]);
    assert.deepEqual(y, ["CPU 0", "not recorded"]);
    assert.deepEqual(z, [
      [1, 2],
      [3, 0],
    ]);
  });

  it("refuses a recording without bins", () => {
    assert.throws(() => samplesHeatMap({ cpus: [], binNs: 1, event: "cycles", provenance: [] }), RangeError);
  });
});

describe("flameGraph() by class", () => {
  it("colours each box by the class of its stack's last function, says it, and names the tints", () => {
    const names = new Map([
      ["ping;udp_sendmsg", "stack"],
      ["ping;udp_sendmsg;memset", "slab-clear"],
    ]);
    const { svg } = flameGraph({
      title: "by class",
      unit: "ns",
      provenance: [],
      stacks: [{ stack: "ping;udp_sendmsg;memset", weight: 3 }],
      classOf: (stack) => names.get(stack),
    });
    const boxes = [...svg.matchAll(/<title>([^<]*)<\/title><rect [^>]*fill="([^"]*)"/g)].map(([, said, fill]) => [said, fill]);
    assert.deepEqual(boxes, [
      ["all: 3 ns, 100.00 %", "#D8DCE0"],
      ["ping: 3 ns, 100.00 %", "#D8DCE0"],
      ["udp_sendmsg: 3 ns, 100.00 %, stack", "#8DB4D6"],
      ["memset: 3 ns, 100.00 %, slab-clear", "#EE9A6B"],
    ]);
    const keys = [...svg.matchAll(/fill="(#\w+)"\/><text [^>]*>([^<]*)<\/text>(?!<\/g>)/g)].map(([, fill, label]) => [
      label,
      fill,
    ]);
    assert.deepEqual(keys, [
      ["clearing", "#EE9A6B"],
      ["stack", "#8DB4D6"],
      ["other", "#D8DCE0"],
    ]);
  });
});
