import type { MessageContent } from "./wire.js";

/** Which comms are open, and to what: what a comm_info_request asks. */
export class CommNames {
  readonly #targets = new Map<string, string>();

  /** Takes note of a message of either side; `content` is read only when it is needed. */
  note({ type, content }: { type: string; content: () => MessageContent }): void {
    if (type !== "comm_open" && type !== "comm_close") return;
    const { comm_id: id, target_name: target } = content();
    if (type === "comm_open") this.#targets.set(String(id), String(target));
    else this.#targets.delete(String(id));
  }

  /** The comms of one target, or all. */
  of(target: unknown): Record<string, { target_name: string }> {
    const wanted = [...this.#targets].filter(([, name]) => typeof target !== "string" || target === "" || name === target);
    return Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }]));
  }
}
