import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Lineage } from '../../lineage/index.js';
import { beginFacts, freshLineage, newRun, output, publishFacts } from './fixture.js';

describe('the fence of a destination', () => {
  let lineage: Lineage;
  before(async () => {
    lineage = await freshLineage();
  });

  async function pusher(): Promise<Awaited<ReturnType<typeof beginFacts>>> {
    const begun = await beginFacts(lineage, { identity: newRun(), node: 'Pusher' });
    await lineage.begin(begun);
    return begun;
  }

  it('lets one commit at a time act, and shows each what the one before it left', async () => {
    const destination = 'file:///serving/one-at-a-time';
    const { identity, executionId } = await pusher();
    let inside = 0;
    const seen: (number | undefined)[] = [];
    const commit = (value: number): Promise<number> =>
      lineage.fence<number>({ destination, identity, executionId }, async (previous) => {
        assert.equal(++inside, 1);
        seen.push(previous?.result);
        await lineage.database.query('select pg_sleep(0.02)');
        inside--;
        return value;
      });
    await Promise.all([commit(7), commit(7), commit(7)]);
    assert.deepEqual(seen, [undefined, 7, 7]);
  });

  it('refuses an execution that began before the one that holds the destination', async () => {
    const destination = 'file:///serving/ordered';
    const older = await pusher();
    const newer = await pusher();
    await lineage.fence({ ...newer, destination }, () => Promise.resolve('new'));
    let acted = false;
    const late = lineage.fence({ ...older, destination }, () => {
      acted = true;
      return Promise.resolve('old');
    });
    await assert.rejects(late, { code: 'FENCE_SUPERSEDED', retryable: false });
    assert.equal(acted, false);
  });

  it('refuses a late attempt of an execution that is closed', async () => {
    const destination = 'file:///serving/closed';
    const begun = await pusher();
    await lineage.publish(publishFacts(begun, { pushedModel: output('PushedModel', begun.identity.runId) }));
    await assert.rejects(
      lineage.fence({ ...begun, destination }, () => Promise.resolve('late')),
      { code: 'EXECUTION_CLOSED' },
    );
  });

  it('forgets a commit that threw: the next one finds what was there before', async () => {
    const destination = 'file:///serving/rollback';
    const begun = await pusher();
    await lineage.fence({ ...begun, destination }, () => Promise.resolve('first'));
    await assert.rejects(lineage.fence({ ...begun, destination }, () => Promise.reject(new Error('rename failed'))));
    await lineage.fence<string>({ ...begun, destination }, (previous) => {
      assert.equal(previous?.result, 'first');
      return Promise.resolve('second');
    });
  });
});
