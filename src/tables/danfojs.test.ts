import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { danfojs } from "./danfojs.js";

const { DataFrame, concat, merge, readCSV, readExcel, readJSON, toCSV } = danfojs();
const ab = (...values: unknown[][]) => new DataFrame(values, { columns: ["a", "b"] });
const text = (frame: { values: unknown }) => (frame.values as unknown[][]).map((row) => row.join(" ")).join(", ");

describe("concat() and merge() of danfojs()", () => {
  it("concat leaves its parts alone, and puts them below or beside each other", () => {
    const first = ab([1, 2]);
    assert.equal(text(concat({ dfList: [first, ab([3, 4])], axis: 0 })), "1 2, 3 4");
    assert.deepEqual(first.column("a").values, [1]);
    assert.equal(text(concat({ dfList: [first, new DataFrame([[5]], { columns: ["c"] })], axis: 1 })), "1 2 5");
  });

  it("merge joins on keys, and refuses those it cannot tell apart", () => {
    const side = (name: string, ...rows: unknown[][]) => new DataFrame(rows, { columns: ["x", "y", name] });
    const tables = { left: side("before", ["rx", 0, 10], ["tx", 0, 20]), right: side("after", ["tx", 0, 18]) };
    assert.equal(text(merge({ ...tables, on: ["x", "y"], how: "inner" })), "tx 0 20 18");
    assert.equal(text(merge({ ...tables, on: ["x", "y"], how: "left" })), "rx 0 10 NaN, tx 0 20 18");
    const alike = { left: side("l", ["a_b", "c", 1]), right: side("r", ["a", "b_c", 2]) };
    const complaint = /merge cannot tell the keys \["a_b","c"\] and \["a","b_c"\] apart/;
    assert.throws(() => merge({ ...alike, on: ["x", "y"], how: "inner" }), complaint);
    assert.throws(() => merge({ ...alike, on: ["l"], how: "inner" }), /merge requires l in both frames: got x,y,r/);
  });
});

describe("files of danfojs()", () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-tables-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("toCSV quotes what needs it and leaves missing cells empty, of derived frames too; readCSV reads it back", async () => {
    const frame = ab(['f<a, "b">', 1], ["plain", Number.NaN]);
    assert.equal(toCSV(frame), 'a,b\n"f<a, ""b"">",1\nplain,\n');
    assert.equal(frame.head(1).toCSV({ sep: ";", header: false }), '"f<a, ""b"">";1\n');
    frame.toCSV({ filePath: join(folder, "out") });
    const read = await readCSV(join(folder, "out.csv"));
    assert.deepEqual(read.values, frame.values);
    assert.deepEqual(read.dtypes, ["string", "float32"]);
  });

  it("readCSV types a column by all of its rows, and refuses a counter that is no exact number", async () => {
    assert.deepEqual((await readCSV(file("late.csv", `n\n${"1\n".repeat(30)}1.5\n`))).dtypes, ["float32"]);
    const complaint = /column "rx" requires cells of one type: got string "18446744073709551615" in row 1 after number 1/;
    await assert.rejects(readCSV(file("counters.csv", "rx\n1\n18446744073709551615\n")), complaint);
    await assert.rejects(readCSV(join(folder, "absent.csv")), /no such file/);
  });

  it("readJSON reads a local file, and rejects one that is absent", async () => {
    await assert.rejects(readJSON(join(folder, "absent.json")), /no such file or directory.*absent.json/);
    assert.equal(text((await readJSON(file("rows.json", '[{"a":1,"b":"x"}]'))) as { values: unknown }), "1 x");
  });

  it("Excel and URLs are refused, with what to do instead", async () => {
    await assert.rejects(readExcel(file("sheet.xlsx", "")), /save the sheet as CSV/);
    for (const read of [readCSV, readJSON]) {
      await assert.rejects(read("http://a.example/b.csv"), /download http:\/\/a.example\/b.csv to a file/);
    }
    assert.throws(() => ab([1, 2]).toExcel(), /Excel files are left out on purpose/);
  });
});
