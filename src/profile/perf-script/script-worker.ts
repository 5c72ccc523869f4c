// A thread of `readScriptInParts`: is given a later part of a text, reads it and hands it over.
import { parentPort, workerData } from "node:worker_threads";
import { openedFile } from "../../captures/byte-file.js";
import { columnsOf } from "../profile-part.js";
import { readScriptPart, type ScriptTask } from "./script-parts.js";

const file = openedFile(workerData as { file: string; sizeBytes: number; descriptor: number });

parentPort?.once("message", (task: ScriptTask) => {
  const part = readScriptPart(file, task);
  parentPort?.postMessage(part, columnsOf(part.profile));
});
