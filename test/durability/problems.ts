import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openStore, type ArtifactStore } from '../../artifacts/index.js';

/** Where the traces of runs lie. */
export interface Traces {
  readonly databaseUrl: string;
  /** A folder or an `s3://` URI. */
  readonly artifactRoot: string;
}

/** What must be empty however runs were disturbed, once all have ended: a sentence, and rows that contradict it. */
const NEVER: Readonly<Record<string, string>> = {
  'executions are still open': `
    select x.workflow_id, x.node from tfx.execution x join public.execution e on e.id = x.execution_id
    where e.last_known_state in (1, 2)`,
  'executions are not recorded by us': `
    select e.id from public.execution e left join tfx.execution x on x.execution_id = e.id
    where x.execution_id is null`,
  'runs have no end': 'select workflow_id, run_id from tfx.run where finished_at is null',
  'nodes have several executions': `
    select run_id, node from tfx.execution group by namespace, workflow_id, run_id, node having count(*) > 1`,
  'types are registered twice': `
    select type_kind, name from public.type group by type_kind, name, coalesce(version, '') having count(*) > 1`,
  'artifacts are recorded twice': `
    select a.uri from public.artifact a join tfx.artifact t on t.artifact_id = a.id
    where not t.is_external group by a.uri having count(*) > 1`,
  'artifacts have several makers': `
    select w.artifact_id from tfx.wiring w join tfx.execution x using (execution_id)
    join public.execution e on e.id = x.execution_id
    where w.direction = 'output' and e.last_known_state = 3 and x.cached_from is null
      and x.component not in ('LatestBlessedModel', 'Importer', 'ImportSchema')
    group by w.artifact_id having count(*) > 1`,
  'events are recorded twice': `
    select artifact_id, execution_id from public.event group by artifact_id, execution_id, type having count(*) > 1`,
  'contexts are recorded twice': `
    select type_id, name from public.context group by type_id, name having count(*) > 1`,
  'complete executions have no output': `
    select x.workflow_id, x.node from tfx.execution x join public.execution e on e.id = x.execution_id
    where e.last_known_state in (3, 5) and x.component <> 'LatestBlessedModel'
      and not exists (select from tfx.wiring w where w.execution_id = e.id and w.direction = 'output')`,
  'open or failed executions have outputs': `
    select x.workflow_id, x.node from tfx.execution x join public.execution e on e.id = x.execution_id
    join tfx.wiring w on w.execution_id = e.id and w.direction = 'output' where e.last_known_state not in (3, 5)`,
  'artifacts are half recorded': `
    select a.id from public.artifact a left join tfx.artifact t on t.artifact_id = a.id
    where a.state = 2 and (t.artifact_id is null
      or t.file_count <> (select count(*) from tfx.file f where f.artifact_id = a.id))`,
};

/** What is wrong in lineage and among the artifacts that it shows, when no run goes on. Empty when all is well. */
export async function lineageProblems(traces: Traces): Promise<string[]> {
  const found: string[] = [];
  for (const [sentence, query] of Object.entries(NEVER)) {
    const contradictions = await rows(traces.databaseUrl, query);
    if (contradictions.length > 0) found.push(`${sentence}: ${JSON.stringify(contradictions.slice(0, 3))}`);
  }
  return [...found, ...(await halfArtifacts(traces))];
}

/** ml-metadata's number. */
const LIVE = 2;

/** The store of a scenario, without what its workers keep. */
export function storeOf({ artifactRoot }: Pick<Traces, 'artifactRoot'>): ArtifactStore {
  return openStore(artifactRoot, { folder: path.join(tmpdir(), 'tfx-durability-no-cache'), maxMiB: 0 });
}

/** Artifacts that lineage shows and that are not whole where they lie, byte by byte. */
export async function halfArtifacts({ databaseUrl, artifactRoot }: Traces): Promise<string[]> {
  const store = storeOf({ artifactRoot });
  const problems: string[] = [];
  const artifacts = await rows<{ id: number; uri: string }>(
    databaseUrl,
    'select id, uri from public.artifact where state = $1',
    [LIVE],
  );
  for (const { id, uri } of artifacts) {
    const files = await rows<{ path: string; size_bytes: string; sha256: string }>(
      databaseUrl,
      'select path, size_bytes, sha256 from tfx.file where artifact_id = $1',
      [id],
    );
    const payload = files.map((file) => ({
      path: file.path,
      size: Number(file.size_bytes),
      sha256: file.sha256,
    }));
    const difference = files.length === 0 ? 'it has no files' : await store.check(uri, payload, 'full');
    if (difference !== undefined) problems.push(`${uri} is not whole: ${JSON.stringify(difference)}`);
  }
  return problems;
}

/** Versions that lineage says were pushed and that are not whole below the destination once, and the reverse. */
export async function pushProblems(databaseUrl: string, destination: string): Promise<string[]> {
  const pushed = await rows<{ version: string }>(
    databaseUrl,
    `select v.string_value as version from public.artifact a
     join public.artifactproperty v on v.artifact_id = a.id and v.name = 'pushed_version'
     join public.artifactproperty w on w.artifact_id = a.id and w.name = 'written' and w.int_value = 1
     join public.artifactproperty d on d.artifact_id = a.id and d.name = 'pushed_destination'
     where starts_with(d.string_value, $1 || '/') order by 1`,
    [destination],
  );
  const recorded = pushed.map(({ version }) => version);
  const visible = readdirSync(destination)
    .filter((name) => !name.startsWith('.'))
    .sort();
  const twice = recorded.filter((version, i) => recorded[i - 1] === version);
  return [
    ...twice.map((version) => `version ${version} was pushed twice`),
    ...recorded.filter((version) => !visible.includes(version)).map((version) => `version ${version} is missing`),
    ...visible.filter((version) => !recorded.includes(version)).map((version) => `no run pushed version ${version}`),
    ...visible
      .filter((version) => readFileSync(path.join(destination, version, 'saved_model.pb')).length === 0)
      .map((version) => `version ${version} is half`),
  ];
}

export async function rows<R extends object>(databaseUrl: string, sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
