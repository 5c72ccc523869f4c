// What records of the side band, call chains and headers mean, in recordings made field by field.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byteFile } from "../../captures/byte-file.js";
import { parseKallsyms } from "../kallsyms.js";
import { framesOf, type Profile } from "../profile.js";
import { type Attribute, attributeBytes, Fields, file, record, type Word } from "./made-recording.js";
import { readPerfData } from "./read-perf-data.js";

// PERF_SAMPLE_IP, TID, TIME, CALLCHAIN, CPU, PERIOD; ID.
const USUAL = 1 | 2 | 4 | 32 | 128 | 256;
const [IP, TID, ID] = [1, 2, 64];
const [KERNEL, USER] = [-128n, -512n];
const TEXT = 0xffffffff81000000n;

const read = (bytes: Uint8Array, options = {}) => readPerfData(byteFile({ file: "perf.data", bytes }), options);

/** A sample of `USUAL` fields. */
function sample(of: { tid?: number; pid?: number; time?: Word; cpu?: number; period?: Word; chain?: readonly Word[] }): Buffer {
  const { tid = 7, pid = tid, time = 100, cpu = 0, period = 1, chain = [KERNEL, TEXT + 16n] } = of;
  const fields = new Fields()
    .u64(chain[1] ?? 0)
    .u32(pid, tid)
    .u64(time)
    .u32(cpu, 0)
    .u64(period, chain.length, ...chain);
  return record(9, fields, chain[0] === USER ? 2 : 1);
}

/** The identity at the end of records that are no samples, for `USUAL`. */
const trailer = (time: Word, tid = 7) => new Fields().u32(tid, tid).u64(time).u32(0, 0).bytes();
const comm = (name: string, time: Word, tid = 7) => record(3, new Fields().u32(tid, tid).text(name).raw(trailer(time)));
const fork = (tid: number, pid: number, parent: number, time: Word, misc = 0) =>
  record(7, new Fields().u32(pid, parent, tid, parent).u64(time).raw(trailer(time)), misc);
const exit = (tid: number, time: Word) => record(4, new Fields().u32(tid, 1, tid, 1).u64(time).raw(trailer(time)));
function mmap(of: {
  name: string;
  start: Word;
  length: Word;
  offset?: Word;
  time?: Word;
  pid?: number;
  kernel?: boolean;
}): Buffer {
  const { name, start, length, offset = 0, time = 0, pid = 7, kernel = false } = of;
  const fields = new Fields()
    .u32(kernel ? -1 : pid, kernel ? 0 : pid)
    .u64(start, length, offset)
    .text(name)
    .raw(trailer(time));
  return record(1, fields, kernel ? 1 : 2);
}
const kernelText = mmap({ name: "[kernel.kallsyms]_text", start: TEXT, length: 0x100000, offset: TEXT, kernel: true });
const KALLSYMS = `ffffffff81000000 T _text
ffffffff81000010 T do_idle
ffffffff81000020 t memset
ffffffffc0001000 t veth_xmit	[veth]
ffffffffc0002000 t bpf_prog_1234_drop	[bpf]
`;
const kallsyms = parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode(KALLSYMS) });

const commsOf = ({ samples, comms }: Profile) => [...samples.comm].map((id) => comms[id]);
/** The frames of each sample, innermost first: `symbol dso`, or `dso+0xaddress`, or the dso alone. */
function stacksOf({ samples, stacks, frames, symbols, dsos }: Profile): string[][] {
  return [...samples.stack].map((stack) =>
    framesOf(stacks, stack).map((frame) => {
      const dso = dsos[frames.dso[frame] as number] ?? "?";
      const address = frames.address[frame] as bigint;
      if ((frames.symbol[frame] as number) >= 0) return `${symbols[frames.symbol[frame] as number]} ${dso}`;
      return address === 0n ? dso : `${dso}+0x${address.toString(16)}`;
    }),
  );
}
const messages = ({ warnings }: Profile) => warnings.map(({ message }) => message);

