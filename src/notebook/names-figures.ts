/**
 * Whether code names figures of linerate, as code does that imports them.
 *
 * @example
 * namesFigures('import { workshopFigure } from "linerate";') // true
 */
export function namesFigures(code: string): boolean {
  return code.includes('"linerate"') && code.includes("Figure");
}
