// A cell that prints or shows without end: it is held to a bound, ends at an interrupt, again and again, and leaves the kernel as it was.
import assert from "node:assert/strict";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { it } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { startKernelClient } from "./client.js";
import { textPassed, textPieces } from "./text-room.js";
import { SharedState } from "./thread-messages.js";

const FLOODS = [
  "while (true) console.log(line);",
  "while (true) display(line);",
  "while (true) comm.send({ buffers: [bytes] });",
  'for (;;) { Promise.reject(new Error("x")); await new Promise((go) => setImmediate(go)); }',
  "await 1; for (;;) { try { while (true) process.stdout.write(line); } catch {} }",
];
const FLOODED = ["stream", "display_data", "comm_msg"];
const SHARED =
  'import { display, openComm } from "linerate"; const comm = openComm({ target: "flood" }); const bytes = new Uint8Array(1e7); let floods = 0; const line = "x".repeat(500) + "\\n";';
const LONG_CHARACTERS = 4_000_000;

it("what is on its way is bounded, and all of it arrives", async () => {
  const shared = new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
  const code = `
    const { parentPort, workerData: shared } = require("node:worker_threads");
    import(${JSON.stringify(new URL("text-room.js", import.meta.url).href)}).then(({ awaitRoom, textPieces, textSent }) => {
      for (const text of [...textPieces("x".repeat(${LONG_CHARACTERS})), ...Array(10_000).fill("y")]) {
        awaitRoom(shared);
        parentPort.postMessage(text);
        textSent({ shared, characters: text.length + 1024 });
      }
    });`;
  const sender = new Worker(code, { eval: true, workerData: shared });
  let characters = 0;
  let most = 0;
  sender.on("message", (text: string) => {
    most = Math.max(most, Atomics.load(shared, SharedState.charactersOnTheWay));
    characters += text.length;
    textPassed({ shared, characters: text.length + 1024 });
  });
  await once(sender, "exit");
  assert.equal(characters, LONG_CHARACTERS + 10_000);
  assert.ok(most > 0 && most < LONG_CHARACTERS / 10, String(most));
  assert.equal(shared[SharedState.charactersOnTheWay], 0);
});

it("pieces are the text, and no character is divided", () => {
  const long = fc.integer({ min: 0, max: 200_000 }).map((count) => `${"x".repeat(count)}😀${"😀".repeat(count / 2)}`);
  fc.assert(
    fc.property(long, (text) => {
      const pieces = textPieces(text);
      assert.ok(pieces.join("") === text);
      assert.ok(pieces.every((piece) => Buffer.from(piece).toString() === piece && piece.length <= 64 * 1024));
    }),
    { numRuns: 20 },
  );
});

for (const allow_stdin of [false, true]) {
  it(`a flood ends at an interrupt, twice, with the state kept, ${allow_stdin ? "in front of a person" : "in a run"}`, async () => {
    const kernel = await startKernelClient({ cwd: tmpdir() });
    try {
      await kernel.execute({ code: SHARED });
      for (const code of [...FLOODS, ...FLOODS]) {
        let reply: Promise<Readonly<Record<string, unknown>>> | undefined;
        await new Promise<void>((printed) => {
          const onMessage = ({ type }: { type: string }) => FLOODED.includes(type) && printed();
          const options = { code: `floods += 1; ${code}`, onMessage, allow_stdin };
          reply = kernel.execute(options);
        });
        assert.equal((await kernel.request({ type: "kernel_info_request" })).status, "ok");
        await kernel.interrupt();
        assert.equal((await reply)?.ename, "KeyboardInterrupt");
      }
      const { status, ename, evalue } = await kernel.execute({ code: "if (floods !== 10) throw new Error(String(floods));" });
      assert.deepEqual({ status, ename, evalue }, { status: "ok", ename: undefined, evalue: undefined });
    } finally {
      await kernel.close();
    }
  });
}

it("20 MB of one cell arrive whole", async () => {
  const kernel = await startKernelClient({ cwd: tmpdir() });
  try {
    const parts: string[] = [];
    await kernel.execute({
      code: 'for (let line = 0; line < 40_000; line++) console.log(line, "x".repeat(500));',
      onMessage: ({ type, content }) => {
        if (type === "stream") parts.push(String(content.text));
      },
    });
    const expected = Array.from({ length: 40_000 }, (_, line) => `${line} ${"x".repeat(500)}\n`).join("");
    assert.ok(parts.join("") === expected);
  } finally {
    await kernel.close();
  }
});
