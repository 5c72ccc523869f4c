import type { Figure } from "../figures/figure.js";
import type { Run } from "../runs/open-run.js";
import { BULK_FIGURES } from "./bulk-figures.js";
import { CLEAR_FIGURES } from "./clear-figures.js";
import { PAGE_FIGURES } from "./page-figures.js";
import { PATH_FIGURES } from "./path-figures.js";
import { POOL_FIGURES } from "./pool-figures.js";
import { PROFILE_FIGURES } from "./profile-figures.js";
import { RECEIVE_FIGURES } from "./receive-figures.js";
import { SOCKET_FIGURES } from "./socket-figures.js";
import { TRANSMIT_FIGURES } from "./transmit-figures.js";
import { lacking, type WorkshopFigure } from "./workshop-figure.js";

/** Every figure of the workshop: budget and transmit, receive, memory, sockets, and whole paths. */
export const WORKSHOP_FIGURES: readonly WorkshopFigure[] = [
  ...TRANSMIT_FIGURES,
  ...RECEIVE_FIGURES,
  ...CLEAR_FIGURES,
  ...PROFILE_FIGURES,
  ...BULK_FIGURES,
  ...PAGE_FIGURES,
  ...POOL_FIGURES,
  ...SOCKET_FIGURES,
  ...PATH_FIGURES,
];

/**
 * A figure of the workshop by its name: from the published numbers, or with those of a run.
 *
 * @throws RangeError for a name that is none, with those there are; CaptureError for a run that does not hold what the figure takes,
 * with the capture and how to record it.
 * @example
 * workshopFigure("doorbell").name // "doorbell"
 */
export function workshopFigure(name: string, run?: Run): Figure {
  const known = WORKSHOP_FIGURES.find((figure) => figure.name === name);
  if (!known) {
    throw new RangeError(`figure requires one of ${WORKSHOP_FIGURES.map((figure) => figure.name).join(", ")}: got ${name}`);
  }
  if (run === undefined) return known.published();
  if (!known.ofRun) throw lacking(run, `one run does not hold what ${name} shows`, known.measuredBy);
  return known.ofRun(run);
}
