// Compiles src/ to dist/, has V8's byte code of the compiler stored there, and removes what dist/ holds of sources that are gone: `node --test dist` would run their old tests.
// Calls the compiler by path: node_modules/.bin/tsc may be tslab's TypeScript 5.0.
// Sources named `*.as.ts` are AssemblyScript, and become WebAssembly: `sample-loop.as.ts` is dist's `sample-loop.wasm`.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const outputs = existsSync(`${root}dist`) ? readdirSync(`${root}dist`, { recursive: true }) : [];
for (const output of outputs) {
  const source = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(output);
  if (source && !existsSync(`${root}src/${source[1]}.ts`)) rmSync(`${root}dist/${output}`);
}

const compile = (compiler, ...args) => {
  const { status } = spawnSync(process.execPath, [root + compiler, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
const modifiedMs = (path) => statSync(root + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

compile("node_modules/typescript/bin/tsc");
chmodSync(`${root}dist/cli/main.js`, 0o755);
for (const file of readdirSync(`${root}src`, { recursive: true })) {
  const [, name] = /^(.*)\.as\.ts$/.exec(file) ?? [];
  if (name === undefined || modifiedMs(`dist/${name}.wasm`) > modifiedMs(`src/${file}`)) continue;
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory"];
  compile("node_modules/assemblyscript/bin/asc.js", `src/${file}`, "--outFile", `dist/${name}.wasm`, ...options);
}
(await import(`${root}dist/notebook/compiler-cache.js`)).writeCompilerCache();
