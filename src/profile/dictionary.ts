/** Names numbered from 0 in the order of their first sight. */
export class Dictionary {
  readonly names: string[] = [];
  readonly #ids = new Map<string, number>();

  intern(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
