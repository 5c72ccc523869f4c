// Compiles src/ to dist/, has V8's byte code of the compiler stored there, and removes what dist/ holds of sources that are gone: `node --test dist` would run their old tests.
// Calls the compiler by path: node_modules/.bin/tsc may be tslab's TypeScript 5.0.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const outputs = existsSync(`${root}dist`) ? readdirSync(`${root}dist`, { recursive: true }) : [];
for (const output of outputs) {
  const source = /^(.*)\.(?:js|js\.map|d\.ts)$/.exec(output);
  if (source && !existsSync(`${root}src/${source[1]}.ts`)) rmSync(`${root}dist/${output}`);
}

const { status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
chmodSync(`${root}dist/cli/main.js`, 0o755);
(await import(`${root}dist/notebook/compiler-cache.js`)).writeCompilerCache();
