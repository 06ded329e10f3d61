import { randomBytes } from 'node:crypto';
import { openDatabase, sql } from '@sluice/database';
import { type InferenceRoom, openInferenceRoom } from './inference-room.js';

/** A room on a fresh database of the PostgreSQL server at `url`. @throws Error when `url` is missing */
export async function openPostgresRoom(url: string | undefined): Promise<InferenceRoom> {
  if (!url)
    throw new Error(
      'SLUICE_TEST_POSTGRES is missing: start the backing services by `npx sluice stack up` or run through `npm test`',
    );
  const name = `inference_${randomBytes(6).toString('hex')}`;
  const admin = await openDatabase(url);
  await sql.raw(`create database ${name}`).execute(admin.tables());
  const room = await openInferenceRoom(Object.assign(new URL(url), { pathname: name }).href);
  const remove = async () => {
    await room.remove();
    await sql.raw(`drop database ${name} with (force)`).execute(admin.tables());
    await admin.close();
  };
  return { ...room, remove };
}
