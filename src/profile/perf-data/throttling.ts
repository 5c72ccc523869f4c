import type { ProfileBuilder } from "../profile-builder.js";

/** Where and since when an event is suspended: as a throttled interval of a profile, that has not ended. */
export interface Throttle {
  readonly cpu: number;
  readonly event: number;
  readonly fromNs: number;
}

/** The intervals in which the kernel suspended an event because it fired too often, by the id of the event on its CPU. */
export class Throttling {
  readonly #builder: ProfileBuilder;
  readonly #begun: Map<number, Throttle> = new Map();

  constructor(builder: ProfileBuilder) {
    this.#builder = builder;
  }

  /** THROTTLE; one that has begun goes on. */
  begin(id: number, throttle: Throttle): void {
    if (!this.#begun.has(id)) this.#begun.set(id, throttle);
  }

  /** UNTHROTTLE. */
  end(id: number, toNs: number): void {
    const begun = this.#begun.get(id);
    if (!begun) return;
    this.#builder.throttle({ ...begun, toNs });
    this.#begun.delete(id);
  }

  /** The end of the recording: what has begun lasts until then. */
  finish(): void {
    for (const begun of this.#begun.values()) this.#builder.throttle(begun);
  }
}
