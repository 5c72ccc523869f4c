import { Command } from "commander";
import { pageOrders } from "../attribution/page-orders.js";
import { readPublished } from "../captures/read-published.js";
import { pageOrder } from "../models/page-order.js";
import { pageOrdersText } from "../report/page-orders-text.js";
import { readRecording } from "../runs/read-recording.js";
import { nsFromSeconds } from "../units.js";
import { countOption, positiveOption } from "./options.js";
import { json, warningLines } from "./output.js";
import { type PacketOptions, packetsGiven, withPacketOptions } from "./packet-options.js";
import { PROGRESS } from "./progress.js";

const TOP = 15;
/** The kernel of the workshop's page allocator graph, and the clock of its TSC, which is inferred. */
const MODEL = { kernel: "4.6.0-rc1", tscGhz: 4 };

interface PagesOptions extends PacketOptions {
  readonly kallsyms?: string;
  readonly seconds?: number;
  readonly top: number;
  readonly json?: true;
}

export const pagesCommand: Command = withPacketOptions(
  new Command("pages")
    .description("say which blocks of the page allocator a load takes and gives back: by order and by caller, per packet")
    .argument(
      "<file>",
      "perf.data, or output of perf script, of kmem:mm_page_alloc and kmem:mm_page_free; - is standard input",
    ),
)
  .option("--seconds <number>", "how long was recorded (default: from the first to the last sample)", positiveOption)
  .option("--kallsyms <file>", "kernel symbols for perf.data: /proc/kallsyms of the recorded boot, read as root")
  .option("--top <number>", "callers", countOption, TOP)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Record with: perf record -a -g -e kmem:mm_page_alloc -e kmem:mm_page_free -- sleep 5
With packets it says blocks per packet, and what they would cost at the published costs of ${MODEL.kernel} (a TSC of ${MODEL.tscGhz} GHz):
modelled, not measured.
Exit codes: 0; 1 for a recording that does not read or lacks both events; 2 for a wrong call.

Examples:
  $ linerate pages perf.data --kallsyms kallsyms.gz --pps 8165032
  $ perf script | linerate pages - --json`,
  )
  .action(async (path: string, options: PagesOptions) => {
    const { kallsyms, seconds, top, json: asJson } = options;
    const windowNs = seconds === undefined ? undefined : nsFromSeconds(seconds);
    const profile = await readRecording({ path, payloads: true, kallsyms, onlooker: PROGRESS });
    const costs = readPublished("page_order_cost").filter(({ kernel }) => kernel === MODEL.kernel);
    const model = pageOrder({
      rows: costs.map(({ order, cycles_tsc }) => ({ order, cycles: cycles_tsc })),
      tscGhz: MODEL.tscGhz,
      link: { gbps: 10, frameBytes: 64 },
      fragBytes: 2048,
    });
    const orders = pageOrders({ profile, packets: packetsGiven(profile, options, windowNs), windowNs, model });
    if (asJson) {
      process.stdout.write(json(orders));
      return;
    }
    const source = `${costs[0]?.source}: ${MODEL.kernel}, TSC of ${MODEL.tscGhz} GHz`;
    process.stdout.write(pageOrdersText({ orders, model: source, top }));
    process.stderr.write(warningLines(orders.warnings));
  });
