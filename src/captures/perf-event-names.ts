/**
 * The events that the head of a report or a listing of perf names: one, or those of a group.
 *
 * Source: tools/perf/util/evsel.c, evsel__group_desc().
 * @example
 * eventNames("cycles:ppp") // ["cycles:ppp"]
 * eventNames("anon group { cycles:u, instructions:u }") // ["cycles:u", "instructions:u"]
 */
export function eventNames(text: string): string[] {
  const open = text.indexOf("{ ");
  const members = open >= 0 && text.endsWith(" }") ? text.slice(open + 2, -2) : text;
  return members.split(", ");
}
