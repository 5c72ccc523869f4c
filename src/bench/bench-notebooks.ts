import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { kernelsHere } from "./benched-kernel.js";
import { type Contender, contest } from "./contest.js";
import { type BenchOptions, isInstalled, linerate, shipped, type Work } from "./work.js";

const NBCONVERT = "nbconvert, tslab";

/**
 * Each notebook run headless: by `linerate run`, as after an earlier run and as for the first time, and by Jupyter's nbconvert with
 * tslab's kernel. Nothing that this machine remembers of the notebooks is used.
 *
 * @throws Error where a contender fails.
 * @example
 * await benchNotebooks({ turns: 1, notebook: "no-such-file", onRun() {} }).catch(({ message }) => message.includes("exited with 1")) // true
 */
export async function benchNotebooks({ turns, notebook, onRun }: BenchOptions): Promise<Work[]> {
  const notebooks = notebook === undefined ? shippedNotebooks() : [notebook];
  const hasJupyter = isInstalled("jupyter-nbconvert");
  const works: Work[] = [];
  for (const path of notebooks) {
    const folder = mkdtempSync(join(tmpdir(), "linerate-bench-"));
    try {
      const [again, first, nbconvert] = contenders({ path, folder });
      await contest({ contenders: [again], turns: 1, onRun: () => onRun(`${basename(path)}, recorded`) });
      works.push({
        name: "notebooks",
        input: `${basename(path)}, run headless`,
        standings: await contest({
          contenders: hasJupyter ? [again, first, nbconvert] : [again, first],
          turns,
          onRun: (what) => onRun(`${basename(path)}, ${what}`),
        }),
        skipped: hasJupyter ? [] : [`${NBCONVERT}: it is not on this machine (Debian: apt install jupyter-nbconvert)`],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return works;
}

function contenders({ path, folder }: { path: string; folder: string }): [Contender, Contender, Contender] {
  const run = [...linerate, "run", path, "-o", join(folder, "out")];
  const firstCache = join(folder, "first");
  return [
    { name: "linerate run", command: run, env: { XDG_CACHE_HOME: join(folder, "again") } },
    {
      name: "linerate run, first time",
      command: run,
      env: { XDG_CACHE_HOME: firstCache },
      before: () => rmSync(firstCache, { recursive: true, force: true }),
    },
    {
      name: NBCONVERT,
      command: ["jupyter", "nbconvert", "--execute", "--to", "notebook", "--output-dir", join(folder, "out"), path].concat(
        "--ExecutePreprocessor.kernel_name=tslab",
      ),
      env: { JUPYTER_PATH: jupyterWithTslab(folder) },
    },
  ];
}

/** A data folder of Jupyter that has tslab's kernel of this project. */
function jupyterWithTslab(folder: string): string {
  const kernel = join(folder, "jupyter", "kernels", "tslab");
  mkdirSync(kernel, { recursive: true });
  const argv = kernelsHere()
    .find(({ name }) => name === "tslab")
    ?.command("{connection_file}");
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify({ argv, display_name: "tslab", language: "typescript" }));
  return join(folder, "jupyter");
}

function shippedNotebooks(): string[] {
  const names = readdirSync(shipped.notebooks).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(shipped.notebooks, name));
}
