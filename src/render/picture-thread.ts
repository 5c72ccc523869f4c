import { Worker } from "node:worker_threads";
import { completePlotlyBundle, type MimeBundle } from "./complete-plotly-bundle.js";
import { DrawnPictures } from "./picture-record.js";
import type { PlotlyFigure } from "./plotly-window.js";
import { PlotlyFigureError } from "./svg-from-plotly.js";

/** A figure to draw. */
export interface DrawRequest {
  readonly id: number;
  readonly json: string;
}

/** What the thread is asked: to draw a figure, or to be ready for one. */
export type PictureRequest = DrawRequest | { readonly prepare: true };

/** What it answers: the PNG, or why there is none. */
export type PictureAnswer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly complaints: readonly string[] }
  | { readonly id: number; readonly reason: string };

interface Waiting {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Draws figures in a thread of its own, started when it is first needed. What ends the computation of a cell leaves the window that
 * pictures are drawn in as it is, and the window is opened while a cell is still being compiled.
 *
 * Each picture has a record of what it was drawn from (`withRecord`), and is not drawn again where it is among `earlier` ones (PNGs,
 * base64).
 */
export class PictureThread {
  #worker: Worker | undefined;
  #requests = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #earlier: () => readonly string[];
  #drawn: DrawnPictures | undefined;

  constructor({ earlier = () => [] }: { earlier?: () => readonly string[] } = {}) {
    this.#earlier = earlier;
  }

  /** Has the window opened, where figures are new: jsdom and plotly.js take most of a second to load. */
  prepare(): void {
    if (!this.#worker && this.#known().isEmpty) this.#post({ prepare: true });
  }

  /** As `completePlotlyBundle`. */
  complete(bundle: MimeBundle): MimeBundle | Promise<MimeBundle> {
    return completePlotlyBundle(bundle, { draw: (figure) => this.#png(figure) });
  }

  #known(): DrawnPictures {
    this.#drawn ??= new DrawnPictures(this.#earlier());
    return this.#drawn;
  }

  async #png(figure: PlotlyFigure): Promise<Uint8Array> {
    const json = JSON.stringify(figure); // as a front end gets it
    const id = ++this.#requests;
    return (
      this.#known().of(json) ??
      new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#post({ id, json });
      })
    );
  }

  #post(request: PictureRequest): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(request);
    this.#keepProcess();
  }

  #started(): Worker {
    const worker = new Worker(new URL("picture-worker.js", import.meta.url));
    worker.on("message", (answer: PictureAnswer) => this.#answered(answer));
    worker.on("error", (error) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(`the figure cannot be drawn: ${error.message}`));
      this.#waiting.clear();
    });
    return worker;
  }

  /** While a figure is waited for, and no longer. */
  #keepProcess(): void {
    if (this.#waiting.size > 0) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #answered(answer: PictureAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    this.#keepProcess();
    if ("png" in answer) waiting?.resolve(answer.png);
    else waiting?.reject("complaints" in answer ? new PlotlyFigureError(answer.complaints) : new Error(answer.reason));
  }
}
