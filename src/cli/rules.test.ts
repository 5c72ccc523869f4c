import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));

function rules(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "rules", ...words], { encoding: "utf8" });
  return { status, stdout, stderr };
}

function withRulesFile(text: string, test: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "linerate-"));
  try {
    const file = join(folder, "my.rules");
    writeFileSync(file, text);
    test(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("linerate rules explain", () => {
  it("says which rule takes a function, by which caller, and which would have", () => {
    const { status, stdout } = rules("explain", "memset_erms", "--stack", "ip_rcv_core;skb_clone;kmem_cache_alloc");
    assert.equal(status, 0);
    assert.match(stdout, /what +slab-clear: /);
    assert.match(stdout, /rule slab-clear, called under kmem_cache_alloc \(mm\/slub\.c\)/);
    assert.match(stdout, /where +ip: /);
    assert.match(stdout, /by ip_rcv_core/);
    assert.match(stdout, /after +copy \(copy\) would have taken it too/);
    assert.ok(stdout.split("\n").every((line) => line.length <= 76));
  });

  it("takes a whole folded stack, the function itself included", () => {
    const stack = "ip_rcv_core;skb_clone;kmem_cache_alloc";
    assert.equal(
      rules("explain", "memset", "--stack", `${stack};memset`, "--json").stdout,
      rules("explain", "memset", "--stack", stack, "--json").stdout,
    );
  });

  it("takes rules of one's own, and says what is doubtful in them", () => {
    withRulesFile("what my-cost foo_rx # ours\n", (file) => {
      const { status, stdout, stderr } = rules("explain", "foo_rx", "--rules", file, "--json");
      assert.equal(status, 0);
      assert.equal((JSON.parse(stdout) as { what: string }).what, "my-cost");
      assert.match(stderr, /my\.rules:1: my-cost is not one of the cost classes/);
    });
  });

  it("exits 1 for a file that is no rules file or not there, 2 for a wrong call", () => {
    withRulesFile("waht copy foo\n", (file) => {
      const { status, stderr } = rules("explain", "foo", "--rules", file);
      assert.equal(status, 1);
      assert.match(stderr, /my\.rules:1: expected `what CLASS PATTERN...`/);
    });
    assert.equal(rules("explain", "foo", "--rules", "/nowhere/my.rules").status, 1);
    assert.equal(rules("explain").status, 2);
    assert.equal(rules("explain", "--nothing").status, 2);
  });
});

describe("linerate rules list", () => {
  it("writes a rules file that gives the same rules", () => {
    const { status, stdout } = rules("list");
    assert.equal(status, 0);
    withRulesFile(`${stdout}replace what\nreplace where\n`, (file) => {
      const again = rules("list", "--rules", file);
      assert.equal(again.stderr, "");
      assert.deepEqual(again.stdout.split("\n").slice(1), stdout.split("\n").slice(1));
    });
  });
});
