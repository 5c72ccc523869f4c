import { Command } from "commander";
import { packetBudget } from "../models/packet-budget.js";
import { budgetTable } from "../report/budget-table.js";
import { numberOption } from "./options.js";
import { json } from "./output.js";

export const budgetCommand: Command = new Command("budget")
  .description("what one packet may cost at line rate, in ns and cycles")
  .option("--gbps <number>", "link rate in Gbit/s, say 1 to 800", numberOption, 10)
  .option("--frame <bytes>", "frame with FCS: 64 is the minimum, 1518 a full one at MTU 1500", numberOption, 64)
  .option("--ghz <number>", "clock of the cycles: the TSC's against time_bench, the core's against perf", numberOption, 3)
  .option("--vlan <tags>", "802.1Q tags, 4 bytes each", numberOption, 0)
  .option("--cpus <number>", "CPUs that share the link's packets", numberOption, 1)
  .option("--json", "print JSON")
  .addHelpText(
    "after",
    `
Examples:
  $ linerate budget --gbps 10 --frame 64 --ghz 3
  $ linerate budget --gbps 100 --frame 1518 --ghz 3.6 --cpus 4 --json`,
  )
  .action((options: { gbps: number; frame: number; ghz: number; vlan: number; cpus: number; json?: true }) => {
    const { gbps, frame: frameBytes, ghz, vlan: vlanTags, cpus } = options;
    const budget = packetBudget({ gbps, frameBytes, ghz, vlanTags, cpus });
    process.stdout.write(options.json ? json({ gbps, ...budget }) : budgetTable({ gbps, budget }));
  });