describe("events", () => {
  const attributes = [
    { sampleType: IP | ID, ids: [11, 12] },
    { type: 0, sampleType: IP | ID, ids: [21, 22] },
  ];
  const of = (id: number) => record(9, new Fields().u64(1, id));

  it("own the samples that carry one of their ids; 0 is the first's", async () => {
    const { events } = await read(file(attributes, [of(11), of(22), of(21), of(0), of(12)]));
    assert.deepEqual(
      events.map(({ name, unit, decoded }) => [name, unit, decoded]),
      [
        ["cpu-clock", "samples", 3],
        ["cycles", "samples", 2],
      ],
    );
  });

  it("of one name stay apart", async () => {
    const twice = [attributes[0] as Attribute, { ...(attributes[0] as Attribute), ids: [21] }];
    const { events } = await read(file(twice, [of(11), of(21)]));
    assert.deepEqual(
      events.map(({ name }) => name),
      ["cpu-clock", "cpu-clock (event 1)"],
    );
  });

  it("do not own samples of other ids: they are counted", async () => {
    const profile = await read(file(attributes, [of(11), of(99), of(98)]));
    assert.equal(profile.samples.length, 1);
    assert.match(messages(profile)[0] ?? "", /^2 samples carry the id of an event that the header does not have/);
    assert.equal(
      profile.events.reduce((sum, { decoded, refused }) => sum + decoded + refused, 0),
      3,
    );
  });

  it("with ids at different places are refused", async () => {
    const mixed = [attributes[0] as Attribute, { sampleType: IP | TID | ID, ids: [21] }];
    await assert.rejects(read(file(mixed, [])), { problem: "format", message: /ids at the same place/ });
  });
});

describe("threads and their names", () => {
  it("a name holds from its time on, whatever the order of the file", async () => {
    const records = [sample({ time: 300 }), sample({ time: 100 }), comm("late", 200), comm("early", 50)];
    assert.deepEqual(commsOf(await read(file([{ sampleType: USUAL }], records))), ["early", "late"]);
  });

  it("a thread without a name is called by its id; the idle task is swapper; exited tasks have -1", async () => {
    const records = [sample({ tid: 7 }), sample({ tid: 0 }), sample({ tid: -1 })];
    assert.deepEqual(commsOf(await read(file([{ sampleType: USUAL }], records))), [":7", "swapper", ":-1"]);
  });

  it("a fork inherits the name, a thread id that is used again forgets the old one", async () => {
    const records = [comm("shell", 10), fork(8, 8, 7, 20), sample({ tid: 8, time: 30 }), comm("ls", 40, 8), exit(8, 50)];
    const after = [sample({ tid: 8, time: 60 }), fork(8, 8, 9, 70), sample({ tid: 8, time: 80 })];
    assert.deepEqual(commsOf(await read(file([{ sampleType: USUAL }], [...records, ...after]))), ["shell", "ls", ":8"]);
  });
});

describe("user frames", () => {
  const chain = [USER, 0x400100n, 0x400200n, 0x7f00_0000_0010n];
  const base = [
    mmap({ name: "/bin/app", start: 0x400000n, length: 0x1000n, offset: 0x2000n, time: 10 }),
    mmap({ name: "/lib/libc.so.6", start: 0x7f00_0000_0000n, length: 0x1000n, time: 10 }),
  ];
  const stacks = async (...records: Buffer[]) => stacksOf(await read(file([{ sampleType: USUAL }], records)));

  it("are the mapped file, with the offset in it where they are innermost", async () => {
    assert.deepEqual(await stacks(...base, sample({ chain })), [["/bin/app+0x2100", "/bin/app", "/lib/libc.so.6"]]);
  });

  it("hold what was mapped at the time: later mappings take the place of earlier ones", async () => {
    const later = mmap({ name: "/bin/other", start: 0x400000n, length: 0x180n, time: 200 });
    const two = await stacks(later, ...base, sample({ time: 100, chain }), sample({ time: 300, chain }));
    assert.deepEqual(two[0], ["/bin/app+0x2100", "/bin/app", "/lib/libc.so.6"]);
    assert.deepEqual(two[1], ["/bin/other+0x100", "/bin/app", "/lib/libc.so.6"]);
  });

  it("of a forked process are its parent's, until either maps something", async () => {
    const child = mmap({ name: "/bin/child", start: 0x400000n, length: 0x1000n, time: 40, pid: 8 });
    const [forked, own, parents] = await stacks(
      ...base,
      fork(8, 8, 7, 20),
      sample({ tid: 8, time: 30, chain }),
      child,
      sample({ tid: 8, time: 50, chain }),
      sample({ tid: 7, time: 60, chain }),
    );
    assert.equal(forked?.[0], "/bin/app+0x2100");
    assert.equal(own?.[0], "/bin/child+0x100");
    assert.equal(parents?.[0], "/bin/app+0x2100");
  });

  it("of a process that perf found running are only what it says of it", async () => {
    const found = fork(8, 8, 7, 0, 1 << 13);
    assert.deepEqual((await stacks(...base, found, sample({ tid: 8, chain })))[0]?.[0], "?+0x400100");
  });

  it("of a thread are those of its process", async () => {
    const records = [...base, fork(9, 7, 7, 20), sample({ pid: 7, tid: 9, time: 30, chain })];
    assert.equal((await stacks(...records))[0]?.[0], "/bin/app+0x2100");
  });

  it("outside of all mappings are unknown, and known as soon as something is mapped there", async () => {
    const wild = [USER, 0x500010n, 0x600000n, 0x700000n, 0x800000n, 0x900000n, 0xa00000n];
    const jit = mmap({ name: "//anon", start: 0x500000n, length: 0x200000n, time: 150 });
    const two = await stacks(...base, sample({ time: 100, chain: wild }), jit, sample({ time: 200, chain: wild }));
    assert.deepEqual(two[0], ["?+0x500010", "?", "?", "?", "?", "?"]);
    assert.deepEqual(two[1], ["//anon+0x500010", "//anon", "?", "?", "?", "?"]);
  });
});

