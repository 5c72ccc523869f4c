import { captureLines, unquoted } from "./capture-lines.js";
import { type MpstatLoad, SHARES } from "./mpstat-load.js";
import { ParseError } from "./parse-error.js";
import type { CaptureText, Parsed } from "./parsed.js";

// mpstat.c of sysstat, write_json_cpu_stats(): a line per CPU within an interval of "statistics". Before 12.1.4 the row of all CPUs was "-1".
//   {"sysstat": { "hosts": [ { "nodename": "a", ..., "statistics": [ { "timestamp": "17:23:30", "cpu-load": [
//     {"cpu": "all", "usr": 6.33, "nice": 0.00, "sys": 6.08, ..., "idle": 86.08},
const LOOKS = /"sysstat"\s{0,9}:\s{0,9}\{\s{0,99}"hosts"\s{0,9}:/;
const ROW = /\{\s*"cpu"\s*:\s*"[^"]*"\s*,\s*(?:"core"|"usr")/;

/**
 * Whether the text is a report of sysstat as JSON.
 *
 * @example
 * looksLikeMpstatJson('{"sysstat": {"hosts": [') // true
 */
export function looksLikeMpstatJson(text: string): boolean {
  return LOOKS.test(text.slice(0, HEAD).replaceAll(/^(?:> ?)+/gm, ""));
}

const HEAD = 10_000;

/**
 * The loads of mpstat's JSON, and the lines outside of the document. A row's line is where its CPU stands, that of the document where all
 * are on one line. An mpstat before 12.1.4 that was interrupted leaves its brackets open behind a whole interval: a warning.
 *
 * @throws ParseError for JSON that is cut elsewhere or has no report of CPUs.
 * @example
 * jsonLoads({ file: "a", text: '{"sysstat": {"hosts": [{"statistics": [{"timestamp": "1", "cpu-load": [{"cpu": "0", "usr": 1, "idle": 99}]}]}]}}' }).rows[0].idle // 99
 */
export function jsonLoads({ file, text }: CaptureText): Parsed<MpstatLoad> {
  const lines = captureLines(text).map(({ line, text }) => ({ line, text, body: unquoted(text) }));
  const first = lines.findIndex(({ body }) => body.trimStart().startsWith("{"));
  const last = lines.findLastIndex(({ body }) => /^\s*[{}[\]"]/.test(body));
  const inside = lines.slice(first, last + 1);
  const { document, open } = parsed({ file, line: inside[0]?.line ?? 1, text: inside.map(({ body }) => body).join("\n") });
  const places = inside.filter(({ body }) => ROW.test(body)).map(({ line }) => line);
  const found = loads({ file, line: inside[0]?.line ?? 1, document });
  const rows = found.map((row, at) => ({
    line: places.length === found.length ? (places[at] ?? 1) : (inside[0]?.line ?? 1),
    ...row,
  }));
  const outside = [...lines.slice(0, Math.max(first, 0)), ...lines.slice(last + 1)];
  const message = "the JSON ends with brackets open, as of an mpstat that was interrupted: its last interval may lack CPUs";
  return {
    rows,
    skipped: outside.map(({ line, text }) => ({ line, text })),
    warnings: open ? [{ file, line: lines.length, message }] : [],
  };
}

type Json = Readonly<Record<string, unknown>>;

/** The document, closed where it ends behind something whole. */
function parsed({ file, line, text }: { file: string; line: number; text: string }): { document: Json; open: boolean } {
  const open: string[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === "{" || token === "[") open.unshift(token === "{" ? "}" : "]");
    else if (!token.startsWith('"')) open.shift();
  }
  // A number that is cut would be another number.
  const closed = /[}\]],?\s*$/.test(text) ? text.replace(/,\s*$/, "") + open.join("") : text;
  try {
    return { document: JSON.parse(closed) as Json, open: open.length > 0 };
  } catch (error) {
    const expected = `the JSON of mpstat, whole (${error instanceof Error ? error.message : error})`;
    throw new ParseError({ file, line, expected, text });
  }
}

function loads({ file, line, document }: { file: string; line: number; document: Json }): Omit<MpstatLoad, "line">[] {
  const refuse = (expected: string, seen: Json) => new ParseError({ file, line, expected, text: JSON.stringify(seen) });
  const hosts = list((document.sysstat as Json | undefined)?.hosts);
  const intervals = hosts.flatMap(({ statistics }) => list(statistics));
  return intervals.flatMap(({ timestamp, "cpu-load": load }, index) =>
    list(load).map((row) => {
      const cpu = String(row.cpu);
      if (!/^(?:all|-1|\d{1,5})$/.test(cpu)) throw refuse('"cpu" as a number or "all" in the JSON of mpstat', row);
      const shares = SHARES.flatMap((share) => (row[share] === undefined ? [] : [[share, row[share]] as const]));
      const bad = shares.find(([, value]) => typeof value !== "number" || !(value >= 0 && value <= 999));
      if (bad || shares.length === 0) throw refuse("shares in % in the JSON of mpstat", row);
      return {
        interval: index + 1,
        ...(typeof timestamp === "string" && { time: timestamp }),
        ...(/^\d/.test(cpu) && { cpu: Number(cpu) }),
        ...Object.fromEntries(shares),
      };
    }),
  );
}

/** The objects of a list; none of what is no list. */
function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((one): one is Json => typeof one === "object" && one !== null) : [];
}
