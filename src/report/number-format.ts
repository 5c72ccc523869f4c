/**
 * A number with English thousands separators and a fixed number of decimals, in plain ASCII whatever the locale.
 *
 * @example
 * grouped(14880952.38) // "14,880,952"
 * grouped(1230.4, 1) // "1,230.4"
 * grouped(6211329423080n) // "6,211,329,423,080"
 */
export function grouped(value: number | bigint, decimals = 0): string {
  if (typeof value === "bigint") return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
  const [integer = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = integer.replace(/\B(?=(?:\d{3})+$)/g, ",");
  const sign = value < 0 && Number(`${integer}.${fraction ?? 0}`) !== 0 ? "-" : "";
  return `${sign}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
}

/**
 * How many there are of something, grouped as `grouped()` does.
 *
 * @example
 * counted(1, "sample") // "1 sample"
 * counted(7975, "sample") // "7,975 samples"
 */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
