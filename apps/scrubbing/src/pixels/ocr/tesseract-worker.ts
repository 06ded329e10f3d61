import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import type { Pass } from './passes.js';
import type { Core, MakeCore, Page, Reader, Wasm } from './tesseract-core.types.js';
import type { FoundWord } from './text-finder.js';

/** What the thread is started with. */
export interface ReaderData {
  readonly languages: readonly string[];
}

/** Fastest first; a processor that lacks the instructions of one cannot compile it. */
const BUILDS = ['relaxedsimd-lstm', 'simd-lstm', 'lstm'];
const LSTM_ONLY = 1;
const SPARSE_TEXT = '11';

// Node takes the types out when this is run from source: only packages may be imported here as values.
const require = createRequire(import.meta.url);
const { WebAssembly } = globalThis as unknown as { WebAssembly: Wasm };
const { languages } = workerData as ReaderData;
const starting = start();
parentPort?.on('message', (pass: Pass) => void answer(pass));

/** tesseract.js would start one more thread, and copy each picture five times on its way there. */
async function start() {
  const { name, module } = compile();
  let memory: { readonly buffer: ArrayBuffer } | undefined;
  const core = await (require(name) as MakeCore)({
    // Tesseract's libraries complain of boxes in noise, a line each, past every log.
    ...{ print: () => undefined, printErr: () => undefined, TesseractProgress: () => undefined },
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      memory = Object.values(instance.exports).find((one) => one instanceof WebAssembly.Memory);
      done(instance);
      return {};
    },
  });
  if (!memory) throw new Error('tesseract has no memory');
  return { core, memory, reader: openReader(core) };
}

function compile(): { name: string; module: object } {
  for (const build of BUILDS) {
    const name = `tesseract.js-core/tesseract-core-${build}`;
    try {
      return { name, module: new WebAssembly.Module(readFileSync(require.resolve(`${name}.wasm`))) };
    } catch (error) {
      if (!(error instanceof WebAssembly.CompileError)) throw error;
    }
  }
  throw new Error('no build of tesseract runs here');
}

function openReader(core: Core): Reader {
  const file = (language: string) => `${language}.traineddata`;
  for (const language of languages) core.FS.writeFile(file(language), dataOf(language));
  const reader = new core.TessBaseAPI();
  if (reader.Init(null, languages.join('+'), LSTM_ONLY) !== 0) throw new Error('tesseract did not start');
  // It has read them.
  for (const language of languages) core.FS.unlink(file(language));
  reader.SetVariable('tessedit_pageseg_mode', SPARSE_TEXT);
  reader.SetVariable('user_defined_dpi', '96');
  return reader;
}

function dataOf(language: string): Buffer {
  const name = `@tesseract.js-data/${language}/4.0.0_best_int/${language}.traineddata.gz`;
  return gunzipSync(readFileSync(require.resolve(name)));
}

/** What this throws ends the thread, and who asked is told. */
async function answer({ picture, scale }: Pass): Promise<void> {
  const { core, memory, reader } = await starting;
  const { width, height, data } = picture;
  const at = core._malloc(data.length);
  if (at === 0) throw new Error('no memory for a picture');
  new Uint8Array(memory.buffer).set(data, at);
  // Nobody else has it, and this thread's own memory is seldom collected.
  (data.buffer as ArrayBuffer).transfer(0);
  reader.SetImage(at, width, height, 1, width);
  core._free(at);
  if (reader.Recognize(null) !== 0) throw new Error('tesseract failed');
  const { blocks } = JSON.parse(reader.GetJSONText()) as Page;
  // Gives the picture's copies back to the next one.
  reader.Clear();
  const words = (blocks ?? []).flatMap(({ paragraphs }) =>
    paragraphs.flatMap(({ lines }) => lines.flatMap((line) => line.words)),
  );
  const found = words.map(({ text, confidence, bbox: { x0, y0, x1, y1 } }): FoundWord => {
    const box = { x: x0 / scale, y: y0 / scale, width: (x1 - x0) / scale, height: (y1 - y0) / scale };
    return { text, confidence, box };
  });
  parentPort?.postMessage(found);
}
