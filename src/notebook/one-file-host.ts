import type ts from "typescript";

/**
 * A compiler's host that has one file and nothing else, not even a library: for what can be told from the file alone.
 *
 * @example
 * oneFileHost({ fileName: "cell.ts", sourceFile: () => undefined }).fileExists("lib.d.ts") // false
 */
export function oneFileHost({
  fileName,
  sourceFile,
  onOutput = () => {},
}: {
  fileName: string;
  sourceFile: (options: ts.CreateSourceFileOptions | ts.ScriptTarget) => ts.SourceFile;
  onOutput?: (text: string) => void;
}): ts.CompilerHost {
  return {
    getSourceFile: (name, options) => (name === fileName ? sourceFile(options) : undefined),
    writeFile: (_, text) => onOutput(text),
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === fileName,
    readFile: () => undefined,
  };
}
