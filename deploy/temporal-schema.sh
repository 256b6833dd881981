#!/bin/sh
# Temporal's tables, in databases that exist already; run again, it updates them.
set -eu
for name in temporal temporal_visibility; do
  tool="temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --db $name"
  schema="/etc/temporal/schema/postgresql/v12/${name#temporal_}/versioned"
  $tool setup-schema -v 0.0 || true # It refuses where it was run before; the update then says what is wrong, if anything.
  $tool update-schema --schema-dir "$schema"
done
