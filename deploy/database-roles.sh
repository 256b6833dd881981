#!/bin/sh
# Databases and roles, each with no more rights than its part needs. Postgres's image runs this once, on an empty volume;
# elsewhere run it by hand as a superuser (PGHOST, PGUSER, PGPASSWORD), with the passwords in the environment.
#   temporal       owns Temporal's two databases, and sees no other
#   tfx_owner      owns lineage's tables; only `tfx-temporal migrate` uses it
#   tfx_worker     reads and writes rows of lineage; can change no table
#   tfx_reader     reads lineage: dashboards, notebooks, ml-metadata's own client
set -eu
: "${TEMPORAL_DATABASE_PASSWORD:?}" "${LINEAGE_OWNER_PASSWORD:?}" "${LINEAGE_WORKER_PASSWORD:?}" "${LINEAGE_READER_PASSWORD:?}"
suffix="${ROLE_SUFFIX:-}"

# Passwords are read from the environment by psql itself, so that they are on no command line.
psql -v ON_ERROR_STOP=1 --quiet --no-psqlrc --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" \
  -v temporal="temporal$suffix" -v visibility="temporal_visibility$suffix" -v lineage="lineage$suffix" \
  -v owner="tfx_owner$suffix" -v worker="tfx_worker$suffix" -v reader="tfx_reader$suffix" <<'SQL'
\getenv temporal_password TEMPORAL_DATABASE_PASSWORD
\getenv owner_password LINEAGE_OWNER_PASSWORD
\getenv worker_password LINEAGE_WORKER_PASSWORD
\getenv reader_password LINEAGE_READER_PASSWORD
create role :"temporal" login password :'temporal_password';
create role :"owner" login password :'owner_password';
create role :"worker" login password :'worker_password';
create role :"reader" login password :'reader_password';
create database :"temporal" owner :"temporal";
create database :"visibility" owner :"temporal";
create database :"lineage" owner :"owner";
revoke all on database :"temporal", :"visibility", :"lineage" from public;
grant connect, temporary on database :"lineage" to :"worker", :"reader";
\connect :"lineage"
revoke all on schema public from public;
grant usage on schema public to :"worker", :"reader";
alter default privileges for role :"owner" grant usage on schemas to :"worker", :"reader";
alter default privileges for role :"owner" grant select, insert, update, delete on tables to :"worker";
alter default privileges for role :"owner" grant usage, select on sequences to :"worker";
alter default privileges for role :"owner" grant select on tables to :"reader";
SQL
