// The kernel's process as strangers meet it: clients without the key, fuzzed frames, parents that die.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { Dealer, Request } from "zeromq";
import { KernelClient, startKernelClient } from "./client.js";
import { type Connection, privateConnection, socketAddress, writeConnectionFile } from "./connection.js";
import { kernelCommand } from "./kernel-command.js";
import { framesFromMessage, messageFromFrames, newMessage } from "./wire.js";

const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
after(() => rmSync(folder, { recursive: true }));

const [program = "", ...args] = kernelCommand(join(folder, "connection.json"));

function connectionIn(name: string): { connection: Connection; file: string } {
  const file = join(folder, `${name}.json`);
  const connection = privateConnection(join(folder, name));
  writeConnectionFile({ file, connection });
  return { connection, file };
}

function commandFor(file: string): [string, string[]] {
  return [program, [...args.slice(0, -1), file]];
}

const ended = (process: ChildProcess) =>
  new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    process.once("exit", (code, signal) => resolve({ code, signal }));
  });

class ShellClient {
  readonly key: string;
  readonly socket: Dealer = new Dealer({ linger: 0 });

  constructor(connection: Connection) {
    this.key = connection.key;
    this.socket.connect(socketAddress({ connection, channel: "shell" }));
  }

  frames(type: string, content: object): Buffer[] {
    const message = newMessage({ type, session: "test", content: { ...content } });
    return framesFromMessage({ message, key: this.key }) as Buffer[];
  }

  async reply(): Promise<ReturnType<typeof messageFromFrames>> {
    return messageFromFrames({ frames: await this.socket.receive(), key: this.key });
  }

  async ask(type: string, content: object = {}): Promise<ReturnType<typeof messageFromFrames>> {
    await this.socket.send(this.frames(type, content));
    return this.reply();
  }
}

