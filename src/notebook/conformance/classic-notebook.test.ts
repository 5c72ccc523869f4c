// A person's front end: Debian's classic Notebook in Chromium, with the installed kernelspec. Server, kernels and browser are ended by
// this file, each by what started it, and keep their files in a folder of their own.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { installKernel } from "../install-kernel.js";
import { type CodeCell, type Notebook, notebookText, readNotebook } from "../notebook-file.js";

const JUPYTER = "/usr/bin/jupyter-notebook";
const CHROMIUM = "/usr/bin/chromium";
const NOTEBOOK = fileURLToPath(new URL("../../../notebooks/02-page-order.ipynb", import.meta.url));
/** For what takes seconds: beyond it something is wrong. */
const PATIENCE_MS = 120_000;
const LINES = 10_000;
/** With its end a line has 525 characters, and all of them 5.25 MB. */
const LINE_CHARACTERS = 524;

const missing = [JUPYTER, CHROMIUM].filter((file) => !existsSync(file));
const skip =
  missing.length > 0 && !process.env.LINERATE_NEEDS_JUPYTER
    ? `there is no ${missing.join(" and no ")}: apt-get install --no-install-recommends jupyter-notebook chromium`
    : false;

describe("classic Notebook", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  const token = randomBytes(16).toString("hex");
  let server: ChildProcess;
  let browser: Browser | undefined;
  let url = "";

  before(async () => {
    const settings = { JUPYTER_DATA_DIR: "data", JUPYTER_CONFIG_DIR: "config", JUPYTER_RUNTIME_DIR: "runtime" };
    const folders = Object.entries(settings).map(([name, folderName]) => [name, join(folder, folderName)] as const);
    for (const [, path] of folders) mkdirSync(path);
    mkdirSync(join(folder, "lab"));
    installKernel({ dataFolder: join(folder, "data") });
    const port = await freePort();
    const options = ["--no-browser", "--ip=127.0.0.1", `--port=${port}`, "--allow-root"];
    server = spawn(JUPYTER, options, {
      cwd: join(folder, "lab"),
      env: { ...process.env, ...Object.fromEntries(folders), JUPYTER_TOKEN: token, TMPDIR: folder },
      stdio: "ignore",
    });
    url = await serverUrl(join(folder, "runtime", `nbserver-${server.pid}.json`));
    browser = await chromium.launch({ executablePath: CHROMIUM });
  });

  after(async () => {
    await browser?.close();
    if (server?.exitCode === null) {
      const ended = once(server, "exit");
      server.kill("SIGTERM"); // it ends its kernels, then itself
      await ended;
    }
    rmSync(folder, { recursive: true });
  });

  const opened = async (notebook: Notebook): Promise<Page> => {
    writeFileSync(join(folder, "lab", "shown.ipynb"), notebookText(notebook));
    assert.ok(browser);
    const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${url}notebooks/shown.ipynb?token=${token}`);
    await page.locator("#kernel_indicator_icon.kernel_idle_icon").waitFor();
    return page;
  };

  it("runs a workshop notebook and shows its figures and its text", async () => {
    const notebook = readNotebook(NOTEBOOK);
    const page = await opened(withoutOutputs(notebook));
    await runAll(page);
    const first = page.locator(".output_area img").first();
    await first.scrollIntoViewIfNeeded();
    assert.ok(await first.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 600));
    await screenshot(page, "figure");
    assert.equal(await page.locator(".output_area img").count(), figuresOf(notebook));
    assert.match(await page.locator(".output_text pre").allInnerTexts().then(String), /197\.5/);
    assert.equal(await page.locator(".output_error, .output_stderr").count(), 0);
    await page.close();
  });

  it("shows 10,000 lines and 5 MB of one cell, all and in order", async () => {
    const source = `for (let i = 0; i < ${LINES}; i++) console.log(String(i).padStart(6), "x".repeat(${LINE_CHARACTERS - 7}));`;
    const page = await opened(notebookOf(source));
    await runAll(page);
    const shown = (await page.locator(".output_stdout pre").allTextContents()).join("").split("\n");
    const firstWrong = shown.findIndex((line, i) => line !== (i < LINES ? numbered(i) : ""));
    assert.deepEqual([shown.length, firstWrong], [LINES + 1, -1]);
    await page.close();
  });

  it("draws progress to its end, and shows frames as tables", async () => {
    const page = await opened(notebookOf(PROGRESS, FRAME));
    await runAll(page);
    await screenshot(page, "progress-and-frames");
    const bar = page.locator(".output_html progress");
    assert.deepEqual([await bar.count(), await bar.getAttribute("value"), await bar.getAttribute("max")], [1, "20", "20"]);
    assert.deepEqual(await textsOf(page, 0), ["runs: 20 of 20"]);
    const rows = await outputOf(page, 1).locator("table tr").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.trim().split(/\s+/)),
      [
        ["link", "ns"],
        ["0", "eth0", "67.2"],
        ["1", "<eth1>", "6.72"],
        ["link", "ns"],
        ["0", "eth0", "67.2"],
      ],
    );
    await page.close();
  });

  it("replaces what is shown: an updatable display in its place, a cleared output", async () => {
    const page = await opened(notebookOf(UPDATABLE, 'shown.update("two");', CLEARED, CLEARED_LATER));
    await runAll(page);
    const texts = await Promise.all([0, 1, 2, 3].map((cell) => textsOf(page, cell)));
    await screenshot(page, "replaced");
    assert.deepEqual(texts, [["first", "'two'", "last"], [], ["after"], ["9"]]);
    await page.close();
  });

  it("asks the person, who types, and hides a password", async () => {
    const page = await opened(notebookOf(ASKS));
    await page.locator(".code_cell").first().click();
    await page.keyboard.press("Control+Enter");
    const asked = page.locator(".raw_input_container");
    for (const [prompt, type, value] of [
      ["Which link? ", "text", "eth0 – ä"],
      ["Key? ", "password", "67.2"],
    ] as const) {
      await asked.filter({ hasText: prompt }).waitFor();
      const field = asked.locator("input");
      assert.equal(await field.getAttribute("type"), type);
      await screenshot(page, `asks-${type}`);
      await field.fill(value);
      await field.press("Enter");
    }
    await outputOf(page, 0).getByText("got").waitFor();
    const lines = (await textsOf(page, 0)).flatMap((text) => text.split("\n"));
    assert.equal(lines.at(-1), "got eth0 – ä, 67.2");
    assert.ok(!lines.slice(0, -1).join().includes("67.2"), "the password is not shown");
    await screenshot(page, "asked");
    await page.close();
  });

  it("talks over a comm that a cell opens", async () => {
    const page = await opened(notebookOf(COMM));
    await page.evaluate(ANSWER_COMM);
    await runAll(page);
    assert.deepEqual(await textsOf(page, 0), ["{ doubled: 134.4 }"]);
    await page.close();
  });
});

const PROGRESS = `import { progress } from "linerate";
for (const _ of progress(Array(20), { label: "runs" })) await new Promise((go) => setTimeout(go, 20));`;
const FRAME = `import { danfojs, display, toDataFrame } from "linerate";
const { DataFrame } = danfojs();
display(new DataFrame([["eth0", 67.2], ["<eth1>", 6.72]], { columns: ["link", "ns"] }));
toDataFrame([{ link: "eth0", ns: 67.2 }])`;
const UPDATABLE = `import { clearOutput, updatableDisplay } from "linerate";
console.log("first");
const shown = updatableDisplay("one");
console.log("last");`;
const CLEARED = 'console.log("before");\nclearOutput();\nconsole.log("after");';
const CLEARED_LATER = `for (let index = 0; index < 10; index++) {
  clearOutput({ wait: true });
  console.log(index);
}`;
const ASKS = `import { input } from "linerate";
const link = await input("Which link? ");
const key = await input("Key? ", { password: true });
console.log(\`got \${link}, \${key}\`);`;
const COMM = `import { openComm } from "linerate";
const comm = openComm({ target: "doubler", data: { ns: 67.2 } });
await new Promise((answered) => comm.onMessage(({ data }) => answered(data)))`;
/** What a widget's code in the page does. */
const ANSWER_COMM = `Jupyter.notebook.kernel.comm_manager.register_target("doubler", (comm, opened) => {
  comm.send({ doubled: 2 * opened.content.data.ns });
});`;

function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source, index) => ({ ...code(source), id: `cell-${index}` }));
  return { nbformat: 4, nbformat_minor: 5, metadata: METADATA, cells };
}

