// A thread of `readInParts`: is given one part of a recording, reads it and hands it over.
import { parentPort, workerData } from "node:worker_threads";
import { openedFile } from "../../captures/byte-file.js";
import { type PartTask, readPart } from "./recording-parts.js";

const file = openedFile(workerData as { file: string; sizeBytes: number; descriptor: number });

parentPort?.once("message", (task: PartTask) => {
  const part = readPart(file, task);
  const { samples, frames, stacks } = part.profile;
  const columns = [samples, frames, stacks].flatMap((table) => Object.values(table).filter(ArrayBuffer.isView));
  parentPort?.postMessage(part, [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))]);
});
