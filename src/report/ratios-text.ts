import type { Attribution } from "../attribution/attribute.js";
import type { EventRatiosByClass } from "../attribution/event-ratios.js";
import { attributionHead } from "./attribution-text.js";
import { grouped } from "./number-format.js";
import { textTable } from "./text-table.js";

/**
 * A recording of several events as text: what each rests on, and by class IPC and events per packet, `-` where the counts do not bear it.
 *
 * @example
 * ratiosText({ attributions: [], ratios: { classes: [{ what: "copy", samples: [400, 300], ratios: [{ name: "ipc", value: 1.5 }, { name: "cycles per packet", refused: "few" }] }], warnings: [] } }) // "what   ipc  cycles per packet\ncopy  1.50  -\n"
 */
export function ratiosText({
  attributions,
  ratios: { classes },
}: {
  attributions: readonly Attribution[];
  ratios: EventRatiosByClass;
}): string {
  const names = [...new Set(classes.flatMap(({ ratios }) => ratios.map(({ name }) => name)))];
  const table = textTable({
    headings: ["what", ...names],
    rows: classes.map(({ what, ratios }) => [
      what,
      ...names.map((name) => {
        const ratio = ratios.find((one) => one.name === name);
        if (!ratio) return "";
        return "value" in ratio ? grouped(ratio.value, ratio.value < 10 ? 2 : 1) : "-";
      }),
    ]),
  });
  return [...attributions.map(attributionHead), table].join("\n");
}
