import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { byteFile } from "../../captures/byte-file.js";
import { framesOf, type Profile } from "../profile.js";
import { readElf } from "./elf-symbols.js";
import { Fields, file, record } from "./made-recording.js";
import { readPerfData } from "./read-perf-data.js";
import { UserSymbols } from "./user-symbols.js";

interface Symbol {
  readonly name: string;
  readonly address: number;
  readonly bytes?: number;
  /** STB_LOCAL 0, STB_GLOBAL 1, STB_WEAK 2. */
  readonly binding?: number;
  /** STT_NOTYPE 0, STT_OBJECT 1, STT_FUNC 2. */
  readonly type?: number;
  /** 0: of another file; 1: the section of code. */
  readonly section?: number;
}

// The code is at 0x1000 in the file and is loaded at 0x401000; names of elf(5).
const CODE = { offset: 0x1000, address: 0x401000, bytes: 0x200 };
const BUILD_ID = "0123456789abcdef0123456789abcdef01234567";

/** An ELF file of 64 or 32 bits of either byte order with a table of symbols, SHT_SYMTAB or SHT_DYNSYM. */
function elf(symbols: readonly Symbol[], { wide = true, little = true, buildId = BUILD_ID, table = 2 } = {}): Buffer {
  const fields = () => new Fields(little);
  const word = (of: Fields, ...values: number[]) => (wide ? of.u64(...values) : of.u32(...values));
  const names = Buffer.from(`\0${symbols.map(({ name }) => `${name}\0`).join("")}`);
  const entries = fields();
  let nameAt = 1;
  for (const { name, address, bytes = 0, binding = 1, type = 2, section = 1 } of [
    { name: "", address: 0, section: 0 },
    ...symbols,
  ]) {
    const info = Uint8Array.of(16 * binding + type, 0);
    entries.u32(name === "" ? 0 : nameAt);
    if (wide) entries.raw(info).u16(section).u64(address, bytes);
    else entries.u32(address, bytes).raw(info).u16(section);
    nameAt += name === "" ? 0 : name.length + 1;
  }
  const note = fields()
    .u32(4, buildId.length / 2, 3)
    .raw(Buffer.from("GNU\0"))
    .raw(Buffer.from(buildId, "hex"))
    .bytes();
  const [headerBytes, segmentBytes, sectionBytes] = wide ? [64, 56, 64] : [52, 32, 40];
  const segmentsAt = headerBytes;
  const noteAt = segmentsAt + 2 * segmentBytes;
  const namesAt = noteAt + note.length;
  const entriesAt = namesAt + names.length;
  const sectionsAt = entriesAt + entries.bytes().length;

  const header = fields().raw(
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  );
  word(header.u16(3, 62).u32(1), 0, segmentsAt, sectionsAt).u32(0).u16(headerBytes, segmentBytes, 2, sectionBytes, 4, 0);
  const segment = (type: number, offset: number, address: number, bytes: number) => {
    if (wide) header.u32(type, 5).u64(offset, address, address, bytes, bytes, 8);
    else header.u32(type, offset, address, address, bytes, bytes, 5, 8);
  };
  segment(1, CODE.offset, CODE.address, CODE.bytes);
  segment(4, noteAt, 0, note.length);
  const sections = fields();
  const section = (type: number, address: number, offset: number, bytes: number, link = 0) => {
    word(word(sections.u32(0, type), 0, address, offset, bytes).u32(link, 0), 8, 24);
  };
  section(0, 0, 0, 0);
  section(1, CODE.address, CODE.offset, CODE.bytes);
  section(table, 0, entriesAt, entries.bytes().length, 3);
  section(3, 0, namesAt, names.length);
  return Buffer.concat([header.bytes(), note, names, entries.bytes(), sections.bytes()]);
}

const read = (bytes: Uint8Array) => readElf(byteFile({ file: "libx.so", bytes }));
const FUNCTIONS: readonly Symbol[] = [
  { name: "write", address: 0x401000, bytes: 0x20, binding: 2 },
  { name: "__GI___libc_write", address: 0x401000, bytes: 0x20, binding: 0 },
  { name: "__libc_write", address: 0x401000, bytes: 0x20 },
  { name: "a_table", address: 0x401030, bytes: 0x20, type: 1 },
  { name: "start", address: 0x401100, type: 0 },
  { name: "inner_label", address: 0x401148, type: 0, binding: 0 },
  { name: "loop", address: 0x401140, bytes: 0x40 },
  { name: "elsewhere", address: 0x401190, bytes: 8, section: 0 },
];

