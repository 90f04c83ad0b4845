#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Imports one large organisation twice in one run: by `askiam import`, and the same CSV files by the sqlite3 shell's .import into
# tables with the same primary keys. Prints seconds and the ratio.
#   bench/import_bench.sh [USERS] [ASKIAM]      by default 1000000 and build/bin/askiam
set -eu
here=$(cd "$(dirname "$0")" && pwd)
users=${1:-1000000}
askiam=${2:-$here/../build/bin/askiam}
work=$(mktemp -d "${TMPDIR:-/tmp}/askiam-import-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
[ -x "$askiam" ] || { echo "import_bench: $askiam is not there; build Release first or name the program" >&2; exit 69; }
command -v sqlite3 >/dev/null || { echo "import_bench: the sqlite3 shell is needed (package sqlite3)" >&2; exit 69; }

"$here/generate.py" "$work/org" --users "$users"
now() { python3 -c 'import time; print(time.monotonic())'; }

"$askiam" --store "sqlite:$work/askiam.db" init >/dev/null
start=$(now)
"$askiam" --store "sqlite:$work/askiam.db" import "$work/org" >"$work/summary"
end=$(now)
cat "$work/summary"

cat >"$work/shell.sql" <<SQL
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE users(user_id TEXT PRIMARY KEY, email TEXT, name TEXT, status TEXT, created_at TEXT, department TEXT, title TEXT,
  manager TEXT, location TEXT);
CREATE INDEX users_by_name ON users(name COLLATE NOCASE);
CREATE TABLE applications(app_id TEXT PRIMARY KEY, name TEXT, description TEXT, owner TEXT, status TEXT);
CREATE TABLE roles(role_id TEXT PRIMARY KEY, app_id TEXT, name TEXT, description TEXT, permissions TEXT, risk TEXT, status TEXT);
CREATE INDEX roles_by_application ON roles(app_id, name COLLATE NOCASE);
CREATE TABLE user_roles(user_id TEXT, role_id TEXT, granted_at TEXT, expires_at TEXT, status TEXT, PRIMARY KEY(user_id, role_id))
  WITHOUT ROWID;
CREATE TABLE role_prerequisites(role_id TEXT, required_role_id TEXT, PRIMARY KEY(role_id, required_role_id)) WITHOUT ROWID;
CREATE TABLE role_conflicts(role_id TEXT, conflicting_role_id TEXT, reason TEXT, PRIMARY KEY(role_id, conflicting_role_id))
  WITHOUT ROWID;
CREATE TABLE access_patterns(user_id TEXT, role_id TEXT, app_id TEXT, timestamp TEXT, approved TEXT, source TEXT,
  PRIMARY KEY(role_id, source, timestamp, user_id)) WITHOUT ROWID;
.mode csv
SQL
for table in users applications roles user_roles role_prerequisites role_conflicts access_patterns; do
  echo ".import --skip 1 $work/org/$table.csv $table" >>"$work/shell.sql"
done
shell_start=$(now)
sqlite3 -bail "$work/shell.db" <"$work/shell.sql" >/dev/null
shell_end=$(now)
python3 - "$users" "$start" "$end" "$shell_start" "$shell_end" <<'PY'
import sys
users, a, b, c, d = (float(x) for x in sys.argv[1:])
print(f"users {users:.0f}: askiam import {b - a:.2f} s, sqlite3 .import {d - c:.2f} s, ratio {(b - a) / (d - c):.2f}")
PY