describe("kernel frames", () => {
  const veth = mmap({
    name: "/lib/modules/6.1.0/kernel/drivers/net/veth.ko.xz",
    start: 0xffffffffc0001000n,
    length: 0x800,
    kernel: true,
  });
  const ksymbol = (name: string, start: bigint, time: Word, flags = 0) =>
    record(17, new Fields().u64(start).u32(64).u16(1, flags).text(name).raw(trailer(time)));
  const stacks = async (options: object, ...records: Buffer[]) =>
    stacksOf(await read(file([{ sampleType: USUAL }], [kernelText, ...records]), options));

  it("have the symbols of kallsyms, of modules and of BPF programs", async () => {
    const chain = [KERNEL, TEXT + 0x24n, 0xffffffffc0001010n, TEXT + 0x14n, USER, 0x1000n];
    assert.deepEqual(await stacks({ kallsyms }, veth, sample({ chain })), [
      ["memset [kernel.kallsyms]", "veth_xmit [veth]", "do_idle [kernel.kallsyms]", "?"],
    ]);
  });

  it("without kallsyms are the part of the kernel, with the address where they are innermost", async () => {
    const chain = [KERNEL, 0xffffffffc0001010n, TEXT + 0x14n];
    const profile = await read(file([{ sampleType: USUAL }], [kernelText, veth, sample({ chain })]));
    assert.deepEqual(stacksOf(profile), [["[veth]+0xffffffffc0001010", "[kernel.kallsyms]"]]);
    assert.match(messages(profile)[0] ?? "", /^kernel addresses have no symbols: give the kallsyms/);
  });

  it("of a program are known from its KSYMBOL record, as long as it is loaded; then from kallsyms", async () => {
    const chain = [KERNEL, 0xffffffffc0002010n];
    const [before, during, after] = await stacks(
      { kallsyms },
      sample({ time: 10, chain }),
      ksymbol("bpf_prog_99_pass", 0xffffffffc0002000n, 20),
      sample({ time: 30, chain }),
      ksymbol("bpf_prog_99_pass", 0xffffffffc0002000n, 40, 1),
      sample({ time: 50, chain }),
    );
    assert.deepEqual(before, ["bpf_prog_1234_drop [bpf]"]);
    assert.deepEqual(during, ["bpf_prog_99_pass bpf_prog_99_pass"]);
    assert.deepEqual(after, before);
  });

  it("are refused with the kallsyms of another boot: the reason and the remedy", async () => {
    const moved = mmap({
      name: "[kernel.kallsyms]_text",
      start: TEXT,
      length: 0x1000,
      offset: 0xffffffff9a000000n,
      kernel: true,
    });
    await assert.rejects(read(file([{ sampleType: USUAL }], [moved]), { kallsyms }), {
      name: "CaptureError",
      problem: "format",
      message:
        "kallsyms: _text is at 0xffffffff81000000, the recording has it at 0xffffffff9a000000: expected the kallsyms of the " +
        "recorded boot; copy /proc/kallsyms as root on the recorded machine before it boots again",
    });
  });

  it("of a recording that hides where its kernel was: kallsyms is used, and said to be unchecked", async () => {
    const profile = await read(file([{ sampleType: USUAL }], [sample({})]), { kallsyms });
    assert.deepEqual(stacksOf(profile), [["do_idle [kernel.kallsyms]"]]);
    assert.match(messages(profile)[0] ?? "", /^kallsyms could not be compared with the recording/);
  });
});

