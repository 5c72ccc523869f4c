import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** What a connection file holds; field names are the protocol's. */
export interface Connection {
  readonly transport: "ipc" | "tcp";
  /** Address for tcp; for ipc the path that `-<port>` is appended to. */
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly signature_scheme: "hmac-sha256";
  /** Of the HMAC; never empty here. */
  readonly key: string;
}

/** The five sockets of a kernel. */
export const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof CHANNELS)[number];

/** A connection file that a kernel cannot be started from. */
export class ConnectionError extends Error {
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.name = "ConnectionError";
  }
}

const LOCAL = /^(?:127\.\d+\.\d+\.\d+|localhost)$/;

/**
 * The address of one socket, as zeromq wants it.
 *
 * @example
 * socketAddress({ connection: privateConnection("/run/lab/kernel"), channel: "iopub" }) // "ipc:///run/lab/kernel-2"
 */
export function socketAddress({ connection, channel }: { connection: Connection; channel: Channel }): string {
  const { transport, ip } = connection;
  const port = connection[`${channel}_port`];
  return transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${ip}:${port}`;
}

/**
 * A connection over Unix sockets `<path>-1` to `<path>-5` with a random key. The folder should be readable by its owner alone.
 *
 * @example
 * privateConnection("/run/lab/kernel").key.length // 64
 */
export function privateConnection(path: string): Connection {
  return {
    transport: "ipc",
    ip: path,
    shell_port: 1,
    iopub_port: 2,
    stdin_port: 3,
    control_port: 4,
    hb_port: 5,
    signature_scheme: "hmac-sha256",
    key: randomBytes(32).toString("hex"),
  };
}

/**
 * Writes a connection file that only its owner may read: its key lets whoever holds it run code.
 *
 * @example
 * typeof writeConnectionFile // "function"
 */
export function writeConnectionFile({ file, connection }: { file: string; connection: Connection }): void {
  rmSync(file, { force: true }); // the mode holds for a new file only
  writeFileSync(file, JSON.stringify(connection, null, 1), { mode: 0o600, flag: "wx" });
}

/**
 * Reads the connection file that a Jupyter front end wrote.
 *
 * @throws ConnectionError when it is missing, is no JSON, lacks a field, has no key or asks for another signature.
 * @example
 * parseConnection({ file: "kernel.json", text: JSON.stringify(privateConnection("/run/lab/kernel")) }).transport // "ipc"
 */
export function parseConnection({ file, text }: { file: string; text: string }): Connection {
  let fields: Record<string, unknown>;
  try {
    fields = Object(JSON.parse(text));
  } catch {
    throw new ConnectionError(file, "expected a connection file in JSON, as Jupyter writes it");
  }
  const refuse = (reason: string): never => {
    throw new ConnectionError(file, reason);
  };
  const { transport = "tcp", signature_scheme: scheme = "hmac-sha256", ip, key } = fields;
  if (transport !== "tcp" && transport !== "ipc") refuse(`expected transport tcp or ipc: got ${JSON.stringify(transport)}`);
  if (scheme !== "hmac-sha256") refuse(`expected signature_scheme hmac-sha256: got ${JSON.stringify(scheme)}`);
  if (typeof key !== "string" || key === "") refuse("expected a key: linerate runs no unsigned message");
  if (typeof ip !== "string" || ip === "") refuse("expected an ip");
  if (transport === "tcp" && !LOCAL.test(String(ip))) refuse(`expected a loopback address: got ${ip}`);
  for (const channel of CHANNELS) {
    const port = fields[`${channel}_port`];
    if (!(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536)) {
      refuse(`expected ${channel}_port, a port number: got ${JSON.stringify(port)}`);
    }
  }
  return { ...fields, transport, signature_scheme: scheme } as unknown as Connection;
}

/**
 * Reads and checks a connection file.
 *
 * @throws ConnectionError as `parseConnection`, and when the file cannot be read.
 * @example
 * (() => { try { readConnectionFile("/nowhere.json") } catch (error) { return error.name } })() // "ConnectionError"
 */
export function readConnectionFile(file: string): Connection {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConnectionError(file, `the connection file cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  return parseConnection({ file, text });
}
