/**
 * A number with English thousands separators and a fixed number of decimals, in plain ASCII whatever the locale.
 *
 * @example
 * grouped(14880952.38) // "14,880,952"
 * grouped(1230.4, 1) // "1,230.4"
 */
export function grouped(value: number, decimals = 0): string {
  const [integer = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = integer.replace(/\B(?=(?:\d{3})+$)/g, ",");
  const sign = value < 0 && Number(`${integer}.${fraction ?? 0}`) !== 0 ? "-" : "";
  return `${sign}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
}
