import type { AttributedCost, AttributedTotal, Attribution } from "../attribution/attribute.js";
import { secondsFromNs } from "../units.js";
import { grouped } from "./number-format.js";
import { printable, type Table, textTable } from "./text-table.js";
import { wrapped } from "./wrapped.js";

/**
 * An attribution as text: what it rests on, the classes, the stages, and the `top` largest pairs of both.
 *
 * @example
 * attributionText({ attribution: { file: "a.data", event: "cpu-clock", unit: "ns", rules: "2", cpus: [0], intervalOf: "share", cells: [], byWhat: [], byWhere: [], busy: { samples: 0, share: 0 }, remainder: { share: 0 } }, top: 5 }).split("\n")[0] // "a.data: cpu-clock, 0 busy samples, CPU 0; rules 2"
 */
export function attributionText({ attribution, top }: { attribution: Attribution; top: number }): string {
  const { byWhat, byWhere, cells } = attribution;
  const pairs = cells.slice(0, top).map((cell) => ({ ...cell, name: `${cell.what} / ${cell.where}` }));
  const more = cells.length - pairs.length;
  return [
    attributionHead(attribution),
    textTable(costTable({ heading: "what", costs: byWhat, attribution })),
    textTable(costTable({ heading: "where", costs: byWhere, attribution })),
    textTable(costTable({ heading: "what / where", costs: pairs, attribution })) +
      (more > 0 ? `${grouped(more)} smaller pairs: --top ${cells.length}\n` : ""),
    notesText(byWhat),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/**
 * What an attribution rests on, in sentences: recording, CPUs, packets, how ns come about, what is busy and what has no class.
 *
 * @example
 * attributionHead({ file: "a.data", event: "cpu-clock", unit: "ns", rules: "2", cpus: [0, 1], intervalOf: "share", busy: { samples: 5, share: 0.5 }, remainder: { share: 0.01 } }) // "a.data: cpu-clock, 5 busy samples, CPU 0,1; rules 2\nbusy 50.00 %, without class 1.00 %\n"
 */
export function attributionHead(attribution: Attribution): string {
  const { file, event, cpus, windowNs, packets, busy, remainder, rules, intervalOf, meaninglessNs } = attribution;
  const window = windowNs === undefined ? "" : ` in ${grouped(secondsFromNs(windowNs), 3)} s`;
  const cpuList = `CPU ${cpus.map((cpu) => (cpu < 0 ? "?" : cpu)).join(",")}`;
  const per = { ns: "ns", cycles: "cycles", events: event, share: "" }[intervalOf];
  const how =
    intervalOf === "ns"
      ? `share x ${cpus.length} CPU${cpus.length === 1 ? "" : "s"} x 1e9 / pps`
      : "events / packets of the window";
  const intervals = busy.interval
    ? `; intervals: ${100 * busy.interval.level} %, blocks of 250 ms, within this run`
    : "; no intervals: they need samples with times over 5 s";
  return [
    `${printable(file)}: ${event}, ${grouped(busy.samples)} busy samples, ${cpuList}${window}; rules ${rules}`,
    packets && `${grouped(packets.pps)} packets/s (${packets.packetUnit}, ${printable(packets.source)})`,
    packets && per && `${per}/packet: measured, ${how}${intervals}`,
    meaninglessNs !== undefined &&
      `ABSOLUTE ns AND CYCLES MEAN NOTHING HERE: ${printable(meaninglessNs)}; shares and ratios hold`,
    `busy ${percent(busy.share)} %, without class ${percent(remainder.share)} %${perPacketText(busy)}`,
    "",
  ]
    .filter((line) => typeof line === "string")
    .join("\n");
}

/**
 * Costs as a table: share, ns, cycles or events per packet as far as known, the interval of the first of them, samples.
 *
 * @example
 * costTable({ heading: "what", costs: [{ name: "copy", share: 0.25, samples: 5, nsPerPacket: 16.8 }], attribution: { event: "cpu-clock", intervalOf: "ns" } }) // { headings: ["what", "%", "ns/packet", "from", "to", "cycles/packet", "cpu-clock/packet", "samples"], rows: [["copy", "25.00", "16.8", "", "", "", "", "5"]] }
 */
export function costTable({
  heading,
  costs,
  attribution: { event, intervalOf },
}: {
  heading: string;
  costs: readonly (AttributedCost & { readonly name: string })[];
  attribution: Pick<Attribution, "event" | "intervalOf">;
}): Table {
  const limit = (value: number | undefined) => {
    if (value === undefined) return "";
    return intervalOf === "share" ? percent(value) : perPacket(value);
  };
  return {
    headings: [heading, "%", "ns/packet", "from", "to", "cycles/packet", `${event}/packet`, "samples"],
    rows: costs.map(({ name, share, nsPerPacket, cyclesPerPacket, eventsPerPacket, interval, samples }) => [
      name,
      percent(share),
      perPacket(nsPerPacket),
      limit(interval?.low),
      limit(interval?.high),
      perPacket(cyclesPerPacket),
      perPacket(eventsPerPacket),
      grouped(samples),
    ]),
  };
}

function perPacketText({ nsPerPacket, cyclesPerPacket }: AttributedCost): string {
  const parts = [
    nsPerPacket === undefined ? [] : `${perPacket(nsPerPacket)} ns`,
    cyclesPerPacket === undefined ? [] : `${perPacket(cyclesPerPacket)} cycles`,
  ].flat();
  return parts.length > 0 ? `: ${parts.join(", ")} a packet` : "";
}

/** Each note once, with the classes it is about. */
function notesText(totals: readonly AttributedTotal[]): string {
  const classesOf = new Map<string, string[]>();
  for (const { name, notes } of totals) for (const note of notes) classesOf.set(note, [...(classesOf.get(note) ?? []), name]);
  const rows = [...classesOf].map(([note, classes]) =>
    wrapped({ label: "note", text: printable(`${classes.join(", ")}: ${note}`) }),
  );
  return rows.length > 0 ? `${rows.join("\n")}\n` : "";
}

/** Small values keep two decimals: an event per 1,000 packets is one. */
function perPacket(value: number | undefined): string {
  if (value === undefined) return "";
  return grouped(value, value !== 0 && Math.abs(value) < 1 ? 4 : 1);
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}
