// The kernel as a process, over its sockets. One kernel runs all of it: what a test leaves behind, the next must survive.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type KernelClient, type KernelMessage, startKernelClient } from "./client.js";

const project = mkdtempSync(join(tmpdir(), "linerate-test-"));
const folder = join(project, "notebooks");
let kernel: KernelClient;

before(async () => {
  mkdirSync(folder);
  mkdirSync(join(project, "src"));
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "src", "twice.ts"), "export const twice = (n: number): number => 2 * n;\n");
  kernel = await startKernelClient({ cwd: folder });
});
after(async () => {
  await kernel.close();
  rmSync(project, { recursive: true });
});

interface Cell {
  readonly reply: Readonly<Record<string, unknown>>;
  readonly messages: readonly KernelMessage[];
}

async function run(code: string, options: object = {}): Promise<Cell> {
  const messages: KernelMessage[] = [];
  const reply = await kernel.execute({ code, ...options, onMessage: (message) => messages.push(message) });
  return { reply, messages };
}

const types = ({ messages }: Cell) => messages.map(({ type }) => type);
const streamed = ({ messages }: Cell, name = "stdout") =>
  messages
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
const result = ({ messages }: Cell) => {
  const shown = messages.find(({ type }) => type === "execute_result");
  return (shown?.content.data as Record<string, unknown> | undefined)?.["text/plain"];
};
const traceback = ({ reply }: Cell) => (reply.traceback as string[]).join("\n");
const shownBy = async (code: string) => result(await run(code));

