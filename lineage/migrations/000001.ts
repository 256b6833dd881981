/** Our own tables, beside ml-metadata's. Forward only; never edited once released. */
export const MIGRATION_1 = `
create table tfx.run (
  namespace text not null,
  workflow_id text not null,
  run_id text not null,
  pipeline text not null,
  context_id int not null,
  parameters jsonb,
  nominal_time timestamptz,
  begun_at timestamptz not null default now(),
  finished_at timestamptz,
  outcome text,
  reasons jsonb not null default '[]',
  failure_code text,
  failure_message text,
  canceled boolean not null default false,
  primary key (namespace, workflow_id, run_id)
);
create index run_begun on tfx.run (pipeline, begun_at desc);
create index run_by_id on tfx.run (run_id);

create table tfx.execution (
  execution_id int primary key,
  namespace text not null,
  workflow_id text not null,
  run_id text not null,
  node text not null,
  pipeline text not null,
  component text not null,
  fingerprint text not null,
  fingerprint_fields jsonb not null,
  cached_from int,
  cache_note text,
  answer json,
  summary text not null default '',
  modules jsonb not null default '{}',
  begun_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (namespace, workflow_id, run_id, node)
);
create index execution_fingerprint on tfx.execution (fingerprint, execution_id desc);
create index execution_node on tfx.execution (pipeline, node, execution_id desc);

create table tfx.artifact (
  artifact_id int primary key,
  digest text not null,
  manifest_uri text,
  is_external boolean not null,
  file_count int not null,
  total_bytes bigint not null
);
create index artifact_digest on tfx.artifact (digest);

create table tfx.file (
  artifact_id int not null,
  path text not null,
  size_bytes bigint not null,
  sha256 text not null,
  mtime_ns bigint not null,
  primary key (artifact_id, path)
);

create table tfx.wiring (
  execution_id int not null,
  direction text not null check (direction in ('input', 'output')),
  channel text not null,
  index int not null,
  artifact_id int not null,
  primary key (execution_id, direction, channel, index)
);
create index wiring_artifact on tfx.wiring (artifact_id, direction);

create table tfx.metric (
  execution_id int not null,
  name text not null,
  value double precision not null,
  primary key (execution_id, name)
);

create table tfx.big_integer (
  owner text not null check (owner in ('artifact', 'execution')),
  owner_id int not null,
  name text not null,
  value bigint not null,
  primary key (owner, owner_id, name)
);

create table tfx.error (
  execution_id int not null,
  attempt text not null,
  code text not null,
  message text not null,
  at timestamptz not null default now(),
  primary key (execution_id, attempt)
);

create table tfx.fence (
  destination text primary key,
  execution_id int not null default 0,
  token bigint not null default 0,
  result jsonb,
  updated_at timestamptz not null default now()
);
`;
