// Jupyter counts cursor positions in code points, JavaScript in UTF-16 units: they differ after a character beyond U+FFFF.

/**
 * The place in UTF-16 units of a place in code points. Beyond the end is the end.
 *
 * Source: "cursor_pos and unicode offsets" of the Jupyter messaging protocol, 5.2.
 * @example
 * codeUnitOffset({ text: "a😀b", offset: 2 }) // 3
 */
export function codeUnitOffset({ text, offset }: { text: string; offset: number }): number {
  let units = 0;
  for (let points = 0; points < offset && units < text.length; points++) units += width(text, units);
  return units;
}

/**
 * The place in code points of a place in UTF-16 units.
 *
 * @example
 * codePointOffset({ text: "a😀b", offset: 3 }) // 2
 */
export function codePointOffset({ text, offset }: { text: string; offset: number }): number {
  let points = 0;
  for (let units = 0; units < offset && units < text.length; points++) units += width(text, units);
  return points;
}

function width(text: string, offset: number): number {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
