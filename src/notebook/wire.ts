import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Jupyter's header of a message; field names are the protocol's. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
}

/** The object a message carries; its fields depend on the type and are checked where they are used. */
export interface MessageContent {
  readonly [field: string]: unknown;
}

/** A message of the Jupyter messaging protocol, without its signature. */
export interface Message<Content = MessageContent> {
  /** Routing frames of the sender, returned with the reply; a topic on iopub. */
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  /** The header of the request that caused this message; `{}` when there is none. */
  readonly parentHeader: MessageHeader | Record<string, never>;
  readonly metadata: MessageContent;
  readonly content: Content;
  /** Bytes that come with it, of a comm. */
  readonly buffers: readonly Uint8Array[];
}

/** Frames that are no message of a holder of the key. Nothing of them was used. */
export class WireError extends Error {
  constructor(reason: string) {
    super(`not a Jupyter message: ${reason}`);
    this.name = "WireError";
  }
}

/**
 * A request of our own client, on the shell: `codes` are the cells that it is about to send. The reply comes when what they need is
 * read.
 */
export const PREPARE_REQUEST = "linerate_prepare_request";

export const PROTOCOL_VERSION = "5.4";

const DELIMITER = Buffer.from("<IDS|MSG>");

/**
 * A message with a fresh id and the current time, in answer to `parent` when there is one.
 *
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html, "General Message Format".
 * @example
 * newMessage({ type: "status", session: "s", content: { execution_state: "idle" } }).header.msg_type // "status"
 */
export function newMessage<Content>({
  type,
  session,
  content,
  parent,
  metadata = {},
  buffers = [],
}: {
  type: string;
  session: string;
  content: Content;
  parent?: Message | undefined;
  metadata?: MessageContent | undefined;
  buffers?: readonly Uint8Array[] | undefined;
}): Message<Content> {
  return {
    identities: parent?.identities ?? [],
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session,
      username: "linerate",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    },
    parentHeader: parent?.header ?? {},
    metadata,
    content,
    buffers,
  };
}

/**
 * The frames of a message on the wire: identities, delimiter, HMAC-SHA256 of the four JSON frames, these, and the buffers.
 * Content that is a string is JSON already.
 *
 * Source: "The Wire Protocol" of the Jupyter messaging protocol.
 * @example
 * framesFromMessage({ message: newMessage({ type: "status", session: "s", content: {} }), key: "k" }).length // 6
 */
export function framesFromMessage({ message, key }: { message: Message<MessageContent | string>; key: string }): Uint8Array[] {
  const { header, parentHeader, metadata, content, buffers } = message;
  const json = typeof content === "string" ? content : JSON.stringify(content);
  const body = [...[header, parentHeader, metadata].map((part) => JSON.stringify(part)), json].map((text) => Buffer.from(text));
  return [...message.identities, DELIMITER, Buffer.from(signature({ body, key })), ...body, ...buffers];
}

/**
 * The message of the frames, once their signature is found right (compared in constant time).
 *
 * @throws WireError for frames that are cut, unsigned, signed with another key or no JSON; nothing is parsed before the check.
 * @example
 * messageFromFrames({
 *   frames: framesFromMessage({ message: newMessage({ type: "status", session: "s", content: { a: 1 } }), key: "k" }),
 *   key: "k",
 * }).content // { a: 1 }
 */
export function messageFromFrames({ frames, key }: { frames: readonly Uint8Array[]; key: string }): Message {
  const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
  if (delimiter < 0) throw new WireError("no delimiter frame");
  const [signed, ...rest] = frames.slice(delimiter + 1);
  const body = rest.slice(0, 4);
  if (!signed || body.length < 4) throw new WireError("frames are missing after the delimiter");
  const expected = Buffer.from(signature({ body, key }));
  if (expected.length !== signed.length || !timingSafeEqual(expected, signed)) throw new WireError("the signature is wrong");
  const [header, parentHeader, metadata, content] = body.map(jsonObject);
  return {
    identities: frames.slice(0, delimiter),
    header: checkedHeader(header ?? {}),
    parentHeader: parentHeader as unknown as Message["parentHeader"],
    metadata: metadata ?? {},
    content: content ?? {},
    buffers: rest.slice(4),
  };
}

function signature({ body, key }: { body: readonly Uint8Array[]; key: string }): string {
  const hmac = createHmac("sha256", key);
  for (const part of body) hmac.update(part);
  return hmac.digest("hex");
}

function jsonObject(frame: Uint8Array): MessageContent {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(frame).toString("utf8"));
  } catch {
    throw new WireError("a frame is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WireError("a frame is no JSON object");
  return value as MessageContent;
}

function checkedHeader(header: MessageContent): MessageHeader {
  for (const field of ["msg_id", "msg_type", "session"]) {
    if (typeof header[field] !== "string") throw new WireError(`the header has no ${field}`);
  }
  for (const [field, value] of Object.entries(header)) {
    // It is written again with each answer: what is nested without end could not be.
    if (Object(value) === value) throw new WireError(`the header has an object as ${field}`);
  }
  return header as unknown as MessageHeader;
}
