import type typescript from "typescript";
import { loadCompiler } from "./load-compiler.js";

/** TypeScript's compiler: to import this module is to load it, a third of a second. */
export const compiler: typeof typescript = loadCompiler();
