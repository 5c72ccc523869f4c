import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parseConnection, privateConnection, readConnectionFile, socketAddress, writeConnectionFile } from "./connection.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

// As jupyter_client writes it.
const FROM_JUPYTER = {
  shell_port: 53794,
  iopub_port: 53795,
  stdin_port: 53796,
  control_port: 53797,
  hb_port: 53798,
  ip: "127.0.0.1",
  key: "a0436f6c-1916-498b-8eb9-e81ab9368e84",
  transport: "tcp",
  signature_scheme: "hmac-sha256",
  kernel_name: "linerate",
};
const parse = (fields: object) => parseConnection({ file: "kernel.json", text: JSON.stringify(fields) });
const refuses = (fields: object, reason: RegExp) =>
  assert.throws(() => parse(fields), { name: "ConnectionError", message: reason });

describe("parseConnection()", () => {
  it("reads a connection file of Jupyter", () => {
    const connection = parse(FROM_JUPYTER);
    assert.equal(socketAddress({ connection, channel: "control" }), "tcp://127.0.0.1:53797");
  });

  it("refuses what it cannot serve safely", () => {
    refuses({ ...FROM_JUPYTER, key: "" }, /^kernel\.json: expected a key/);
    refuses({ ...FROM_JUPYTER, ip: "0.0.0.0" }, /expected a loopback address: got 0\.0\.0\.0/);
    refuses({ ...FROM_JUPYTER, signature_scheme: "hmac-md5" }, /expected signature_scheme hmac-sha256: got "hmac-md5"/);
    refuses({ ...FROM_JUPYTER, transport: "udp" }, /expected transport tcp or ipc: got "udp"/);
    refuses({ ...FROM_JUPYTER, hb_port: 70_000 }, /expected hb_port, a port number: got 70000/);
    refuses([], /expected a key/);
    assert.throws(() => parseConnection({ file: "kernel.json", text: "{" }), /expected a connection file in JSON/);
  });
});

describe("connection files", () => {
  it("are read by their owner alone and say what was written", () => {
    const file = join(folder, "connection.json");
    const connection = privateConnection(join(folder, "socket"));
    writeConnectionFile({ file, connection });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readConnectionFile(file), connection);
  });

  it("replace a file that others could read", () => {
    const file = join(folder, "old.json");
    writeFileSync(file, "", { mode: 0o644 });
    writeConnectionFile({ file, connection: privateConnection(join(folder, "socket")) });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, "utf8"), /hmac-sha256/);
  });

  it("name the file that is missing", () => {
    assert.throws(
      () => readConnectionFile(join(folder, "none.json")),
      /none\.json: the connection file cannot be read \(ENOENT\)/,
    );
  });
});
