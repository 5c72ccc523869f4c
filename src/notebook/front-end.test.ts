// What a front end does that our own client does not: it answers questions and opens comms.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Dealer, Subscriber } from "zeromq";
import { privateConnection, socketAddress, writeConnectionFile } from "./connection.js";
import { ENGINES } from "./engine.js";
import { kernelCommand } from "./kernel-command.js";
import { framesFromMessage, type Message, type MessageContent, messageFromFrames, newMessage } from "./wire.js";

for (const engine of ENGINES) {
  describe(`a front end of the ${engine} engine`, () => {
    const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
    const connection = privateConnection(join(folder, "socket"));
    const { key } = connection;
    const routingId = "front end"; // the same on shell and stdin, as the protocol wants it
    const shell = new Dealer({ linger: 0, routingId });
    const stdin = new Dealer({ linger: 0, routingId });
    const control = new Dealer({ linger: 0, routingId });
    const iopub = new Subscriber({ linger: 0 });
    const received: Message[] = [];
    const waiting: { type: string; resolve: (message: Message) => void }[] = [];
    let kernel: ChildProcess;

    const send = (socket: Dealer, type: string, content: MessageContent, buffers: Uint8Array[] = []) => {
      const message = newMessage({ type, session: "front end", content, buffers });
      return socket.send(framesFromMessage({ message, key }) as Buffer[]);
    };
    const receive = async (socket: Dealer) => messageFromFrames({ frames: await socket.receive(), key });
    const next = (type: string) => new Promise<Message>((resolve) => waiting.push({ type, resolve }));
    const listen = async () => {
      for await (const frames of iopub) {
        const message = messageFromFrames({ frames, key });
        received.push(message);
        const at = waiting.findIndex(({ type }) => type === message.header.msg_type);
        if (at >= 0) waiting.splice(at, 1)[0]?.resolve(message);
      }
    };
    const execute = async (code: string, allow_stdin = false) => {
      await send(shell, "execute_request", { code, allow_stdin });
      return async () => (await receive(shell)).content;
    };

    before(async () => {
      const file = join(folder, "connection.json");
      writeConnectionFile({ file, connection });
      const [program = "", ...args] = kernelCommand(file, { engine });
      const env = { ...process.env, JPY_PARENT_PID: String(process.pid) };
      kernel = spawn(program, args, { cwd: folder, env, stdio: "ignore" });
      shell.connect(socketAddress({ connection, channel: "shell" }));
      stdin.connect(socketAddress({ connection, channel: "stdin" }));
      control.connect(socketAddress({ connection, channel: "control" }));
      iopub.connect(socketAddress({ connection, channel: "iopub" }));
      iopub.subscribe();
      void listen();
      while (received.length === 0) {
        await send(shell, "kernel_info_request", {});
        await receive(shell);
        await new Promise((go) => setTimeout(go, 20));
      }
    });
    after(async () => {
      const ended = new Promise((resolve) => kernel.once("exit", resolve));
      kernel.kill("SIGKILL");
      await ended;
      for (const socket of [shell, stdin, control, iopub]) socket.close();
      rmSync(folder, { recursive: true });
    });

    it("answers what a cell asks, one question after the other", async () => {
      const reply = await execute(
        'import { input } from "linerate";\nconst both = await Promise.all([input("Link? "), input("Key? ", { password: true }), input("No text? "), input("Last? ")]);\nconsole.log(both.join());',
        true,
      );
      const shown = next("stream");
      for (const [prompt, password, value] of [
        ["Link? ", false, "eth0"],
        ["Key? ", true, "67.2"],
        ["No text? ", false, { toString: 1 }],
        ["Last? ", false, "end"],
      ] as const) {
        const asked = await receive(stdin);
        assert.equal(asked.header.msg_type, "input_request");
        assert.deepEqual(asked.content, { prompt, password });
        await send(stdin, "input_reply", { value });
      }
      assert.equal((await reply()).status, "ok");
      assert.equal((await shown).content.text, "eth0,67.2,,end\n");
    });

    it("opens a comm, talks over it with bytes, and is told of one that nobody wants", async () => {
      const listening = await execute(
        'import { onCommOpen } from "linerate";\nonCommOpen({ target: "echo", listener: (comm, { data }) => { comm.send({ data: { opened: data } }); comm.onMessage(({ buffers }) => comm.send({ buffers })); } });',
      );
      assert.equal((await listening()).status, "ok");
      const opened = next("comm_msg");
      await send(shell, "comm_open", { comm_id: "c1", target_name: "echo", data: { ns: 67.2 } });
      assert.deepEqual((await opened).content, { comm_id: "c1", data: { opened: { ns: 67.2 } } });
      const echoed = next("comm_msg");
      await send(shell, "comm_msg", { comm_id: "c1", data: {} }, [Buffer.from([1, 2])]);
      assert.deepEqual([...((await echoed).buffers[0] ?? [])], [1, 2]);
      const refused = next("comm_close");
      await send(shell, "comm_open", { comm_id: "c2", target_name: "nobody", data: {} });
      assert.equal((await refused).content.comm_id, "c2");
      await send(shell, "comm_info_request", {});
      assert.deepEqual((await receive(shell)).content, { status: "ok", comms: { c1: { target_name: "echo" } } });
    });

    for (const whose of ["no cell", "a cell"]) {
      it(`ends a comm's listener by an interrupt, while ${whose} waits`, async () => {
        const listening = await execute(
          'import { onCommOpen } from "linerate";\nonCommOpen({ target: "loop", listener: () => { console.log("at work"); while (true) {} } });',
        );
        assert.equal((await listening()).status, "ok");
        const cell = whose === "a cell" ? await execute("await new Promise(() => 0)") : undefined;
        const [printed, id] = [next("stream"), `loop for ${whose}`];
        await send(shell, "comm_open", { comm_id: id, target_name: "loop", data: {} });
        const { parentHeader } = await printed;
        const isIdle = ({ header, content, parentHeader: of }: Message) =>
          header.msg_type === "status" && content.execution_state === "idle" && of.msg_id === parentHeader.msg_id;
        await send(control, "interrupt_request", {});
        assert.equal((await receive(control)).content.status, "ok");
        if (cell) assert.equal((await cell()).ename, "KeyboardInterrupt");
        while (!received.some(isIdle)) await new Promise((go) => setTimeout(go, 5));
        assert.equal((await (await execute("1"))()).status, "ok");
      });
    }

    it("gets a comm that a cell opens", async () => {
      const open = next("comm_open");
      const close = next("comm_close");
      const reply = await execute(
        'import { openComm } from "linerate";\nopenComm({ target: "view", data: { ns: 1 } }).close();',
      );
      const { comm_id, ...content } = (await open).content;
      assert.deepEqual(content, { target_name: "view", data: { ns: 1 } });
      assert.equal((await close).content.comm_id, comm_id);
      assert.equal((await reply()).status, "ok");
    });
  });
}
