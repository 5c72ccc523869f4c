import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CaptureError } from "../captures/capture-error.js";
import { dataPath } from "../captures/data-path.js";
import { openRun, sha256Of } from "./open-run.js";
import { ManifestError, manifestText, type RunFile } from "./run-manifest.js";

const RUNS = dataPath("runs/kernel-6.1-vm");
const folder = mkdtempSync(join(tmpdir(), "linerate-open-run-"));
after(() => rmSync(folder, { recursive: true }));

/** A folder with these files, or copies of them. */
function made(name: string, files: Record<string, string>): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

/** The bundle of one pktgen result, its manifest changed by `change`. */
async function bundle(name: string, change: (file: RunFile) => Partial<RunFile> = () => ({})): Promise<string> {
  const path = made(name, {});
  copyFileSync(join(RUNS, "dummy_burst1/pktgen.txt"), join(path, "pktgen.txt"));
  const sha256 = await sha256Of(join(path, "pktgen.txt"));
  const file = { path: "pktgen.txt", sha256, sizeBytes: 832, format: "pktgen" };
  const files = [{ ...file, ...change(file) }];
  writeFileSync(
    join(path, "manifest.json"),
    manifestText({ schemaVersion: 1, runId: name, commands: [], tools: [], files, redactions: [] }),
  );
  return path;
}

const refusal = (problem: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CaptureError, String(error));
  assert.equal(error.problem, problem);
  assert.match(error.message, message);
  return true;
};

describe("openRun() of a plain folder", () => {
  it("detects what its files are, and takes the environment from the folder above, with a warning for both", async () => {
    const run = await openRun(join(RUNS, "dummy_burst1"));
    assert.equal(run.manifest, undefined);
    assert.equal(run.profile, join(RUNS, "dummy_burst1/perf.data.gz"));
    assert.equal(run.kallsyms, join(RUNS, "kallsyms.gz"));
    assert.deepEqual(
      run.captures.map(({ name, format }) => [name, format.name]),
      [
        ["pktgen.txt", "pktgen"],
        ["report.txt", "perf-report"],
        ["softnet_after.txt", "softnet_stat"],
      ],
    );
    assert.deepEqual(Object.keys(run.environment).sort(), [
      "cmdline",
      "cpuinfo",
      "ethtool-g",
      "ethtool-i",
      "ethtool-k",
      "uname",
    ]);
    assert.match(run.environment.cpuinfo?.text ?? "", /QEMU TCG CPU version 2\.5\+/);
    const [trust, above] = run.warnings.map(({ message }) => message);
    assert.match(trust ?? "", /no manifest\.json/);
    assert.match(
      above ?? "",
      /from the folder above, .*: \.\.\/cmdline\.txt, \.\.\/cpuinfo\.txt, \.\.\/ethtool-g\.eth0\.txt, \.\.\/ethtool-i\.eth0\.txt, \.\.\/ethtool-k\.eth0\.txt, \.\.\/kallsyms\.gz, \.\.\/uname\.txt$/,
    );
  });

  it("prefers its own environment to that above", async () => {
    made("shared", { "uname.txt": "Linux above\n", "cmdline.txt": "quiet\n" });
    const { environment } = await openRun(made("shared/run", { "uname-a.txt": "Linux own\n" }));
    assert.deepEqual([environment.uname?.text, environment.cmdline?.text], ["Linux own\n", "quiet\n"]);
  });

  it("says which file it could not use, and why, and goes on", async () => {
    const text = "Result: OK: 19(c5+d13) usec, 1 (60byte,0frags)\n"; // its second line was cut
    const { captures, warnings } = await openRun(made("cut", { "pktgen.txt": text, "empty.txt": "" }));
    assert.deepEqual(captures, []);
    assert.match(warnings.map(({ message }) => message).join("\n"), /not used: .*pktgen\.txt:2: expected the pps line/);
  });

  it("takes perf.data with kallsyms before a text, and a text before perf.data without", async () => {
    const [data, text] = ["PERFILE2", "ping 1 [000] 1.000000: cycles: \n\tffffffff81000000 do_idle+0x1 ([kernel.kallsyms])\n"];
    const both = { "a.perf.data": data, "b.script.txt": text };
    assert.match((await openRun(made("without", both))).profile ?? "", /b\.script\.txt$/);
    const run = await openRun(made("with", { ...both, "kallsyms.txt": "ffffffff81000000 T _text\n" }));
    assert.match(run.profile ?? "", /a\.perf\.data$/);
    assert.match(run.kallsyms ?? "", /kallsyms\.txt$/);
  });

  it("names the files of the environment that it does not look at: a second of one kind", async () => {
    const features = (gro: string) => `Features for eth:\ngeneric-receive-offload: ${gro}\n`;
    const files = {
      "ethtool-k.eth0.txt": features("on"),
      "ethtool-k.eth1.txt": features("off"),
      "uname.txt": "Linux dut 6.1\n",
    };
    const { environment, warnings } = await openRun(made("two-devices", files));
    assert.equal(environment["ethtool-k"]?.text, features("on"));
    assert.deepEqual(
      warnings.slice(1).map(({ file, message }) => [file, message]),
      [[join(folder, "two-devices/ethtool-k.eth1.txt"), "not looked at: ethtool-k of the run is ethtool-k.eth0.txt"]],
    );
  });

  it("warns of several recordings", async () => {
    const { warnings } = await openRun(made("several", { "a.data": "PERFILE2", "b.data": "PERFILE2" }));
    assert.match(warnings.at(-1)?.message ?? "", /2 recordings: a\.data is taken/);
  });

  it("refuses what is no folder of captures, and says what to do", async () => {
    await assert.rejects(openRun(join(folder, "none")), refusal("missing", /no such run/));
    await assert.rejects(openRun(made("nothing", {})), refusal("empty", /no files in this folder/));
    await assert.rejects(openRun(join(RUNS, "uname.txt")), refusal("format", /linerate import/));
    made("packed", { "run.tar.gz": "x" });
    await assert.rejects(openRun(join(folder, "packed/run.tar.gz")), refusal("format", /tar -xf/));
  });
});

