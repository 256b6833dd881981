import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import {
  filesystemStore,
  openStore,
  type ArtifactStore,
  type AttemptFolder,
  type SealedPayload,
} from '../../artifacts/index.js';
import { parseS3 } from '../../artifacts/s3/address.js';
import { writeText } from '../../artifacts/s3/objects.js';
import { startS3, type TestS3 } from '../support/s3-server.js';

type Files = Readonly<Record<string, string | Buffer>>;

describe('the S3 store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tfx-s3-store-'));
  let s3: TestS3;
  let store: ArtifactStore;
  let attempts = 0;
  before(async () => {
    s3 = await startS3();
    store = storeOf('cache');
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  after(async () => {
    await s3.close();
    rmSync(folder, { recursive: true });
  });

  const storeOf = (cache: string, maxMiB = 100): ArtifactStore =>
    openStore('s3://bucket/tfx/artifacts', { folder: join(folder, cache), maxMiB });

  async function seal(files: Files, by = store): Promise<SealedPayload & { readonly uri: string }> {
    const uri = by.place('wine', 'Trainer', 'model', ++attempts, 'abc');
    return await by.withLocal(async (local) => {
      write(await local.stage(uri), files);
      return { ...(await local.seal(uri)), uri };
    });
  }

  function write(path: string, files: Files): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  }

  const fetchText = (by: ArtifactStore, { uri, digest }: { uri: string; digest: string }, name: string) =>
    by.withLocal(async (local) => readFileSync(join(await local.fetch(uri, { digest }), name), 'utf8'));
  const downloads = (): number =>
    s3.requests.filter((request) => /^GET .*\/abc\/[^?]*$|^GET .*x-id=GetObject/.test(request)).length;
  const listed = async (by = store): Promise<AttemptFolder[]> => {
    const found: AttemptFolder[] = [];
    for await (const attempt of by.attempts()) found.push(attempt);
    return found;
  };

  it('gives a payload the digest that a filesystem gives it, and a manifest beside it', async () => {
    const files = { 'Split-train/b c+ü': 'bb', 'Split-train/a': 'a', 'Split-eval/empty': '' };
    const sealed = await seal(files);
    const other = filesystemStore(join(folder, 'files'));
    const uri = other.place('wine', 'Trainer', 'model', 1, 'abc');
    write(await other.stage(uri), files);
    assert.equal(sealed.digest, (await other.seal(uri)).digest);
    assert.equal(sealed.manifestUri, `${sealed.uri}.manifest.json`);
    const manifest = await store.readManifest(sealed.manifestUri);
    assert.deepEqual(manifest, { version: 1, digest: sealed.digest, files: sealed.files });
    assert.ok(manifest.files.every(({ etag, mtimeNs }) => etag !== '' && mtimeNs === undefined));
  });

  it('uploads large files in parts and reads them back on another machine', async () => {
    const content = randomBytes(20 * 2 ** 20);
    const sealed = await seal({ 'variables/large': content, small: 'x' });
    const other = storeOf('another-machine');
    await other.withLocal(async (local) => {
      const path = await local.fetch(sealed.uri, { digest: sealed.digest });
      assert.ok(readFileSync(join(path, 'variables/large')).equals(content));
    });
    assert.deepEqual(
      (await other.inspect(sealed.uri)).map(({ sha256 }) => sha256),
      sealed.files.map(({ sha256 }) => sha256),
    );
  });

  it('fetches what this machine wrote or fetched from its cache, and what changed there again', async () => {
    const sealed = await seal({ data: 'content' });
    s3.requests.length = 0;
    assert.equal(await fetchText(store, sealed, 'data'), 'content');
    assert.equal(downloads(), 0);
    const other = storeOf('third-machine');
    const texts = await Promise.all([1, 2, 3].map(() => fetchText(other, sealed, 'data')));
    assert.deepEqual(texts, ['content', 'content', 'content']);
    assert.equal(downloads(), 1);
    const kept = join(folder, 'third-machine', 'payloads', sealed.digest, 'payload', 'data');
    assert.equal(statSync(kept).mode & 0o777, 0o444);
    rmSync(kept);
    writeFileSync(kept, 'CONTENT');
    assert.equal(await fetchText(other, sealed, 'data'), 'content');
    assert.equal(downloads(), 2);
  });

  it('keeps no more than its bound, those used last, and never pulls a folder from under a reader', async () => {
    const small = storeOf('small', 1);
    const payloads: (SealedPayload & { uri: string })[] = [];
    for (const letter of ['a', 'b', 'c']) payloads.push(await seal({ data: letter.repeat(400_000) }));
    const [a, b, c] = payloads as [SealedPayload & { uri: string }, ...typeof payloads] & typeof payloads;
    await small.withLocal(async (local) => {
      const path = await local.fetch(a.uri, { digest: a.digest });
      await fetchText(small, b!, 'data');
      await fetchText(small, c!, 'data');
      assert.deepEqual(readdirSync(join(folder, 'small', 'payloads')).sort(), [b!.digest, c!.digest].sort());
      assert.equal(readFileSync(join(path, 'data'), 'utf8').length, 400_000);
    });
    const large = await seal({ data: randomBytes(2 * 2 ** 20) }, small);
    assert.ok((await fetchText(small, large, 'data')).length > 0);
    assert.ok(!readdirSync(join(folder, 'small', 'payloads')).includes(large.digest));
    assert.deepEqual(readdirSync(join(folder, 'small', 'work')), []);
  });

  it('finds objects that are gone, added or changed by name, size and ETag', async () => {
    const { uri, files } = await seal({ x: '1', y: '2' });
    s3.requests.length = 0;
    assert.equal(await store.check(uri, files, 'quick'), undefined);
    assert.equal(downloads(), 0);
    assert.equal(await store.check(uri, files, 'full'), undefined);
    const forged = files.map((file) => ({ ...file, etag: '"another"' }));
    assert.equal(await store.check(uri, forged, 'quick'), undefined);
    await writeText(parseS3(`${uri}/x`), '3');
    assert.equal(await store.check(uri, files, 'quick'), 'file x has other content');
    await writeText(parseS3(`${uri}/z`), '');
    assert.equal(await store.check(uri, files, 'quick'), 'file z was added');
    await store.remove(uri);
    assert.equal(await store.check(uri, files, 'quick'), `${uri} is gone`);
  });

  it('refuses content that is not what was published, and what is not there', async () => {
    const { uri, digest, manifestUri } = await seal({ data: 'right' });
    await writeText(parseS3(`${uri}/data`), 'wrong');
    const other = storeOf('fourth-machine');
    await assert.rejects(fetchText(other, { uri, digest }, 'data'), { code: 'ARTIFACT_CORRUPTED' });
    await writeText(parseS3(manifestUri), '{');
    await assert.rejects(store.readManifest(manifestUri), { code: 'ARTIFACT_CORRUPTED' });
    await assert.rejects(fetchText(other, { uri: `${uri}-none`, digest: 'd' }, 'data'), { code: 'ARTIFACT_MISSING' });
    await assert.rejects(store.readManifest(`${uri}-none.manifest.json`), { code: 'ARTIFACT_MISSING' });
  });

  it('takes a connection that breaks, and fails with a retryable code when S3 stays away', async () => {
    const sealed = await seal({ data: 'x'.repeat(300_000) });
    let cuts = 0;
    s3.fault = ({ method, url }) =>
      method === 'GET' && /\/data\?/.test(url ?? '') && ++cuts === 1 ? { kind: 'cut', afterBytes: 1000 } : undefined;
    assert.equal((await fetchText(storeOf('fifth-machine'), sealed, 'data')).length, 300_000);
    assert.equal(cuts, 2);
    s3.fault = () => ({ kind: 'status', status: 503 });
    await assert.rejects(seal({ data: 'x' }), { code: 'S3_UNAVAILABLE', retryable: true });
  });

  it('writes no manifest before all files are there, and lists and removes what an upload that died left', async () => {
    let puts = 0;
    s3.fault = ({ method }) => (method === 'PUT' && ++puts > 1 ? { kind: 'status', status: 400 } : undefined);
    await assert.rejects(seal({ a: '1', b: '2', c: '3' }), { code: 'S3_REQUEST_REFUSED' });
    s3.fault = undefined;
    const uri = store.place('wine', 'Trainer', 'model', attempts, 'abc');
    assert.equal((await listed()).find((attempt) => attempt.uri === uri)?.executionId, attempts);
    await assert.rejects(store.readManifest(`${uri}.manifest.json`), { code: 'ARTIFACT_MISSING' });
    await store.remove(uri);
    assert.ok(!(await listed()).some((attempt) => attempt.uri === uri));
  });

  it('keeps notes beside attempts, lists attempts that left nothing else, and removes both', async () => {
    const place = store.place('wine', 'Trainer', 'model', ++attempts);
    await store.writeNote(`${place}/one`, 'why one failed');
    await store.writeNote(`${place}/two`, 'why two failed');
    assert.deepEqual(await store.readNotes(place, 10), [
      { nonce: 'one', text: 'why one failed' },
      { nonce: 'two', text: 'why two failed' },
    ]);
    assert.equal((await store.readNotes(place, 1)).length, 1);
    const mine = (await listed()).filter(({ executionId }) => executionId === attempts);
    assert.deepEqual(
      mine.map(({ uri }) => uri),
      [`${place}/one`, `${place}/two`],
    );
    await store.remove(place);
    assert.deepEqual(await store.readNotes(place, 10), []);
  });

  it('shares a folder while it is written', async () => {
    const uri = store.place('wine', 'Trainer', '.checkpoints', ++attempts, 'abc');
    await store.withLocal(async (local) => {
      const path = await local.stage(uri);
      for (const step of ['1', '2']) {
        writeFileSync(join(path, 'step'), step);
        await local.share(uri);
        const resumed = await storeOf('sixth-machine').withLocal(async (other) =>
          readFileSync(join(await other.fetch(uri), 'step'), 'utf8'),
        );
        assert.equal(resumed, step);
      }
    });
  });

  it('reads artifacts that lie on a filesystem, as a store on a filesystem reads those on S3', async () => {
    const files = openStore(join(folder, 'root'), { folder: join(folder, 'cache'), maxMiB: 100 });
    const here = await seal({ data: 'here' }, files);
    const there = await seal({ data: 'there' });
    assert.equal(await fetchText(store, here, 'data'), 'here');
    assert.equal(await fetchText(files, there, 'data'), 'there');
    assert.equal(await store.check(here.uri, here.files, 'full'), undefined);
    assert.equal(await files.check(there.uri, there.files, 'full'), undefined);
  });

  it('never writes or removes outside of its root', async () => {
    const outside = ['s3://bucket/tfx/artifacts-2/x', 's3://other/tfx/artifacts/x', '/tmp/x'];
    for (const uri of outside) {
      await assert.rejects(store.remove(uri), /URI_OUTSIDE_ROOTS|outside of|URI_UNSUPPORTED|no s3/);
      await assert.rejects(
        store.withLocal((local) => local.stage(uri)),
        /outside of|no s3/,
      );
    }
    for (const uri of [store.root, 's3://bucket/tfx', `${store.root}/../artifacts`, `${store.root}/`]) {
      await assert.rejects(store.remove(uri), /outside of|root itself|has an empty part/);
    }
    assert.equal(store.place('../..', 'a b/c', '.'), `${store.root}/.._../a_b_c/_`);
  });
});
