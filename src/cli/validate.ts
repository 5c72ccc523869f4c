import { Command } from "commander";
import { CaptureError } from "../captures/capture-error.js";
import { ParseError } from "../captures/parse-error.js";
import type { Profile } from "../profile/profile.js";
import { checksText } from "../report/checks-table.js";
import { checkRun } from "../runs/check-run.js";
import { openRun, type Run } from "../runs/open-run.js";
import { readRecording, readRun } from "../runs/read-recording.js";
import { positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";
import { PROGRESS } from "./progress.js";

export const validateCommand: Command = new Command("validate")
  .description("check what a run can be trusted for, each check with its effect on what may be claimed")
  .argument("<run>", "a bundle of `linerate import`, or a folder of the captures of one run")
  .option("--seconds <number>", "time between counters before and after, where the run does not say", positiveOption)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
A check is ok, a warning, a failure, or says what it would need. Warnings about files go to standard error (with --json into the object).
Exit codes: 0, also with warnings; 1 when a check fails or the run does not open; 2 for a wrong call.

Examples:
  $ linerate validate runs/before-01
  $ linerate validate . --seconds 10 --json`,
  )
  .action(async (path: string, { seconds, json: asJson }: { seconds?: number; json?: true }) => {
    const run = await openRun(path);
    const checks = checkRun({ run, ...(await readChecked(run)), seconds });
    if (asJson) {
      process.stdout.write(json({ run: path, runId: run.manifest?.runId, ...checks, warnings: run.warnings }));
    } else {
      process.stdout.write(checksText(checks));
      process.stderr.write(warningLines(run.warnings));
    }
    if (checks.failed) process.exitCode = 1;
  });

/** The recording of a run, or why it does not read: that is a failed check and no end of the checking. */
async function readChecked(run: Run): Promise<{ profile?: Profile; unread?: Error }> {
  const { profile: path, kallsyms } = run;
  if (path === undefined) return {};
  const options = { merge: true, onlooker: PROGRESS };
  try {
    return { profile: await readRun(run, options) };
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof ParseError)) throw error;
    // Without its symbols a recording has all else to check.
    const profile = error.file === kallsyms ? await readRecording({ path, ...options }) : undefined;
    return { unread: error, ...(profile && { profile }) };
  }
}
