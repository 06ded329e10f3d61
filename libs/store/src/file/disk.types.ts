/** What the disk thread is asked for. A put is a run of requests with one `id`; the last of them says how it ends. */
export type DiskRequest = DiskBytes | { readonly id: number; readonly drop: true };

/** Bytes of a put, in their order. */
export interface DiskBytes {
  readonly id: number;
  /** Where they are gathered; made by the first request. */
  readonly temporary: string;
  /** Shared memory: the thread reads its first `sizeBytes` and answers when the block may be filled again. */
  readonly block: Uint8Array;
  readonly sizeBytes: number;
  /** With the last bytes: the path that the file is linked to, once it is durable. */
  readonly path?: string;
}

/** How a whole put ended; not created: the path was taken. */
export interface Written {
  readonly created: boolean;
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** One for each request with bytes, in their order, until one failed. */
export interface DiskAnswer {
  readonly id: number;
  readonly written?: Written;
  /** The failed system call. */
  readonly failed?: { readonly code: string; readonly syscall: string; readonly message: string };
}
