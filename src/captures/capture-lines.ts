import type { CaptureLine, CaptureText, Warning } from "./parsed.js";

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

/**
 * A line without the marks of mail quoting in front of it.
 *
 * @example
 * unquoted("> > tx_packets: 5") // "tx_packets: 5"
 * unquoted(">      tx_packets: 5") // "     tx_packets: 5"
 */
export function unquoted(text: string): string {
  return text.replace(/^(?:> ?)+/, "");
}

/**
 * A warning for a capture whose last line has no line end: every tool ends its lines, so a number there may be cut short.
 *
 * @example
 * unendedWarnings({ file: "a.txt", text: "rx_packets: 12" }).length // 1
 * unendedWarnings({ file: "a.txt", text: "rx_packets: 123\n" }).length // 0
 */
export function unendedWarnings({ file, text }: CaptureText): Warning[] {
  if (text === "" || text.endsWith("\n")) return [];
  const line = captureLines(text).length;
  return [{ file, line, message: "the capture ends without a line end: its last number may be cut short" }];
}
