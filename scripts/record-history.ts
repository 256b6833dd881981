import { connect } from '../client/index.js';
import { recordHistory } from '../test/support/record-history.js';

/*
 * Records a run's history for the replay tests:
 *
 *   node dist/scripts/record-history.js penguin/2026-11-22T16-35-14-oel0 penguin-pushed
 *
 * Connects as every Temporal tool does (TEMPORAL_ADDRESS).
 */
const [workflowId, name] = process.argv.slice(2);
if (workflowId === undefined || name === undefined) {
  console.error('usage: record-history <workflow id> <name of the history>');
  process.exit(2);
}
const temporal = await connect();
console.log(await recordHistory(temporal.client, workflowId, name));
await temporal.close();