describe("a kernel among strangers", () => {
  const { connection, file } = connectionIn("fuzzed");
  let kernel: ChildProcess;
  let client: ShellClient;

  before(async () => {
    kernel = spawn(...commandFor(file), { stdio: "ignore", env: { ...process.env, JPY_PARENT_PID: String(process.pid) } });
    client = new ShellClient(connection);
    await client.ask("kernel_info_request");
  });
  after(async () => {
    client.socket.close();
    kernel.kill("SIGKILL");
    await ended(kernel);
  });

  it("runs no code without the right signature, nor any message twice", async () => {
    const marker = join(folder, "ran");
    const write = `require("node:fs").appendFileSync(${JSON.stringify(marker)}, "x");`;
    const right = client.frames("execute_request", { code: write });
    const stranger = Object.assign(Object.create(client), { key: "guessed" }) as ShellClient;
    const wrong = [
      stranger.frames("execute_request", { code: write }),
      right.with(1, Buffer.from("")),
      right.with(1, Buffer.alloc(64, "0")),
      right.with(5, Buffer.from(JSON.stringify({ code: `${write} ` }))),
    ];
    for (const frames of wrong) await client.socket.send(frames);
    assert.equal((await client.ask("execute_request", { code: "1" })).content.status, "ok");
    assert.equal(existsSync(marker), false);

    await client.socket.send(right);
    assert.equal((await client.reply()).content.status, "ok");
    await client.socket.send(right);
    const size = `require("node:fs").statSync(${JSON.stringify(marker)}).size`;
    const { content } = await client.ask("execute_request", { code: "1", user_expressions: { size } });
    assert.deepEqual((content.user_expressions as { size: { data: object } }).size.data, { "text/plain": "1" });
  });

  it("refuses JSON that is cut, and a message that comes again by another socket", async () => {
    const message = newMessage({ type: "execute_request", session: "test", content: '{"code": "1' as never });
    await client.socket.send(framesFromMessage({ message, key: client.key }) as Buffer[]);
    const marker = join(folder, "ran again");
    const write = `require("node:fs").appendFileSync(${JSON.stringify(marker)}, "x");`;
    const right = client.frames("execute_request", { code: write });
    await client.socket.send(right);
    assert.equal((await client.reply()).content.status, "ok");
    const control = new ShellClient({ ...connection, shell_port: connection.control_port });
    await control.socket.send(right);
    assert.equal((await control.ask("kernel_info_request")).content.status, "ok");
    control.socket.close();
    assert.equal(readFileSync(marker, "utf8"), "x");
  });

  it("answers what is nested deep, but for a header, and runs cells afterwards", async () => {
    const deep = "[".repeat(5000) + "]".repeat(5000);
    const send = (type: string, content: string, { metadata = "{}", more = "" } = {}) => {
      const { header } = newMessage({ type, session: "test", content });
      const body = [JSON.stringify(header).replace("{", `{${more}`), "{}", metadata, content];
      const signature = body.reduce((hmac, part) => hmac.update(part), createHmac("sha256", client.key)).digest("hex");
      return client.socket.send(["<IDS|MSG>", signature, ...body]);
    };
    await send("comm_open", `{"comm_id": "deep", "target_name": "nobody", "data": {"deep": ${deep}}}`);
    await send("kernel_info_request", "{}", { more: `"deep": ${deep},` });
    for (const [content, rest] of [
      [`{"code": "1", "allow_stdin": ${deep}}`, {}],
      ['{"code": "1"}', { metadata: `{"deep": ${deep}}` }],
    ] as const) {
      await send("execute_request", content, rest);
      const reply = await client.reply();
      assert.equal(reply.header.msg_type, "execute_reply");
      assert.equal(reply.content.status, "ok");
    }
  });

  it("answers a user expression of any name", async () => {
    const content = JSON.parse('{"code": "1", "user_expressions": {"__proto__": "40 + 2"}}');
    const { user_expressions } = (await client.ask("execute_request", content)).content;
    assert.match(JSON.stringify(user_expressions), /^\{"__proto__":\{"status":"ok","data":\{"text\/plain":"42"\}/);
  });

  it("drops who declares a message of 1 GB, and answers the others", async () => {
    const socket = connect(socketAddress({ connection, channel: "shell" }).slice("ipc://".length));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined).resume();
    // ZMTP 3.0: greeting, READY of a DEALER, then a long frame.
    const greeting = Buffer.concat([Buffer.from("ff00000000000000007f0300", "hex"), Buffer.from("NULL"), Buffer.alloc(48)]);
    const ready = Buffer.from("\x05READY\x0bSocket-Type\0\0\0\x06DEALER", "latin1");
    socket.write(Buffer.concat([greeting, Buffer.from([4, ready.length]), ready]));
    const declared = Buffer.alloc(9, 0);
    declared[0] = 2;
    declared.writeBigUInt64BE(2n ** 30n, 1);
    socket.write(Buffer.concat([declared, Buffer.alloc(100)]));
    await closed;
    assert.equal((await client.ask("kernel_info_request")).content.status, "ok");
  });

  it("survives random frames, also rightly signed ones, and answers afterwards", async () => {
    const right = client.frames("execute_request", { code: "1" });
    const frame = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(...right),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), (frames) => client.socket.send(frames)),
      { numRuns: 300 },
    );
    // Signed, and of any shape: no reply can be counted on, so the answer that matters is the one after them.
    const types = ["execute_request", "complete_request", "inspect_request", "history_request", "is_complete_request", "x"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), fc.jsonValue({ maxDepth: 2 }), async (type, value) => {
        const content = { code: value, cursor_pos: value, n: value, pattern: value, silent: value, user_expressions: value };
        await client.socket.send(client.frames(type, typeof value === "string" ? {} : content));
      }),
      { numRuns: 100 },
    );
    const noText = { toString: 1, valueOf: 1 }; // and cannot become one
    for (const [type, field] of [
      ...types.map((type) => [type, "code"]),
      ["linerate_prepare_request", "codes"],
      ["comm_open", "comm_id"],
    ])
      await client.socket.send(client.frames(type as string, { [field as string]: noText }));
    await client.socket.send(client.frames("kernel_info_request", { last: true }));
    let reply = await client.reply();
    while (reply.header.msg_type !== "kernel_info_reply") reply = await client.reply();
    assert.equal(reply.content.status, "ok");
  });

  it("echoes heartbeats", async () => {
    const heartbeat = new Request({ linger: 0 });
    heartbeat.connect(socketAddress({ connection, channel: "hb" }));
    await heartbeat.send("ping");
    assert.deepEqual((await heartbeat.receive()).map(String), ["ping"]);
    heartbeat.close();
  });

  it("survives what is no heartbeat, and answers the next one", async () => {
    const stranger = new Dealer({ linger: 0 });
    stranger.connect(socketAddress({ connection, channel: "hb" }));
    for (const frames of [["no delimiter"], ["", ""], [""], ["", "ping"]]) await stranger.send(frames);
    for (let echo = ""; echo !== "ping"; ) echo = (await stranger.receive()).map(String).join("");
    stranger.close();
    const heartbeat = new Request({ linger: 0 });
    heartbeat.connect(socketAddress({ connection, channel: "hb" }));
    await heartbeat.send("ping");
    assert.deepEqual((await heartbeat.receive()).map(String), ["ping"]);
    heartbeat.close();
  });
});

