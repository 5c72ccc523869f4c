// A thread of `readInParts`.
import { servePart } from "../part-threads.js";
import { readPart } from "./recording-parts.js";

servePart(readPart);
