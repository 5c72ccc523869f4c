import type { Warning } from "../captures/parsed.js";
import type { UdpSinkResult } from "../captures/udp-sink.js";
import { lawFigure } from "../figures/law-figure.js";
import { livelockTimes, receiveLivelock } from "../models/receive-livelock.js";
import { udpSocketRates } from "../runs/nstat-rate.js";
import type { Run } from "../runs/open-run.js";
import { nstatPairs, packetRatesOf } from "../runs/packet-rates.js";
import { sends } from "../runs/udp-sink-rate.js";
import { mppsFromPps, ppsFromMpps, ppsFromNs } from "../units.js";
import { claimOf } from "./published-rows.js";
import { runsDoubts, sweptArms } from "./run-sweep.js";
import { lacking, modelled, published, type WorkshopFigure } from "./workshop-figure.js";

const MOST_MPPS = 3;
const LIVELOCK = "min(offered, (1e9 - offered * softirq) / application)";

const LIVELOCK_FIGURE = {
  name: "livelock",
  title: "Receive livelock: what arrives and what is delivered",
  x: { title: "million packets per second offered" },
  y: { title: "million packets per second delivered" },
};
const MOST_ARMS = 5;
const MEASURED_BY =
  "a run for each rate that is offered, and --data all of them: nstat -az before and after (or nstat -n; sleep 10; nstat) and the sender's result (pktgen, udp_flood, iperf3 -J), made a run by linerate import --seconds 10 --arm 'same CPU'";

const livelock: WorkshopFigure = {
  name: "livelock",
  minutes: "64",
  shows: "a UDP receiver on the CPU of its softirq, and on another: receive livelock",
  published: () => {
    const [same, other] = [
      claimOf("UDP receiver on the CPU of softirq, before overload"),
      claimOf("UDP receiver moved to another CPU"),
    ];
    const { slowerNs, fasterNs } = livelockTimes({
      sameCpuPeakPps: ppsFromMpps(same.value),
      otherCpuPeakPps: ppsFromMpps(other.value),
    });
    // Straight between its corners: full, starved, and where the slower of two CPUs is full.
    const corners = [0, same.value, other.value, mppsFromPps(ppsFromNs(fasterNs)), MOST_MPPS];
    const at = (softirqNs: number, applicationNs: number, of: "sameCpuPps" | "otherCpuPps") =>
      corners.map((mpps) => ({
        x: mpps,
        y: mppsFromPps(receiveLivelock({ softirqNs, applicationNs, offeredPps: ppsFromMpps(mpps) })[of]),
      }));
    const sides = (softirqNs: number, applicationNs: number) =>
      `softirq ${softirqNs.toFixed(0)} ns, application ${applicationNs.toFixed(0)} ns`;
    return lawFigure({
      ...LIVELOCK_FIGURE,
      detail: "From the talk's 0.9 Mpps on one CPU and 1.6 on two. Which side is slower is not said: both are drawn",
      series: [
        {
          label: `same CPU: ${sides(fasterNs, slowerNs)}`,
          points: [{ x: same.value, y: same.value }],
          curve: at(fasterNs, slowerNs, "sameCpuPps"),
          provenance: published(same.source),
        },
        {
          label: `same CPU: ${sides(slowerNs, fasterNs)}`,
          curve: at(slowerNs, fasterNs, "sameCpuPps"),
          provenance: modelled(LIVELOCK),
        },
        {
          label: "another CPU",
          points: [{ x: other.value, y: other.value }],
          curve: at(slowerNs, fasterNs, "otherCpuPps"),
          provenance: published(other.source),
        },
      ],
      formula: LIVELOCK,
      summary: "Delivered grows to 0.9 Mpps and falls to nothing at 1.6 or 2.1 Mpps offered on one CPU; on two it stays at 1.6",
      warnings: [
        {
          file: "talk",
          line: 0,
          message:
            "its overloaded receiver kept about 1,000 packets a second: ksoftirqd lets it run now and then, which the law leaves out",
        },
      ],
    });
  },
  measuredBy: MEASURED_BY,
  ofRuns: (runs) => {
    const found = runs.map((run) => ({ run, ...pointsOf(run) }));
    const arms = sweptArms({ runs, of: (run) => found.filter((one) => one.run === run).flatMap(({ points }) => points) }).slice(
      0,
      MOST_ARMS,
    );
    const all = arms.flatMap(({ points }) => points);
    const most = all.reduce((one, other) => ((other.y ?? 0) > (one.y ?? 0) ? other : one));
    const last = all.reduce((one, other) => (other.x > one.x ? other : one));
    const end = Math.max(...all.map(({ x }) => x));
    return lawFigure({
      ...LIVELOCK_FIGURE,
      detail: "Own runs. Receive livelock is where delivered falls while offered grows",
      series: [
        ...arms.map(({ label, points, source }) => ({ label, points, provenance: { kind: "measured" as const, source } })),
        {
          label: "all that is offered",
          curve: [0, end].map((x) => ({ x, y: x })),
          provenance: modelled("delivered = offered"),
        },
      ],
      formula: "delivered = offered",
      summary: `Delivered is at most ${mpps(most.y ?? 0)} of ${mpps(most.x)} Mpps offered; of ${mpps(last.x)} offered it is ${mpps(last.y ?? 0)}`,
      warnings: [...found.flatMap(({ warnings }) => warnings), ...runsDoubts(runs)],
    });
  },
};

const mpps = (value: number) => value.toFixed(3);

/** Offered and delivered of a run, in Mpps: a point for each time that its nstat measured. */
function pointsOf(run: Run): { points: { x: number; y: number }[]; warnings: Warning[] } {
  const pairs = nstatPairs(run);
  if (pairs.length === 0) throw lacking(run, "no nstat", MEASURED_BY);
  const senders = run.captures.filter(
    ({ format, rows }) =>
      ["pktgen", "iperf3"].includes(format.name) ||
      (format.name === "udp_sink" && (rows as readonly UdpSinkResult[]).every(sends)),
  );
  const [sent] = packetRatesOf({ run: { captures: senders } }).rates;
  try {
    const rates = pairs.map(({ pair }) => udpSocketRates(pair()));
    // A sender's rate is that of its whole run: of several times within it the sockets alone know.
    const offered = (arrived: number) => (sent && rates.length === 1 ? sent.pps : arrived);
    const points = rates.map(({ deliveredPps, arrivedPps }) => ({
      x: mppsFromPps(offered(arrivedPps)),
      y: mppsFromPps(deliveredPps),
    }));
    const message = "no sender among its captures: offered is what reached the sockets, and what was lost before is not in it";
    return { points, warnings: sent && rates.length === 1 ? [] : [{ file: run.path, line: 0, message }] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw lacking(run, error.message, MEASURED_BY);
  }
}

export const LIVELOCK_FIGURES: readonly WorkshopFigure[] = [livelock];
