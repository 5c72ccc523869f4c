// Compiles src/ to dist/, has V8's byte code of the compiler stored there, and removes what dist/ holds of sources that are gone: `node --test dist` would run their old tests.
// Calls the compiler by path: node_modules/.bin/tsc may be tslab's TypeScript 5.0.
// Sources named `*.as.ts` are AssemblyScript, and become WebAssembly: `sample-loop.as.ts`, with its parts in the folder `sample-loop`, is dist's
// `sample-loop.wasm`.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
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
const assembly = readdirSync(`${root}src`, { recursive: true }).filter((file) => file.endsWith(".as.ts"));
const newestMs = Math.max(...assembly.map((file) => modifiedMs(`src/${file}`)));
for (const file of assembly) {
  if (assembly.includes(`${dirname(file)}.as.ts`)) continue;
  const output = `dist/${file.slice(0, -".as.ts".length)}.wasm`;
  if (modifiedMs(output) > newestMs) continue;
  compile(
    "node_modules/assemblyscript/bin/asc.js",
    `src/${file}`,
    "--outFile",
    output,
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--importMemory",
  );
}
(await import(`${root}dist/notebook/compiler-cache.js`)).writeCompilerCache();
