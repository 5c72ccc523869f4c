/**
 * A part of Node that has no public way in; the warning of that (DEP0111) is not shown.
 *
 * @example
 * typeof nodeBinding("signal_wrap").Signal // "function"
 */
export function nodeBinding<Binding>(name: string): Partial<Binding> {
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    return (process as unknown as { binding: (name: string) => Partial<Binding> }).binding(name);
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
