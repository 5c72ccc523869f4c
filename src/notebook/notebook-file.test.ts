import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { cleanNotebook } from "./clean-notebook.js";
import { type Notebook, notebookText, parseNotebook, readNotebook } from "./notebook-file.js";

// What Debian's python3-nbformat 5.5.0 writes of the notebook below: nbformat.writes(nb) + "\n".
const BY_NBFORMAT =
  '{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "id": "m",\n   "metadata": {},\n   "source": [\n    "# Z\u00fcrich\\n",\n    "line\u2028",\n    "two\\r\\n",\n    "three\\r",\n    "four\\u000b",\n    "five\u0085",\n    "six\\n"\n   ]\n  },\n  {\n   "cell_type": "code",\n   "execution_count": null,\n   "id": "c",\n   "metadata": {\n    "tags": [\n     "b",\n     "a"\n    ]\n   },\n   "outputs": [\n    {\n     "name": "stdout",\n     "output_type": "stream",\n     "text": [\n      "a\\n",\n      "\\n",\n      "b"\n     ]\n    },\n    {\n     "data": {\n      "application/json": {\n       "a": [],\n       "z": [\n        1,\n        2.5\n       ]\n      },\n      "image/png": "aGk=\\n",\n      "image/svg+xml": [\n       "<svg>\\n",\n       "</svg>"\n      ],\n      "text/html": [\n       "<b>\\n",\n       "</b>"\n      ]\n     },\n     "metadata": {},\n     "output_type": "display_data"\n    },\n    {\n     "ename": "E",\n     "evalue": "v",\n     "output_type": "error",\n     "traceback": [\n      "x\\ny"\n     ]\n    }\n   ],\n   "source": []\n  }\n ],\n "metadata": {\n  "kernelspec": {\n   "display_name": "T",\n   "language": "typescript",\n   "name": "linerate"\n  }\n },\n "nbformat": 4,\n "nbformat_minor": 5\n}\n';
const NOTEBOOK: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "linerate", language: "typescript", display_name: "T" } },
  cells: [
    { cell_type: "markdown", id: "m", metadata: {}, source: "# Zürich\nline\u2028two\r\nthree\rfour\x0bfive\x85six\n" },
    {
      cell_type: "code",
      id: "c",
      metadata: { tags: ["b", "a"] },
      source: "",
      execution_count: null,
      outputs: [
        { output_type: "stream", name: "stdout", text: "a\n\nb" },
        {
          output_type: "display_data",
          data: {
            "text/html": "<b>\n</b>",
            "image/png": "aGk=\n",
            "image/svg+xml": "<svg>\n</svg>",
            "application/json": { z: [1, 2.5], a: [] },
          },
          metadata: {},
        },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["x\ny"] },
      ],
    },
  ],
};

const refuses = (text: string, reason: RegExp) =>
  assert.throws(() => parseNotebook({ file: "a.ipynb", text }), { name: "NotebookFileError", message: reason });
const withCells = (...cells: object[]) => JSON.stringify({ nbformat: 4, nbformat_minor: 2, metadata: {}, cells });

describe("notebookText()", () => {
  it("writes the bytes nbformat writes", () => {
    assert.equal(notebookText(NOTEBOOK), BY_NBFORMAT);
  });
});

