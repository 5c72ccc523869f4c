/** One executed cell: its count, its code, and the text of its result. */
export interface HistoryEntry {
  readonly count: number;
  readonly code: string;
  readonly result: string | null;
}

/** What a history_request may ask; field names are the protocol's. */
export interface HistoryRequest {
  readonly hist_access_type?: unknown;
  readonly output?: unknown;
  readonly n?: unknown;
  readonly start?: unknown;
  readonly stop?: unknown;
  readonly pattern?: unknown;
  readonly unique?: unknown;
}

/** `[session, count, code]`, or with results `[session, count, [code, result]]`. */
export type HistoryItem = readonly [number, number, string | readonly [string, string | null]];

/** There is one session: a kernel remembers what it ran itself. */
const SESSION = 1;

/**
 * The entries a history_request asks for: `tail` the last n, `range` counts from start up to but not including stop,
 * `search` a glob pattern (`*`, `?`), the last n of the matches, each code once with `unique`.
 *
 * Source: "History" of the Jupyter messaging protocol.
 * @example
 * historyItems({ entries: [{ count: 1, code: "1 + 1", result: "2" }], request: { hist_access_type: "tail", n: 5 } }) // [[1, 1, "1 + 1"]]
 * historyItems({ entries: [{ count: 1, code: "1 + 1", result: "2" }], request: { hist_access_type: "search", pattern: "2*" } }) // []
 */
export function historyItems({
  entries,
  request,
}: {
  entries: readonly HistoryEntry[];
  request: HistoryRequest;
}): HistoryItem[] {
  return selected(entries, request).map(({ count, code, result }) => [SESSION, count, request.output ? [code, result] : code]);
}

function selected(entries: readonly HistoryEntry[], request: HistoryRequest): readonly HistoryEntry[] {
  const last = Number.isInteger(request.n) ? Math.max(0, Number(request.n)) : Number.POSITIVE_INFINITY;
  switch (request.hist_access_type) {
    case "range": {
      const start = Number(request.start ?? 0);
      const stop = Number(request.stop ?? Number.POSITIVE_INFINITY);
      return entries.filter(({ count }) => count >= start && count < stop);
    }
    case "search": {
      const pattern = String(request.pattern ?? "*");
      const found = entries.filter(({ code }) => matchesGlob({ text: code, pattern }));
      const latest = new Map(found.map((entry) => [entry.code, entry]));
      return lastOf(request.unique ? found.filter((entry) => latest.get(entry.code) === entry) : found, last);
    }
    default:
      return lastOf(entries, last);
  }
}

function lastOf(entries: readonly HistoryEntry[], count: number): readonly HistoryEntry[] {
  return entries.slice(Math.max(0, entries.length - count));
}

/**
 * Whether a glob pattern of `*` and `?` matches the whole text. Quadratic at worst, whatever the pattern.
 *
 * @example
 * matchesGlob({ text: "1 + 1", pattern: "1*" }) // true
 * matchesGlob({ text: "1 + 1", pattern: "?" }) // false
 */
export function matchesGlob({ text, pattern }: { text: string; pattern: string }): boolean {
  let at = 0;
  let star = -1;
  let restart = 0;
  for (let place = 0; place < text.length; ) {
    if (at < pattern.length && (pattern[at] === "?" || (pattern[at] === text[place] && pattern[at] !== "*"))) {
      at++;
      place++;
    } else if (pattern[at] === "*") {
      star = at++;
      restart = place;
    } else if (star >= 0) {
      at = star + 1;
      place = ++restart;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
