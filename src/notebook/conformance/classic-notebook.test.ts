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
import { type Browser, chromium, type Page } from "playwright-core";
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
    if (process.env.LINERATE_SCREENSHOTS) await page.screenshot({ path: join(process.env.LINERATE_SCREENSHOTS, "figure.png") });
    assert.equal(await page.locator(".output_area img").count(), figuresOf(notebook));
    assert.match(await page.locator(".output_text pre").allInnerTexts().then(String), /197\.5/);
    assert.equal(await page.locator(".output_error, .output_stderr").count(), 0);
    await page.close();
  });

  it("shows 10,000 lines and 5 MB of one cell, all and in order", async () => {
    const source = `for (let i = 0; i < ${LINES}; i++) console.log(String(i).padStart(6), "x".repeat(${LINE_CHARACTERS - 7}));`;
    const page = await opened({ nbformat: 4, nbformat_minor: 5, metadata: METADATA, cells: [code(source)] });
    await runAll(page);
    const shown = (await page.locator(".output_stdout pre").allTextContents()).join("").split("\n");
    const firstWrong = shown.findIndex((line, i) => line !== (i < LINES ? numbered(i) : ""));
    assert.deepEqual([shown.length, firstWrong], [LINES + 1, -1]);
    await page.close();
  });
});

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
