// What the kernel does while a cell is at work, and how it is stopped. The order of events is asserted, no times.
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import { type KernelClient, startKernelClient } from "./client.js";

let kernel: KernelClient;

before(async () => {
  kernel = await startKernelClient({ cwd: tmpdir() });
  await kernel.execute({ code: "let counted = 0;" });
});
after(() => kernel.close());

type Reply = Readonly<Record<string, unknown>>;

/** Starts a cell; resolves when it has printed something, to the promise of its reply. */
async function started(code: string): Promise<{ reply: Promise<Reply> }> {
  let reply: Promise<Reply> | undefined;
  await new Promise<void>((printed) => {
    reply = kernel.execute({ code, onMessage: ({ type }) => type === "stream" && printed() });
  });
  return { reply: reply as Promise<Reply> };
}

async function shownBy(code: string): Promise<unknown> {
  let value: unknown;
  await kernel.execute({
    code,
    onMessage: ({ type, content }) => {
      if (type === "execute_result") value = (content.data as Reply)["text/plain"];
    },
  });
  return value;
}

const AT_WORK = {
  "a loop": 'console.log("at work"); while (true) {}',
  "a loop that prints": 'while (true) console.log("at work");',
  "a pending await": 'console.log("at work"); await new Promise(() => 0);',
  "a loop after an await": 'await 1; console.log("at work"); while (true) {}',
  "a loop of awaits that wait for nothing": 'console.log("at work"); while (true) await 1;',
  "a loop in a timer": 'setTimeout(() => { console.log("at work"); while (true) {} }); await new Promise(() => 0);',
  "a loop that catches everything":
    'await 1; console.log("at work"); while (true) { try { while (true) {} } catch {} finally { continue; } }',
  "a wait for another thread":
    'console.log("at work"); const memory = new Int32Array(new SharedArrayBuffer(4)); while (true) Atomics.wait(memory, 0, 0);',
  "a child process it waits for":
    'import { execSync } from "node:child_process"; console.log("at work"); execSync("sleep 1000; true");',
  "a command of the shell": "%sh echo at work; sleep 1000; true",
  "a regular expression": `await 1; console.log("at work"); /^(?:a+)+$/.test("${"a".repeat(50)}b");`,
};

describe("while a cell is at work", () => {
  for (const [name, code] of Object.entries(AT_WORK)) {
    it(`${name}: the kernel answers, ends it when asked, and keeps the state`, async () => {
      const before = Number(await shownBy("++counted"));
      const events: string[] = [];
      const { reply } = await started(code);
      const ended = reply.then((content) => {
        events.push(String(content.ename));
      });
      assert.equal((await kernel.request({ type: "kernel_info_request" })).status, "ok");
      const completed = await kernel.request({ type: "complete_request", content: { code: "Math.sqr", cursor_pos: 8 } });
      assert.ok((completed.matches as string[]).includes("sqrt"));
      events.push("answered");
      await kernel.interrupt();
      await ended;
      assert.deepEqual(events, ["answered", "KeyboardInterrupt"]);
      assert.equal(await shownBy("++counted"), String(before + 1));
    });
  }

  it("a cell that is interrupted again and again leaves timers, promises and variables whole", async () => {
    await kernel.execute({ code: "let ticks = 0; const clock = setInterval(() => { ticks += 1; }, 1);" });
    const codes = Object.values(AT_WORK)
      .filter((code) => !code.startsWith("%"))
      .map((code) => `counted++; ${code}`);
    const before = Number(await shownBy("counted"));
    for (const code of codes) {
      const { reply } = await started(code);
      await kernel.interrupt();
      assert.equal((await reply).ename, "KeyboardInterrupt");
    }
    assert.equal(await shownBy("counted"), String(before + codes.length));
    const ticks = "const then = ticks; await new Promise((go) => setTimeout(go, 20)); clearInterval(clock); ticks > then";
    assert.equal(await shownBy(ticks), "true");
  });

  it("output appears before the cell ends", async () => {
    const shown = await started('import { display } from "linerate"; display(67.2); console.log("printed"); while (true) {}');
    await kernel.interrupt();
    assert.equal((await shown.reply).ename, "KeyboardInterrupt");
  });
});

