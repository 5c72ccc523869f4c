import type { Warning } from "../captures/parsed.js";
import { type CostStack, costStacksFigure } from "../figures/cost-stacks-figure.js";
import type { Figure } from "../figures/figure.js";
import { sensitivityFigure } from "../figures/sensitivity-figure.js";
import { lineRate } from "../models/line-rate.js";
import { explainPath } from "../models/packet-path.js";
import {
  forwardPath,
  type PublishedPath,
  publishedPaths,
  receiveDropPath,
  udpReceivePath,
  xdpTxPath,
} from "./published-paths.js";
import { groupsOfRun, PERF_BY } from "./run-groups.js";
import { stacksBeside } from "./stacks-beside.js";
import { published, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;
const explain = ({ path, measuredNs }: PublishedPath) => explainPath({ path, measuredNs, budgetNs: BUDGET_NS });

const paths: WorkshopFigure = {
  name: "paths",
  minutes: "all",
  shows: "packet paths composed of their mechanisms, against measured times: what is explained and what remains",
  published: () => pathsFigure([], []),
  measuredBy: PERF_BY,
  ofRun: async (run) => {
    const mechanisms = [...new Set(Object.values(MECHANISM_OF))];
    const { stack, warnings } = await groupsOfRun(run, (what) => MECHANISM_OF[what] ?? "remaining", [
      ...mechanisms,
      "remaining",
    ]);
    return pathsFigure([stack], warnings);
  },
};

/** The attribution's classes under the mechanism that each is of; what is of none remains. */
const MECHANISM_OF: Readonly<Record<string, string>> = {
  driver: "driver receive",
  "driver-recycle": "driver receive",
  "skb-clear": "SKB clear",
  "slab-clear": "SKB clear",
  "shared-info": "shared info",
  "skb-build": "shared info",
  "skb-alloc-fast": "slab",
  "skb-alloc-slow": "slab",
  "skb-alloc-bulk": "slab",
  "napi-cache": "slab",
  "skb-free-fast": "slab",
  "skb-free-slow": "slab",
  "skb-free-bulk": "slab",
  slab: "slab",
  "page-alloc": "page bulk",
  "page-free": "page bulk",
  "page-lock": "page bulk",
  "page-frag": "page bulk",
  "dma-map": "DMA mapping",
  "dma-sync": "DMA mapping",
  doorbell: "doorbell",
  qdisc: "qdisc",
  gro: "receive stages",
  socket: "UDP receive",
};

function pathsFigure(own: readonly CostStack[], warnings: readonly Warning[]): Figure {
  const stacks = publishedPaths().map((one) => {
    const { parts, measuredNs, remainingNs = 0 } = explain(one);
    const byMechanism = [...new Set(parts.map(({ mechanism }) => mechanism))].map((name) => ({
      name,
      value: parts.filter(({ mechanism }) => mechanism === name).reduce((sum, { ns }) => sum + ns, 0),
    }));
    return {
      label: one.path.name,
      parts: [...byMechanism, { name: "remaining", value: Math.max(0, remainingNs) }],
      measured: measuredNs ?? 0,
      provenance: published(one.source),
    };
  });
  // What remains stands last in the legend as in the bars.
  const names = [...new Set(stacks.flatMap(({ parts }) => parts.map(({ name }) => name)))].filter(
    (name) => name !== "remaining",
  );
  const ordered = stacks.map((stack) => ({
    ...stack,
    parts: [...names, "remaining"].flatMap((name) => stack.parts.filter((part) => part.name === name)),
  }));
  return costStacksFigure({
    name: "paths",
    title: "What the mechanisms explain of a packet",
    detail: "Numbers of several machines, added up: an estimate of sizes, not of one machine",
    ...stacksBeside({ own, published: ordered, budgetNs: BUDGET_NS }),
    formula: "sum of the mechanisms",
    warnings: [...warnings, ...publishedPaths().map(({ path, note }) => ({ file: path.name, line: 0, message: note }))],
  });
}

function sensitivity(name: string, of: () => PublishedPath): WorkshopFigure {
  return {
    name,
    minutes: "all",
    get shows() {
      return `which parameter matters most on the path ${of().path.name}, one at a time`; // when it is asked: the path is read from tables
    },
    published: () => {
      const { path, note } = of();
      return sensitivityFigure({ explained: explain(of()), name, warnings: [{ file: path.name, line: 0, message: note }] });
    },
    measuredBy: `${PERF_BY}; linerate figure paths --data draws the parts`,
  };
}

export const PATH_FIGURES: readonly WorkshopFigure[] = [
  paths,
  sensitivity("sensitivity-receive-drop", receiveDropPath),
  sensitivity("sensitivity-forward", forwardPath),
  sensitivity("sensitivity-xdp-tx", xdpTxPath),
  sensitivity("sensitivity-udp-receive", udpReceivePath),
];
