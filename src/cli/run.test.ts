// The command as a person calls it: a process, its exit code, what it prints and what it leaves on the disk.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
const temporary = join(folder, "tmp");
mkdirSync(temporary);
process.env.XDG_CACHE_HOME = join(folder, "cache"); // compiled cells go there
after(() => rmSync(folder, { recursive: true }));

function run(
  args: readonly string[],
  onStderr: (text: string, stop: (signal: NodeJS.Signals) => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, [MAIN, "run", ...args], { cwd: folder, env: { ...process.env, TMPDIR: temporary } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onStderr(stderr, (signal) => child.kill(signal));
  });
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function notebook(name: string, ...cells: { source: string; tags?: string[]; metadata?: object }[]): string {
  const code = cells.map(({ source, tags = [], metadata = {} }) => ({
    cell_type: "code",
    metadata: { ...metadata, tags },
    source,
    execution_count: null,
    outputs: [],
  }));
  writeFileSync(join(folder, name), JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells: code }));
  return name;
}

describe("linerate run", () => {
  it("writes the executed notebook to out/, with parameters", async () => {
    const file = notebook(
      "lab.ipynb",
      { source: "const gbps = 10; const note = '';", tags: ["parameters"] },
      { source: "[gbps, note]" },
    );
    const { code, stdout } = await run([file, "-p", "gbps=100", "-p", "note=a=b"]);
    assert.equal(code, 0);
    assert.equal(stdout, "lab.ipynb: ran, written to out/lab.ipynb\n");
    assert.match(readFileSync(join(folder, "out", "lab.ipynb"), "utf8"), /"\[ 100, 'a=b' \]"/);
    assert.equal((await run([file, "--out", "named.ipynb"])).code, 0);
    assert.ok(existsSync(join(folder, "named.ipynb")));
  });

  it("refuses in one sentence what is no notebook, and writes nothing", async () => {
    writeFileSync(join(folder, "broken.ipynb"), "{");
    writeFileSync(join(folder, "old.ipynb"), '{ "nbformat": 3, "worksheets": [] }');
    const refuses = async (file: string, sentence: RegExp) => {
      const { code, stdout, stderr } = await run([file, "--out", "refused"]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, sentence);
      assert.equal(stderr.split("\n").length, 2);
    };
    await refuses("broken.ipynb", /^linerate: broken\.ipynb: it is not JSON/);
    await refuses("old.ipynb", /^linerate: old\.ipynb: it is nbformat 3/);
    await refuses("none.ipynb", /^linerate: none\.ipynb: there is no such file/);
    await refuses(".", /^linerate: \.: expected a notebook, this is a folder/);
    assert.equal(existsSync(join(folder, "refused")), false);
  });

  it("exits 2 for a wrong call", async () => {
    for (const args of [
      [],
      ["a.ipynb", "-p", "gbps"],
      ["a.ipynb", "--timeout", "soon"],
      ["a.ipynb", "--timeout", "0"],
      ["a.ipynb", "b/a.ipynb"],
      ["a.ipynb", "./a.ipynb", "--in-place"],
      ["a.ipynb", "--in-place", "--out", "b.ipynb"],
    ]) {
      assert.equal((await run(args)).code, 2, args.join(" "));
    }
  });

  it("ends a cell at the time limit of its metadata", async () => {
    const metadata = { execution: { timeout: 2 } };
    const file = notebook("slow.ipynb", { source: "1" }, { source: "while (true) {}", metadata }, { source: "2" });
    const { code, stderr } = await run([file, "--timeout", "600"]);
    assert.equal(code, 1);
    assert.match(stderr, /slow\.ipynb: cell\[1\] of 3 ran in [\d.]+ s\n/);
    assert.match(stderr, /linerate: slow\.ipynb, cell\[2\]: it ran longer than the 2 s it may take\n/);
  });

  it("says where it failed and leaves the notebook and the disk as they were", async () => {
    const file = notebook("failing.ipynb", { source: "1" }, { source: '\nthrow new Error("boom")' });
    const before = readFileSync(join(folder, file), "utf8");
    const { code, stderr } = await run([file, "--in-place"]);
    assert.equal(code, 1);
    assert.match(stderr, /linerate: failing\.ipynb, cell\[2\], line 2: Error: boom\n/);
    assert.equal(readFileSync(join(folder, file), "utf8"), before);
    assert.deepEqual(readdirSync(temporary), []);
  });

  it("leaves a notebook as it is that was edited while it ran", async () => {
    const edit =
      'const fs = require("node:fs"); fs.writeFileSync("edited.ipynb", fs.readFileSync("edited.ipynb", "utf8").replace("6 * 7", "6 * 8"))';
    const file = notebook(
      "edited.ipynb",
      { source: edit.replace("6 * 7", "6 \\u002a 7").replace("6 * 8", "6 \\u002a 8") },
      { source: "6 * 7" },
    );
    const { code, stderr } = await run([file, "--in-place"]);
    assert.equal(code, 1);
    assert.match(stderr, /linerate: edited\.ipynb: it was edited while it ran, and is left as it is now: run it again\n/);
    const [, cell] = JSON.parse(readFileSync(join(folder, file), "utf8")).cells;
    assert.deepEqual([cell.source, cell.outputs], ["6 * 8", []]);
    assert.equal((await run([file, "--in-place"])).code, 0);
  });

  it("writes the page beside a notebook of any name, never over it", async () => {
    writeFileSync(join(folder, "lab"), readFileSync(join(folder, notebook("named-lab.ipynb", { source: "6 * 7" }))));
    assert.equal((await run(["lab", "--in-place", "--html"])).stdout, "lab: ran, written to lab and lab.html\n");
    assert.equal(JSON.parse(readFileSync(join(folder, "lab"), "utf8")).cells[0].outputs[0].data["text/plain"][0], "42");
    assert.match(readFileSync(join(folder, "lab.html"), "utf8"), /^<!doctype html>/);
  });

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    it(`ends with its kernel on ${signal}`, async () => {
      const pidFile = join(folder, "pid");
      const file = notebook(
        "endless.ipynb",
        { source: `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))` },
        { source: "while (true) {}" },
      );
      let isStopped = false;
      const { code, stderr } = await run([file, "--out", "stopped"], (text, stop) => {
        if (!isStopped && text.includes("cell[1] of 2 ran")) stop(signal);
        isStopped ||= text.includes("cell[1] of 2 ran");
      });
      assert.equal(code, exitCode);
      assert.match(stderr, /linerate: endless\.ipynb, cell\[2\]: the run was interrupted\n/);
      assert.throws(() => process.kill(Number(readFileSync(pidFile, "utf8")), 0), { code: "ESRCH" });
      assert.equal(existsSync(join(folder, "stopped")), false);
      assert.deepEqual(readdirSync(temporary), []);
    });
});
