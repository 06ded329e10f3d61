/** A fresh, empty store for one run of the suite. */
export interface StorePlace {
  readonly url: string;
  /** URLs of the same kind that lead nowhere: a closed port, a folder that is not one. */
  readonly deadUrl: string;
  /** Damages an object where it lies, behind the store's back: flips one bit of its byte `at`. */
  flip(name: string, at: number): Promise<void>;
  remove(): Promise<void>;
}
