import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openDatabase } from '../../lineage/database.js';
import type { Lineage } from '../../lineage/index.js';
import { freshDatabase } from '../support/servers.js';
import { beginFacts, count, freshLineage, newRun, output, publishFacts } from './fixture.js';

const UNAVAILABLE = { code: 'LINEAGE_UNAVAILABLE', retryable: true };

describe('an outage of the database', () => {
  let lineage: Lineage;
  before(async () => {
    lineage = await freshLineage();
  });

  const endOtherConnections = (): Promise<unknown> =>
    lineage.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );

  it('in the middle of a transaction is retryable, leaves nothing behind, and the next attempt succeeds', async () => {
    const lost = lineage.database.transaction(async (transaction) => {
      await transaction.query('insert into tfx.fence (destination) values ($1)', ['lost']);
      await endOtherConnections();
      await transaction.query('select 1');
    });
    await assert.rejects(lost, UNAVAILABLE);
    assert.equal(await count(lineage, `tfx.fence where destination = 'lost'`), 0);
    const begun = await beginFacts(lineage, { identity: newRun(), node: 'SchemaGen' });
    await lineage.begin(begun);
    const published = await lineage.publish(publishFacts(begun, { schema: output('Schema', 'after') }));
    assert.ok(published['schema']);
  });

  it('that ends idle connections is not noticed, or is retryable', async () => {
    await Promise.all(Array.from({ length: 8 }, () => lineage.database.query('select pg_sleep(0.01)')));
    await endOtherConnections();
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => lineage.database.query('select 1')));
    for (const answer of answers) {
      if (answer.status === 'rejected') assert.equal((answer.reason as { code: string }).code, 'LINEAGE_UNAVAILABLE');
    }
    assert.deepEqual(await lineage.database.query('select 1 as one'), [{ one: 1 }]);
  });

  it('a statement that takes too long is retryable', async () => {
    const database = openDatabase(await freshDatabase(), { statementTimeoutMs: 50 });
    await assert.rejects(database.query('select pg_sleep(10)'), UNAVAILABLE);
    await database.close();
    await assert.rejects(database.query('select 1'), UNAVAILABLE);
  });

  it('tables that are missing are a matter of configuration', async () => {
    const database = openDatabase(await freshDatabase());
    await assert.rejects(database.query('select * from tfx.run'), { code: 'LINEAGE_NOT_MIGRATED', retryable: false });
    await database.close();
  });
});
