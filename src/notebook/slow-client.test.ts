// Clients of iopub that read slowly or not at all: they cost the kernel little memory and little time, and nobody else a message.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { privateConnection, socketAddress, writeConnectionFile } from "./connection.js";
import { kernelCommand } from "./kernel-command.js";
import { framesFromMessage, type Message, type MessageContent, messageFromFrames, newMessage } from "./wire.js";

const SHOWN = 4000;
const CHARACTERS = 100_000;
const MB = 1e6;
/** Of 400 MB that are shown, a client that does not read may cost this. */
const MOST_MB = 100;
const SHOW = `for (let index = 0; index < count; index++) display(displayable({ "text/plain": index + "x".repeat(${CHARACTERS}) }));`;

describe("clients of iopub", () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  const connection = privateConnection(join(folder, "socket"));
  const { key } = connection;
  const shell = new Dealer({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  const reader = new Subscriber({ linger: 0 });
  const read: Message[] = [];
  let kernel: ChildProcess;

  const decoded = (frames: Buffer[]) => messageFromFrames({ frames, key });
  const ask = async (type: string, content: MessageContent = {}, socket = shell) => {
    const message = newMessage({ type, session: "test", content });
    await socket.send(framesFromMessage({ message, key }) as Buffer[]);
    return async () => decoded(await socket.receive()).content;
  };
  const subscribed = async (options: { receiveHighWaterMark: number }) => {
    const subscriber = new Subscriber({ linger: 0, ...options });
    subscriber.connect(socketAddress({ connection, channel: "iopub" }));
    subscriber.subscribe();
    await delay(500); // a subscription has no acknowledgement
    return subscriber;
  };
  const indices = (messages: readonly Message[]) =>
    messages.filter(({ header }) => header.msg_type === "display_data").map((message) => Number.parseInt(textOf(message), 10));
  const isIdle = ({ content }: Message) => content.execution_state === "idle";
  /** Resolves when the reader, who reads all, has this many times seen the kernel idle. */
  const idle = async (times: number) => {
    while (read.filter(isIdle).length < times) await delay(10);
  };

  before(async () => {
    const file = join(folder, "connection.json");
    writeConnectionFile({ file, connection });
    const [program = "", ...args] = kernelCommand(file);
    const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
    kernel = spawn(program, args, { cwd: folder, env, stdio: "ignore" });
    shell.connect(socketAddress({ connection, channel: "shell" }));
    control.connect(socketAddress({ connection, channel: "control" }));
    await (await ask("kernel_info_request"))();
    reader.connect(socketAddress({ connection, channel: "iopub" }));
    reader.subscribe();
    await delay(500);
    void (async () => {
      for await (const frames of reader) read.push(decoded(frames));
    })();
    const code = 'import { display, displayable } from "linerate";';
    assert.equal((await (await ask("execute_request", { code }))()).status, "ok");
    await idle(1);
  });
  after(async () => {
    const ended = new Promise((resolve) => kernel.once("exit", resolve));
    kernel.kill("SIGKILL");
    await ended;
    for (const socket of [shell, control, reader]) socket.close();
    rmSync(folder, { recursive: true });
  });

  it("who reads slowly gets everything", async () => {
    const count = 300;
    const slow = await subscribed({ receiveHighWaterMark: 1 });
    read.length = 0;
    const reply = await ask("execute_request", { code: SHOW.replace("count", String(count)) });
    const got: Message[] = [];
    for (let pauses = 0; !got.some(isIdle); ) {
      got.push(decoded(await slow.receive()));
      if (got.length >= 60 * (pauses + 1)) {
        pauses += 1;
        await delay(1000);
      }
    }
    assert.equal((await reply()).status, "ok");
    assert.deepEqual(indices(got), [...Array(count).keys()]);
    slow.close();
    await idle(1);
    assert.deepEqual(indices(read), [...Array(count).keys()]);
  });

  it("who does not read is waited for once, costs little memory, and misses what does not fit; others miss nothing", async () => {
    const stopped = await subscribed({ receiveHighWaterMark: 1 });
    read.length = 0;
    const before = peakMb(kernel);
    const reply = await ask("execute_request", { code: SHOW.replace("count", String(SHOWN)) });
    assert.equal((await reply()).status, "ok");
    await idle(1);
    assert.deepEqual(indices(read), [...Array(SHOWN).keys()]);
    const costs = peakMb(kernel) - before;
    assert.ok(costs < MOST_MB, `${costs} MB`);

    const got: Message[] = [];
    void (async () => {
      for await (const frames of stopped) got.push(decoded(frames));
    })();
    while (indices(got).length <= 50) await delay(10);
    await delay(500); // for the rest of what waited for it
    assert.equal((await (await ask("execute_request", { code: SHOW.replace("count", "5") }))()).status, "ok");
    while (indices(got).filter((index) => index === 4).length < 2) await delay(10);
    const kept = indices(got).slice(0, -5);
    assert.deepEqual(kept, [...kept.keys()], "what it gets is the beginning, without a gap");
    assert.ok(kept.length < SHOWN, String(kept.length));
    assert.deepEqual(indices(got).slice(-5), [0, 1, 2, 3, 4]);
    stopped.close();
  });

  it("while one is waited for, the kernel answers, and an interrupt ends the cell", async () => {
    const stopped = await subscribed({ receiveHighWaterMark: 1 });
    read.length = 0;
    const reply = await ask("execute_request", { code: SHOW.replace("index < count", "") });
    for (let seen = -1; seen < read.length; ) {
      seen = read.length;
      await delay(1500); // it goes no further
    }
    const waiting = read.length;
    const info = await ask("kernel_info_request", {}, control);
    assert.equal((await info()).status, "ok");
    assert.equal(read.length, waiting, "the answer came while output waited");
    const interrupted = await ask("interrupt_request", {}, control);
    assert.equal((await interrupted()).status, "ok");
    assert.equal(read.length, waiting, "and so did this one");
    assert.equal((await reply()).ename, "KeyboardInterrupt");
    stopped.close();
  });
});

function textOf({ content }: Message): string {
  return String((content.data as MessageContent)["text/plain"]);
}

/** The most memory that a process has had. */
function peakMb({ pid }: ChildProcess): number {
  const kb = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kb) * 1024) / MB;
}
