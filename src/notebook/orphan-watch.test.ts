import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";

/** The exit code of a process that watches and would otherwise run for ever. */
function watching(call: string): Promise<number | null> {
  const url = JSON.stringify(new URL("orphan-watch.js", import.meta.url));
  const script = `const { watchHeartbeats, watchParent } = await import(${url}); const end = () => process.exit(7); ${call}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", resolve));
}

describe("watchHeartbeats()", () => {
  it("ends a kernel whose heartbeats have stopped", async () => {
    assert.equal(await watching("watchHeartbeats({ end, silentLooks: 1 })();"), 7);
  });

  it("waits for the first heartbeat", async () => {
    const call = "watchHeartbeats({ end, silentLooks: 0 }); setTimeout(() => process.exit(8), 3000);";
    assert.equal(await watching(call), 8);
  });
});

describe("watchParent()", () => {
  it("ends with a process that is no direct parent, too", async () => {
    const call = `const { spawn } = await import("node:child_process"); const child = spawn(process.execPath, ["-e", "0"]);
      child.once("exit", () => watchParent({ parentPid: child.pid, end }));`;
    assert.equal(await watching(call), 7);
  });
});
