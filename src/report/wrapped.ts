const COLUMNS = 76;
const LABEL_COLUMNS = 10;

/**
 * A paragraph with a label at its left, broken at blanks so that no line is longer than 76 columns unless a word is.
 *
 * @example
 * wrapped({ label: "what", text: "skb-clear" }) // "  what      skb-clear"
 */
export function wrapped({ label, text }: { label: string; text: string }): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= COLUMNS - LABEL_COLUMNS - 2) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line, at) => `  ${(at === 0 ? label : "").padEnd(LABEL_COLUMNS)}${line}`).join("\n");
}
