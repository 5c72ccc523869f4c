import type { AssertionError } from "node:assert";
import { plainText } from "./mime-bundle.js";
import { inWrittenNames } from "./native-helpers.js";

/** What was thrown, as plain data: it goes from the thread it was thrown on to the one that can read its stack. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  /** As V8 wrote it; missing for what is no Error. */
  readonly stack?: string;
  /** V8 refused the script: its place is on the first line of the stack. */
  readonly isSyntaxError: boolean;
  /** `assert(value)` made the message: it names the value, and not the expression where it cannot read the source. */
  readonly isFalsyValue: boolean;
  /** The causes, and the errors of an AggregateError, nearest first. */
  readonly causes: readonly Thrown[];
}

const MOST_CAUSES = 5;

/**
 * Anything that was thrown, with its causes. It never throws, whatever getters the error has.
 *
 * @example
 * thrownFrom("no error").message // "'no error'"
 * thrownFrom(new RangeError("far", { cause: new Error("near") })).causes[0].message // "near"
 */
export function thrownFrom(error: unknown): Thrown {
  try {
    if (!(error instanceof Error)) {
      return { name: "Thrown", message: plainText(error), isSyntaxError: false, isFalsyValue: false, causes: [] };
    }
    return { ...described(error), causes: causesOf(error).map(described) };
  } catch {
    return { name: "Thrown", message: "an error that cannot be read", isSyntaxError: false, isFalsyValue: false, causes: [] };
  }
}

function described(error: Error): Thrown {
  const isSyntaxError = error instanceof SyntaxError;
  const { generatedMessage, operator, expected } = error as Partial<AssertionError>;
  const isFalsyValue = generatedMessage === true && operator === "==" && expected === true;
  const [name, message, stack] = [error.name, error.message, error.stack].map(String);
  return {
    name: String(name),
    message: inWrittenNames(String(message)),
    stack: String(stack),
    isSyntaxError,
    isFalsyValue,
    causes: [],
  };
}

/** Breadth first, and no more than a person reads: causes may form a ring. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  let pending = directCauses(error);
  while (pending.length > 0 && causes.length < MOST_CAUSES) {
    const [cause, ...rest] = pending as [Error, ...Error[]];
    causes.push(cause);
    pending = [...rest, ...directCauses(cause)];
  }
  return causes;
}

function directCauses(error: Error): Error[] {
  const several = error instanceof AggregateError ? error.errors : [];
  return [error.cause, ...several].filter((cause) => cause instanceof Error);
}
