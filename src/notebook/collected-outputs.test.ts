import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CollectedOutputs, type Displays } from "./collected-outputs.js";

const stream = (text: string, name = "stdout") => ({ type: "stream", content: { name, text } });
const shown = (html: string, id?: string) => ({
  type: "display_data",
  content: { data: { "text/html": html }, metadata: {}, transient: id ? { display_id: id } : {} },
});
const collect = (...messages: { type: string; content: object }[]) => {
  const cell = new CollectedOutputs(new Map());
  for (const message of messages) cell.receive(message as never);
  return cell.outputs;
};

describe("CollectedOutputs", () => {
  it("joins text of one stream until something else comes", () => {
    assert.deepEqual(collect(stream("a\n"), stream("b\n"), stream("oops\n", "stderr"), stream("c\n")), [
      { output_type: "stream", name: "stdout", text: "a\nb\n" },
      { output_type: "stream", name: "stderr", text: "oops\n" },
      { output_type: "stream", name: "stdout", text: "c\n" },
    ]);
  });

  it("clears at once, or when the next output comes", () => {
    const clear = (wait: boolean) => ({ type: "clear_output", content: { wait } });
    assert.deepEqual(collect(stream("a"), clear(false)), []);
    assert.equal(collect(stream("a"), clear(true)).length, 1);
    assert.deepEqual(collect(stream("a"), clear(true), stream("b")), [{ output_type: "stream", name: "stdout", text: "b" }]);
  });

  it("updates a display wherever it was shown", () => {
    const displays: Displays = new Map();
    const [first, second] = [new CollectedOutputs(displays), new CollectedOutputs(displays)];
    first.receive(shown("one", "x"));
    second.receive(shown("two", "x"));
    second.receive(shown("other", "y"));
    second.receive({ ...shown("new", "x"), type: "update_display_data" });
    const html = ({ outputs }: CollectedOutputs) => outputs.map((output) => "data" in output && output.data["text/html"]);
    assert.deepEqual(html(first), ["new"]);
    assert.deepEqual(html(second), ["new", "other"]);
  });
});
