import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openStore } from '../index.js';

it('tells how far our clock is behind a store that lives an hour ahead', async () => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { date: new Date(Date.now() + 3_600_000).toUTCString() }).end(),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const store = await openStore(`s3://bucket?endpoint=${endpoint}&region=us-east-1&forcePathStyle=true`, {
    credentials,
  });
  expect(store.skewMs()).toBeUndefined();
  await store.probe();
  expect(Math.abs((store.skewMs() ?? 0) + 3_600_000)).toBeLessThan(60_000);
  await store.close();
  server.close();
});