describe("an interrupt", () => {
  it("of a cell whose figure is being drawn leaves later figures to be drawn", async () => {
    await kernel.execute({
      code: 'import { budgetFigure } from "linerate"; const figure = budgetFigure({ ghz: 3, costs: [] });',
    });
    const { reply } = await started('console.log("at work"); figure');
    await kernel.interrupt();
    await reply;
    let types: string[] = [];
    await kernel.execute({
      code: "figure",
      onMessage: ({ type, content }) => {
        if (type === "execute_result") types = Object.keys(content.data as Reply);
      },
    });
    assert.ok(types.includes("image/png"), String(types));
  });

  it("while the output of a child that has ended is shown, and one after it, leaves other children alone", async () => {
    const other =
      'const other = spawn("sleep", ["1000"]); let end = "none"; other.on("exit", (_code, signal) => { end = String(signal); });';
    const { status } = await kernel.execute({ code: `import { execSync, spawn } from "node:child_process"; ${other}` });
    assert.equal(status, "ok");
    let reply: Promise<Reply> | undefined;
    await new Promise<void>((printed) => {
      const code = 'execSync("yes 67.2 | head -c 20000000", { stdio: "inherit" });';
      // In front of a person text is paced: what the child wrote takes half a minute to show.
      const options = { code, allow_stdin: true, onMessage: ({ type }: { type: string }) => type === "stream" && printed() };
      reply = kernel.execute(options);
    });
    await kernel.interrupt();
    assert.equal((await reply)?.ename, "KeyboardInterrupt");
    const later = await started('console.log("at work"); await new Promise(() => 0);');
    await kernel.interrupt();
    assert.equal((await later.reply).ename, "KeyboardInterrupt");
    assert.equal(await shownBy("await new Promise((go) => setTimeout(go, 50)); end"), "'none'");
    await kernel.execute({ code: "other.kill();" });
  });

  it("between cells does nothing", async () => {
    await kernel.interrupt();
    assert.equal(await shownBy("1 + 1"), "2");
  });

  it("ends each cell, also those that begin right after one that was interrupted", async () => {
    for (let cell = 0; cell < 50; cell++) {
      let reply: Promise<Reply> | undefined;
      await new Promise<void>((begun) => {
        reply = kernel.execute({
          code: "while (true) {}",
          onMessage: ({ type }) => type === "execute_input" && setTimeout(begun, cell % 10),
        });
      });
      await kernel.interrupt();
      assert.equal((await reply)?.ename, "KeyboardInterrupt");
    }
  });

  it("of a cell's user_expressions leaves the cell that waits alone", async () => {
    const pending = 'console.log("at work"); await new Promise(() => 0);';
    let first: Promise<Reply> | undefined;
    let second: Promise<Reply> | undefined;
    await new Promise<void>((printed) => {
      const user_expressions = { pending };
      first = kernel.execute({ code: "1", user_expressions, onMessage: ({ type }) => type === "stream" && printed() });
      second = kernel.execute({ code: "2" });
    });
    await kernel.interrupt();
    const expressions = (await first)?.user_expressions as { pending: Reply };
    assert.equal(expressions.pending.ename, "KeyboardInterrupt");
    assert.equal((await second)?.status, "ok");
  });

  it("ends the cell only: what it has started goes on", async () => {
    await kernel.execute({ code: "let later = 0;" });
    const { reply } = await started('setTimeout(() => { later = 1; }, 1); console.log("at work"); await new Promise(() => 0);');
    await kernel.interrupt();
    await reply;
    assert.equal(await shownBy("await new Promise((go) => setTimeout(go, 20)); later"), "1");
  });
});

describe("a shutdown", () => {
  it("comes to a cell that never ends", async () => {
    const other = await startKernelClient({ cwd: tmpdir() });
    const reply = new Promise<Reply | Error>((settled) => {
      other.execute({ code: 'await 1; console.log("at work"); while (true) {}' }).then(settled, settled);
    });
    await other.close();
    assert.match(String(await reply), /the kernel process ended with exit code 0/);
  });
});
