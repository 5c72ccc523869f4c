// A thread of `readInParts`: is given one part of a recording, reads it and hands it over.
import { parentPort, workerData } from "node:worker_threads";
import { openedFile } from "../../captures/byte-file.js";
import { columnsOf } from "../profile-part.js";
import { type PartTask, readPart } from "./recording-parts.js";

const file = openedFile(workerData as { file: string; sizeBytes: number; descriptor: number });

parentPort?.once("message", (task: PartTask) => {
  const part = readPart(file, task);
  parentPort?.postMessage(part, columnsOf(part.profile));
});
