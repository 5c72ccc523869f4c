import { existsSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { EngineName } from "./engine.js";
import { kernelCommand } from "./kernel-command.js";
import { writeAtomically } from "./write-atomically.js";

/** The name a notebook's metadata asks for, and the kernelspec's folder. */
export const KERNEL_NAME = "linerate";

/**
 * Jupyter's data folder: `share/jupyter` under `prefix`, else the user's own, as Jupyter looks for it.
 *
 * Source: jupyter_core's paths.py, `jupyter_data_dir`: JUPYTER_DATA_DIR, on macOS ~/Library/Jupyter, else XDG_DATA_HOME/jupyter,
 * else ~/.local/share/jupyter.
 * @example
 * jupyterDataFolder({ env: { XDG_DATA_HOME: "/home/me/.data" } }) // "/home/me/.data/jupyter"
 * jupyterDataFolder({ prefix: "/usr/local" }) // "/usr/local/share/jupyter"
 */
export function jupyterDataFolder({
  prefix,
  env = process.env,
}: {
  prefix?: string | undefined;
  env?: Readonly<Record<string, string | undefined>>;
} = {}): string {
  if (prefix !== undefined) return join(resolve(prefix), "share", "jupyter");
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const home = env.HOME ?? homedir();
  if (process.platform === "darwin") return join(home, "Library", "Jupyter");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/**
 * Writes the kernelspec into a Jupyter data folder and returns its file. Paths in it are absolute, and no Python takes part.
 *
 * Source: https://jupyter-client.readthedocs.io/en/stable/kernels.html, "Kernel specs".
 * @example
 * typeof installKernel // "function"
 */
export function installKernel({ dataFolder, engine }: { dataFolder: string; engine?: EngineName | undefined }): string {
  const kernelspec = {
    argv: kernelCommand("{connection_file}", { engine }),
    display_name: "TypeScript (linerate)",
    language: "typescript",
    interrupt_mode: "message", // a signal goes to what the cells have started, too
    metadata: { debugger: false },
  };
  const file = kernelspecFile(dataFolder);
  writeAtomically({ file, data: `${JSON.stringify(kernelspec, null, 2)}\n` });
  return file;
}

/**
 * Removes the kernelspec from a Jupyter data folder and returns its folder.
 *
 * @throws Error when there is none, or it is another program's.
 * @example
 * (() => { try { uninstallKernel({ dataFolder: "/nowhere" }) } catch (error) { return error.message } })() // "/nowhere/kernels/linerate/kernel.json: no kernel is installed here"
 */
export function uninstallKernel({ dataFolder }: { dataFolder: string }): string {
  const file = kernelspecFile(dataFolder);
  if (!existsSync(file)) throw new Error(`${file}: no kernel is installed here`);
  if (!readFileSync(file, "utf8").includes('"TypeScript (linerate)"')) {
    throw new Error(`${file}: this is not linerate's kernel: remove it by hand if you mean it`);
  }
  const folder = join(dataFolder, "kernels", KERNEL_NAME);
  rmSync(folder, { recursive: true });
  return folder;
}

function kernelspecFile(dataFolder: string): string {
  return join(dataFolder, "kernels", KERNEL_NAME, "kernel.json");
}
