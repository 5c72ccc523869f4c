import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { looksLikeNstat, nstatRates, parseNstat } from "./nstat.js";
import { ParseError } from "./parse-error.js";

const parse = (text: string) => parseNstat({ file: "nstat.txt", text });
const specimen = (name: string) => readFileSync(new URL(`../../data/specimens/nstat/${name}`, import.meta.url), "utf8");
const values = (name: string) => new Map(parse(specimen(name)).rows.map(({ name, value }) => [name, value]));

describe("parseNstat()", () => {
  it("reads a row by value, beyond 2^53 too", () => {
    const text = "#kernel\nIpExtInOctets                   18446744073709551615     0.0\n";
    assert.deepEqual(parse(text).rows, [{ line: 2, snapshot: 1, name: "IpExtInOctets", value: 2n ** 64n - 1n, perSecond: 0 }]);
    assert.throws(() => parse(text.replace("615", "616")), /counter below 2\^64/);
    const json = '{"kernel":{"IpExtInOctets":18446744073709551615}}\n';
    assert.deepEqual(parse(json).rows, [{ line: 1, snapshot: 1, name: "IpExtInOctets", value: 2n ** 64n - 1n }]);
  });

  it("counts every datagram that was sent once, received or without room", () => {
    const after = values("after.txt");
    assert.equal(after.get("UdpOutDatagrams"), 400_000n);
    assert.equal((after.get("UdpInDatagrams") ?? 0n) + (after.get("UdpInErrors") ?? 0n), 400_000n);
    assert.ok((after.get("UdpRcvbufErrors") ?? 0n) > 0n);
  });

  it("reads the same of JSON as of the table, and of increments as of two snapshots", () => {
    assert.deepEqual(values("after.json"), values("after.txt"));
    const [before, after] = [values("before.txt"), values("after.txt")];
    const grown = [...after].flatMap(([name, value]) => {
      const delta = value - (before.get(name) ?? 0n);
      return delta > 0n ? [[name, delta] as const] : [];
    });
    assert.deepEqual([...values("increments.txt")], grown);
  });

  it("tells outputs of one capture apart, with the rates of the daemon and the warning of nstat's own overflow", () => {
    const { rows, warnings } = parse(specimen("daemon-overflow.txt"));
    assert.deepEqual(
      rows.map(({ snapshot, name, perSecond }) => [snapshot, name, perSecond]),
      [
        [1, "IpInReceives", 3685.6],
        [1, "UdpInDatagrams", 0],
        [1, "UdpInErrors", 0.1],
        [2, "IpInReceives", 0],
        [2, "UdpInDatagrams", 0],
      ],
    );
    assert.match(warnings[0]?.message ?? "", /overflow of UdpInDatagrams/);
  });

  it("reads pretty JSON, quoted in a mail, below a prompt", () => {
    const text = '> $ nstat -jp\n> {\n>     "kernel": {\n>         "UdpInErrors": 3\n>     }\n> }\n';
    const { rows, skipped } = parse(text);
    assert.deepEqual([rows.length, rows[0]?.name, rows[0]?.value], [1, "UdpInErrors", 3n]);
    assert.deepEqual(
      skipped.map(({ line }) => line),
      [1],
    );
  });

  it("names what is cut", () => {
    assert.throws(() => parse("#kernel\nUdpInDatagrams                  1964"), {
      name: "ParseError",
      message: 'nstat.txt:2: expected a counter of nstat: name, value, rate: "UdpInDatagrams                  1964"',
    });
    assert.throws(() => parse(specimen("after.json").slice(0, 500)), /expected the JSON of nstat -j, whole/);
    assert.throws(() => parse('{"kernel":{"UdpInErrors":-3}}'), /expected a counter of nstat/);
    for (const text of ["", "#kernel\n", '{"kernel":{}}\n', "kernel\n"]) assert.throws(() => parse(text), ParseError);
  });
});

describe("looksLikeNstat()", () => {
  it("knows the table and the JSON, and no list of hashes", () => {
    assert.ok(looksLikeNstat(specimen("increments.txt")) && looksLikeNstat(specimen("after.json")));
    assert.ok(looksLikeNstat('{"1234.1804289383 sampling_interval=1 time_const=60":{"UdpInErrors":1}}'));
    assert.ok(!looksLikeNstat("#kernel\nlinux 6.1\n"));
  });
});

describe("nstatRates()", () => {
  it("gives rates of what grew, and refuses a reset and what goes up and down", () => {
    const before = { file: "before", rows: parse(specimen("before.txt")).rows };
    const after = { file: "after", rows: parse(specimen("after.txt")).rows };
    const { rates, refused } = nstatRates({ before, after, seconds: 5 });
    assert.equal(rates.find(({ name }) => name === "UdpOutDatagrams")?.perSecond, 80_000);
    assert.deepEqual(
      refused.map(({ name, reason }) => [name, reason]),
      [["MPTcpExtMPCurrEstab", "not a counter"]],
    );
    const back = nstatRates({ before: after, after: before, seconds: 5 });
    assert.ok(back.refused.some(({ name, reason }) => name === "UdpInErrors" && reason === "reset"));
  });
});