describe("readElf()", () => {
  for (const wide of [true, false]) {
    for (const little of [true, false]) {
      it(`finds functions in files of ${wide ? 64 : 32} bits, ${little ? "little" : "big"} endian`, () => {
        const symbols = read(elf(FUNCTIONS, { wide, little }));
        const at = (address: number) => symbols?.symbolAt(address);
        assert.equal(symbols?.buildId, BUILD_ID);
        assert.equal(symbols.complete, true);
        // Of several names perf prints the global one, with the fewest underscores, the longest: choose_best_symbol().
        assert.deepEqual([at(0x401000), at(0x40101f), at(0x401020)], ["__libc_write", "__libc_write", undefined]);
        assert.deepEqual([at(0x400fff), at(0x401035)], [undefined, undefined]);
        // A function without a size reaches to the next one; a label within one is none.
        assert.deepEqual([at(0x401100), at(0x40113f)], ["start", "start"]);
        assert.deepEqual([at(0x401140), at(0x401150), at(0x401180)], ["loop", "loop", undefined]);
        assert.equal(at(0x401194), undefined);
      });
    }
  }

  it("ends a last function without a size with its section", () => {
    const symbols = read(elf([{ name: "_init", address: 0x4011f0 }]));
    assert.deepEqual([symbols?.symbolAt(0x4011ff), symbols?.symbolAt(0x401200)], ["_init", undefined]);
  });

  it("says where a place of the file is loaded", () => {
    const symbols = read(elf([]));
    assert.deepEqual(
      [symbols?.addressOf(0x1010), symbols?.addressOf(0x1200), symbols?.addressOf(0)],
      [0x401010, undefined, undefined],
    );
  });

  it("gives nothing for what is no ELF file, or a damaged one", async () => {
    assert.equal(read(Buffer.from("#!/bin/sh\n")), undefined);
    const whole = elf(FUNCTIONS);
    for (let length = 0; length < whole.length; length++) read(whole.subarray(0, length));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (place, value) => {
        const damaged = Buffer.from(whole);
        damaged[place] = value;
        const symbols = read(damaged);
        for (let address = 0x400ff0; address < 0x401210; address += 16) symbols?.symbolAt(address);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("symbols of user code", () => {
  const USUAL = 1 | 2 | 4 | 32; // IP, TID, TIME, CALLCHAIN
  const mapping = (buildId: string | undefined) => {
    const id =
      buildId === undefined
        ? new Fields().u32(8, 1).u64(77, 0)
        : new Fields().raw(Uint8Array.of(20, 0, 0, 0)).raw(Buffer.from(buildId, "hex"));
    const body = new Fields().u32(7, 7).u64(0x7f0000001000n, 0x200, 0x1000).raw(id.bytes()).u32(5, 2).text("/lib/libx.so");
    return record(10, body.u32(7, 7).u64(1), buildId === undefined ? 2 : 2 | (1 << 14));
  };
  const sample = record(9, new Fields().u64(0x7f0000001150n).u32(7, 7).u64(2, 3, -512n, 0x7f0000001150n, 0x7f0000001004n), 2);
  const profileOf = (buildId: string | undefined, files: Readonly<Record<string, Buffer>>) =>
    readPerfData(byteFile({ file: "perf.data", bytes: file([{ sampleType: USUAL }], [mapping(buildId), sample]) }), {
      openUserFile: (path) => (files[path] ? byteFile({ file: path, bytes: files[path] }) : undefined),
    });
  const names = ({ samples, stacks, frames, symbols }: Profile) =>
    framesOf(stacks, samples.stack[0] as number).map((frame) => symbols[frames.symbol[frame] as number]);

  it("come from the file at hand that has the recorded build id", async () => {
    const profile = await profileOf(BUILD_ID, { "/lib/libx.so": elf(FUNCTIONS) });
    assert.deepEqual(names(profile), ["loop", "__libc_write"]);
    assert.deepEqual(profile.warnings, []);
  });

  it("come from the file for debuggers where that one was stripped of them", async () => {
    const debug = `/usr/lib/debug/.build-id/01/${BUILD_ID.slice(2)}.debug`;
    const stripped = elf(FUNCTIONS.slice(0, 1), { table: 11 });
    assert.deepEqual(names(await profileOf(BUILD_ID, { "/lib/libx.so": stripped })), [undefined, "write"]);
    const profile = await profileOf(BUILD_ID, { "/lib/libx.so": stripped, [debug]: elf(FUNCTIONS) });
    assert.deepEqual(names(profile), ["loop", "__libc_write"]);
  });

  it("do not come from another file of that name: the reason is said", async () => {
    const other = elf(FUNCTIONS, { buildId: "ff".repeat(20) });
    const profile = await profileOf(BUILD_ID, { "/lib/libx.so": other });
    assert.deepEqual(names(profile), [undefined, undefined]);
    const said = `/lib/libx.so (build id ${BUILD_ID} was recorded, the file at hand has ${"ff".repeat(20)})`;
    assert.deepEqual(
      profile.warnings.map(({ message }) => message),
      [`no symbols from a file that is not the recorded one: ${said}`],
    );
    const unknown = await profileOf(undefined, { "/lib/libx.so": elf(FUNCTIONS) });
    assert.deepEqual(names(unknown), [undefined, undefined]);
    assert.match(unknown.warnings[0]?.message ?? "", /the recording has no build id of it/);
  });

  it("are asked for once a file, and not for what is no file", () => {
    const asked: string[] = [];
    const symbols = new UserSymbols((path) => {
      asked.push(path);
      return undefined;
    });
    for (const name of ["/lib/a.so", "/lib/a.so", "//anon", "[vdso]", "[heap]"]) symbols.at({ name, buildId: BUILD_ID }, 5);
    assert.deepEqual(asked, ["/lib/a.so"]);
  });
});
