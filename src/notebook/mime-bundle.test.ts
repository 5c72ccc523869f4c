import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mimeBundle, plainText } from "./mime-bundle.js";

const showing = (bundle: unknown) => ({ [Symbol.for("Jupyter.display")]: () => bundle });

describe("mimeBundle()", () => {
  it("shows a value as util.inspect does", () => {
    assert.deepEqual(mimeBundle(new Map([[1, "a"]])), { "text/plain": "Map(1) { 1 => 'a' }" });
    assert.deepEqual(mimeBundle(null), { "text/plain": "null" });
  });

  it("shows a proxy that refuses to be asked", () => {
    const refusing = new Proxy({ ns: 67.2 }, { get: () => assert.fail("asked") });
    assert.deepEqual(mimeBundle(refusing), { "text/plain": "{ ns: 67.2 }" });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.deepEqual(mimeBundle(proxy), { "text/plain": "<Revoked Proxy>" });
  });

  it("takes the bundle of the Jupyter.display method, or of the promise it gives", async () => {
    assert.deepEqual(mimeBundle(showing({ "text/html": "<b>", "text/plain": undefined })), { "text/html": "<b>" });
    assert.deepEqual(await mimeBundle(showing(Promise.resolve({ "text/html": "<i>" }))), { "text/html": "<i>" });
  });

  it("encodes bytes, also those that are a window of a larger buffer", () => {
    const bytes = new Uint8Array([0, 104, 105, 0]).subarray(1, 3);
    assert.deepEqual(mimeBundle(showing({ "image/png": bytes })), { "image/png": "aGk=" });
  });

  // nbformat.v4.5.schema.json, mimebundle: text, or lines of it, but for types that are JSON.
  it("gives text for types that are no JSON, and refuses what has none", () => {
    const given = { "text/plain": 67.2, "application/json": { ns: 67.2 }, "application/vnd.a+json": [1] };
    assert.deepEqual(mimeBundle(showing(given)), { ...given, "text/plain": "67.2" });
    assert.throws(
      () => mimeBundle(showing({ "text/html": { ns: 1 } })),
      /requires text or bytes for text\/html: got { ns: 1 }/,
    );
  });

  it("refuses a method that gives no bundle", () => {
    assert.throws(() => mimeBundle(showing("<b>")), /requires an object of mime types: got '<b>'/);
  });
});

describe("plainText()", () => {
  it("cuts a large value and says how large it is", () => {
    const text = plainText("x".repeat(1_000_000));
    assert.equal(text.length < 20_100, true);
    assert.match(text, /cut: 20,000 of 1,000,002 characters are shown$/);
  });
});
