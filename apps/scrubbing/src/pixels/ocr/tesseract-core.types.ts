/** What is used of tesseract.js-core, which Emscripten made of Tesseract and which has no types. */
export interface Core {
  readonly FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void };
  readonly TessBaseAPI: new () => Reader;
  /** A place in its memory, 0 where there is none. */
  _malloc(bytes: number): number;
  _free(at: number): void;
}

/** Tesseract's own interface, for one thread. */
export interface Reader {
  /** 0 where it worked, as Recognize. */
  Init(folder: null, languages: string, engine: number): number;
  SetVariable(name: string, value: string): void;
  /** Copies the samples that lie at a place in its memory. */
  SetImage(at: number, width: number, height: number, bytesPerPixel: number, bytesPerLine: number): void;
  Recognize(monitor: null): number;
  GetJSONText(): string;
  Clear(): void;
}

/** What GetJSONText tells; boxes in pixels. */
export interface Page {
  readonly blocks: readonly Block[] | null;
}

interface Block {
  readonly paragraphs: readonly { readonly lines: readonly { readonly words: readonly Word[] }[] }[];
}

interface Word {
  readonly text: string;
  readonly confidence: number;
  readonly bbox: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

/** How the module is made. */
export type MakeCore = (options: {
  print(): void;
  printErr(): void;
  TesseractProgress(): void;
  instantiateWasm(imports: object, done: (instance: Instance) => void): object;
}) => Promise<Core>;

interface Instance {
  readonly exports: object;
}

/** TypeScript has WebAssembly in its library for browsers alone. */
export interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => Instance;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly CompileError: new () => Error;
}
