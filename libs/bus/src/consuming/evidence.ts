/**
 * Tells a sick record from a sick dependency. Others of its type that were begun after its first failure and passed prove that
 * the dependency is well. Without such proof, at most one record per type may step aside between two that pass: in an outage
 * exactly one moves to the retry topic, and it is not lost there.
 */
export class Evidence {
  #tick = 0;
  readonly #passed = new Map<string, number>();
  readonly #steppedAside = new Set<string>();

  now(): number {
    return ++this.#tick;
  }

  passed(type: string, begun: number): void {
    this.#passed.set(type, Math.max(begun, this.#passed.get(type) ?? 0));
    this.#steppedAside.delete(type);
  }

  mayStepAside(type: string, firstFailure: number): boolean {
    if ((this.#passed.get(type) ?? 0) > firstFailure) return true;
    if (this.#steppedAside.has(type)) return false;
    this.#steppedAside.add(type);
    return true;
  }
}
