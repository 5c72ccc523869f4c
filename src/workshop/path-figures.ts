import { costStacksFigure } from "../figures/cost-stacks-figure.js";
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
import { published, type WorkshopFigure } from "./workshop-figure.js";

const BUDGET_NS = lineRate({ gbps: 10, frameBytes: 64 }).ns;
const explain = ({ path, measuredNs }: PublishedPath) => explainPath({ path, measuredNs, budgetNs: BUDGET_NS });

const paths: WorkshopFigure = {
  name: "paths",
  minutes: "all",
  shows: "packet paths composed of their mechanisms, against measured times: what is explained and what remains",
  published: () => {
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
      unit: "ns per packet",
      budget: BUDGET_NS,
      stacks: ordered,
      formula: "sum of the mechanisms",
      warnings: publishedPaths().map(({ path, note }) => ({ file: path.name, line: 0, message: note })),
    });
  },
  measuredBy: "a packet rate, and perf record -g on the CPU under test: linerate attribute says what the parts cost there",
};

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
    measuredBy: paths.measuredBy,
  };
}

export const PATH_FIGURES: readonly WorkshopFigure[] = [
  paths,
  sensitivity("sensitivity-receive-drop", receiveDropPath),
  sensitivity("sensitivity-forward", forwardPath),
  sensitivity("sensitivity-xdp-tx", xdpTxPath),
  sensitivity("sensitivity-udp-receive", udpReceivePath),
];
