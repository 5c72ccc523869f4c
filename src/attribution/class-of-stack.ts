import { foldedNames } from "../profile/folded-names.js";
import { frameName, type Profile } from "../profile/profile.js";
import { classifyStacks } from "./classify.js";
import type { RuleTable } from "./rule.js";
import { RULES } from "./rules.js";

/**
 * A function from a folded stack (`comm;root;...;leaf`, or its beginning) to the cost class of its last function, for a flame graph:
 * as if a sample had been taken there. Undefined for a stack that the profile does not have.
 *
 * @example
 * classOfStack({ profile: { symbols: ["udp_sendmsg", "memset"], dsos: ["[kernel.kallsyms]"], frames: { length: 2, symbol: [0, 1], dso: [0, 0], address: [0n, 0n] }, stacks: { length: 2, parent: [-1, 0], frame: [-1, 0] } } })("ping;udp_sendmsg") // "stack"
 */
export function classOfStack({
  profile,
  rules = RULES,
}: {
  profile: Profile;
  rules?: RuleTable;
}): (stack: string) => string | undefined {
  const { stacks, frames } = profile;
  const { classes, what } = classifyStacks({ ...profile, rules });
  const names = Array.from({ length: frames.length }, (_, frame) => foldedNames(frameName(profile, frame)).join(";"));
  const paths: string[] = [""];
  const classOf = new Map<string, string>();
  for (let node = 1; node < stacks.length; node++) {
    const path = `${paths[stacks.parent[node] as number]};${names[stacks.frame[node] as number]}`;
    paths.push(path);
    if (!classOf.has(path)) classOf.set(path, classes[what[node] as number] as string);
  }
  return (stack) => classOf.get(stack.slice(stack.indexOf(";")));
}
