import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { framesFromMessage, messageFromFrames, newMessage, WireError } from "./wire.js";

// Signed by Debian's python3-jupyter-client 7.4.9: Session(key=b"67.2 ns").sign([...]).
const KEY = "67.2 ns";
const SIGNED = [
  "<IDS|MSG>",
  "01c35c1bbb48e8b13794bce22b24c1d80b380961a3bb338dd6a254f5d8ecbab9",
  '{"msg_id":"1","msg_type":"execute_request","session":"s"}',
  "{}",
  "{}",
  '{"code":"1"}',
].map((part) => Buffer.from(part));

describe("messageFromFrames()", () => {
  it("takes a message that Jupyter's own client signed", () => {
    const { header, content } = messageFromFrames({ frames: [Buffer.from("client"), ...SIGNED], key: KEY });
    assert.equal(header.msg_type, "execute_request");
    assert.deepEqual(content, { code: "1" });
  });

  it("refuses another key, a changed frame, and a signature of another length", () => {
    const refuses = (frames: readonly Buffer[], key = KEY) =>
      assert.throws(() => messageFromFrames({ frames, key }), {
        name: "WireError",
        message: "not a Jupyter message: the signature is wrong",
      });
    refuses(SIGNED, "67.3 ns");
    refuses(SIGNED.with(5, Buffer.from('{"code":"2"}')));
    refuses(SIGNED.with(1, Buffer.from("")));
    refuses(SIGNED.with(1, Buffer.from("01c3")));
  });

  it("refuses frames that are missing, and what is signed and is no message", () => {
    const signed = (header: string, content: string) => {
      const message = { ...newMessage({ type: "x", session: "s", content: {} }), content: content as never };
      return framesFromMessage({ message: { ...message, header: header as never }, key: KEY });
    };
    const reasonOf = (frames: readonly Uint8Array[]) => {
      try {
        messageFromFrames({ frames, key: KEY });
      } catch (error) {
        return (error as Error).message;
      }
      return undefined;
    };
    assert.equal(reasonOf([]), "not a Jupyter message: no delimiter frame");
    assert.equal(reasonOf(SIGNED.slice(0, 4)), "not a Jupyter message: frames are missing after the delimiter");
    assert.equal(reasonOf(signed("a string", "another")), "not a Jupyter message: a frame is no JSON object");
    assert.equal(reasonOf(signed({} as never, {} as never)), "not a Jupyter message: the header has no msg_id");
  });

  it("throws WireError and nothing else, whatever the frames", () => {
    const part = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...SIGNED));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (frames) => {
        try {
          messageFromFrames({ frames, key: KEY });
        } catch (error) {
          assert.ok(error instanceof WireError);
        }
      }),
    );
  });
});

describe("framesFromMessage()", () => {
  it("writes what messageFromFrames() reads", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.uint8Array()), (value, identities) => {
        const content = JSON.parse(JSON.stringify(value));
        const parent = newMessage({ type: "execute_request", session: "client", content: {} });
        const message = { ...newMessage({ type: "stream", session: "kernel", content, parent }), identities };
        const read = messageFromFrames({ frames: framesFromMessage({ message, key: KEY }), key: KEY });
        assert.deepEqual(read, { ...message, content });
      }),
    );
  });
});
