import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { driveFiles, type FileParameters } from '../../../components/example-gen/driver.js';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { importExampleGen } from '../../../components/example-gen/import-executor.js';
import { readHttp, shownAddress } from '../../../components/example-gen/http-files.js';
import { remoteAccess } from '../../../components/example-gen/remote-access.js';
import { rowsOf, runExampleGen } from './run-example-gen.js';

const CONTENT = Buffer.from(`n\n${Array.from({ length: 50_000 }, (_, i) => i).join('\n')}\n`);
const ranges: (string | undefined)[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  if (url.startsWith('/redirect'))
    return void response.writeHead(302, { location: 'http://elsewhere.invalid/x' }).end();
  if (url.startsWith('/ragged')) return void response.end('a,b\n1,2\n3\n');
  if (url.startsWith('/none')) return void response.writeHead(404).end();
  if (url.startsWith('/busy')) return void response.writeHead(503).end();
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  ranges.push(request.headers.range);
  const headers = { 'content-length': CONTENT.length - from, ...(url.startsWith('/plain') ? {} : { etag: '"one"' }) };
  response.writeHead(from > 0 ? 206 : 200, headers);
  if (url.startsWith('/whole') || from > 0) return void response.end(CONTENT.subarray(from));
  response.write(CONTENT.subarray(0, 100_000), () => response.destroy());
}

describe('http inputs', () => {
  const server = createServer(answer);
  let base = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  async function read(path: string, environment: Record<string, string> = {}): Promise<Buffer> {
    const access = remoteAccess({ TFX_TEMPORAL_ALLOWED_HOSTS: 'example.org, 127.0.0.1', ...environment });
    const chunks: Buffer[] = [];
    for await (const chunk of readHttp(`${base}${path}`, access)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  it('are ingested like files', async () => {
    process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = '127.0.0.1';
    try {
      const outcome = await runExampleGen(csvExampleGen, { input: `${base}/whole.csv`, split: { all: 1 } });
      assert.equal((await rowsOf(outcome, 'all')).length, 50_000);
    } finally {
      delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
    }
  });

  it('are named by their address, without its query, when they can not be read', async () => {
    process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = '127.0.0.1';
    try {
      const run = runExampleGen(csvExampleGen, { input: `${base}/ragged.csv?token=secret` });
      await assert.rejects(run, (error: Error) => {
        assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/ragged\.csv, line 3, column "a":/);
        assert.doesNotMatch(error.message, /secret|input-0-0/);
        return true;
      });
      await assert.rejects(
        runExampleGen(importExampleGen, { input: `${base}/ragged.csv` }),
        /ragged\.csv is no TFRecord/,
      );
    } finally {
      delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
    }
  });

  it('are taken up where the connection broke', async () => {
    ranges.length = 0;
    assert.deepEqual(await read('/breaks'), CONTENT);
    assert.equal(ranges[0], undefined);
    assert.match(ranges[1] ?? '', /^bytes=[1-9]/);
  });

  it('are refused when they break and the server cannot say that they are the same', async () => {
    await assert.rejects(read('/plain'), { code: 'INPUT_FETCH_FAILED', retryable: true });
  });

  it('are refused beyond the size limit, off the allow-list, and where there is nothing', async () => {
    await assert.rejects(read('/whole', { TFX_TEMPORAL_MAX_DOWNLOAD_MIB: '0.1' }), { code: 'INPUT_TOO_LARGE' });
    await assert.rejects(read('/whole', { TFX_TEMPORAL_ALLOWED_HOSTS: '' }), { code: 'INPUT_HOST_NOT_ALLOWED' });
    await assert.rejects(read('/redirect'), { code: 'INPUT_HOST_NOT_ALLOWED' });
    await assert.rejects(read('/none'), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(read('/busy'), { code: 'INPUT_FETCH_FAILED' });
  });

  it('have spans where a range names them, and say why they cannot have the latest', async () => {
    process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = '127.0.0.1';
    const drive = (path: string, span?: object) =>
      driveFiles({
        parameters: { input: `${base}${path}`, ...(span && { span }) } as FileParameters,
        nominalTime: '2026-01-02T03:04:05Z',
        signal: new AbortController().signal,
      });
    try {
      const daily = await drive('/whole/{YYYY}-{MM}-{DD}.csv?token=secret', { nominal: 2 });
      assert.deepEqual(
        daily.parameters.resolvedInput?.map(({ pattern }) => pattern),
        ['02', '01'].map((day) => `${base}/whole/2026-01-${day}.csv?token=secret`),
      );
      const numbered = await drive('/whole/{SPAN:3}.csv', { static: 7 });
      assert.deepEqual(numbered.parameters.resolvedInput?.[0]?.pattern, `${base}/whole/007.csv`);
      await assert.rejects(drive('/none/{SPAN}.csv', { static: 7 }), { code: 'SPAN_NOT_FOUND' });
      for (const pattern of ['/whole/{SPAN}.csv', '/whole/{SPAN}/v{VERSION}.csv', '/whole/*.csv', '/whole/[ab].csv']) {
        await assert.rejects(drive(pattern), { code: 'INPUT_PATTERN_UNSUPPORTED' });
      }
    } finally {
      delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
    }
  });

  it('are shown without what may be secret', () => {
    assert.equal(shownAddress('https://user:secret@host/a.csv?token=secret'), 'https://host/a.csv');
  });
});
