/** ml-metadata's schema version that this project reads and writes. */
export const ML_METADATA_SCHEMA_VERSION = 10;

const PROPERTY_COLUMNS = `
  name varchar(255) not null,
  is_custom_property boolean not null,
  int_value int,
  double_value double precision,
  string_value text,
  byte_value bytea,
  proto_value bytea,
  bool_value boolean`;

const TIMES = `
  create_time_since_epoch bigint not null default 0,
  last_update_time_since_epoch bigint not null default 0`;

function propertyTable(owner: string): string {
  return `
create table ${owner}property (
  ${owner}_id int not null,${PROPERTY_COLUMNS},
  primary key (${owner}_id, name, is_custom_property)
);
create index idx_${owner}_property_int on ${owner}property (name, is_custom_property, int_value);
create index idx_${owner}_property_double on ${owner}property (name, is_custom_property, double_value);
create index idx_${owner}_property_string on ${owner}property (name, is_custom_property, string_value);`;
}

function timeIndexes(owner: string): string {
  return `
create index idx_${owner}_create_time_since_epoch on ${owner} (create_time_since_epoch);
create index idx_${owner}_last_update_time_since_epoch on ${owner} (last_update_time_since_epoch);
create index idx_${owner}_external_id on ${owner} (external_id);`;
}

const TYPES = `
create table type (
  id serial primary key,
  name varchar(255) not null,
  version varchar(255),
  type_kind smallint not null,
  description text,
  input_type text,
  output_type text,
  external_id varchar(255) unique
);
create index idx_type_name on type (name);
create index idx_type_external_id on type (external_id);
create table parenttype (type_id int not null, parent_type_id int not null, primary key (type_id, parent_type_id));
create table typeproperty (
  type_id int not null,
  name varchar(255) not null,
  data_type int,
  primary key (type_id, name)
);`;

const ARTIFACTS = `
create table artifact (
  id serial primary key,
  type_id int not null,
  uri text,
  state int,
  name varchar(255),
  external_id varchar(255) unique,${TIMES},
  constraint uniqueartifacttypename unique (type_id, name)
);
create index idx_artifact_uri on artifact (uri);${timeIndexes('artifact')}${propertyTable('artifact')}`;

const EXECUTIONS = `
create table execution (
  id serial primary key,
  type_id int not null,
  last_known_state int,
  name varchar(255),
  external_id varchar(255) unique,${TIMES},
  constraint uniqueexecutiontypename unique (type_id, name)
);${timeIndexes('execution')}${propertyTable('execution')}`;

const CONTEXTS = `
create table context (
  id serial primary key,
  type_id int not null,
  name varchar(255) not null,
  external_id varchar(255) unique,${TIMES},
  unique (type_id, name)
);${timeIndexes('context')}${propertyTable('context')}
create table parentcontext (
  context_id int not null,
  parent_context_id int not null,
  primary key (context_id, parent_context_id)
);
create index idx_parentcontext_parent_context_id on parentcontext (parent_context_id);`;

const EVENTS = `
create table event (
  id serial primary key,
  artifact_id int not null,
  execution_id int not null,
  type int not null,
  milliseconds_since_epoch bigint,
  constraint uniqueevent unique (artifact_id, execution_id, type)
);
create index idx_event_execution_id on event (execution_id);
create table eventpath (event_id int not null, is_index_step boolean not null, step_index int, step_key text);
create index idx_eventpath_event_id on eventpath (event_id);
create table association (
  id serial primary key,
  context_id int not null,
  execution_id int not null,
  unique (context_id, execution_id)
);
create table attribution (
  id serial primary key,
  context_id int not null,
  artifact_id int not null,
  unique (context_id, artifact_id)
);`;

/** The types that the official client registers in every new store, in its order. Kind 0: execution; 1: artifact. */
const SYSTEM_TYPES = `
insert into type (name, type_kind) values
  ('mlmd.Dataset', 1), ('mlmd.Model', 1), ('mlmd.Metrics', 1), ('mlmd.Statistics', 1),
  ('mlmd.Train', 0), ('mlmd.Transform', 0), ('mlmd.Process', 0), ('mlmd.Evaluate', 0), ('mlmd.Deploy', 0);`;

/** What the official ml-metadata client (1.14 to 1.16) makes of an empty Postgres database: 15 tables, no foreign keys. */
export const ML_METADATA_TABLES = `${TYPES}${ARTIFACTS}${EXECUTIONS}${CONTEXTS}${EVENTS}
create table mlmdenv (schema_version int primary key);
insert into mlmdenv (schema_version) values (${ML_METADATA_SCHEMA_VERSION});${SYSTEM_TYPES}`;

/**
 * The one thing that we add to ml-metadata's tables: without it two clients that register a type at the same time
 * make two types of it. The official client reads and writes on as before.
 */
export const UNIQUE_TYPES_INDEX = `
create unique index if not exists tfx_unique_type on type (type_kind, name, coalesce(version, ''))`;
