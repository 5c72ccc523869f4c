// Texts of perf script from many projects, kernels and perf versions: no sample is lost, no line unaccounted for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { looksLikePerfScript, parsePerfScript } from "./perf-script.js";
import { framesOf } from "./profile.js";

const captures = process.env.LINERATE_CAPTURES;
const skip = captures ? false : "set LINERATE_CAPTURES to a folder of captures";

/**
 * Samples, counted with `grep -v '^#' FILE | grep -cP '(^|\s)\d+\.\d+:\s'` (the two texts without times: `grep -c 'c[a-z-]*: *$'`),
 * and lines of no sample: remarks, shell prompts, frames that have the word `address` for one.
 */
const COUNTS: Readonly<Record<string, readonly [samples: number, skipped: number]>> = {
  "fg-example-perf-stacks.txt": [1315, 0],
  "fg-perf-cycles-instructions-01.txt": [444, 0],
  "fg-perf-dd-stacks-01.txt": [11, 0],
  "fg-perf-funcab-cmd-01.txt": [169, 0],
  "fg-perf-iperf-stacks-pidtid-01.txt": [201, 0],
  "fg-perf-java-stacks-01.txt": [46, 0],
  "fg-perf-java-stacks-02.txt": [2, 0],
  "fg-perf-js-stacks-01.txt": [2, 0],
  "fg-perf-numa-stacks-01.txt": [200, 0],
  "fg-perf-rust-Yamakaky-dcpu.txt": [58, 0],
  "firefox-graphviz.perf.txt": [312, 0],
  "firefox-simple-perf.txt": [163, 0],
  "firefox-test.perf.txt": [73, 0],
  "flamescope-perf.test01.txt": [9, 0],
  "inferno-cpp-stacks-std-function.txt": [46, 0],
  "inferno-empty-line.txt": [2, 0],
  "inferno-go-stacks.txt": [5, 0],
  "inferno-single-event.txt": [1, 0],
  "inferno-single-line-stacks.txt": [2, 0],
  "inferno-weird-stack-line.txt": [2, 1],
  "l-sleep-6.5-aws.txt": [8, 0],
  "local-kmem-page-callchain.txt": [347, 0],
  "local-net-tracepoints.txt": [5905, 0],
  "local-udp64-cpu-clock.txt": [8283, 0],
  "mail-evswitch-sched-switch.txt": [29, 6],
  "mm_page_alloc-callchain-5.1.txt": [2, 0],
  "perfview-corner_case_process_names.txt": [6, 18],
  "perfview-exec_process.txt": [1, 0],
  "perfview-mixed_switches.txt": [5, 5],
  "perfview-ms_stack.txt": [1, 1],
  "perfview-no_stack_frames.txt": [2, 1],
  "perfview-notimeblocked_induced.txt": [3, 3],
  "perfview-one_complete_switch.txt": [2, 2],
  "perfview-one_complete_switch_format2.txt": [2, 2],
  "perfview-one_incomplete_switch.txt": [2, 2],
  "perfview-one_induced_switch.txt": [3, 3],
  "perfview-one_wakeup.txt": [2, 0],
  "perfview-onegeneric.txt": [1, 1],
  "perfview-space_sep_command.txt": [1, 1],
  "perfview-two_small_generic.txt": [2, 6],
  "perfview-twodifferentlongstacks.txt": [2, 12],
  "perfview-twogenericsamelongstacks.txt": [2, 12],
  "q-callgraph-3.8-F-min.txt": [1768, 0],
  "q-callgraph-3.8-F-ptcp.txt": [1768, 0],
  "q-callgraph-3.8.txt": [1768, 0],
  "q-group-6.8.txt": [21, 0],
  "q-hw_and_sw-header.txt": [4941, 0],
  "q-singleprocess-3.4.txt": [77, 0],
  "speedscope-forks.linux-perf.txt": [561, 0],
  "speedscope-one-sample.linux-perf.txt": [1, 0],
  "speedscope-rust-mangled.linux-perf.txt": [96, 0],
  "speedscope-simple-with-header.linux-perf.txt": [136, 0],
  "speedscope-simple.linux-perf.txt": [1, 0],
  "xdp-probe-rxq_unreg.txt": [1, 1],
  "xdp-udp_sink-csum-callstack.txt": [1, 0],
  "xdp_exception-swapper.txt": [3, 0],
};

describe("parsePerfScript() of other projects' texts", { skip }, () => {
  for (const [name, [samples, skipped]] of Object.entries(COUNTS)) {
    it(`${name}: ${samples} samples, every line accounted for`, async () => {
      const bytes = readFileSync(`${captures}/public/perf-script/${name}`);
      assert.ok(looksLikePerfScript(bytes.subarray(0, 65_536).toString()));
      const profile = await parsePerfScript({ file: name, chunks: [bytes] });
      assert.equal(profile.samples.length, samples);
      assert.equal(profile.quality.skippedLines, skipped);
      assert.equal(
        profile.events.reduce((sum, { decoded, refused }) => sum + decoded + refused, 0),
        samples,
      );

      const lines = bytes.toString().split(/\r?\n/);
      const onHeads = lines.filter((line) => /:\s.*\b[0-9a-f]{6,16} \S.* \(\S+\)\s*$/.test(line) && /\d: |:\s+\d+ /.test(line));
      const frames = [...profile.samples.stack].reduce((sum, stack) => sum + framesOf(profile.stacks, stack).length, 0);
      const otherLines = lines.filter((line) => line.trim() === "" || line.startsWith("#")).length;
      assert.equal(samples + frames - onHeads.length + otherLines + skipped, lines.length);
    });
  }

  it("an empty text is refused", async () => {
    const bytes = readFileSync(`${captures}/public/perf-script/inferno-no-events.txt`);
    await assert.rejects(parsePerfScript({ file: "inferno-no-events.txt", chunks: [bytes] }), { name: "ParseError" });
  });
});
