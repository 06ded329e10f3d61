/** The little of WebAssembly's JavaScript interface that is used here: TypeScript has it in its library for browsers alone. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: object;
    constructor(module: Module, imports: Readonly<Record<string, ModuleImports>>);
  }
  class RuntimeError extends Error {}
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type ModuleImports = Readonly<Record<string, (...values: number[]) => number | void>>;
}
