/** Gives the memory of bytes that nobody needs any more back at once, and leaves them empty: by itself a busy thread collects 64 MB of frames and more before it does. */
export function release({ buffer }: Uint8Array<ArrayBuffer>): void {
  buffer.transfer(0);
}
