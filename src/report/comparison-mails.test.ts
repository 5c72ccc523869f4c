// The texts of the recorded runs: a golden file, and each through git as a mail goes through it. No line may change.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { dataPath } from "../captures/data-path.js";
import { type Comparison, compare } from "../comparison/compare.js";
import { readMeasuredRun } from "../comparison/measure-run.js";
import { quotedRun } from "../comparison/measured-run.js";
import { metric } from "../comparison/metric.js";
import { assertGolden } from "../golden.js";
import { comparisonCommit, comparisonCover, comparisonLine } from "./comparison-mails.js";

const FOLDER = dataPath("runs/veth-gro");
const names = readdirSync(FOLDER).filter((name) => name.startsWith("gro-"));
const read = (arm: string) =>
  Promise.all(
    names
      .filter((name) => name.startsWith(`gro-${arm}-`))
      .map(async (name) => ({ ...(await readMeasuredRun(join(FOLDER, name))), path: name })),
  );
const [before, afterRuns] = [await read("off"), await read("on")];
const comparison = compare({ before, after: afterRuns });
const version = "0.1.0";

/** A change of a kernel with hostile names, forced: what a text must survive. */
const hostile: Comparison = compare({
  before: [1, 2].map((at) =>
    quotedRun({
      runId: `--- a${at}`,
      pps: 4e6 + at,
      commands: ["# comment", "diff -u a b", "From nobody\tat"],
      arm: "Signed-off-by: \u00b5",
    }),
  ),
  after: [1, 2].map((at) => quotedRun({ runId: `Index: b${at}`, pps: 5e6 + at, commands: ["--- a/x"], arm: "After:" })),
  force: true,
});

const texts: Readonly<Record<string, string>> = {
  "one line": comparisonLine(comparison),
  commit: comparisonCommit({ comparison, version }),
  cover: comparisonCover({ comparison, version }),
  "hostile commit": comparisonCommit({ comparison: hostile, version }),
  "hostile cover": comparisonCover({ comparison: hostile, version }),
};

describe("the report of GRO on a veth", () => {
  it("is the golden file, names a setting and no kernel, and withholds nothing", () => {
    assertGolden("report/golden/gro-cover.txt", texts.cover);
    assertGolden("report/golden/gro-commit.txt", texts.commit);
    assert.match(texts.cover ?? "", /Change: a setting, not a kernel/);
    assert.deepEqual([comparison.change.kind, comparison.claim.withheld], ["setting", []]);
  });

  it("shows the digits of small figures", () => {
    const runs = (name: string, value: number) => [quotedRun({ runId: name, metrics: [metric({ name: "loss", value })] })];
    const line = comparisonLine(compare({ before: runs("a", 0.000042), after: runs("b", 0.000051), metric: "loss" }));
    assert.match(line, /^ {2}\+21\.43% \(0\.0000420 -> 0\.0000510 loss\), no interval/);
  });

  it("does not cut a word of a command: it could not be run", () => {
    const path = `/srv/${"captures-of-the-receiver/".repeat(4)}perf.data`;
    const arm = (arm: string, commands: string[]) =>
      [1, 2].map((at) => quotedRun({ runId: `${arm}${at}`, pps: 4e6 + at, commands, arm }));
    const long = compare({ before: arm("off", [`perf script -i ${path}`]), after: arm("on", []), force: true });
    const cover = comparisonCover({ comparison: long, version });
    assert.ok(
      cover.split("\n").some((line) => line.trim() === `${path} \\`),
      cover,
    );
  });

  it("keeps a commit message within 25 lines", () => {
    for (const text of [texts.commit, texts["hostile commit"]]) assert.ok((text ?? "").split("\n").length <= 26);
  });

  it("says that it was forced", () => {
    const placed = (runs: typeof before, from: number) =>
      runs.map(({ started: _, ...run }) => ({ ...run, position: from + (run.position ?? 0) }));
    const refused = { before: placed(before, 0), after: placed(afterRuns, 100) };
    const withheld = compare(refused);
    assert.match(comparisonLine(withheld), /^ {2}no figure: S15: AAAAABBBBB/);
    assert.doesNotMatch(comparisonCover({ comparison: withheld, version }), /189,526|\+2\.72%/);
    assert.match(
      comparisonLine(compare({ ...refused, force: true })).replace(/\s+/g, " "),
      /FORCED \(--force\) in spite of: S15/,
    );
  });
});

