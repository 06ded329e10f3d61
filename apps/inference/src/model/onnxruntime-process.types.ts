/** A tensor on its way between two processes. */
export interface WireTensor {
  readonly name: string;
  readonly shape: number[];
  readonly data: Float32Array;
}

/** The same on the way in; pictures are whole numbers of a byte, and four times as many fit through. */
export interface WireInput extends Omit<WireTensor, 'data'> {
  readonly data: Float32Array | Uint8Array;
}

/** A port as the runtime describes it; a free axis has a name or is negative. */
export interface WirePort {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** What the model's process is told. */
export type ToProcess =
  | { readonly load: Uint8Array; readonly threads: number; readonly providers: readonly string[] }
  | { readonly id: number; readonly inputs: readonly WireInput[] };

/** What it answers. Without ports or outputs: it could not. */
export type FromProcess =
  | {
      /** The file is none to blame: it loads where nobody asked for. */
      readonly lacksDevice?: boolean;
      readonly loaded:
        | {
            readonly provider: string;
            readonly inputs: readonly WirePort[];
            readonly outputs: readonly WirePort[];
          }
        | undefined;
    }
  | { readonly id: number; readonly outputs: readonly WireTensor[] | undefined };
