import type { KernelMessage } from "./client.js";
import type { MimeBundle } from "./mime-bundle.js";
import type { CellOutputRecord, NotebookMetadata } from "./notebook-file.js";
import type { MessageContent } from "./wire.js";

interface Shown {
  data: MimeBundle;
  metadata: NotebookMetadata;
}

/** What was shown under each display id, in any cell of the run: an update replaces all of them. */
export type Displays = Map<string, Shown[]>;

/** Turns the messages that belong to one cell into the outputs a notebook stores. */
export class CollectedOutputs {
  readonly #displays: Displays;
  #outputs: CellOutputRecord[] = [];
  #clearsNext = false;

  constructor(displays: Displays) {
    this.#displays = displays;
  }

  get outputs(): readonly CellOutputRecord[] {
    return this.#outputs;
  }

  receive({ type, content }: KernelMessage): void {
    switch (type) {
      case "stream":
        this.#stream(content.name === "stderr" ? "stderr" : "stdout", String(content.text));
        break;
      case "display_data":
        this.#display(content);
        break;
      case "execute_result":
        this.#add({ output_type: type, ...bundleOf(content), execution_count: Number(content.execution_count) });
        break;
      case "update_display_data":
        this.#update(content);
        break;
      case "error":
        this.#add(errorRecord(content));
        break;
      case "clear_output":
        this.#clearsNext = content.wait === true;
        if (!this.#clearsNext) this.#outputs = [];
        break;
      default: // status and execute_input: nothing a notebook stores
    }
  }

  #add(output: CellOutputRecord): void {
    if (this.#clearsNext) this.#outputs = [];
    this.#clearsNext = false;
    this.#outputs.push(output);
  }

  #stream(name: "stdout" | "stderr", text: string): void {
    const last = this.#clearsNext ? undefined : this.#outputs.at(-1);
    const continues = last?.output_type === "stream" && last.name === name;
    if (continues) this.#outputs.pop();
    this.#add({ output_type: "stream", name, text: continues ? last.text + text : text });
  }

  #display(content: MessageContent): void {
    const record = { output_type: "display_data" as const, ...bundleOf(content) };
    this.#add(record);
    const id = displayId(content);
    if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), record]);
  }

  #update(content: MessageContent): void {
    for (const record of this.#displays.get(displayId(content) ?? "") ?? []) Object.assign(record, bundleOf(content));
  }
}

function bundleOf({ data, metadata }: MessageContent): Shown {
  return { data: Object(data), metadata: Object(metadata) };
}

function displayId({ transient }: MessageContent): string | undefined {
  const id = Object(transient).display_id;
  return typeof id === "string" ? id : undefined;
}

function errorRecord({ ename, evalue, traceback }: MessageContent): CellOutputRecord {
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  return { output_type: "error", ename: String(ename), evalue: String(evalue), traceback: lines };
}
