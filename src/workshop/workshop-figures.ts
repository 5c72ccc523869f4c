import type { Figure } from "../figures/figure.js";
import type { Run } from "../runs/open-run.js";
import { BULK_FIGURES } from "./bulk-figures.js";
import { CLEAR_FIGURES } from "./clear-figures.js";
import { LIVELOCK_FIGURES } from "./livelock-figures.js";
import { PAGE_FIGURES } from "./page-figures.js";
import { PATH_FIGURES } from "./path-figures.js";
import { POOL_FIGURES } from "./pool-figures.js";
import { PROFILE_FIGURES } from "./profile-figures.js";
import { QDISC_FIGURES } from "./qdisc-figures.js";
import { RECEIVE_FIGURES } from "./receive-figures.js";
import { SCALING_FIGURES } from "./scaling-figures.js";
import { SOCKET_FIGURES } from "./socket-figures.js";
import { TRANSMIT_FIGURES } from "./transmit-figures.js";
import { lacking, type WorkshopFigure } from "./workshop-figure.js";

/** Every figure of the workshop: budget and transmit, receive, memory, sockets, and whole paths. */
export const WORKSHOP_FIGURES: readonly WorkshopFigure[] = [
  ...TRANSMIT_FIGURES,
  ...QDISC_FIGURES,
  ...RECEIVE_FIGURES,
  ...SCALING_FIGURES,
  ...CLEAR_FIGURES,
  ...PROFILE_FIGURES,
  ...BULK_FIGURES,
  ...PAGE_FIGURES,
  ...POOL_FIGURES,
  ...SOCKET_FIGURES,
  ...LIVELOCK_FIGURES,
  ...PATH_FIGURES,
];

/**
 * A figure of the workshop by its name, from the published numbers.
 *
 * @throws RangeError for a name that is none, with those there are.
 * @example
 * workshopFigure("doorbell").name // "doorbell"
 */
export function workshopFigure(name: string): Figure {
  return named(name).published();
}

/**
 * The same with the numbers of runs in it: of one run, or of several where the figure shows a sweep or a change.
 *
 * @throws RangeError for a name that is none, and for several runs where the figure takes one; CaptureError for a run that does not hold
 * what the figure takes, with the capture and how to record it.
 * @example
 * await workshopFigureOf({ name: "doorbell", runs: [{ path: "run", captures: [], environment: {} }] }).catch(({ name }) => name) // "CaptureError"
 */
export async function workshopFigureOf({ name, runs }: { name: string; runs: readonly Run[] }): Promise<Figure> {
  const { ofRun, ofRuns, measuredBy } = named(name);
  const [run] = runs;
  if (run === undefined) throw new RangeError(`workshopFigureOf requires runs: got none for ${name}`);
  if (ofRuns && (runs.length > 1 || !ofRun)) return ofRuns(runs);
  if (!ofRun) throw lacking(run, `no capture that linerate reads holds what ${name} shows`, measuredBy);
  if (runs.length > 1) throw new RangeError(`workshopFigureOf requires one run for ${name}: got ${runs.length}`);
  return ofRun(run);
}

function named(name: string): WorkshopFigure {
  const known = WORKSHOP_FIGURES.find((figure) => figure.name === name);
  if (known) return known;
  throw new RangeError(`figure requires one of ${WORKSHOP_FIGURES.map((figure) => figure.name).join(", ")}: got ${name}`);
}