describe("the cover letter", () => {
  const cover = (runs: Comparison) => comparisonCover({ comparison: runs, version }).replace(/\s+/g, " ");

  it("says a warning of several runs once, names them, and leaves out where they lie", () => {
    const warned = (runs: typeof before) =>
      runs.map((run) => ({
        ...run,
        path: `/home/a/runs/${run.path}`,
        warnings: [{ file: `/home/a/runs/${run.path}`, line: 0, message: "no manifest.json" }],
      }));
    const text = cover(compare({ before: warned(before), after: warned(afterRuns) }));
    assert.match(text, / - note gro-off-01, gro-on-02, [\w, -]+, gro-on-10: no manifest\.json/);
    assert.equal(text.split("no manifest.json").length, 2);
    assert.doesNotMatch(text, /home/);
  });

  it("says that the classes are of two CPUs, and what the exact test gives beside the t", () => {
    assert.match(
      cover(comparison),
      /the total is of 2 CPUs, so up to 2 x ns\/packet in each run; means of runs \(ns\/packet: geometric/,
    );
    assert.match(cover(comparison), /exact sign flips p=0\.25 \(at best 0\.063\);/); // 8 and 2 of 32 ways
  });

  it("keeps commands whole where they are broken", () => {
    const paths = Array.from({ length: 12 }, (_, at) => "a".repeat(1 + (at % 5) * 7));
    const named = compare({ before: before.map((run, at) => ({ ...run, path: paths[at] as string })), after: afterRuns });
    const text = comparisonCover({ comparison: named, version });
    assert.ok(text.replace(/ \\\n +/g, " ").includes(`--before ${paths.slice(0, before.length).join(" ")} --after gro-on-02`));
  });
});

const folder = mkdtempSync(join(tmpdir(), "linerate-mails-"));
after(() => rmSync(folder, { recursive: true }));
const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_EDITOR: "true" },
  });
const repository = (name: string) => {
  const path = join(folder, name);
  git(folder, "init", "-q", path);
  writeFileSync(join(path, "file"), "a\n");
  git(path, "add", "file");
  git(path, "commit", "-q", "-m", "base");
  return path;
};
/** Every line of the text stands in the message, in order, as it was. */
const holds = (message: string, text: string) => {
  const lines = message.split("\n");
  let at = 0;
  for (const line of text.trimEnd().split("\n")) {
    at = lines.indexOf(line, at) + 1;
    assert.ok(at > 0, `lost: "${line}"`);
  }
};

describe("a text as a mail", () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`${name}: plain ASCII, 72 columns and 78 when quoted, no tabs, no blanks at the end`, () => {
      for (const line of text.split("\n")) {
        assert.match(line, /^[ -~]*$/);
        assert.ok(line.length <= 72 && `> > > ${line}`.length <= 78, line);
        assert.doesNotMatch(line, /\s$/);
      }
    });

    it(`${name}: comes whole through commit, format-patch, am, commit --amend and quoting`, () => {
      const message = `net: a patch\n\n${text}Signed-off-by: A <a@example.org>\n`;
      const sender = repository(`${name} sender`);
      writeFileSync(join(sender, "file"), "b\n");
      writeFileSync(join(folder, "message"), message);
      git(sender, "commit", "-q", "-a", "-F", join(folder, "message"));
      holds(git(sender, "log", "-1", "--format=%B"), text);
      git(sender, "format-patch", "-q", "-1", "-o", folder, "--start-number=7");
      const patch = join(folder, readdirSync(folder).find((file) => file.startsWith("0007")) ?? "");
      const mail = readFileSync(patch, "utf8");
      holds(mail, text);
      const answer = mail.split("\n").map((line) => `> > > ${line}`);
      holds(answer.map((line) => line.slice("> > > ".length)).join("\n"), text);
      const receiver = repository(`${name} receiver`);
      git(receiver, "am", "-q", patch);
      holds(git(receiver, "log", "-1", "--format=%B"), text);
      git(receiver, "commit", "-q", "--amend");
      const amended = git(receiver, "log", "-1", "--format=%B");
      holds(amended, text);
      assert.equal(git(receiver, "log", "-1", "--format=%(trailers)").trim(), "Signed-off-by: A <a@example.org>");
      rmSync(patch);
    });
  }
});
