/** The system call's own word, such as `ENOENT`; undefined for what is no failed system call. The message beside it names the path. */
export function errnoOf(cause: unknown): string | undefined {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof code === 'string' && typeof syscall === 'string' ? code : undefined;
}
