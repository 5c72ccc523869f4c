// A thread of `readScriptInParts`.
import { servePart } from "../part-threads.js";
import { readScriptPart } from "./script-parts.js";

servePart(readScriptPart);