describe("call chains", () => {
  const stack = async (...chain: bigint[]) => {
    const profile = await read(file([{ sampleType: USUAL }], [kernelText, sample({ chain })]), { kallsyms });
    return { frames: stacksOf(profile)[0], warnings: messages(profile) };
  };

  it("name the user's part a record of its own may bring: only the kernel's is read", async () => {
    const { frames, warnings } = await stack(KERNEL, TEXT + 0x14n, -640n, 0xabcdn);
    assert.deepEqual(frames, ["do_idle [kernel.kallsyms]"]);
    assert.match(warnings[0] ?? "", /CALLCHAIN_DEFERRED/);
  });

  it("of a guest have no symbols of the host", async () => {
    assert.deepEqual((await stack(-2176n, TEXT + 0x14n)).frames, ["?+0xffffffff81000014"]);
  });

  it("with a context that does not exist count as damaged, and the sample's address stands for them", async () => {
    const { frames, warnings } = await stack(KERNEL, TEXT + 0x14n, USER, -1n);
    assert.deepEqual(frames, ["do_idle [kernel.kallsyms]"]);
    assert.match(warnings[0] ?? "", /^1 call chains are damaged or empty/);
  });

  it("that are long are read whole, again and again", async () => {
    const chain = [KERNEL, ...Array.from({ length: 300 }, (_, index) => TEXT + BigInt(index % 48)), USER, 5n, 6n];
    const records = Array.from({ length: 50 }, (_, time) => sample({ time: time + 1, chain, tid: 7 + (time % 3) }));
    const profile = await read(file([{ sampleType: USUAL }], [kernelText, ...records]), { kallsyms });
    const all = stacksOf(profile);
    assert.equal(all[0]?.length, 302);
    for (const each of all) assert.deepEqual(each, all[0]);
    assert.equal(new Set(profile.samples.stack).size, 1);
  });
});

describe("call chains that were seen before, whole or in part", () => {
  const user = [
    mmap({ name: "/bin/app", start: 0x400000n, length: 0x1000n, time: 10 }),
    mmap({ name: "/lib/libc.so.6", start: 0x7f00_0000_0000n, length: 0x1000n, time: 10 }),
  ];
  const frames = async (...chains: readonly bigint[][]) => {
    const samples = chains.map((chain, time) => sample({ time: time + 100, chain }));
    return stacksOf(await read(file([{ sampleType: USUAL }], [kernelText, ...user, ...samples]), { kallsyms }));
  };

  it("a user address is innermost in one chain and called from the kernel's in the next", async () => {
    const inUser = [USER, 0x400100n, 0x400200n];
    assert.deepEqual(await frames(inUser, [KERNEL, TEXT + 0x24n, ...inUser], inUser), [
      ["/bin/app+0x100", "/bin/app"],
      ["memset [kernel.kallsyms]", "/bin/app", "/bin/app"],
      ["/bin/app+0x100", "/bin/app"],
    ]);
  });

  it("give what each gives alone, whatever their lengths and what they share", async () => {
    const outermost = (part: bigint[]) => fc.nat(part.length).map((length) => part.slice(part.length - length));
    const kernelAddress = fc.constantFrom(TEXT + 0x11n, TEXT + 0x14n, TEXT + 0x24n, TEXT + 0x30n);
    const userAddress = fc.constantFrom(0x400100n, 0x400104n, 0x7f00_0000_0010n, 0x5n);
    const long = (address: fc.Arbitrary<bigint>) => fc.array(address, { minLength: 0, maxLength: 40 });
    const recordings = fc.record({ kernel: long(kernelAddress), user: long(userAddress) }).chain(({ kernel, user }) => {
      const part = (own: fc.Arbitrary<bigint>, base: bigint[]) =>
        fc.tuple(fc.array(own, { maxLength: 3 }), outermost(base)).map(([inner, outer]) => [...inner, ...outer]);
      const chain = fc
        .tuple(part(kernelAddress, kernel), part(userAddress, user))
        .map(([inKernel, inUser]) => [
          ...(inKernel.length > 0 ? [KERNEL, ...inKernel] : []),
          ...(inUser.length > 0 ? [USER, ...inUser] : []),
        ])
        .filter((whole) => whole.length > 0);
      return fc.array(chain, { minLength: 2, maxLength: 6 });
    });
    await fc.assert(
      fc.asyncProperty(recordings, async (chains) => {
        const alone = await Promise.all(chains.map(async (chain) => (await frames(chain))[0]));
        assert.deepEqual(await frames(...chains), alone);
      }),
      { numRuns: 200 },
    );
  });
});

