import type { Profile } from "../profile.js";

/** A profile with the payloads of its tracepoints, if they were asked for. */
export interface ProfileWithPayloads extends Profile {
  readonly payloads?: readonly PayloadTable[];
}

/** The payloads of one tracepoint's samples, as columns. Row `i` belongs to row `sample[i]` of the profile's samples. */
export interface PayloadTable {
  /** Index into the profile's `events`. */
  readonly event: number;
  readonly sample: Int32Array;
  /** In the order of their first sight. A payload that is not `key=value` is the one field `payload`. */
  readonly fields: readonly PayloadField[];
}

/** Numbers, where every value of the field is a number that is exact; big integers for addresses; else the text as printed. */
export type PayloadField =
  | { readonly name: string; readonly kind: "number"; readonly values: Float64Array }
  | { readonly name: string; readonly kind: "address"; readonly values: BigUint64Array }
  | { readonly name: string; readonly kind: "text"; readonly values: readonly string[] };

/** Collects the payloads of tracepoints while samples are read. */
export class PayloadCollector {
  readonly #events = new Map<number, { samples: number[]; payloads: Map<string, string>[] }>();

  add(event: number, sample: number, payload: Map<string, string>): void {
    let entry = this.#events.get(event);
    if (!entry) {
      entry = { samples: [], payloads: [] };
      this.#events.set(event, entry);
    }
    entry.samples.push(sample);
    entry.payloads.push(payload);
  }

  finish(): PayloadTable[] {
    return [...this.#events].map(([event, { samples, payloads }]) => {
      const names = new Set(payloads.flatMap((payload) => [...payload.keys()]));
      const fields = [...names].map((name) =>
        payloadField(
          name,
          payloads.map((payload) => payload.get(name) ?? ""),
        ),
      );
      return { event, sample: Int32Array.from(samples), fields };
    });
  }
}

// A value ends where the next `key=` begins: comms hold spaces. ` ==> ` stands between the halves of sched_switch.
const KEY = /(?:^|\s)([A-Za-z_][\w.]*)=/g;

/**
 * The fields of a tracepoint's payload as they are printed: `key=value` pairs, or the whole text under `payload`.
 *
 * Source: the `print fmt` of the event's format file.
 * @example
 * [...parsePayload("dev=eth0 skbaddr=0xffff8881202178e0 len=214")] // [["dev", "eth0"], ["skbaddr", "0xffff8881202178e0"], ["len", "214"]]
 * [...parsePayload("prev_comm=V8 Worker prev_state=S ==> next_comm=swapper/7")] // [["prev_comm", "V8 Worker"], ["prev_state", "S"], ["next_comm", "swapper/7"]]
 * [...parsePayload("perf:20919 [120] success=1 CPU:001")] // [["payload", "perf:20919 [120] success=1 CPU:001"]]
 */
export function parsePayload(text: string): Map<string, string> {
  const keys = [...text.matchAll(KEY)];
  if (keys[0]?.index !== 0) return new Map([["payload", text]]);
  return new Map(
    keys.map((key, index) => {
      const value = text.slice(key.index + key[0].length, keys[index + 1]?.index);
      return [key[1] as string, value.replace(/ ==>$/, "").trim()];
    }),
  );
}

function payloadField(name: string, values: readonly string[]): PayloadField {
  if (values.every((value) => /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value)))) {
    return { name, kind: "number", values: Float64Array.from(values, Number) };
  }
  if (values.every((value) => /^0x[0-9a-f]{1,16}$/i.test(value))) {
    return { name, kind: "address", values: BigUint64Array.from(values, BigInt) };
  }
  return { name, kind: "text", values };
}
