// A thread of `readInParts`: reads one part of a recording, hands it over and ends.
import { parentPort, workerData } from "node:worker_threads";
import { openedFile } from "../../captures/byte-file.js";
import { type PartTask, readPart } from "./recording-parts.js";

const { task, ...file } = workerData as { file: string; sizeBytes: number; descriptor: number; task: PartTask };
const part = readPart(openedFile(file), task);
const { samples, frames, stacks } = part.profile;
const columns = [samples, frames, stacks].flatMap((table) => Object.values(table).filter(ArrayBuffer.isView));
parentPort?.postMessage(part, [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))]);
