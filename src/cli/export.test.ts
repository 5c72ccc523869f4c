// The command as a person calls it, on a notebook of the project.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import MarkdownIt from "markdown-it";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));
copyFileSync(fileURLToPath(new URL("../../notebooks/02-page-order.ipynb", import.meta.url)), join(folder, "lab.ipynb"));

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "export", ...args], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return { status, stdout, stderr };
};

describe("linerate export", () => {
  it("writes Markdown beside the notebook, and every picture it refers to", () => {
    assert.equal(run("lab.ipynb", "--md").stdout, "lab.ipynb: written to lab.md\n");
    const text = readFileSync(join(folder, "lab.md"), "utf8");
    const urls = [...text.matchAll(/!\[[^\n]*?\]\(([^)]*)\)/g)].map(([, url = ""]) => url);
    assert.deepEqual(urls, ["lab_files/page-order.png", "lab_files/concurrency.png", "lab_files/page-order-capture.png"]);
    for (const url of urls) assert.ok(existsSync(join(folder, url)), url);
    assert.ok(text.includes("<table>"));
  });

  it("writes where it is told: another folder, or standard output with nothing beside", () => {
    assert.equal(run("lab.ipynb", "--md", "-o", "report/page order.md").status, 0);
    assert.ok(existsSync(join(folder, "report/page order_files/page-order.png")));
    assert.match(readFileSync(join(folder, "report/page order.md"), "utf8"), /\(page%20order_files\/page-order\.png\)/);
    const before = readdirSync(folder);
    assert.match(run("lab.ipynb", "--md", "-o", "-").stdout, /\(data:image\/png;base64,/);
    assert.match(run("lab.ipynb", "--html", "-o", "-").stdout, /^<!doctype html>[\s\S]*<\/html>\n?$/i);
    assert.deepEqual(readdirSync(folder), before);
    assert.equal(run("lab.ipynb", "--html").stdout, "lab.ipynb: written to lab.html\n");
  });

  it("refers to pictures by URLs that Markdown reads, whatever the notebook is called", () => {
    assert.equal(run("lab.ipynb", "--md", "-o", "odd/c# (1.md").status, 0);
    const html = new MarkdownIt().render(readFileSync(join(folder, "odd/c# (1.md"), "utf8"));
    const urls = [...html.matchAll(/<img src="([^"]*)"/g)].map(([, url = ""]) => url);
    assert.equal(urls.length, 3);
    for (const url of urls) assert.ok(existsSync(new URL(url, pathToFileURL(join(folder, "odd/")))), url);
  });

  it("removes the pictures of an earlier export that nothing refers to any more", () => {
    const notebook = JSON.parse(readFileSync(join(folder, "lab.ipynb"), "utf8"));
    const code = notebook.cells.filter((cell: { outputs?: unknown[] }) => cell.outputs && cell.outputs.length > 0);
    writeFileSync(join(folder, "short.ipynb"), JSON.stringify(notebook));
    run("short.ipynb", "--md");
    writeFileSync(join(folder, "short_files/own.png"), "");
    code.find((cell: object) => JSON.stringify(cell).includes("page-order-capture")).outputs = [];
    writeFileSync(join(folder, "short.ipynb"), JSON.stringify(notebook));
    assert.equal(run("short.ipynb", "--md").status, 0);
    const left = readdirSync(join(folder, "short_files")).sort();
    assert.deepEqual(left, [".linerate-export", "concurrency.png", "own.png", "page-order.png"]);
  });

  it("exits 2 for a wrong call, 1 for what is no notebook, and never writes over the notebook", () => {
    for (const args of [["lab.ipynb"], ["lab.ipynb", "--md", "--html"], ["--md"], ["lab.ipynb", "--md", "-o", "lab.ipynb"]]) {
      assert.equal(run(...args).status, 2, args.join(" "));
    }
    assert.equal(run("none.ipynb", "--md").status, 1);
    assert.equal(existsSync(join(folder, "none.md")), false);
  });
});
