// Runs before `npm start` and `npm test`: installs the packages when node_modules is missing or older than the lock file.
// npm writes node_modules/.package-lock.json at the end of a complete install, so its age says whether the tree is current.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const modifiedMs = (path) => statSync(root + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (modifiedMs("node_modules/.package-lock.json") < modifiedMs("package-lock.json")) {
  console.log("Installing the packages of package-lock.json (npm ci) ...");
  const npm = process.env.npm_execpath; // the npm that runs this script, also where `npm` is not on PATH
  const [command, args] = npm ? [process.execPath, [npm, "ci"]] : ["npm", ["ci"]];
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error("npm ci failed: linerate needs the packages of package-lock.json from the npm registry.");
    process.exit(status ?? 1);
  }
}
