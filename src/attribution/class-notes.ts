import type { Profile } from "../profile/profile.js";
import type { Selection } from "../profile/sample-filter.js";
import type { StackClasses } from "./classify.js";
import type { RuleKind } from "./rule.js";

/** What to know of the numbers of each class and each stage, by name. */
export type ClassNotes = Readonly<Record<RuleKind, ReadonlyMap<string, readonly string[]>>>;

/**
 * The notes of the rules that took the selected samples, for each class and stage.
 *
 * @example
 * classNotes({
 *   profile: { samples: { stack: [0] } },
 *   selection: { rows: [0] },
 *   classes: { classes: ["copy"], what: [0], whatRule: [0], stages: ["ip"], where: [0], whereRule: [-1], rules: { what: [{ note: "by the CPU" }], where: [] } },
 * }).what.get("copy") // ["by the CPU"]
 */
export function classNotes({
  profile: { samples },
  selection: { rows },
  classes: { classes, stages, what, where, whatRule, whereRule, rules },
}: {
  profile: Pick<Profile, "samples">;
  selection: Pick<Selection, "rows">;
  classes: StackClasses;
}): ClassNotes {
  const notes = { what: new Map<string, Set<string>>(), where: new Map<string, Set<string>>() };
  const add = (kind: RuleKind, name: string, note: string | undefined) => {
    const known = notes[kind].get(name) ?? new Set();
    notes[kind].set(name, note ? known.add(note) : known);
  };
  const nodes = new Set<number>();
  for (const row of rows) nodes.add(samples.stack[row] as number);
  for (const node of nodes) {
    add("what", classes[what[node] as number] as string, rules.what[whatRule[node] as number]?.note);
    add("where", stages[where[node] as number] as string, rules.where[whereRule[node] as number]?.note);
  }
  const lists = (of: ReadonlyMap<string, ReadonlySet<string>>) => new Map([...of].map(([name, texts]) => [name, [...texts]]));
  return { what: lists(notes.what), where: lists(notes.where) };
}