describe("parseNotebook()", () => {
  it("reads what notebookText() writes", () => {
    assert.deepEqual(parseNotebook({ file: "a.ipynb", text: BY_NBFORMAT }), NOTEBOOK);
  });

  it("keeps integers beyond 2^53, in metadata and in the JSON of outputs, as Python does", () => {
    const text = BY_NBFORMAT.replace("2.5\n", "18446744073709551615\n").replace(
      '"name": "linerate"',
      '"name": -9007199254740993',
    );
    assert.equal(text.match(/18446744073709551615|-9007199254740993/g)?.length, 2);
    assert.equal(notebookText(parseNotebook({ file: "a.ipynb", text })), text);
    assert.equal(notebookText(cleanNotebook({ notebook: parseNotebook({ file: "a.ipynb", text }) })), text);
  });

  it("gives ids where there are none, or not unique ones, the same each time", () => {
    const cell = { cell_type: "markdown", metadata: {}, source: "same" };
    const ids = () =>
      parseNotebook({ file: "a", text: withCells(cell, cell, { ...cell, id: "x" }, { ...cell, id: "x" }) }).cells.map(
        ({ id }) => id,
      );
    assert.equal(new Set(ids()).size, 4);
    assert.equal(ids()[2], "x");
    assert.deepEqual(ids(), ids());
  });

  it("reads what an editor has put a byte order mark before", () => {
    const text = notebookText(parseNotebook({ file: "a.ipynb", text: '{ "nbformat": 4, "cells": [] }' }));
    assert.equal(notebookText(parseNotebook({ file: "a.ipynb", text: `\ufeff${text}` })), text);
  });

  it("reads bytes only where they are UTF-8: others would be written as other characters", () => {
    const text = withCells({ cell_type: "code", source: "caf\u00e9" });
    assert.equal(parseNotebook({ file: "a.ipynb", text: Buffer.from(text) }).cells[0]?.source, "caf\u00e9");
    for (const encoding of ["latin1", "utf16le"] as const) {
      const bytes = Buffer.from(encoding === "utf16le" ? `\ufeff${text}` : text, encoding);
      assert.throws(() => parseNotebook({ file: "a.ipynb", text: bytes }), /^NotebookFileError: a\.ipynb: it is not UTF-8/);
    }
  });

  // nbformat.writes() of the cell that it reads here: texts of attachments are split and joined as those of outputs are.
  it("joins and splits what is attached as nbformat does", () => {
    const cell = {
      cell_type: "markdown",
      metadata: {},
      source: "a",
      attachments: { "a.txt": { "text/plain": ["a\n", "b"], "image/png": ["aG", "k="] } },
    };
    const { cells } = parseNotebook({ file: "a.ipynb", text: withCells(cell, { ...cell, attachments: null }) });
    assert.deepEqual(cells[0]?.cell_type === "markdown" && cells[0].attachments, {
      "a.txt": { "text/plain": "a\nb", "image/png": "aGk=" },
    });
    assert.equal("attachments" in Object(cells[1]), false);
    const written = JSON.parse(notebookText({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells })).cells[0].attachments;
    assert.deepEqual(written, { "a.txt": { "text/plain": ["a\n", "b"], "image/png": "aGk=" } });
    refuses(withCells({ ...cell, attachments: [] }), /expected the attachments of cell 1 to be a JSON object/);
  });

  it("says in one sentence what a file is not", () => {
    refuses("", /^a\.ipynb: it is empty: expected a notebook, which is JSON$/);
    refuses("{", /^a\.ipynb: it is not JSON from line 1, column 2 on \(.+\): expected a notebook$/);
    refuses(
      '{ "cells": [],\n "metadata": 1 "x" }',
      /^a\.ipynb: it is not JSON from line 2, column 16 on \(.+\): expected a notebook$/,
    );
    refuses('{ "cells": [\n', /^a\.ipynb: it is not JSON from line 1, column 13 on \(it is cut off\): expected a notebook$/);
    refuses('{ "cells": what }', /^a\.ipynb: it is not JSON.*"cells": what.*: expected a notebook$/);
    refuses("[]", /^a\.ipynb: expected the notebook to be a JSON object$/);
    refuses("{}", /there is no nbformat in it/);
    refuses(
      '{ "nbformat": 3, "worksheets": [] }',
      /it is nbformat 3, and linerate reads nbformat 4: open it in Jupyter and save it/,
    );
    refuses('{ "nbformat": 4, "metadata": {} }', /expected a list of cells: there is none/);
    refuses(
      withCells({ cell_type: "heading", source: "" }),
      /cell 1 has the cell_type "heading": expected code, markdown or raw/,
    );
    refuses(withCells({ cell_type: "code", source: 5 }), /expected the source of cell 1 to be text or a list of lines/);
    refuses(
      withCells({ cell_type: "code", source: "", outputs: [{ output_type: "pyout" }] }),
      /output 1 of cell 1 has the output_type "pyout"/,
    );
  });
});

describe("readNotebook()", () => {
  it("says that a folder is a folder", () => {
    assert.throws(() => readNotebook(tmpdir()), /expected a notebook, this is a folder$/);
  });
});