describe("losses", () => {
  it("are summed over both records; throttled intervals have a CPU and an event", async () => {
    const lost = (type: number, ...words: Word[]) => record(type, new Fields().u64(...words).raw(trailer(5)));
    const throttle = (type: number, time: Word) => record(type, new Fields().u64(time, 0, 0).raw(trailer(time)));
    const records = [
      lost(2, 1, 10),
      lost(2, 1, 5),
      lost(13, 7),
      throttle(5, 120),
      throttle(6, 150),
      throttle(5, 180),
      sample({}),
    ];
    const { quality, startTimeNs } = await read(file([{ sampleType: USUAL }], records));
    assert.deepEqual([quality.lostRecords, quality.lostSamples, startTimeNs], [15, 7, 100n]);
    assert.deepEqual(quality.throttled, [
      { cpu: 0, event: 0, fromNs: 20, toNs: 50 },
      { cpu: 0, event: 0, fromNs: 80 },
    ]);
  });

  it("records of unknown types, and those that are too short, are named and counted", async () => {
    const unknown = record(40, new Fields().u64(1));
    const profile = await read(
      file([{ sampleType: USUAL }], [unknown, record(200, new Fields()), unknown, record(3, new Fields().u32(1))]),
    );
    assert.deepEqual(messages(profile), [
      "2 records of a type this reader does not know: 40",
      "1 records of a type this reader does not know: 200",
      "1 COMM records are too short and were not used",
    ]);
    assert.deepEqual(profile.quality.records, [
      { type: "COMM", count: 1 },
      { type: "type 40", count: 2 },
      { type: "type 200", count: 1 },
    ]);
  });

  it("a recording that was cut off is read as far as it goes, and says how much is missing", async () => {
    const whole = file([{ sampleType: USUAL }], [sample({ time: 1 }), sample({ time: 2 })]);
    const profile = await read(whole.subarray(0, -10));
    assert.equal(profile.samples.length, 1);
    assert.match(
      messages(profile).join(),
      /the file is cut short: 10 bytes of its records are missing,the recording ends within/,
    );
    whole.writeBigUInt64LE(0n, 48); // perf record writes the size of the data when it ends
    const unfinished = await read(whole);
    assert.equal(unfinished.samples.length, 2);
    assert.match(messages(unfinished).join(), /perf record was cut off/);
  });
});

describe("a pipe", () => {
  it("brings its events, names and header as records", async () => {
    const attribute = record(64, new Fields().raw(attributeBytes({ sampleType: USUAL, type: 2, config: 653 }, true)).u64(1, 2));
    const name = "kmem:mm_page_alloc";
    const named = record(78, new Fields().u64(2, 1).text(name));
    const hostname = record(80, new Fields().u64(3).u32(8).text("dut"));
    const head = new Fields().raw(Buffer.from("PERFILE2")).u64(16).bytes();
    const profile = await read(Buffer.concat([head, attribute, hostname, sample({}), named]));
    assert.deepEqual(profile.events, [{ name, unit: "occurrences", decoded: 1, refused: 0 }]);
    assert.deepEqual(profile.header, [{ key: "hostname", value: "dut" }]);
  });
});
