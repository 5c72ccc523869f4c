import { spawn, spawnSync } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { type Connection, privateConnection, socketAddress, writeConnectionFile } from "../notebook/connection.js";
import { kernelCommand } from "../notebook/kernel-command.js";
import { framesFromMessage, messageFromFrames, newMessage } from "../notebook/wire.js";

/** A kernel that is measured, ours or another. */
export interface KernelAbout {
  readonly name: string;
  readonly command: (connectionFile: string) => string[];
  readonly isHere: boolean;
  /** A cell that is run first. */
  readonly prepares?: string;
  /** A cell that declares a function and calls it. */
  readonly functionCell: (n: number) => string;
}

/** A running kernel of any make. */
export interface BenchedKernel {
  readonly pid: number;
  /** Resolves when the reply is there and the kernel idle. @throws Error for a cell that fails. */
  readonly execute: (code: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

const PYTHON = "/usr/bin/python3"; // Debian's, whatever else is first in PATH
const RECONNECT_MS = 5;
const HEARD_WITHIN_MS = 100;
/** As jupyter_client does: tslab now and then sees a first request only when a second one comes. */
const ASKED_AGAIN_MS = 1000;
/** Below those that Linux takes for outgoing connections (net.ipv4.ip_local_port_range). */
const KERNEL_PORTS = [20_000, 32_000] as const;
const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

const typeScript = (n: number) => `function f${n}(n: number): number { return n + ${n}; }\nf${n}(1)`;
const python = (n: number) => `def f${n}(n):\n    return n + ${n}\nf${n}(1)`;

/**
 * The kernels that are compared; the first is ours.
 *
 * @example
 * kernelsHere()[0].name // "linerate"
 */
export function kernelsHere(): KernelAbout[] {
  const ours = { command: (file: string) => kernelCommand(file), isHere: true, functionCell: typeScript };
  const tslab = join(dirname(createRequire(import.meta.url).resolve("tslab/package.json")), "bin", "tslab");
  const hasIpykernel = spawnSync(PYTHON, ["-c", "import ipykernel"], { stdio: "ignore" }).status === 0;
  return [
    { name: "linerate", ...ours },
    { name: "linerate, %typecheck off", ...ours, prepares: "%typecheck off" },
    {
      name: "tslab",
      command: (file) => [process.execPath, tslab, "kernel", "--config-path", file],
      isHere: true,
      functionCell: typeScript,
    },
    {
      name: "ipykernel",
      command: (file) => [PYTHON, "-m", "ipykernel_launcher", "-f", file],
      isHere: hasIpykernel,
      functionCell: python,
    },
  ];
}

/**
 * Starts a kernel over loopback, which all of them know. Resolves when it has answered a kernel_info_request.
 *
 * @example
 * typeof startBenched // "function"
 */
export async function startBenched(command: KernelAbout["command"]): Promise<BenchedKernel> {
  const folder = mkdtempSync(join(tmpdir(), "linerate-bench-"));
  const connection = await loopback();
  const file = join(folder, "connection.json");
  writeConnectionFile({ file, connection });
  const [program = "", ...args] = command(file);
  const child = spawn(program, args, { cwd: folder, stdio: "ignore" });
  const ended = once(child, "exit");
  const { key } = connection;
  const shell = new Dealer({ linger: 0, reconnectInterval: RECONNECT_MS });
  const iopub = new Subscriber({ linger: 0, reconnectInterval: RECONNECT_MS });
  shell.connect(socketAddress({ connection, channel: "shell" }));
  iopub.connect(socketAddress({ connection, channel: "iopub" }));
  iopub.subscribe();
  const idle = idleOf({ iopub, key });
  const send = async (type: string, content: object) => {
    const message = newMessage({ type, session: "bench", content: { ...content } });
    const isIdle = idle(message.header.msg_id);
    await shell.send(framesFromMessage({ message, key }) as Buffer[]);
    return { id: message.header.msg_id, isIdle };
  };
  const ask = async (type: string, content: object) => {
    const { id, isIdle } = await send(type, content);
    for (;;) {
      const reply = messageFromFrames({ frames: await shell.receive(), key });
      if (reply.parentHeader.msg_id === id) return { reply, isIdle };
    }
  };
  const answered = shell.receive().then(() => true);
  do await send("kernel_info_request", {});
  while (!(await Promise.race([answered, delay(ASKED_AGAIN_MS, false)])));
  let isHeard = false;
  return {
    pid: child.pid as number,
    execute: async (code) => {
      // A subscription has no acknowledgement: the kernel is asked again until it is heard.
      while (!isHeard) {
        const { isIdle } = await ask("kernel_info_request", {});
        isHeard = await Promise.race([isIdle.then(() => true), delay(HEARD_WITHIN_MS, false)]);
      }
      const options = { silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
      const { reply, isIdle } = await ask("execute_request", { code, ...options });
      if (reply.content.status !== "ok") throw new Error(`the cell failed: ${JSON.stringify(reply.content)}`);
      await isIdle;
    },
    end: async () => {
      child.kill("SIGKILL");
      await ended;
      shell.close();
      iopub.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Says when the kernel is idle after a request. */
function idleOf({ iopub, key }: { iopub: Subscriber; key: string }): (id: string) => Promise<void> {
  const waiting = new Map<string, () => void>();
  const listen = async () => {
    for await (const frames of iopub) {
      const { content, parentHeader } = messageFromFrames({ frames, key });
      if (content.execution_state === "idle") waiting.get(parentHeader.msg_id ?? "")?.();
    }
  };
  void listen();
  return (id) => new Promise((resolve) => waiting.set(id, resolve));
}

async function loopback(): Promise<Connection> {
  const servers = await Promise.all(PORTS.map(() => serverBelowEphemeral()));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  const named = Object.fromEntries(PORTS.map((name, index) => [name, ports[index]]));
  return { ...privateConnection(randomUUID()), transport: "tcp", ip: "127.0.0.1", ...named };
}

/**
 * Listens where no outgoing connection begins: a client that tries again and again to reach a port of that range is connected to
 * itself one day (TCP's simultaneous open), and the kernel finds its port taken.
 */
async function serverBelowEphemeral(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(randomInt(...KERNEL_PORTS), "127.0.0.1");
    try {
      await once(server, "listening");
      return server;
    } catch {} // somebody has it
  }
}
