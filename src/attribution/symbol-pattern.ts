/** `KSYM_NAME_LEN` of include/linux/kallsyms.h, with the final zero: a longer name is no symbol of a kernel. */
export const LONGEST_SYMBOL = 512;

/**
 * A pattern of a rule as a regular expression over a whole symbol name. Allowed is what is matched in bounded time: names, `.`, `\w`,
 * `\d`, `[a-z]`, `*`, `+` or `?` after one of these, `|`, `( )` and `( )?`. Repeated groups, groups in groups, counts, look-around
 * and back references are not.
 *
 * The bound: a symbol is shorter than `LONGEST_SYMBOL`, so each `*` and `+` has at most 512
 * ways to match it. A pattern whose ways multiply to more than 1e9, as those of four `*` do, is refused.
 * @throws SyntaxError saying what is wrong with the pattern.
 * @example
 * symbolPattern("kfree_skb(_reason|_list)?").test("kfree_skb_reason") // true
 * symbolPattern("ip_\\w+").test("pktgen_ip_x") // false
 */
export function symbolPattern(pattern: string): RegExp {
  if (pattern.length > LONGEST_PATTERN) throw new SyntaxError(`a pattern of at most ${LONGEST_PATTERN} characters`);
  const strange = pattern.replace(ALLOWED, "");
  if (strange !== "") throw new SyntaxError(`a pattern without \`${strange}\``);
  if (/\)[*+]/.test(pattern)) throw new SyntaxError("no `*` or `+` after a group");
  if (/\([^)]*\(/.test(pattern)) throw new SyntaxError("no group in a group");
  const alternatives = pattern.replace(GROUP, (group) => group.replaceAll("|", BAR_IN_GROUP)).split("|");
  const ways = alternatives.reduce((sum, alternative) => sum + waysToMatch(alternative), 0);
  if (ways > MOST_WAYS)
    throw new SyntaxError(`a pattern with fewer \`*\` and \`+\` (${ways} ways to match, at most ${MOST_WAYS})`);
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.split(": ").at(-1) : String(error);
    throw new SyntaxError(`a regular expression (${reason})`);
  }
}

const LONGEST_PATTERN = 20_000;
const ALLOWED = /\\[wd.]|\[[\w^-]+\]|\(\?:|[\w.()|?*+]/g;
const BAR_IN_GROUP = "/";
const MOST_WAYS = 1e9;
const GROUP = /\((?:\?:)?([^)]*)\)/g;

/** In how many ways at most a backtracking matcher lays an alternative on a symbol if none fits: product along it, sum over a group. */
function waysToMatch(alternative: string): number {
  const groups = [...alternative.matchAll(GROUP)].map(([, inner = ""]) => inner.split(BAR_IN_GROUP).map(waysOfSequence));
  const outside = waysOfSequence(alternative.replace(GROUP, ""));
  return groups.reduce((product, ways) => product * ways.reduce((sum, each) => sum + each, 0), outside);
}

function waysOfSequence(pattern: string): number {
  const count = (token: RegExp) => pattern.match(token)?.length ?? 0;
  return LONGEST_SYMBOL ** count(/[*+]/g) * 2 ** count(/\?/g);
}