describe("a cell", () => {
  it("is announced, shows its value and is counted", async () => {
    const first = await run("const ns = 67.2;\nns * 2");
    assert.deepEqual(types(first), ["status", "execute_input", "execute_result"]);
    const count = Number(first.reply.execution_count);
    assert.deepEqual(first.messages[1]?.content, { code: "const ns = 67.2;\nns * 2", execution_count: count });
    assert.equal(result(first), "134.4");
    assert.equal((await run("1")).reply.execution_count, count + 1);
  });

  it("shows nothing and counts nothing when silent, and no value when there is none", async () => {
    const { execution_count } = (await run("undefined")).reply;
    const silent = await run('console.log("quiet"); 5', { silent: true });
    assert.deepEqual(types(silent), ["status"]);
    assert.equal(silent.reply.execution_count, execution_count);
    assert.deepEqual(types(await run("null")), ["status", "execute_input"]);
    assert.equal((await run("1", { store_history: false })).reply.execution_count, (execution_count as number) + 1);
  });

  it("prints 10,000 lines and 5 MB, all, in order", async () => {
    const lines = await run('for (let i = 0; i < 10_000; i++) console.log("line " + i);');
    assert.equal(streamed(lines), Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join(""));
    const bytes = await run('for (let i = 0; i < 5000; i++) console.log(String(i).padStart(1023, "."));');
    assert.equal(streamed(bytes), Array.from({ length: 5000 }, (_, i) => `${String(i).padStart(1023, ".")}\n`).join(""));
    const turns = await run("for (let i = 0; i < 2000; i++) { console.log(i); await new Promise((go) => setImmediate(go)); }");
    assert.equal(streamed(turns), Array.from({ length: 2000 }, (_, i) => `${i}\n`).join(""));
  });

  it("keeps standard output and error in order, and characters whole", async () => {
    const cell = await run(
      'console.log("a"); console.error("b"); process.stdout.write("c"); for (const byte of Buffer.from("é€")) process.stdout.write(Buffer.from([byte]));',
    );
    const streams = cell.messages.filter(({ type }) => type === "stream").map(({ content }) => content.name);
    assert.deepEqual(streams.slice(0, 3), ["stdout", "stderr", "stdout"]);
    assert.equal(streamed(cell), "a\ncé€");
    assert.equal(streamed(cell, "stderr"), "b\n");
  });

  it("waits at the top level, redeclares, and sees the cells before it", async () => {
    assert.equal(await shownBy("const late = await Promise.resolve(3);\nlate"), "3");
    assert.equal(await shownBy("const late = 'text'; class Late {}\nlate"), "'text'");
    assert.equal(
      await shownBy(
        "async function* rows() { yield 1; yield 2; }\nlet sum = 0;\nfor await (const row of rows()) sum += row;\nsum",
      ),
      "3",
    );
    assert.equal(await shownBy("({ sum, late })"), "{ sum: 3, late: 'text' }");
    assert.equal(await shownBy("interface Budget { ns: number }\nconst budget: Budget = { ns: 67.2 };\nbudget.ns"), "67.2");
    assert.equal(await shownBy("const { ns: time } = budget;\ntime"), "67.2");
    assert.equal(await shownBy("({ sum } = { sum: 7 });\nsum"), "7");
  });

  it("does not wait for a promise that is its value, and shows no numbers of Node's in it", async () => {
    assert.equal(await shownBy("new Promise(() => 0)"), "Promise { <pending> }");
  });

  it("answers user_expressions and `name?`", async () => {
    const { reply } = await run("const pps = 5;", { user_expressions: { good: "pps + 1", bad: "nope" } });
    const { good, bad } = reply.user_expressions as Record<string, { status: string; data: object; ename: string }>;
    assert.deepEqual(good?.data, { "text/plain": "6" });
    assert.equal(bad?.ename, "CellTypeError");
    const [page] = (await run("parseInt?")).reply.payload as { source: string; data: Record<string, string> }[];
    assert.equal(page?.source, "page");
    assert.match(page?.data["text/plain"] ?? "", /parseInt\(string: string/);
  });
});

describe("an error", () => {
  it("names cell and line of what was thrown, with the line itself", async () => {
    const failed = await run(
      'interface Erased { a: 1 }\n\nfunction check(n: number) {\n\n  throw new RangeError("got " + n);\n}\ncheck(2);',
    );
    const cell = `cell[${failed.reply.execution_count}]`;
    assert.equal(failed.reply.ename, "RangeError");
    assert.equal(failed.reply.evalue, "got 2");
    assert.deepEqual(failed.reply.traceback, [
      "RangeError: got 2",
      `    at check (${cell}:5:9)`,
      `    at ${cell}:7:1`,
      "",
      `${cell}:5`,
      '5 |   throw new RangeError("got " + n);',
      "  |         ^",
    ]);
    assert.deepEqual(types(failed).at(-1), "error");
  });

  it("keeps its place behind imports, short properties and awaits", async () => {
    const failed = await run(
      'import { strict as check } from "node:assert";\nconst gbps = 1;\nawait 0;\nconst link = { gbps };\ncheck.deepEqual({ link, ns: [1, 2] }, { link, ns: [1, 3] });',
    );
    const cell = `cell[${failed.reply.execution_count}]`;
    assert.match(traceback(failed), /^AssertionError: Expected values to be strictly deep-equal:\n/);
    assert.match(traceback(failed), /\+ {5}2\n- {5}3\n/);
    assert.ok(traceback(failed).includes(`at ${cell}:5:7\n`), traceback(failed));
  });

  it("comes from the compiler before anything runs, with the line and a caret", async () => {
    const failed = await run('console.log("ran");\nconst ns: number = "67.2";');
    const cell = `cell[${failed.reply.execution_count}]`;
    assert.deepEqual(failed.reply.traceback, [
      `${cell}:2:7 - error TS2322: Type 'string' is not assignable to type 'number'.`,
      "",
      '2 | const ns: number = "67.2";',
      "  |       ^^",
    ]);
    assert.equal(streamed(failed), "");
  });

  it("of a value that is no Error, and of causes, is told", async () => {
    assert.equal((await run('throw "text"')).reply.evalue, "'text'");
    assert.equal((await run("throw undefined")).reply.status, "error");
    const failed = await run('throw new Error("outer", { cause: new TypeError("inner") })');
    assert.match(traceback(failed), /Error: outer\n {4}at cell.*\n\nCaused by TypeError: inner\n/);
  });

  it("nobody caught is on stderr of the cell that made it", async () => {
    const rejected = await run('Promise.reject(new Error("left alone"));\n0');
    assert.match(streamed(rejected, "stderr"), /^Not caught: Error: left alone\n {4}at cell\[\d+\]:1:16\n/);
    assert.equal(rejected.reply.status, "ok");
    const thrown = new Promise<string>((resolve) => {
      void kernel.execute({
        code: 'setTimeout(() => { throw new Error("in a timer"); }, 1);',
        onMessage: ({ type, content }) => type === "stream" && resolve(String(content.text)),
      });
    });
    assert.match(await thrown, /^Not caught: Error: in a timer\n/);
    assert.equal(await shownBy("1 + 1"), "2");
  });

  it("aborts the cells that were sent before it was known, unless stop_on_error is false", async () => {
    const path = join(project, "fail");
    const code = `import { createServer } from "node:net";
const server = createServer();
await new Promise((_, fail) => {
  server.on("connection", (socket) => { socket.destroy(); server.close(); fail(new Error("as told")); });
  server.listen(${JSON.stringify(path)}, () => console.log("ready"));
});`;
    let first: Promise<Readonly<Record<string, unknown>>> | undefined;
    await new Promise<void>((ready) => {
      first = kernel.execute({ code, onMessage: ({ type }) => type === "stream" && ready() });
    });
    const second = run("1");
    const third = run("2");
    // Requests of one socket arrive in order: when this one is answered, the cells above are in the queue.
    await kernel.request({ type: "kernel_info_request" });
    connect(path).resume();
    assert.equal((await first)?.evalue, "as told");
    assert.equal((await second).reply.status, "aborted");
    assert.equal((await third).reply.status, "aborted");
    const failing = run('throw new Error("expected")', { stop_on_error: false });
    const following = run("3");
    assert.equal((await failing).reply.status, "error");
    assert.equal(result(await following), "3");
  });
});

// The cells send themselves the signal, so that it comes when it should.
describe("a SIGINT", () => {
  const signal = 'process.kill(process.pid, "SIGINT");';

  it("ends a loop, also after an await, a cell that waits and a display that is never drawn, and keeps the state", async () => {
    await run("const kept = 42;");
    for (const code of [
      `${signal}\nwhile (true) {}`,
      `await 1;\n${signal}\nwhile (true) {}`,
      `await new Promise((go) => setImmediate(go));\n${signal}\nawait new Promise(() => 0);`,
      `setImmediate(() => ${signal.slice(0, -1)});\n({ [Symbol.for("Jupyter.display")]: () => new Promise(() => 0) })`,
    ]) {
      assert.equal((await run(code)).reply.ename, "KeyboardInterrupt");
      assert.equal(await shownBy("kept"), "42");
    }
  });
});

describe("output", () => {
  it("made after a cell has ended belongs to the cell that scheduled it", async () => {
    const first: KernelMessage[] = [];
    const late = new Promise<void>((resolve) => {
      void kernel.execute({
        code: 'let release = () => {};\nnew Promise<void>((go) => { release = go; }).then(() => console.log("late"));\n0',
        onMessage: (message) => {
          first.push(message);
          if (message.type === "stream") resolve();
        },
      });
    });
    const second = await run('release();\nawait 0;\nconsole.log("own");');
    await late;
    assert.equal(streamed(second), "own\n");
    assert.deepEqual(
      first.filter(({ type }) => type === "stream").map(({ content }) => content.text),
      ["late\n"],
    );
  });

  it("of display() comes as a bundle in the order of the calls, also when it is drawn slowly", async () => {
    const cell = await run(`import { display, displayable } from "linerate";
const slow = { [Symbol.for("Jupyter.display")]: () => new Promise((go) => setTimeout(go, 5, { "text/html": "<b>1</b>" })) };
display(slow);
console.log("2");
display(displayable({ "image/png": new Uint8Array([104, 105]) }));
slow`);
    assert.deepEqual(types(cell).slice(2), ["display_data", "stream", "display_data", "execute_result"]);
    assert.deepEqual(cell.messages[2]?.content.data, { "text/html": "<b>1</b>" });
    assert.deepEqual(cell.messages[4]?.content.data, { "image/png": "aGk=" });
  });

  it("can be updated from another cell, and cleared", async () => {
    const shown = await run('import { updatableDisplay, clearOutput } from "linerate";\nconst view = updatableDisplay(1);');
    const updated = await run("view.update(2); clearOutput({ wait: true });");
    const id = (cell: Cell) => (cell.messages[2]?.content.transient as { display_id?: string } | undefined)?.display_id;
    assert.equal(updated.messages[2]?.type, "update_display_data");
    assert.ok(id(shown));
    assert.equal(id(updated), id(shown));
    assert.deepEqual(updated.messages[3], { type: "clear_output", content: { wait: true } });
  });

  it("that cannot be drawn fails its cell", async () => {
    const failed = await run('display({ [Symbol.for("Jupyter.display")]: async () => { throw new Error("no ink"); } });\n1');
    assert.equal(failed.reply.evalue, "no ink");
    const both = await run(
      'display({ [Symbol.for("Jupyter.display")]: async () => { throw new Error("no ink"); } });\nthrow new Error("worse");',
    );
    assert.equal(both.reply.evalue, "worse");
    assert.match(streamed(both, "stderr"), /^Error: no ink\n/);
  });

  it("of tslab.display is shown too", async () => {
    const { messages } = await run('import * as tslab from "tslab";\ntslab.display.html("<i>1</i>");');
    assert.deepEqual(messages[2]?.content.data, { "text/html": "<i>1</i>" });
  });
});

describe("an import", () => {
  it("takes linerate from anywhere, and the project's source relative to the notebook", async () => {
    assert.equal(await shownBy('import { lineRate } from "linerate";\nlineRate({ gbps: 10, frameBytes: 64 }).ns'), "67.2");
    assert.equal(await shownBy('import { twice } from "../src/twice.js";\ntwice(4)'), "8");
    assert.equal(await shownBy('import { twice as two } from "../src/twice.ts";\ntwo(5)'), "10");
    assert.equal(await shownBy('(await import("../src/twice.js")).twice(6)'), "12");
  });

  it("sees a file that was edited, one that came later, and names the line in it", async () => {
    const file = join(project, "src", "new.ts");
    assert.match(traceback(await run('import { now } from "../src/new.js";')), /Cannot find module '\.\.\/src\/new\.js'/);
    writeFileSync(file, "export const now = 1;\n");
    assert.equal(await shownBy('import { now } from "../src/new.js";\nnow'), "1");
    writeFileSync(
      file,
      'interface Erased { a: 1 }\n\nexport const now = (): never => {\n  throw new Error("in the file");\n};\n',
    );
    assert.match(
      traceback(await run('import { now } from "../src/new.js";\nnow();')),
      /Error: in the file\n {4}at now \(src\/new\.ts:4:9\)\n {4}at cell/,
    );
    writeFileSync(file, 'export const now: number = "1";\n');
    assert.match(traceback(await run('import { now } from "../src/new.js";\nnow')), /^src\/new\.ts:1:14 - error TS2322: /);
  });
});

describe("a request", () => {
  const request = (type: string, content: object = {}) => kernel.request({ type: `${type}_request`, content: { ...content } });

  it("for the kernel's name tells protocol and language", async () => {
    const { protocol_version, language_info } = await request("kernel_info");
    assert.equal(protocol_version, "5.4");
    assert.equal((language_info as Record<string, unknown>).file_extension, ".ts");
  });

  it("to complete or inspect counts in characters, not in UTF-16 units", async () => {
    const code = 'const smile = "😀"; Math.sqr';
    const length = [...code].length;
    const completed = await request("complete", { code, cursor_pos: length });
    assert.ok((completed.matches as string[]).includes("sqrt"));
    assert.deepEqual([completed.cursor_start, completed.cursor_end], [length - 3, length]);
    const inspected = await request("inspect", { code, cursor_pos: 8 });
    assert.equal(inspected.found, true);
    assert.match((inspected.data as Record<string, string>)["text/plain"] ?? "", /const smile: "😀"/);
    assert.equal((await request("inspect", { code: "1 + 1", cursor_pos: 2 })).found, false);
  });

  it("to inspect a name tells its type as it was declared, and nothing of one that was not", async () => {
    await run("/** Told. */\nfunction told(n: number): string { return String(n); }");
    const inspected = await request("inspect", { code: "told", cursor_pos: 4 });
    assert.deepEqual(inspected.data, { "text/plain": "function told(n: number): string\n\nTold." });
    assert.equal((await request("inspect", { code: "nowhere.x", cursor_pos: 9 })).found, false);
    assert.equal((await request("inspect", { code: "nowhere", cursor_pos: 3 })).found, false);
  });

  it("completes behind an import whose name is rewritten", async () => {
    const code = 'import { twice } from "../src/twice.ts"; twi';
    const { matches, cursor_start } = await request("complete", { code, cursor_pos: code.length });
    assert.deepEqual(matches, ["twice"]);
    assert.equal(cursor_start, code.length - 3);
  });

  it("whether code is complete tells open, whole and wrong code apart", async () => {
    const status = async (code: string) => (await request("is_complete", { code })).status;
    assert.equal(await status("const a = 1;"), "complete");
    assert.equal(await status("function f() {"), "incomplete");
    assert.equal(await status("`open"), "incomplete");
    assert.equal(await status('"open \\'), "incomplete");
    assert.equal(await status('"open'), "invalid");
    assert.equal(await status("/open"), "invalid");
    assert.equal(await status("const a = )"), "invalid");
    assert.equal(await status("Math.max?"), "complete");
  });

  it("for history, comms and what nobody knows is answered or left", async () => {
    await run("const remembered = 1;");
    const { history } = await request("history", { hist_access_type: "search", pattern: "*remembered*" });
    assert.equal((history as unknown[]).length, 1);
    assert.deepEqual(await request("comm_info"), { status: "ok", comms: {} });
    assert.deepEqual(await request("interrupt"), { status: "ok" });
  });

  it("that lacks what it needs is refused by name", async () => {
    const { status, evalue } = await request("complete", { code: 5 });
    assert.equal(status, "error");
    assert.equal(evalue, "the request needs code, a string: got 5");
    assert.equal((await kernel.execute({ code: null as never })).evalue, "the request needs code, a string: got null");
  });
});

describe("a magic", () => {
  it("%time shows how long the cell took, %sh runs a command, and what is none is refused", async () => {
    const timed = await run("%time 1 + 1");
    assert.match(streamed(timed), /^time: [\d.]+ ms\n$/);
    assert.equal(result(timed), "2");
    const shell = await run("%sh echo one; echo two >&2\n3");
    assert.equal(streamed(shell), "one\n");
    assert.equal(streamed(shell, "stderr"), "two\n");
    assert.equal(result(shell), "3");
    assert.equal(streamed(await run("%sh\nfor n in 1 2; do\n  echo $n\ndone")), "1\n2\n");
    assert.equal((await run("%sh exit 3")).reply.evalue, "%sh ended with exit code 3: exit 3");
    assert.equal((await run("%nope")).reply.ename, "MagicError");
  });
});

describe("a child process", () => {
  it("that shares the streams writes to the cell, also when the cell waits for it", async () => {
    const spawned = await run(
      'import { spawn, execSync, spawnSync } from "node:child_process";\nawait new Promise((done) => spawn("echo spawned; echo wrong >&2", { stdio: "inherit", shell: true }).once("close", done));',
    );
    assert.equal(streamed(spawned), "spawned\n");
    assert.equal(streamed(spawned, "stderr"), "wrong\n");
    const waited = await run(
      'execSync("echo exec", { stdio: "inherit" }); spawnSync("echo", ["spawn"], { stdio: ["ignore", 1, 2] }); String(execSync("echo kept"))',
    );
    assert.equal(streamed(waited), "exec\nspawn\n");
    assert.equal(result(waited), "'kept\\n'");
  });

  it("that the cell waits for writes both streams, ends as Node says, and its text is whole", async () => {
    const both = await run(
      'import { execSync } from "node:child_process";\nexecSync("echo out; echo wrong >&2", { stdio: "inherit", encoding: "utf8" }) === null',
    );
    assert.equal(streamed(both), "out\n");
    assert.equal(streamed(both, "stderr"), "wrong\n");
    assert.equal(result(both), "true");
    const failed = await run('execSync("echo out; echo wrong >&2; exit 3", { stdio: ["ignore", "pipe", "inherit"] })');
    assert.equal(streamed(failed), "");
    assert.equal(streamed(failed, "stderr"), "wrong\n");
    assert.equal(failed.reply.evalue, "Command failed: echo out; echo wrong >&2; exit 3");
    const crossed = await run('execSync("echo 1; echo 2 >&2; echo 3", { stdio: ["ignore", 1, 1] }); 0');
    assert.equal(streamed(crossed), "1\n2\n3\n");
    const long = "x😀ä".repeat(50_000);
    const whole = await run(
      `execSync(\`\${process.execPath} -e 'process.stdout.write("x😀ä".repeat(50_000))'\`, { stdio: "inherit" }); 0`,
    );
    assert.ok(streamed(whole) === long);
  });
});

describe("input()", () => {
  it("says what to do where nobody can be asked", async () => {
    const { reply } = await run('import { input } from "linerate";\nawait input("Link? ")');
    assert.equal(reply.ename, "InputError");
    assert.match(String(reply.evalue), /^nobody can be asked here: this front end answers no questions\./);
  });
});
