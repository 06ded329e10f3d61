export function descendantsOf(...pids: readonly number[]): number[];
export function isRunning(pid: number): boolean;
