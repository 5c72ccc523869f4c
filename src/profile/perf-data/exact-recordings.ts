// Recordings beside which perf's own prints of them lie, for tests.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { byteFile } from "../../captures/byte-file.js";
import { parseKallsyms } from "../kallsyms.js";
import type { Profile } from "../profile.js";
import { readPerfData } from "./read-perf-data.js";

/** Where captures are that are not in `data/`. */
export const CAPTURES: string | undefined = process.env.LINERATE_CAPTURES;
export const SKIP_WITHOUT_CAPTURES: string | false = CAPTURES ? false : "set LINERATE_CAPTURES to a folder of captures";

/** The shipped recording, before the endings of its files. */
export const SPECIMEN: string = fileURLToPath(new URL("../../../data/specimens/perf-data/nic_eth0", import.meta.url));

/** Recordings of one boot in `kernel-6.1-vm`, with their samples by `perf report --stats`. */
export const VM_RUNS: Readonly<Record<string, number>> = {
  dummy_burst1: 8294,
  dummy_burst32: 6882,
  nic_eth0: 4979,
  veth_start_xmit: 7975,
};

/**
 * The bytes of a file, which may be gzip.
 *
 * @example
 * bytesAt(`${SPECIMEN}.perf.data.gz`).toString("latin1", 0, 8) // "PERFILE2"
 */
export function bytesAt(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/**
 * A recording with the kernel symbols of a file.
 *
 * @example
 * (await recordingAt(`${SPECIMEN}.perf.data.gz`)).samples.length // 4979
 */
export function recordingAt(path: string, kallsyms?: string): Promise<Profile> {
  return readPerfData(byteFile({ file: basename(path), bytes: bytesAt(path) }), {
    kallsyms: kallsyms === undefined ? undefined : parseKallsyms({ file: "kallsyms", bytes: readFileSync(kallsyms) }),
  });
}

/**
 * The kernel's part of a name: a module as perf names it with symbols. Undefined for user code.
 *
 * @example
 * kernelDsoOf("/lib/modules/6.1.0/kernel/drivers/net/virtio-net.ko.xz") // "[virtio_net]"
 * kernelDsoOf("[vdso]") // undefined
 */
export function kernelDsoOf(dso: string): string | undefined {
  const [, module] = /^\/lib\/modules\/.*\/([^/]+)\.ko(?:\.\w+)?$/.exec(dso) ?? [];
  if (module !== undefined) return `[${module.replaceAll("-", "_")}]`;
  return /^\[(?!vdso|vsyscall|heap|stack|unknown)|^bpf_prog_/.test(dso) ? dso : undefined;
}
