import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { after, describe, it } from "node:test";
import { installKernel, jupyterDataFolder, uninstallKernel } from "./install-kernel.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

describe("jupyterDataFolder()", () => {
  it("looks where Jupyter looks", { skip: process.platform === "darwin" && "macOS has its own folder" }, () => {
    assert.equal(jupyterDataFolder({ env: { HOME: "/home/me" } }), "/home/me/.local/share/jupyter");
    assert.equal(jupyterDataFolder({ env: { HOME: "/home/me", XDG_DATA_HOME: "" } }), "/home/me/.local/share/jupyter");
    assert.equal(jupyterDataFolder({ env: { HOME: "/home/me", JUPYTER_DATA_DIR: "/srv/j", XDG_DATA_HOME: "/x" } }), "/srv/j");
  });
});

describe("installKernel() and uninstallKernel()", () => {
  it("write a kernelspec with absolute paths, also over an old one, and take it away", () => {
    const dataFolder = join(folder, "data");
    installKernel({ dataFolder });
    const file = installKernel({ dataFolder });
    const { argv, language, interrupt_mode } = JSON.parse(readFileSync(file, "utf8"));
    for (const path of [argv[0], argv[2]]) assert.ok(isAbsolute(path) && existsSync(path), path);
    assert.deepEqual(argv.slice(3), ["--connection-file", "{connection_file}"]);
    assert.equal(language, "typescript");
    assert.equal(interrupt_mode, "message");
    assert.deepEqual(readdirSync(join(dataFolder, "kernels", "linerate")), ["kernel.json"]);
    installKernel({ dataFolder, engine: "tslab" });
    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")).argv.slice(-2), ["--engine", "tslab"]);
    uninstallKernel({ dataFolder });
    assert.deepEqual(readdirSync(join(dataFolder, "kernels")), []);
    assert.throws(() => uninstallKernel({ dataFolder }), /no kernel is installed here/);
  });

  it("leave another program's kernelspec alone", () => {
    const dataFolder = join(folder, "other");
    mkdirSync(join(dataFolder, "kernels", "linerate"), { recursive: true });
    writeFileSync(join(dataFolder, "kernels", "linerate", "kernel.json"), '{ "argv": ["other"] }');
    assert.throws(() => uninstallKernel({ dataFolder }), /this is not linerate's kernel/);
  });
});
