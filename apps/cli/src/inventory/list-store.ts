import type { Store } from '@sluice/store';

/** Names asked of the database in one statement. */
const PAGE = 500;

/** Listed objects of one kind. */
export interface KindPage {
  readonly kind: string;
  /** By name. */
  readonly objects: ReadonlyMap<string, Standing>;
}

/** What a listing says of an object. */
export interface Standing {
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** What stands below `archive/` or `staging/`, in pages of one kind (third part of the name). */
export async function* pagesByKind(
  store: Pick<Store, 'list'>,
  prefix: 'archive/' | 'staging/',
): AsyncGenerator<KindPage> {
  const open = new Map<string, Map<string, Standing>>();
  for await (const { name, sizeBytes, modifiedAt } of store.list(prefix)) {
    const kind = name.split('/')[2] ?? '';
    const objects = open.get(kind) ?? new Map<string, Standing>();
    open.set(kind, objects.set(name, { sizeBytes, modifiedAt }));
    if (objects.size < PAGE) continue;
    yield { kind, objects };
    open.delete(kind);
  }
  for (const [kind, objects] of open) yield { kind, objects };
}

/** Whether an object stands under this name. Asked by listing: who may list need not be granted its bytes. */
export async function stands(store: Pick<Store, 'list'>, name: string): Promise<boolean> {
  for await (const found of store.list(name)) if (found.name === name) return true;
  return false;
}
