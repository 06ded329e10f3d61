import { parentPort, workerData } from 'node:worker_threads';
import { createWorker, OEM, PSM } from 'tesseract.js';
import type { Pass } from './passes.js';
import type { FoundWord } from './text-finder.js';

/** What the thread is started with; every language lies in `folder` as `<language>.traineddata.gz`. */
export interface ReaderData {
  readonly folder: string;
  readonly languages: readonly string[];
}

// Node takes the types out when this is run from source: only packages may be imported here as values.
// tesseract.js leaves the death of its own thread, and what it throws, unhandled: here that ends this thread alone.
const { folder, languages } = workerData as ReaderData;
const starting = start();
parentPort?.on('message', (pass: Pass) => void answer(pass));

async function start() {
  const reader = await createWorker([...languages], OEM.LSTM_ONLY, { cacheMethod: 'none', langPath: folder });
  await reader.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT, user_defined_dpi: '96' });
  return reader;
}

async function answer({ picture, scale }: Pass): Promise<void> {
  const reader = await starting;
  const { data } = await reader.recognize(pgmOf(picture), {}, { blocks: true, text: false });
  const words = (data.blocks ?? []).flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ lines }) => lines.flatMap((line) => line.words)),
  );
  const found = words.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }): FoundWord => {
    const box = { x: x0 / scale, y: y0 / scale, width: (x1 - x0) / scale, height: (y1 - y0) / scale };
    return { text, confidence, box };
  });
  parentPort?.postMessage(found);
}

/** A portable grey map: a header and the bytes as they are. */
function pgmOf({ width, height, data }: Pass['picture']): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
}
