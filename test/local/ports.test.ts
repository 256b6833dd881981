import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { freePort, isFree } from '../../local/servers/ports.js';

describe('freePort', () => {
  it('steps over a port that is taken, and over those that are spoken for', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    assert.equal(await isFree(port), false);
    const next = await freePort(port);
    assert.ok(next > port);
    assert.ok((await freePort(port, new Set([next]))) > next);
    server.close();
  });
});
