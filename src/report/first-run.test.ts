import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPublished } from "../captures/read-published.js";
import { firstRunSections, firstRunText, sourcesTable } from "./first-run.js";

const notebook = (name: string, failed = false) => ({
  name,
  title: "What may one packet cost?",
  cells: 17,
  figures: 1,
  provenance: [
    { kind: "published", source: "a mail" },
    { kind: "modelled", source: "1e9 / pps" },
  ],
  failed,
});
const sections = firstRunSections({ pageOrderCosts: readPublished("page_order_cost") });

describe("firstRunText()", () => {
  it("fits on a screen: each notebook in a line, the numbers that they turn on, where to look, and what next", () => {
    const notebooks = Array.from({ length: 10 }, (_, index) => notebook(`0${index}-a`));
    const text = firstRunText({ out: "out", notebooks, sections });
    assert.ok(text.split("\n").length < 40, text);
    assert.match(text, /^10 notebooks, every cell ran, every assertion held:/);
    assert.match(text, /00-a\.html +17 cells +1 figure +What may one packet cost\?/);
    assert.match(
      text,
      /What a page costs: Linux 4\.6\.0-rc1, per order \(published: .*\)\n +Over 67\.2 ns at 4 GHz per call: every order/,
    );
    assert.match(text, /Look at out\/index\.html/);
  });

  it("says how many failed, and which", () => {
    const text = firstRunText({ out: "out", notebooks: [notebook("00-a"), notebook("01-b", true)], sections: [] });
    assert.match(text, /^2 notebooks, 1 of 2 failed:/);
    assert.match(text, /01-b\.html +FAILED/);
  });
});

describe("sourcesTable()", () => {
  it("names each source once, with the notebooks that it is in", () => {
    assert.deepEqual(sourcesTable([notebook("00-a"), notebook("01-b")]).rows, [
      ["published", "00, 01", "a mail"],
      ["modelled", "00, 01", "1e9 / pps"],
    ]);
  });
});
