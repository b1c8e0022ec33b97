import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { Fault } from "../../../model/index.ts";
import type { PdfData } from "../pdf.ts";
import type { PdfOrder } from "./pdf-worker.ts";

/** More would only wait longer, each holding its data in memory. */
const MOST_WAITING = 4;

/** Serializes PDFs: a single one may use a whole core and some hundred megabytes. */
let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** The bytes of the PDF; the same for the same data. Throws a `throttled` fault when too many are requested at once. */
export async function renderPdf(data: PdfData): Promise<Uint8Array> {
  if (waiting >= MOST_WAITING) {
    throw new Fault("throttled", `${MOST_WAITING} PDFs are being made already.`, { next: "Try again in a minute." });
  }
  waiting += 1;
  const before = last;
  const made = before.then(
    () => inThread(data),
    () => inThread(data),
  );
  last = made;
  try {
    return await made;
  } finally {
    waiting -= 1;
  }
}

function inThread(data: PdfData): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Beside this file: TypeScript in the sources, JavaScript once built.
    const path = join(import.meta.dirname, `pdf-worker${extname(import.meta.filename)}`);
    const order: PdfOrder = { data, folder: join(import.meta.dirname, "..") };
    const worker = new Worker(path, { workerData: order });
    worker.once("message", (pdf: Uint8Array) => resolve(pdf));
    worker.once("error", (error: Error) => reject(asFault(error)));
    worker.once("exit", (code) =>
      reject(new Error(`The thread that makes PDFs ended with code ${code} and made none.`)),
    );
  });
}

/** The compiler is native code and does not exist for every platform. */
function asFault(error: Error): Error {
  if (!/Cannot find native binding|ERR_DLOPEN_FAILED|Failed to load native/.test(error.message)) return error;
  return new Fault("engine-unavailable", "No PDF can be made on this machine: its compiler does not run here.", {
    next: "Use --format html and print the page, or run the export on Linux, macOS or Windows.",
    cause: error,
  });
}
