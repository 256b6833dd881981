import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { filesystemStore, requireUnderRoots, uriToPath, type AttemptFolder } from '../../artifacts/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tfx-store-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const store = filesystemStore(join(folder, 'root'));
let attempts = 0;

async function staged(files: Readonly<Record<string, string>>): Promise<{ uri: string; path: string }> {
  const uri = store.place('wine', 'Trainer', 'model', ++attempts, 'abc');
  const path = await store.stage(uri);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { uri, path };
}

describe('the filesystem store', () => {
  it('seals a payload with every file’s path, size and sha256 in a manifest beside it', async () => {
    const { uri, path } = await staged({ 'Split-train/b.txt': 'bb', 'Split-train/a.txt': 'a', 'Split-eval/c': '' });
    const sealed = await store.seal(uri);
    assert.deepEqual(
      sealed.files.map((file) => [file.path, file.size]),
      [
        ['Split-eval/c', 0],
        ['Split-train/a.txt', 1],
        ['Split-train/b.txt', 2],
      ],
    );
    assert.equal(sealed.files[1]?.sha256, createHash('sha256').update('a').digest('hex'));
    assert.equal(sealed.manifestUri, `${uri}.manifest.json`);
    assert.deepEqual(await store.readManifest(sealed.manifestUri), {
      version: 1,
      digest: sealed.digest,
      files: sealed.files,
    });
    assert.ok(!existsSync(join(path, 'manifest.json')));
  });

  it('gives equal payloads one digest, and any difference in name or content another', async () => {
    const digestOf = async (files: Readonly<Record<string, string>>): Promise<string> =>
      (await store.seal((await staged(files)).uri)).digest;
    const one = await digestOf({ a: '1', b: '2' });
    assert.equal(await digestOf({ b: '2', a: '1' }), one);
    assert.notEqual(await digestOf({ a: '1', c: '2' }), one);
    assert.notEqual(await digestOf({ a: '2', b: '1' }), one);
    assert.notEqual(await digestOf({ a: '1' }), one);
  });

  it('finds files that are gone, added or changed, and believes a file that was only touched', async () => {
    const { uri, path } = await staged({ 'x/model.bin': 'weights', y: 'y' });
    const { files } = await store.seal(uri);
    assert.equal(await store.check(uri, files, 'quick'), undefined);
    assert.equal(await store.check(uri, files, 'full'), undefined);
    utimesSync(join(path, 'y'), 1, 1);
    assert.equal(await store.check(uri, files, 'quick'), undefined);
    writeFileSync(join(path, 'x/model.bin'), 'WEIGHTS');
    assert.equal(await store.check(uri, files, 'quick'), 'file x/model.bin has other content');
    writeFileSync(join(path, 'x/more'), '');
    assert.equal(await store.check(uri, files, 'quick'), 'file x/more was added');
    rmSync(join(path, 'y'));
    assert.equal(await store.check(uri, files, 'quick'), 'file y is gone');
    rmSync(path, { recursive: true });
    assert.match((await store.check(uri, files, 'quick')) ?? '', /is gone$/);
  });

  it('sees a change that hides behind an unchanged size and time only in full mode', async () => {
    const { uri, path } = await staged({ data: 'aaaa' });
    const sealed = await store.seal(uri);
    const { mtimeNs } = statSync(join(path, 'data'), { bigint: true });
    writeFileSync(join(path, 'data'), 'bbbb');
    const files = sealed.files.map((file) => ({ ...file, mtimeNs: String(mtimeNs) }));
    const { mtimeNs: now } = statSync(join(path, 'data'), { bigint: true });
    const forged = files.map((file) => ({ ...file, mtimeNs: String(now) }));
    assert.equal(await store.check(uri, forged, 'quick'), undefined);
    assert.equal(await store.check(uri, forged, 'full'), 'file data has other content');
  });

  it('refuses links in a payload', async () => {
    const { uri, path } = await staged({ real: '1' });
    symlinkSync('/etc/passwd', join(path, 'link'));
    await assert.rejects(store.seal(uri), { code: 'ARTIFACT_IRREGULAR_FILE' });
  });

  it('gives a place to one attempt only', async () => {
    const { uri } = await staged({});
    await assert.rejects(store.stage(uri), { code: 'ARTIFACT_STORE_UNAVAILABLE' });
  });

  it('refuses a manifest whose digest is not that of its files', async () => {
    const { uri } = await staged({ data: '1' });
    const { manifestUri } = await store.seal(uri);
    const path = uriToPath(manifestUri);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"size":1', '"size":2'));
    await assert.rejects(store.readManifest(manifestUri), { code: 'ARTIFACT_CORRUPTED' });
    writeFileSync(path, '{');
    await assert.rejects(store.readManifest(manifestUri), { code: 'ARTIFACT_CORRUPTED' });
  });

  it('lists every attempt’s folder with its execution, and removes one with what lies beside it', async () => {
    const { uri } = await staged({ data: '12345' });
    await store.seal(uri);
    const list = async (): Promise<AttemptFolder[]> => {
      const found: AttemptFolder[] = [];
      for await (const attempt of store.attempts()) found.push(attempt);
      return found;
    };
    const mine = (await list()).find((attempt) => attempt.uri === uri);
    assert.equal(mine?.executionId, attempts);
    await store.remove(uri);
    assert.ok(!(await list()).some((attempt) => attempt.uri === uri));
    assert.ok(!existsSync(uriToPath(`${uri}.manifest.json`)));
  });

  it('never writes or removes outside of its root', async () => {
    for (const uri of ['/tmp/elsewhere/x', `${store.root}/../x`, 'file:///etc']) {
      await assert.rejects(store.stage(uri), { code: 'URI_OUTSIDE_ROOTS' });
      await assert.rejects(store.remove(uri), { code: 'URI_OUTSIDE_ROOTS' });
    }
    await assert.rejects(store.remove(store.root), { code: 'URI_OUTSIDE_ROOTS' });
    await assert.rejects(store.fetch('s3://bucket/model'), { code: 'URI_UNSUPPORTED' });
    await assert.rejects(store.fetch(store.place('none')), { code: 'ARTIFACT_MISSING' });
    assert.equal(store.place('../..', 'a b/c', '.'), `${store.root}/.._../a_b_c/_`);
  });
});

describe('roots', () => {
  it('let a place pass that lies under one of them, also when it does not exist yet', async () => {
    const root = join(folder, 'serving');
    assert.equal(await requireUnderRoots(join(root, 'penguin/1'), [root]), join(root, 'penguin/1'));
    assert.equal(await requireUnderRoots(root, [root]), root);
  });

  it('refuse a neighbour with the same beginning, dots, and links that lead out', async () => {
    const root = join(folder, 'roots');
    mkdirSync(root);
    symlinkSync('/etc', join(root, 'out'));
    for (const place of [`${root}-other/x`, join(root, '..', 'x'), join(root, 'out/x'), '/']) {
      await assert.rejects(requireUnderRoots(place, [root]), { code: 'URI_OUTSIDE_ROOTS' });
    }
    await assert.rejects(requireUnderRoots('relative/path', [root]), { code: 'URI_UNSUPPORTED' });
  });
});