describe("a kernel's end", () => {
  it("comes with a shutdown_request: exit code 0, and no socket is left", async () => {
    const { connection, file } = connectionIn("shutdown");
    const kernel = spawn(...commandFor(file), { stdio: "ignore" });
    const end = ended(kernel);
    const control = new ShellClient({ ...connection, shell_port: connection.control_port });
    const { header, content } = await control.ask("shutdown_request", { restart: false });
    assert.equal(header.msg_type, "shutdown_reply");
    assert.deepEqual(content, { status: "ok", restart: false });
    assert.deepEqual(await end, { code: 0, signal: null });
    control.socket.close();
    for (const port of [1, 2, 3, 4, 5]) assert.equal(existsSync(join(folder, `shutdown-${port}`)), false);
  });

  it("comes with its parent's, even in a loop that never ends", async () => {
    const { connection, file } = connectionIn("orphan");
    const command = JSON.stringify(commandFor(file));
    const script = `const [program, args] = ${command};
      const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
      require("node:child_process").spawn(program, args, { env, stdio: ["ignore", "inherit", "ignore"], detached: true });`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    // The kernel holds the other end of this pipe: it closes when both processes have ended.
    const bothEnded = new Promise((resolve) => parent.stdout?.once("close", resolve));
    parent.stdout?.resume();
    const client = new ShellClient(connection);
    const marker = join(folder, "looping");
    const code = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, ""); while (true) {}`;
    await client.ask("kernel_info_request");
    await client.socket.send(client.frames("execute_request", { code }));
    parent.kill("SIGKILL");
    await bothEnded;
    client.socket.close();
  });

  const shell = (pipe: string) => `%sh sleep 1000 > '${pipe}'`;
  for (const [how, { end, cell: code = shell }] of Object.entries<{
    end: (kernel: KernelClient) => unknown;
    cell?: (pipe: string) => string;
  }>({
    "a shutdown": { end: (kernel) => kernel.close() },
    "a kill": { end: (kernel) => kernel.kill("the test ends it") },
    "a SIGTERM": { end: ({ pid = 0 }) => process.kill(pid, "SIGTERM") },
    "an exit": { end: () => undefined, cell: () => "process.exit(0);" },
  })) {
    it(`takes with it what its cells have started: ${how}`, async () => {
      const kernel = await startKernelClient({ cwd: folder });
      const pipe = join(folder, `${how}.pipe`);
      execFileSync("mkfifo", [pipe]);
      // The last of them that ends closes the pipe; one of them ends by SIGKILL only, and one is in no group of the kernel's.
      const closed = readFile(pipe, "utf8");
      const stubborn = "trap '' TERM; echo started; while true; do sleep 1; done";
      const { status } = await kernel.execute({
        code: `import { spawn } from "node:child_process";
          import { openSync } from "node:fs";
          const out = openSync(${JSON.stringify(pipe)}, "w");
          spawn("sleep", ["1000"], { stdio: ["ignore", out, "ignore"] });
          const child = spawn("sh", ["-c", ${JSON.stringify(stubborn)}], { stdio: ["ignore", "pipe", "ignore", out] });
          await new Promise((started) => child.stdout?.once("data", started));
          import { Worker } from "node:worker_threads";
          const apart = 'const { parentPort, workerData } = require("node:worker_threads"); require("node:child_process").spawn("sleep", ["1000"], { detached: true, stdio: ["ignore", workerData, "ignore"] }); parentPort.postMessage("started");';
          const thread = new Worker(apart, { eval: true, workerData: out });
          await new Promise((started) => thread.once("message", started));`,
      });
      assert.equal(status, "ok");
      const cell = kernel.execute({ code: code(pipe) }).catch(() => undefined);
      await end(kernel);
      await cell;
      assert.equal(await closed, "");
    });
  }

  it("comes with a shutdown, whatever cells do when the process leaves", async () => {
    const kernel = await startKernelClient({ cwd: folder });
    const code = 'process.on("exit", () => { while (true) {} });\nprocess.exit = (() => undefined) as never;';
    assert.equal((await kernel.execute({ code })).status, "ok");
    const cell = assert.rejects(kernel.execute({ code: "await new Promise(() => 0);" }), /ended by SIGKILL$/);
    await kernel.close();
    await cell;
  });

  for (const [how, { end, says }] of Object.entries({
    "an error nobody catches": {
      end: 'throw new Error("the test ends this thread")',
      says: /it said:\nlinerate kernel: Error: the test/,
    },
    "an exit": { end: "process.exit(0)", says: /ended by SIGKILL$/ },
    // V8 ends the thread, and zeromq, whose sockets are open, the process.
    "a full heap": {
      end: "for (const all = []; ; ) all.push(new Array(1e4).fill(all.length));",
      says: /^the kernel process ended/,
    },
  })) {
    it(`comes with that of the worker thread alone, also in a loop, and nothing is left: ${how}`, async () => {
      const [preload, marker, pipe] = ["cjs", "marker", "pipe"].map((name) => join(folder, `worker ${how}.${name}`)) as [
        string,
        string,
        string,
      ];
      // Runs in each thread of the kernel, and ends the one that has the sockets when a cell says so.
      writeFileSync(
        preload,
        `const { isMainThread, workerData } = require("node:worker_threads");
        const { existsSync } = require("node:fs");
        if (!isMainThread && workerData?.connection) setInterval(() => { if (existsSync(${JSON.stringify(marker)})) { ${end} } }, 5);`,
      );
      execFileSync("mkfifo", [pipe]);
      const closed = readFile(pipe, "utf8"); // ends when the kernel and its child have
      const { NODE_OPTIONS } = process.env;
      process.env.NODE_OPTIONS = `--max-old-space-size=150 --require ${JSON.stringify(preload)}`; // MB, of each thread
      const kernel = new KernelClient({ cwd: folder });
      if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
      else process.env.NODE_OPTIONS = NODE_OPTIONS;
      await kernel.ready();
      const code = `import { spawn } from "node:child_process";
        import { openSync, writeFileSync } from "node:fs";
        const out = openSync(${JSON.stringify(pipe)}, "w");
        spawn("sleep", ["1000"], { stdio: ["ignore", out, "ignore"] });
        writeFileSync(${JSON.stringify(marker)}, "");
        while (true) {}`;
      await assert.rejects(kernel.execute({ code }), { name: "KernelDiedError", message: says });
      assert.equal(await closed, "");
      await kernel.close();
    });
  }

  it("in the middle of a cell fails the cell with the reason, and nothing is left", async () => {
    const kernel = await startKernelClient({ cwd: folder });
    const pipe = join(folder, "killed.pipe");
    execFileSync("mkfifo", [pipe]);
    const closed = readFile(pipe, "utf8"); // ends when the kernel and its child have
    const code = `import { spawn } from "node:child_process";
      import { openSync } from "node:fs";
      spawn("sleep", ["1000"], { stdio: ["ignore", openSync(${JSON.stringify(pipe)}, "w"), "ignore"] });
      process.kill(process.pid, "SIGKILL");
      await new Promise(() => 0);`;
    await assert.rejects(kernel.execute({ code }), {
      name: "KernelDiedError",
      message: "the kernel process ended by SIGKILL",
    });
    assert.equal(await closed, "");
    await assert.rejects(kernel.execute({ code: "1" }), /ended by SIGKILL/);
    await kernel.close();
  });
});
