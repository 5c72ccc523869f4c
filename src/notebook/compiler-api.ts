import { createRequire } from "node:module";
import type typescript from "typescript";

/**
 * TypeScript's compiler, loaded as the CommonJS that it is: `import` would first read its nine megabytes for the names they export,
 * which takes as long as loading them.
 */
export const compiler: typeof typescript = createRequire(import.meta.url)("typescript");
