import { isSpace, skipSpace, wordEnd } from "./bytes.js";
import type { HeadLayout } from "./head-layout.js";

/**
 * Where the fields of a head stand in its bytes. Found byte by byte, without a string: texts without callchains are heads only.
 */
export class HeadFields {
  /** End of what `parseHeadPrefix()` reads. */
  prefixEnd = 0;
  /** Whole seconds and the nanoseconds of the rest; 0 without a time. */
  seconds = 0;
  nanoseconds = 0;
  /** -1: none printed between time and event. */
  period = -1;
  /** The event's name without its colon; empty where no event is printed. */
  eventStart = 0;
  eventEnd = 0;
  /** After the event's colon. */
  restStart = 0;

  /** Whether the bytes from `start` to `end` are a head of this layout; if so, the fields are set. */
  find(bytes: Uint8Array, start: number, end: number, layout: HeadLayout): boolean {
    return layout.time ? this.#timed(bytes, start, end, layout) : this.#untimed(bytes, start, end);
  }

  #timed(bytes: Uint8Array, start: number, end: number, { event, periodAfterTime }: HeadLayout): boolean {
    for (let colon = start; colon < end; colon++) {
      if (bytes[colon] !== COLON || !isSpaceOrEnd(bytes, colon + 1, end) || !this.#time(bytes, start, colon)) continue;
      return event ? this.#event(bytes, colon + 1, end) : this.#noEvent(bytes, colon + 1, periodAfterTime ? end : colon + 1);
    }
    return false;
  }

  /** Without a time, the first word that ends in a colon is the event; a period before it is part of the prefix. */
  #untimed(bytes: Uint8Array, start: number, end: number): boolean {
    for (let colon = start; colon < end; colon++) {
      if (bytes[colon] !== COLON || !isSpaceOrEnd(bytes, colon + 1, end)) continue;
      let word = colon;
      while (word > start && !isSpace(bytes[word - 1])) word--;
      if (word === colon) continue;
      this.prefixEnd = word;
      this.seconds = this.nanoseconds = 0;
      this.period = -1;
      this.eventStart = word;
      this.eventEnd = colon;
      this.restStart = colon + 1;
      return true;
    }
    return false;
  }

  /** `seconds.fraction` right before a colon, after white space or at the start. */
  #time(bytes: Uint8Array, start: number, colon: number): boolean {
    let at = colon - 1;
    let nanoseconds = 0;
    let unit = 1;
    while (at >= start && isDigit(bytes[at] as number)) {
      nanoseconds += ((bytes[at] as number) - ZERO) * unit;
      unit *= 10;
      at--;
    }
    const digits = colon - 1 - at;
    if (at < start || bytes[at] !== DOT || digits < 1 || digits > NANOSECOND_DIGITS) return false;
    let seconds = 0;
    unit = 1;
    const dot = at--;
    while (at >= start && isDigit(bytes[at] as number)) {
      seconds += ((bytes[at] as number) - ZERO) * unit;
      unit *= 10;
      at--;
    }
    if (at === dot - 1 || !(at < start || isSpace(bytes[at]))) return false;
    this.prefixEnd = at + 1;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds * (SCALE[digits] as number);
    return true;
  }

  /** `[period] event:` after the time. */
  #event(bytes: Uint8Array, from: number, end: number): boolean {
    let word = skipSpace(bytes, from, end);
    let at = wordEnd(bytes, word, end);
    this.period = -1;
    if (bytes[at - 1] !== COLON) {
      this.period = decimal(bytes, word, at);
      if (this.period < 0) return false;
      word = skipSpace(bytes, at, end);
      at = wordEnd(bytes, word, end);
    }
    if (at - word < 2 || bytes[at - 1] !== COLON) return false;
    this.eventStart = word;
    this.eventEnd = at - 1;
    this.restStart = at;
    return true;
  }

  /** `[period]` after the time, up to `end`. */
  #noEvent(bytes: Uint8Array, from: number, end: number): boolean {
    const word = skipSpace(bytes, from, end);
    const at = wordEnd(bytes, word, end);
    this.period = decimal(bytes, word, at);
    this.eventStart = this.eventEnd = this.restStart = this.period < 0 ? from : at;
    return true;
  }
}

const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;
const NANOSECOND_DIGITS = 9;
/** Nanoseconds of one unit in the last of so many decimals. */
const SCALE = Array.from({ length: NANOSECOND_DIGITS + 1 }, (_, digits) => 10 ** (NANOSECOND_DIGITS - digits));

/** The number that some bytes are in decimal digits; -1 where they are none. */
function decimal(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    if (!isDigit(bytes[at] as number)) return -1;
    number = number * 10 + ((bytes[at] as number) - ZERO);
  }
  return start === end ? -1 : number;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}

function isSpaceOrEnd(bytes: Uint8Array, at: number, end: number): boolean {
  return at >= end || isSpace(bytes[at]);
}
