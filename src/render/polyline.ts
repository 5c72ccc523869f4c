/** A point in px; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The corners of an SVG path of straight lines, `M0,0L3,4`: the arrows of annotations are such, and plotly walks along them.
 *
 * @example
 * polyline("M0,0L3,4") // [{ x: 0, y: 0 }, { x: 3, y: 4 }]
 */
export function polyline(path: string): Point[] {
  return Array.from(path.matchAll(/[ML]\s*(-?[\d.]+)[\s,]+(-?[\d.]+)/g), ([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

/**
 * The length of a polyline in px.
 *
 * @example
 * lengthOf(polyline("M0,0L3,4L3,5")) // 6
 */
export function lengthOf(points: readonly Point[]): number {
  return steps(points).reduce((sum, { length }) => sum + length, 0);
}

/**
 * The point `length` px along a polyline; its ends for less than nothing and more than there is.
 *
 * @example
 * pointAt(polyline("M0,0L3,4L3,14"), 10) // { x: 3, y: 9 }
 */
export function pointAt(points: readonly Point[], length: number): Point {
  let left = Math.max(length, 0);
  for (const { from, to, length: step } of steps(points)) {
    if (left < step) return { x: from.x + ((to.x - from.x) * left) / step, y: from.y + ((to.y - from.y) * left) / step };
    left -= step;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

function steps(points: readonly Point[]): { from: Point; to: Point; length: number }[] {
  return points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return { from, to, length: Math.hypot(to.x - from.x, to.y - from.y) };
  });
}
