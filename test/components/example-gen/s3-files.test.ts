import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { parseS3 } from '../../../artifacts/s3/address.js';
import { deleteObjects, writeText } from '../../../artifacts/s3/objects.js';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { driveFiles } from '../../../components/example-gen/driver.js';
import { importExampleGen } from '../../../components/example-gen/import-executor.js';
import { findFiles } from '../../../components/example-gen/input-files.js';
import { openInputs } from '../../../components/example-gen/open-inputs.js';
import { importSchema } from '../../../components/import-schema/driver.js';
import { importer } from '../../../components/importer/driver.js';
import { outputPlace } from '../../support/executor-context.js';
import { startS3, type TestS3 } from '../../support/s3-server.js';
import { rowsOf, runExampleGen } from './run-example-gen.js';

const LARGE = `n\n${Array.from({ length: 50_000 }, (_, i) => i).join('\n')}\n`;

describe('s3 inputs', () => {
  let s3: TestS3;
  const folder = mkdtempSync(join(tmpdir(), 'tfx-s3-inputs-'));
  before(async () => {
    s3 = await startS3();
    await put('large.csv', LARGE);
    for (const day of ['2026-01-01', '2026-01-02', '2026-01-04']) await put(`days/${day}/data.csv`, `day\n${day}\n`);
    for (const span of [1, 2]) await put(`spans/${span}/v1/train/a.csv`, `span\n${span}\n`);
    await put('spans/2/v3/train/a.csv', 'span\n23\n');
    await put('folder/b.csv', 'x\n2\n');
    await put('folder/a b+c%20é.csv', 'x\n1\n');
    await put('folder/.hidden.csv', 'x\n9\n');
    await put('folder/deeper/c.csv', 'x\n3\n');
    await put('folder-other/d.csv', 'x\n4\n');
    await put('rows.ndjson', '{"a":1}\n{"a":2}\n');
    await put('odd[1].csv', 'x\n7\n');
  });
  afterEach(() => {
    s3.fault = undefined;
    delete process.env['TFX_TEMPORAL_ALLOWED_BUCKETS'];
    delete process.env['TFX_TEMPORAL_MAX_DOWNLOAD_MIB'];
  });
  after(async () => {
    await s3.close();
    rmSync(folder, { recursive: true });
  });

  const at = (key: string): string => `s3://bucket/${key}`;
  const put = (key: string, text: string): Promise<void> => writeText(parseS3(at(key)), text);
  const drive = (input: string, more: object = {}) =>
    driveFiles({
      parameters: { input, ...more },
      nominalTime: '2026-01-02T03:04:05Z',
      signal: new AbortController().signal,
    });
  const ingest = async (input: string, more: object = {}): Promise<unknown[][]> => {
    const outcome = await runExampleGen(csvExampleGen, { input, split: { all: 1 }, ...more });
    return (await rowsOf(outcome, 'all')).map((row) => Object.values(row).map(String)).sort();
  };

  it('are ingested like files, whatever the component', async () => {
    assert.equal((await ingest(at('large.csv'))).length, 50_000);
    const imported = await runExampleGen(importExampleGen, { input: at('rows.ndjson'), split: { all: 1 } });
    assert.equal((await rowsOf(imported, 'all')).length, 2);
    const opened = await openInputs([at('folder/*.csv')], { temporaryPath: folder });
    assert.deepEqual(opened.files.length, 3);
  });

  it('are found by key, folder and glob; a neighbour with the same beginning is not', async () => {
    assert.deepEqual(await findFiles(at('folder')), [at('folder/a b+c%20é.csv'), at('folder/b.csv')]);
    assert.deepEqual(await findFiles(at('folder/')), await findFiles(at('folder')));
    assert.deepEqual(await findFiles(at('fold*/?.csv')), [at('folder-other/d.csv'), at('folder/b.csv')]);
    assert.deepEqual(await findFiles(at('folder/**/[b-c].csv')), [at('folder/b.csv'), at('folder/deeper/c.csv')]);
    assert.deepEqual(await findFiles(at('odd[1].csv')), [at('odd[1].csv')]);
    assert.equal((await findFiles('s3://bucket')).length, 3);
    await assert.rejects(findFiles(at('fold')), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(findFiles(at('none/*.csv')), { code: 'INPUT_NOT_FOUND' });
  });

  it('have spans, versions, dates and ranges', async () => {
    assert.deepEqual(await ingest(at('days/{YYYY}-{MM}-{DD}/data.csv')), [['2026-01-04']]);
    assert.deepEqual(await ingest(at('days/{YYYY}-{MM}-{DD}/data.csv'), { span: { nominal: 1 } }), [['2026-01-02']]);
    assert.deepEqual(await ingest(at('days/{YYYY}-{MM}-{DD}'), { span: { rolling: 2 } }), [
      ['2026-01-02'],
      ['2026-01-04'],
    ]);
    assert.deepEqual(await ingest(at('spans/{SPAN}/v{VERSION}/train/*')), [['23']]);
    assert.deepEqual(await ingest(at('spans/{SPAN}/v{VERSION}/train/*'), { span: { static: 1 } }), [['1']]);
    const { parameters } = await drive(at('spans/{SPAN}/v{VERSION}/train/*'));
    assert.deepEqual([parameters.resolvedSpan, parameters.resolvedVersion], [2, 3]);
    await assert.rejects(drive(at('days/{YYYY}-{MM}-{DD}/*'), { span: { static: 1 } }), { code: 'SPAN_NOT_FOUND' });
  });

  it('have a fingerprint that changes with the content, and costs no download', async () => {
    await put('changing.csv', 'x\n1\n');
    const of = async (): Promise<string> => (await drive(at('changing.csv'))).parameters.inputFingerprint;
    const before = await of();
    s3.requests.length = 0;
    assert.equal(await of(), before);
    assert.ok(!s3.requests.some((request) => request.startsWith('GET') && request.includes('changing')));
    await put('changing.csv', 'x\n2\n');
    assert.notEqual(await of(), before);
  });

  it('are read on where a connection broke', async () => {
    const ranges: (string | undefined)[] = [];
    s3.fault = ({ method, headers }) => {
      if (method !== 'GET') return undefined;
      ranges.push(headers.range);
      return ranges.length < 3 ? { kind: 'cut', afterBytes: 20_000 } : undefined;
    };
    assert.equal((await ingest(at('large.csv'))).length, 50_000);
    assert.deepEqual(ranges, [undefined, 'bytes=20000-', 'bytes=40000-']);
  });

  it('that are replaced while they are read, or after begin looked, are refused', async () => {
    let gets = 0;
    s3.fault = ({ method }) => {
      if (method !== 'GET' || ++gets > 2) return undefined;
      if (gets === 1) return { kind: 'cut', afterBytes: 20_000 };
      return { kind: 'before', run: () => put('replaced.csv', LARGE.replace('7', '8')) };
    };
    await put('replaced.csv', LARGE);
    await assert.rejects(ingest(at('replaced.csv')), { code: 'S3_OBJECT_CHANGED', retryable: true });
    const { parameters } = await drive(at('changing.csv'));
    await put('changing.csv', 'x\n3\n');
    const late = runExampleGen(
      { ...csvExampleGen, driver: () => Promise.resolve({ parameters }) },
      {
        input: at('changing.csv'),
      },
    );
    await assert.rejects(late, { code: 'INPUT_CHANGED' });
  });

  it('that cannot be had say why', async () => {
    await assert.rejects(drive(at('none.csv')), { code: 'INPUT_NOT_FOUND' });
    await assert.rejects(drive('s3://no-such-bucket/x.csv'), { code: 'S3_BUCKET_NOT_FOUND' });
    await assert.rejects(drive('s3:///x.csv'), { code: 'URI_UNSUPPORTED' });
    s3.fault = () => ({ kind: 'status', status: 403 });
    await assert.rejects(drive(at('large.csv')), { code: 'S3_FORBIDDEN', retryable: false });
    s3.fault = () => ({ kind: 'status', status: 503 });
    await assert.rejects(drive(at('large.csv')), { code: 'S3_UNAVAILABLE', retryable: true });
  });

  it('are bounded by size, by buckets and by roots', async () => {
    process.env['TFX_TEMPORAL_MAX_DOWNLOAD_MIB'] = '0.1';
    await assert.rejects(drive(at('large.csv')), { code: 'INPUT_TOO_LARGE' });
    process.env['TFX_TEMPORAL_ALLOWED_BUCKETS'] = 'other, another';
    await assert.rejects(drive(at('folder/b.csv')), { code: 'INPUT_BUCKET_NOT_ALLOWED' });
    process.env['TFX_TEMPORAL_ALLOWED_BUCKETS'] = 'other, bucket';
    const under = (root: string) =>
      driveFiles({
        parameters: { input: at('folder/b.csv') },
        nominalTime: '2026-01-02T03:04:05Z',
        inputRoots: ['/data', root],
        signal: new AbortController().signal,
      });
    assert.equal((await under('s3://bucket/folder/')).summary, '1 file');
    for (const root of ['s3://bucket/fold', 's3://other/folder', '/']) {
      await assert.rejects(under(root), { code: 'INPUT_OUTSIDE_ROOTS' });
    }
  });

  it('may be schemas, text and binary, and artifacts to import', async () => {
    await put('schema.pbtxt', 'feature { name: "fare" type: FLOAT }\n');
    const folderOf = (name: string) => outputPlace(join(folder, name));
    const facts = {
      inputs: {},
      loadModule: () => Promise.reject(new Error('none')),
      signal: new AbortController().signal,
    };
    const schema = folderOf('schema');
    const given = { ...facts, parameters: { file: at('schema.pbtxt') }, outputs: { schema } };
    assert.equal((await importSchema.driver?.(given as never))?.properties?.schema?.['features'], 1);
    assert.match(readFileSync(schema.file('schema.pbtxt'), 'utf8'), /fare/);
    const parameters = { uri: 's3://bucket/folder/', artifactType: 'Examples', properties: {}, reimport: false };
    const imported = await importer.driver?.({
      ...facts,
      parameters,
      outputs: { result: folderOf('unused') },
    } as never);
    assert.equal(imported?.external?.result?.uri, at('folder'));
  });

  it('are named by their address when their content is bad', async () => {
    await put('ragged.csv', 'a,b\n1,2\n3\n');
    await assert.rejects(ingest(at('ragged.csv')), { code: 'CSV_BAD_ROW', message: /s3:\/\/bucket\/ragged\.csv/ });
    await deleteObjects('bucket', ['ragged.csv']);
    writeFileSync(join(folder, 'local.csv'), 'x\n1\n');
    assert.deepEqual(await findFiles(join(folder, '*.csv')), [join(folder, 'local.csv')]);
  });
});
