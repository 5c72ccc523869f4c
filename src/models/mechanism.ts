import { requireNumber } from "../statistics/require-number.js";
import type { Ns } from "../units.js";

/** What a parameter counts. Scaling all times (ns up, GHz and Gbit/s down) by one factor scales every cost by it: a test holds that. */
export type ParameterUnit = "ns" | "cycles" | "GHz" | "Gbit/s" | "bytes" | "bytes per cycle" | "order" | "number" | "share";

/** One parameter of a mechanism, with the bounds outside which the law says nothing. */
export interface Parameter {
  readonly unit: ParameterUnit;
  readonly what: string;
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A mechanism of the workshop: where a packet loses time, as a law. */
export interface Mechanism<Name extends string = string> {
  readonly name: string;
  /** Of the recording of the talk. */
  readonly minutes: string;
  readonly formula: string;
  readonly parameters: Readonly<Record<Name, Parameter>>;
  /** What the law does not count. */
  readonly leavesOut: string;
  readonly source: string;
  /** What one records to measure it. */
  readonly measuredBy: string;
  /** What it costs one packet. @throws RangeError that names the parameter, its value and its bound. */
  cost(values: Readonly<Record<Name, number>>): MechanismCost;
}

/** What a mechanism costs one packet. */
export interface MechanismCost {
  readonly mechanism: string;
  /** The sum of its terms. */
  readonly ns: Ns;
  readonly terms: Readonly<Record<string, Ns>>;
}

/** A mechanism without what follows from it: `terms` are the summands of its law, by name. */
export type MechanismLaw<Name extends string> = Omit<Mechanism<Name>, "cost"> & {
  readonly terms: (values: Readonly<Record<Name, number>>) => Readonly<Record<string, Ns>>;
};

/**
 * A mechanism from its law: the parameters are checked against their bounds before the law sees them.
 *
 * @example
 * mechanism({ name: "lock", formula: "lockNs / bulk", terms: ({ lockNs, bulk }) => ({ lock: lockNs / bulk }),
 *   parameters: { lockNs: { unit: "ns", what: "lock and unlock", min: 0 }, bulk: { unit: "number", what: "packets", min: 1 } } }).cost({ lockNs: 16, bulk: 8 }) // { mechanism: "lock", ns: 2, terms: { lock: 2 } }
 */
export function mechanism<Name extends string>({ terms, ...law }: MechanismLaw<Name>): Mechanism<Name> {
  const cost = (values: Readonly<Record<Name, number>>): MechanismCost => {
    for (const [name, { min, above, max, integer }] of Object.entries<Parameter>(law.parameters)) {
      const bounds = {
        ...(min !== undefined && { min }),
        ...(above !== undefined && { above }),
        ...(max !== undefined && { max }),
      };
      requireNumber({ caller: law.name, name, value: values[name as Name], ...bounds, integer: integer ?? false });
    }
    const parts = terms(values);
    const ns = Object.values(parts).reduce((sum, term) => sum + term, 0);
    if (Number.isFinite(ns)) return { mechanism: law.name, ns, terms: parts };
    const given = Object.entries(values).map(([name, value]) => `${name} ${value}`);
    throw new RangeError(`${law.name} requires values whose cost is a finite number: got ${given.join(", ")}`);
  };
  return { ...law, cost };
}
