/**
 * The names of a frame in a folded stack, outermost first: one, or several where a JIT names an inline chain with `->`.
 * A function loses its arguments and quotes and has `:` for `;`, which separates frames; Java's descriptors lose their `L`; a frame
 * without symbol is its dso in brackets.
 *
 * Source: the behaviour of FlameGraph's stackcollapse-perf.pl, by running it. It cuts `operator->` and the `L` of other languages'
 * names too, and drops functions whose name begins with a parenthesis.
 * @example
 * foldedNames({ symbol: "std::vector<int>::push_back(int const&)" }) // ["std::vector<int>::push_back"]
 * foldedNames({ symbol: "v8::(anonymous namespace)::Invoke(v8::Isolate*)" }) // ["v8::(anonymous namespace)::Invoke"]
 * foldedNames({ symbol: "net/http.(*Client).Do" }) // ["net/http.(*Client).Do"]
 * foldedNames({ symbol: "Lio/foo/A;::b->Lio/foo/C;::d" }) // ["io/foo/A:::b", "io/foo/C:::d"]
 * foldedNames({ dso: "/usr/lib/libc.so.6" }) // ["[libc.so.6]"]
 * foldedNames({ dso: "[kernel.kallsyms]" }) // ["[[kernel.kallsyms]]"]
 * foldedNames({}) // ["[unknown]"]
 */
export function foldedNames({ symbol, dso }: { symbol?: string | undefined; dso?: string | undefined }): string[] {
  if (symbol === undefined) return [`[${separated(dso?.replace(DELETED, "").replace(FOLDER, "") ?? "unknown")}]`];
  return symbol.split(INLINED).map(foldedName);
}

const DELETED = / \(deleted\)$/;
const FOLDER = /^.*\//s;
const INLINED = /(?<!operator)->/;
/** Go: `net/http.(*Client).Do`. */
const METHOD_OF_POINTER = /\.\([^)]*\)\./;
const ARGUMENTS = /\((?!anonymous namespace\)).*$/s;
const JAVA_CLASS = /^L(?=[^\s:]*\/)/;

function foldedName(symbol: string): string {
  const name = METHOD_OF_POINTER.test(symbol) ? symbol : symbol.replace(ARGUMENTS, "") || symbol;
  return separated(name.replace(/["']/g, "").replace(JAVA_CLASS, ""));
}

function separated(name: string): string {
  return name.replaceAll(";", ":");
}
