import type { CaptureLine } from "./parsed.js";

/**
 * The lines of a capture, numbered from 1, without their line ends (LF or CRLF) and without a byte order mark.
 * A final line end makes no empty last line.
 *
 * @example
 * captureLines("a\r\nb\n") // [{ line: 1, text: "a" }, { line: 2, text: "b" }]
 */
export function captureLines(text: string): CaptureLine[] {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lines = body.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((text, index) => ({ line: index + 1, text }));
}

/**
 * The lines worth reporting as skipped: those that hold more than white space.
 *
 * @example
 * withoutBlank([{ line: 1, text: "" }, { line: 2, text: "$ dmesg" }]) // [{ line: 2, text: "$ dmesg" }]
 */
export function withoutBlank(lines: readonly CaptureLine[]): CaptureLine[] {
  return lines.filter(({ text }) => text.trim() !== "");
}