describe("openRun() of a bundle", () => {
  it("gives its manifest and no warning; what lies beside or above is not of the run", async () => {
    made(".", { "uname.txt": "Linux above\n" });
    const path = await bundle("whole");
    assert.deepEqual((await openRun(path)).warnings, []);
    writeFileSync(join(path, "uname.txt"), "Linux beside\n");
    const { manifest, environment, warnings } = await openRun(path);
    assert.equal(manifest?.runId, "whole");
    assert.deepEqual(environment, {});
    assert.match(warnings[0]?.message ?? "", /not in the manifest, so not of the run: uname\.txt/);
  });

  it("recognizes a file whose format the manifest does not name", async () => {
    const { captures } = await openRun(
      await bundle("unnamed", ({ format, ...file }) => ({ ...file, format: undefined as never })),
    );
    assert.deepEqual(
      captures.map(({ format }) => format.name),
      ["pktgen"],
    );
  });

  it("refuses a raw file that was changed, cut or lost", async () => {
    const changed = await bundle("changed", () => ({ sha256: "0".repeat(64) }));
    await assert.rejects(openRun(changed), refusal("changed", /pktgen\.txt: sha256 [0-9a-f]{64}: expected 0{64}/));
    await assert.rejects(
      openRun(await bundle("cut-file", () => ({ sizeBytes: 833 }))),
      refusal("changed", /832 bytes: expected/),
    );
    await assert.rejects(
      openRun(await bundle("lost", () => ({ path: "gone.txt" }))),
      refusal("missing", /gone\.txt: no such file/),
    );
  });

  it("refuses a manifest that does not read", async () => {
    await assert.rejects(openRun(made("no-manifest", { "manifest.json": "{}" })), ManifestError);
  });
});
