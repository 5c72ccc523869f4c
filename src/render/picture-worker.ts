// The thread of `PictureThread`.
import { parentPort } from "node:worker_threads";
import { withRecord } from "./picture-record.js";
import type { DrawRequest, PictureAnswer, PictureRequest } from "./picture-thread.js";
import { plotlyWindow } from "./plotly-window.js";
import { notebookPicture } from "./png-from-plotly.js";
import { PlotlyFigureError } from "./svg-from-plotly.js";

const port = parentPort;
port?.on("message", async (request: PictureRequest) => {
  if ("prepare" in request) await plotlyWindow();
  else port.postMessage(await answer(request));
});

async function answer({ id, json }: DrawRequest): Promise<PictureAnswer> {
  try {
    return { id, png: withRecord({ png: await notebookPicture(JSON.parse(json)), json }) };
  } catch (error) {
    if (error instanceof PlotlyFigureError) return { id, complaints: error.complaints };
    return { id, reason: String(error) };
  }
}
