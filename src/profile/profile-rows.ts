import type { ProfileSummary } from "./profile-summary.js";

/** A function of a profile as a row of a table; or an event that has no stacks, alone. */
export interface ProfileRow {
  readonly event: string;
  /** Of the event. */
  readonly samples: number;
  readonly selfPercent?: number;
  readonly childrenPercent?: number;
  readonly function?: string;
  readonly dso?: string;
}

/**
 * The functions with the largest self cost, `top` of each event, as the rows of a table.
 *
 * @example
 * profileRows({ events: [{ event: "cycles", samples: 8, symbols: [{ symbol: "memset", selfShare: 0.25, childrenShare: 0.5 }] }] }, 20) // [{ event: "cycles", samples: 8, selfPercent: 25, childrenPercent: 50, function: "memset", dso: "[unknown]" }]
 * profileRows({ events: [{ event: "net:net_dev_xmit", samples: 1968, symbols: [] }] }, 20) // [{ event: "net:net_dev_xmit", samples: 1968 }]
 */
export function profileRows({ events }: ProfileSummary, top: number): ProfileRow[] {
  return events.flatMap(({ event, samples, symbols }) => {
    const functions = symbols.slice(0, top).map(({ symbol, address, dso, selfShare, childrenShare }) => ({
      selfPercent: 100 * selfShare,
      childrenPercent: 100 * childrenShare,
      function: functionName({ symbol, address }),
      dso: dso ?? "[unknown]",
    }));
    return functions.length === 0 ? [{ event, samples }] : functions.map((row) => ({ event, samples, ...row }));
  });
}

/**
 * How a function is called: by its symbol, else by its address, else, as a caller somewhere in its dso, `[unknown]`.
 *
 * @example
 * functionName({ symbol: "memset" }) // "memset"
 * functionName({ address: 0x4010n }) // "0x4010"
 * functionName({}) // "[unknown]"
 */
export function functionName({ symbol, address }: { symbol?: string | undefined; address?: bigint | undefined }): string {
  return symbol ?? (address === undefined ? "[unknown]" : `0x${address.toString(16)}`);
}