function outputOf(page: Page, cell: number): Locator {
  return page.locator(".code_cell").nth(cell).locator(".output");
}

/** What a cell shows, each output as its text. */
async function textsOf(page: Page, cell: number): Promise<string[]> {
  const texts = await outputOf(page, cell).locator(".output_subarea").allInnerTexts();
  return texts.map((text) => text.trim());
}

async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.LINERATE_SCREENSHOTS) await page.screenshot({ path: join(process.env.LINERATE_SCREENSHOTS, `${name}.png`) });
}

function numbered(line: number): string {
  return `${String(line).padStart(6)} ${"x".repeat(LINE_CHARACTERS - 7)}`;
}

const METADATA = { kernelspec: { name: "linerate", language: "typescript", display_name: "TypeScript (linerate)" } };

function code(source: string): CodeCell {
  return { cell_type: "code", id: "a", metadata: {}, source, execution_count: null, outputs: [] };
}

function withoutOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell,
  );
  return { ...notebook, cells };
}

function figuresOf({ cells }: Notebook): number {
  const outputs = cells.flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  return outputs.filter((output) => "data" in output && "image/png" in output.data).length;
}

/** By the menu, as a person does. Resolves when no cell waits or runs. */
async function runAll(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Cell", exact: true }).click();
  await page.locator("#run_all_cells a").click();
  const prompts = page.locator(".code_cell .input_prompt");
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".code_cell .input_prompt")].every((prompt) => /\[\d+\]/.test(prompt.textContent ?? "")),
  );
  assert.ok((await prompts.count()) > 0);
  await page.locator("#kernel_indicator_icon.kernel_idle_icon").waitFor();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  assert.ok(address && typeof address === "object");
  return address.port;
}

/** The server writes where it is when it listens. */
async function serverUrl(file: string): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(100)) {
    if (existsSync(file) && readFileSync(file, "utf8").trimEnd().endsWith("}"))
      return JSON.parse(readFileSync(file, "utf8")).url;
  }
  throw new Error("the Notebook server does not answer");
}
