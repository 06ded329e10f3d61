/** Injection token of the process's `Host`. */
export const HOST = Symbol('host');
