/**
 * Columns from rows, or rows from columns. All of them are as long as the first.
 *
 * @example
 * transposed([["eth0", "eth1"], [14_880_952, 812_743]]) // [["eth0", 14_880_952], ["eth1", 812_743]]
 */
export function transposed<Cell>(lines: readonly (readonly Cell[])[]): Cell[][] {
  return (lines[0] ?? []).map((_, place) => lines.map((line) => line[place] as Cell));
}
