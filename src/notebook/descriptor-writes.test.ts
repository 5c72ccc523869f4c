// What a cell writes by file descriptors is the cell's, in order with what it prints.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type KernelClient, startKernelClient } from "./client.js";

describe("a write to a file descriptor", () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  let kernel: KernelClient;
  before(async () => {
    kernel = await startKernelClient({ cwd: folder });
    const imports = 'import * as fs from "node:fs"; import { promisify } from "node:util"; import { once } from "node:events";';
    await kernel.execute({ code: imports });
  });
  after(async () => {
    await kernel.close();
    rmSync(folder, { recursive: true });
  });

  /** What the cell printed: a stream's name where it changes, and its text. */
  const printedBy = async (code: string): Promise<string> => {
    let printed = "";
    let stream: unknown = "stdout";
    const reply = await kernel.execute({
      code,
      onMessage: ({ type, content: { name, text } }) => {
        if (type !== "stream") return;
        printed += name === stream ? text : `<${name}>${text}`;
        stream = name;
      },
    });
    assert.equal(reply.status, "ok", String(reply.evalue));
    return printed;
  };

  const ROWS: Readonly<Record<string, readonly [code: string, printed: string]>> = {
    "writeSync, of text and of bytes": [
      'fs.writeSync(1, "a"); fs.writeSync(1, Buffer.from("xbcx"), 1, 2); fs.writeSync(1, Buffer.from("xdx"), { offset: 1, length: 1 } as never); fs.writeSync(1, "ZQ==", null, "base64");',
      "abcde",
    ],
    "write, by callback and by promise": [
      'await new Promise((go) => fs.write(1, "a", go)); const { bytesWritten } = await promisify(fs.write)(1, Buffer.from("bc")); console.log(bytesWritten);',
      "abc2\n",
    ],
    writev: [
      'fs.writevSync(1, [Buffer.from("a"), Buffer.from("b")]); await promisify(fs.writev)(2, [Buffer.from("c")]);',
      "ab<stderr>c",
    ],
    "a stream on the descriptor": [
      'const stream = fs.createWriteStream("", { fd: 1, autoClose: false }); stream.end("a\\n"); await once(stream, "finish");',
      "a\n",
    ],
    "whole files": [
      'fs.writeFileSync(1, "a"); fs.appendFileSync("/dev/stdout", "b"); fs.writeFileSync("/dev/stderr", Buffer.from("c")); await promisify(fs.appendFile)("/dev/fd/1", "d"); await fs.promises.writeFile("/proc/self/fd/1", "e", "utf8");',
      "ab<stderr>c<stdout>de",
    ],
    "a character in pieces": ["fs.writeSync(1, Buffer.from([0xe2, 0x82])); fs.writeSync(1, Buffer.from([0xac]));", "€"],
    "in order with what is printed": [
      'console.log("1"); fs.writeSync(1, "2\\n"); console.log("3"); fs.writeSync(2, "4"); console.error("5");',
      "1\n2\n3\n<stderr>45\n",
    ],
    "of a child whose streams are crossed": [
      'const { spawn, spawnSync } = await import("node:child_process"); await once(spawn("sh", ["-c", "echo a"], { stdio: ["ignore", 2, 1] }), "close"); spawnSync("sh", ["-c", "echo b >&2"], { stdio: ["ignore", "ignore", process.stdout] });',
      "<stderr>a\n<stdout>b\n",
    ],
  };
  for (const [name, [code, printed]] of Object.entries(ROWS)) {
    it(name, async () => assert.equal(await printedBy(code), printed));
  }

  it("to another file goes there", async () => {
    const file = JSON.stringify(join(folder, "file"));
    const code = `const fd = fs.openSync(${file}, "w"); fs.writeSync(fd, "a"); fs.closeSync(fd); fs.appendFileSync(${file}, "b");`;
    assert.equal(await printedBy(code), "");
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "ab");
  });

  it("of what has no bytes is refused by Node", async () => {
    const { ename, evalue } = await kernel.execute({ code: "fs.writeSync(1, 5 as never)" });
    assert.match(`${ename}: ${evalue}`, /^TypeError: The "buffer" argument must be/);
  });
});
