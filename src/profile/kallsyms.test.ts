import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { kernelSymbolAddress, kernelSymbolAt, parseKallsyms } from "./kallsyms.js";

const parse = (text: string) => parseKallsyms({ file: "kallsyms", bytes: new TextEncoder().encode(text) });

// The form of /proc/kallsyms: kernel/kallsyms.c, s_show(). Addresses are made up.
const KERNEL = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000000 T _text
ffffffff81000040 t do_idle
ffffffff81001000 T memset
ffffffff81001000 T __memset
ffffffff81001000 W __pi_memset
ffffffff81001100 r a_table
ffffffff82000000 B __bss_start
ffffffffc0592000 t veth_poll	[veth]
ffffffffc0592000 r __this_module	[veth]
ffffffffc0591000 t pktgen_xmit	[pktgen]
ffffffffc0690000 t bpf_prog_6deef7357e7b4530_xdp_drop	[bpf]
`;

describe("parseKallsyms()", () => {
  const kallsyms = parse(KERNEL);
  const at = (address: bigint) => kernelSymbolAt(kallsyms, address);

  it("gives the symbol that reaches over an address, with the offset", () => {
    assert.deepEqual(at(0xffffffff8100_0050n), { name: "do_idle", module: "", offsetBytes: 0x10 });
    assert.deepEqual(at(0xffffffff8100_0fffn), { name: "do_idle", module: "", offsetBytes: 0xfbf });
  });

  it("names the last of several symbols at an address, as perf script 6.1 does", () => {
    assert.equal(at(0xffffffff8100_1010n)?.name, "__pi_memset");
    assert.equal(at(0xffffffff8100_0000n)?.name, "_text");
  });

  it("knows modules and BPF programs, whatever their order in the file", () => {
    assert.deepEqual(at(0xffffffffc059_1004n), { name: "pktgen_xmit", module: "pktgen", offsetBytes: 4 });
    assert.deepEqual(at(0xffffffffc059_2004n), { name: "veth_poll", module: "veth", offsetBytes: 4 });
    assert.equal(at(0xffffffffc069_0000n)?.module, "bpf");
  });

  it("ends the last symbol of the kernel, and of all, behind its page: perf's symbols__fixup_end()", () => {
    assert.equal(at(0xffffffff8200_0fffn)?.name, "__bss_start");
    assert.equal(at(0xffffffff8200_1000n), undefined);
    assert.equal(at(0xffffffffc069_0fffn)?.name, "bpf_prog_6deef7357e7b4530_xdp_drop");
    assert.equal(at(0xffffffffc069_1000n), undefined);
    assert.equal(at(0xffffffff80ff_ffffn), undefined);
  });

  it("leaves out what is no code or data of the kernel: absolute and read-only symbols, mapping symbols of ARM", () => {
    assert.equal(at(0xffffffff8100_1100n)?.name, "__pi_memset");
    assert.equal(kernelSymbolAt(parse("c0100000 T _text\nc0100004 t $x\n"), 0xc0100004n)?.name, "_text");
  });

  it("finds the address of a reference symbol that is an alias", () => {
    assert.equal(kernelSymbolAddress(kallsyms, "_stext"), 0xffffffff8100_0000n);
    assert.equal(kernelSymbolAddress(kallsyms, "_sinittext"), undefined);
  });

  it("reads gzip, and a last line without its end", () => {
    const zipped = parseKallsyms({ file: "kallsyms.gz", bytes: gzipSync(KERNEL.trimEnd()) });
    assert.deepEqual({ ...zipped, file: "", bytes: 0 }, { ...kallsyms, file: "", bytes: 0 });
  });

  it("refuses a file whose addresses are hidden, and says what to do", () => {
    const hidden = "0000000000000000 T _text\n0000000000000000 T memset\n0000000000000000 t veth_poll\t[veth]\n";
    assert.throws(() => parse(hidden), {
      name: "ParseError",
      message: /^kallsyms: expected kernel addresses, .*\(kptr_restrict\).*record again with `sudo cat \/proc\/kallsyms`/,
    });
    assert.throws(() => parse(""), /expected kernel addresses/);
  });

  it("refuses what is no symbol, with its line", () => {
    const message = 'kallsyms:2: expected a symbol of /proc/kallsyms, `address type name`: "Permission denied"';
    assert.throws(() => parse("ffffffff81000000 T _text\nPermission denied\n"), { name: "ParseError", message });
    assert.throws(() => parse("ffffffff81000000 T _text\nffffffff81000040 t"), /kallsyms:2:/);
    assert.throws(() => parse("1ffffffff81000000 T _text\n"), /kallsyms:1:/);
    assert.throws(() => parseKallsyms({ file: "k", bytes: gzipSync(KERNEL).subarray(0, 60) }), /a whole gzip file/);
  });

  it("agrees with a search through all symbols", () => {
    const symbol = fc.record({
      page: fc.constantFrom(0x7fn, 0xffffffff81n, 0xffffffffc0n),
      low: fc.bigInt({ min: 1n, max: 40n }),
      module: fc.constantFrom("", "", "veth"),
    });
    fc.assert(
      fc.property(fc.array(symbol, { minLength: 1, maxLength: 30 }), symbol, (symbols, wanted) => {
        const all = symbols.map(({ page, low, module }, index) => ({ address: page * 256n + low, module, name: `s${index}` }));
        const text = all.map(({ address, name, module }) => {
          return `${address.toString(16).padStart(16, "0")} T ${name}${module && `\t[${module}]`}\n`;
        });
        const address = wanted.page * 256n + wanted.low;
        const before = all.filter((one) => one.address <= address);
        const start = before.reduce((most, one) => (one.address > most ? one.address : most), -1n);
        const last = before.filter((one) => one.address === start).at(-1);
        const after = all.filter((one) => one.address > address);
        const end = after.reduce((least, one) => (one.address < least ? one.address : least), 2n ** 64n);
        const next = all.filter((one) => one.address === end).at(-1);
        const isLastOfKind = next === undefined || (next.module === "") !== (last?.module === "");
        const expected = isLastOfKind && address >= (start / 4096n + 2n) * 4096n ? undefined : last;
        const found = kernelSymbolAt(parse(text.join("")), address);
        assert.equal(found?.name, expected?.name);
        assert.equal(found?.module, expected?.module);
      }),
    );
  });

  it("reads hostile files in linear time: one long line, a module for each symbol", () => {
    assert.throws(() => parse("f".repeat(10_000_000)), /kallsyms:1:/);
    assert.throws(() => parse(`ffffffff81000000 T ${"x".repeat(10_000_000)}`.replace("T ", "T")), /kallsyms:1:/);
    const lines = Array.from({ length: 100_000 }, (_, index) => `${(0x1000_0000 + index).toString(16)} t a\t[m${index}]\n`);
    assert.equal(parse(lines.join("")).modules.length, 100_001);
    assert.equal(parse("ffffffff81000000 T a]\n".repeat(100_000)).length, 1);
  });
});
