import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import fc from "fast-check";
import { OutputPace } from "./output-pace.js";
import type { ToWorker } from "./thread-messages.js";
import { type Message, newMessage } from "./wire.js";

/** The limits of a Jupyter server as it comes: bytes per second, and over how many. */
const SERVER_BYTES_PER_S = 1e6;
const SERVER_WINDOW_MS = 3000;
const STEP_MS = 100;

const person = newMessage({ type: "execute_request", session: "s", content: { allow_stdin: true } }) as Message;
const runner = newMessage({ type: "execute_request", session: "s", content: { allow_stdin: false } }) as Message;
const text = (written: string, parent = person): ToWorker => ({ type: "text", stream: "stdout", text: written, parent });
const ended: ToWorker = { type: "ended", id: 1, outcome: { status: "ok", text: null } };

describe("the pace of output", () => {
  /** What is delivered, and when, by a clock that stands still but for `pass`. */
  const started = () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let nowMs = 0;
    const delivered: { atMs: number; message: ToWorker }[] = [];
    const pace = new OutputPace({ deliver: (message) => void delivered.push({ atMs: nowMs, message }) });
    const pass = (ms: number) => {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs += STEP_MS;
        mock.timers.tick(STEP_MS);
      }
    };
    const texts = () =>
      delivered.flatMap(({ atMs, message }) => (message.type === "text" ? [{ atMs, text: message.text }] : []));
    return { pace, pass, delivered, texts, end: () => mock.timers.reset() };
  };

  it("in front of a person stays below a server's limit, loses nothing, and lets the cell end last", () => {
    const line = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constant("x".repeat(700_000)),
      fc.constant("\u001b😀".repeat(200_000)),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const { pace, pass, delivered, texts, end } = started();
        for (const written of lines) pace.receive(text(written));
        pace.receive(ended);
        pass(1000 * SERVER_WINDOW_MS);
        end();
        assert.equal(
          texts()
            .map((part) => part.text)
            .join(""),
          lines.join(""),
        );
        assert.equal(delivered.at(-1)?.message, ended);
        for (const { atMs } of texts()) {
          const inWindow = texts().filter((part) => part.atMs <= atMs && part.atMs > atMs - SERVER_WINDOW_MS);
          const bytes = inWindow.reduce((sum, part) => sum + Buffer.byteLength(JSON.stringify(part.text)), 0);
          assert.ok(bytes / (SERVER_WINDOW_MS / 1000) < SERVER_BYTES_PER_S);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("is that of the cell where nobody is asked, where little is printed, and after an interrupt", () => {
    const { pace, delivered, end } = started();
    pace.receive(text("x".repeat(5_000_000), runner));
    pace.receive(text("x".repeat(2_000_000)));
    const before = delivered.length;
    pace.receive(text("x".repeat(2_000_000)));
    pace.receive(ended);
    assert.notEqual(delivered.at(-1)?.message, ended);
    pace.lift();
    end();
    assert.equal(before, 2);
    assert.equal(delivered.at(-1)?.message, ended);
  });

  it("begins anew when the kernel is idle, as a server's does", () => {
    const { pace, delivered, end } = started();
    for (let cell = 0; cell < 5; cell++) {
      pace.receive(text("x".repeat(2_000_000)));
      pace.receive(ended);
      assert.equal(delivered.at(-1)?.message, ended);
      pace.idle();
    }
    end();
  });

  it("counts nothing of what was before the kernel was idle", () => {
    const { pace, pass, delivered, end } = started();
    pace.receive(text("x".repeat(2_000_000)));
    pace.idle();
    for (let piece = 0; piece < 4; piece++) pace.receive(text("x".repeat(2_000_000)));
    pace.receive(ended);
    pass(8 * SERVER_WINDOW_MS);
    end();
    assert.equal(delivered.at(-1)?.message, ended);
  });
});
