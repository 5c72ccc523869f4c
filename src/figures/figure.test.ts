import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { figure } from "./figure.js";
import { logAxis } from "./log-axis.js";

const parts = {
  name: "cost",
  title: "Cost <b>",
  detail: "at 4 GHz",
  data: [{ type: "scatter", y: [1] }],
  layout: { margin: { r: 10 } },
  summary: "1 ns",
  provenance: [
    { kind: "measured", source: "run 3" },
    { kind: "modelled", source: "C(o) / 2^o" },
    { kind: "measured", source: "run 3" },
    { kind: "measured", source: "run 4" },
  ],
} as const;
const warning = (line: number) => ({ file: "pktgen.txt", line, message: `doubt ${line}` });
type Display = { [show: symbol]: () => Record<string, unknown> };
const shown = (made: object) => (made as Display)[Symbol.for("Jupyter.display")]?.();

describe("figure()", () => {
  it("shows itself in a notebook, and compares and prints as the data it is", () => {
    const made = figure(parts);
    assert.deepEqual(shown(made), {
      "application/vnd.plotly.v1+json": { data: made.data, layout: made.layout },
      "text/plain": "1 ns",
    });
    assert.deepStrictEqual(made, { ...made });
    assert.deepStrictEqual(JSON.parse(JSON.stringify(made)), { ...made });
  });

  it("escapes what plotly would read as a tag, and names each source once", () => {
    assert.deepEqual(figure(parts).layout.title, {
      text: "<b>Cost &lt;b&gt;</b>",
      subtitle: { text: "at 4 GHz<br>Measured: run 3; run 4. Modelled: C(o) / 2^o" },
    });
  });

  it("prints warnings under the axes and in the text, and says how many it leaves out", () => {
    const made = figure({ ...parts, warnings: [1, 2, 3, 4, 0, 6].map(warning) });
    const lines = [
      "Warning: pktgen.txt:1: doubt 1",
      "Warning: pktgen.txt:2: doubt 2",
      "Warning: pktgen.txt:3: doubt 3",
      "Warning: pktgen.txt:4: doubt 4",
      "and 2 more",
    ];
    assert.deepEqual(
      (made.layout.annotations as { text: string }[]).map(({ text }) => text),
      lines,
    );
    assert.equal(shown(made)?.["text/plain"], ["1 ns", ...lines].join("\n"));
    assert.equal(made.warnings.length, 6);
  });

  it("breaks its lines between words, a number stays with its unit, and a formula that does not fit has a line of its own", () => {
    const made = figure({
      ...parts,
      detail: `${"word ".repeat(20)}whole 210.2 ns`,
      provenance: [
        { kind: "published", source: `${"a mail, ".repeat(12)}2016` },
        { kind: "modelled", source: "a + b / n" },
      ],
    });
    const { text } = (made.layout.title as { subtitle: { text: string } }).subtitle;
    const lines = text.split("<br>");
    assert.ok(lines.some((line) => line.includes("210.2 ns")));
    assert.equal(lines.at(-1), "Modelled: a + b / n");
  });

  it("grows with what stands above and below the axes, so that the axes keep their height", () => {
    const long = figure({ ...parts, detail: "word ".repeat(60).trim(), warnings: [warning(1)] });
    const inner = ({ height, margin }: Record<string, unknown>) =>
      (height as number) - (margin as { t: number }).t - (margin as { b: number }).b;
    assert.equal(inner(long.layout), inner(figure(parts).layout));
    assert.equal(figure(parts).layout.height, 520);
  });
});

describe("logAxis()", () => {
  it("holds its values and its ticks, in any unit", () => {
    const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (values, scale) => {
          const { range, tickvals, ticktext } = logAxis({ values, scale });
          const [low, high] = [10 ** range[0] * (1 - 1e-9), 10 ** range[1] * (1 + 1e-9)];
          for (const value of [...values.map((one) => one * scale), ...tickvals]) assert.ok(value >= low && value <= high);
          assert.equal(ticktext.length, tickvals.length);
          assert.ok(range[0] < range[1]);
        },
      ),
    );
  });
});
