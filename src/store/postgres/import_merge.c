/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of an import: what is in the temporary tables is checked and merged, each table by a few statements whatever its size. created_at
 * and granted_at are by default the time of the import ($1); where a row that exists comes again without one, the time that it has stays. */
#include "store/common/policy_set.h"
#include "store/postgres/import_session.h"

/* Rows of a temporary table whose `column` names nothing, neither in the store nor in the import. */
#define S_MISSING_WHERE(stage, n, column, table, key, where)                                                           \
  "SELECT n, " #n "::bigint, " column " FROM askiam_" stage " s WHERE " where " NOT EXISTS(SELECT 1 FROM " table       \
  " t WHERE t." key " = s." column ")"                                                                                 \
  " AND NOT EXISTS(SELECT 1 FROM askiam_" table " t WHERE t." key " = s." column ")"
#define S_MISSING(stage, n, column, table, key) S_MISSING_WHERE(stage, n, column, table, key, "")
#define S_ORDER " ORDER BY 1, 2 LIMIT 101"

/* What the columns of one table refer to; the statement numbers them. */
typedef struct s_check {
  int stage; /* that must have had rows */
  askiam_table table;
  const char *columns[3];
  const char *targets[3];
  const char *sql;
} s_check;

static const s_check s_checks[] = {
    {ASKIAM_TABLE_ROLES,
     ASKIAM_TABLE_ROLES,
     {"app_id"},
     {"applications"},
     S_MISSING("roles", 0, "app_id", "applications", "app_id") S_ORDER},
    {ASKIAM_TABLE_ALIASES,
     ASKIAM_TABLE_ALIASES,
     {"id", "id", "id"},
     {"users", "applications", "roles"},
     S_MISSING_WHERE("aliases", 0, "id", "users", "user_id", "s.kind = 'user' AND") " UNION ALL " S_MISSING_WHERE(
         "aliases", 1, "id", "applications", "app_id",
         "s.kind = 'application' AND") " UNION ALL " S_MISSING_WHERE("aliases", 2, "id", "roles", "role_id",
                                                                     "s.kind = 'role' AND") S_ORDER},
    {ASKIAM_TABLE_USER_ROLES,
     ASKIAM_TABLE_USER_ROLES,
     {"user_id", "role_id"},
     {"users", "roles"},
     S_MISSING("user_roles", 0, "user_id", "users", "user_id") " UNION ALL " S_MISSING("user_roles", 1, "role_id",
                                                                                       "roles", "role_id") S_ORDER},
    {ASKIAM_TABLE_ROLE_PREREQUISITES,
     ASKIAM_TABLE_ROLE_PREREQUISITES,
     {"role_id", "required_role_id"},
     {"roles", "roles"},
     S_MISSING("role_prerequisites", 0, "role_id", "roles", "role_id") " UNION ALL " S_MISSING(
         "role_prerequisites", 1, "required_role_id", "roles", "role_id") S_ORDER},
    {ASKIAM_TABLE_ROLE_CONFLICTS,
     ASKIAM_TABLE_ROLE_CONFLICTS,
     {"role_id", "conflicting_role_id"},
     {"roles", "roles"},
     S_MISSING("role_conflicts", 0, "role_id", "roles", "role_id") " UNION ALL " S_MISSING(
         "role_conflicts", 1, "conflicting_role_id", "roles", "role_id") S_ORDER},
    {ASKIAM_TABLE_ROLE_RESTRICTIONS,
     ASKIAM_TABLE_ROLE_RESTRICTIONS,
     {"role_id", "user_id"},
     {"roles", "users"},
     S_MISSING("role_restrictions", 0, "role_id", "roles",
               "role_id") " UNION ALL " S_MISSING("role_restrictions", 1, "user_id", "users", "user_id") S_ORDER},
    {ASKI_PG_STAGE_SCOPES,
     ASKIAM_TABLE_DOCUMENTS,
     {"metadata.app_id", "metadata.role_id"},
     {"applications", "roles"},
     S_MISSING_WHERE("scopes", 0, "id", "applications", "app_id",
                     "s.kind = 'application' AND") " UNION ALL " S_MISSING_WHERE("scopes", 1, "id", "roles", "role_id",
                                                                                 "s.kind = 'role' AND") S_ORDER},
};

/* Runs a statement, with the time of the import as $1 where it wants one. *out_result may be NULL. */
static askiam_status s_run(aski_pg_import *import, const char *sql, bool with_time, PGresult **out_result,
                           askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, import->store->allocator);
  aski_pg_values_init(&values, &arena);
  if (with_time) {
    aski_pg_add_number(&values, import->now_ms);
  }
  askiam_status status = aski_pg_send(import->connection, sql, &values, false, error);
  aski_arena_clean_up(&arena);
  PGresult *last = NULL;
  while (status == ASKIAM_STATUS_OK) {
    PGresult *result = NULL;
    status = aski_pg_next(import->connection, &result, error);
    if (status != ASKIAM_STATUS_OK || result == NULL) {
      break;
    }
    PQclear(last);
    last = result;
  }
  if (status == ASKIAM_STATUS_OK && out_result != NULL) {
    *out_result = last;
  } else {
    PQclear(last);
  }
  return status;
}

static askiam_status s_note(aski_pg_import *import, const s_check *check, const PGresult *result)
{
  askiam_status status = ASKIAM_STATUS_OK;
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    int64_t column = aski_pg_number(result, row, 1);
    status =
        aski_store_missing(&import->problems, &import->arena, check->table, (uint64_t)aski_pg_number(result, row, 0),
                           check->columns[column], aski_pg_text(result, row, 2), check->targets[column]);
  }
  return status;
}

askiam_status aski_pg_import_check(aski_pg_import *import, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof s_checks / sizeof *s_checks && status == ASKIAM_STATUS_OK; ++i) {
    PGresult *result = NULL;
    if (import->used[s_checks[i].stage]) {
      status = s_run(import, s_checks[i].sql, false, &result, error);
      status = status == ASKIAM_STATUS_OK ? s_note(import, &s_checks[i], result) : status;
    }
    PQclear(result);
  }
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(error) : status;
}

/* Of equal keys the last row wins. */
#define S_LAST(columns, stage, key)                                                                                    \
  " SELECT DISTINCT ON (" key ") " columns " FROM askiam_" stage " ORDER BY " key ", n DESC"
#define S_TIME_STAYS(column, alias)                                                                                    \
  column " = CASE WHEN excluded." column " = $1 THEN " alias "." column " ELSE excluded." column " END"

#define S_USERS                                                                                                        \
  "INSERT INTO users AS u(user_id, email, name, status, created_at, attributes)" S_LAST(                               \
      "user_id, email, name, status, coalesce(created_at, $1), attributes", "users",                                   \
      "user_id") " ON CONFLICT(user_id) DO UPDATE SET email = excluded.email, name = excluded.name, status = "         \
                 "excluded.status,"                                                                                    \
                 " attributes = excluded.attributes, " S_TIME_STAYS("created_at", "u")
#define S_APPLICATIONS                                                                                                 \
  "INSERT INTO applications AS a(app_id, name, description, owner, created_at, status)" S_LAST(                        \
      "app_id, name, description, owner, coalesce(created_at, $1), status", "applications",                            \
      "app_id") " ON CONFLICT(app_id) DO UPDATE SET name = excluded.name, description = excluded.description,"         \
                " owner = excluded.owner, status = excluded.status, " S_TIME_STAYS("created_at", "a")
#define S_ROLES                                                                                                        \
  "INSERT INTO roles AS r(role_id, app_id, name, permissions, created_at, description, risk, status)" S_LAST(          \
      "role_id, app_id, name, permissions, coalesce(created_at, $1), description, risk, status", "roles",              \
      "role_id") " ON CONFLICT(role_id) DO UPDATE SET app_id = excluded.app_id, name = excluded.name,"                 \
                 " permissions = excluded.permissions, description = excluded.description, risk = excluded.risk,"      \
                 " status = excluded.status, " S_TIME_STAYS("created_at", "r")

/* The entities that came, with the row that won; and all that there are, as a candidate is told by them. */
#define S_TOUCHED                                                                                                      \
  "CREATE TEMP TABLE askiam_touched ON COMMIT DROP AS SELECT 1::bigint AS kind, user_id AS id, max(n) AS n"            \
  " FROM askiam_users GROUP BY user_id UNION ALL SELECT 2, app_id, max(n) FROM askiam_applications GROUP BY app_id"    \
  " UNION ALL SELECT 4, role_id, max(n) FROM askiam_roles GROUP BY role_id;"                                           \
  "ANALYZE askiam_touched; ANALYZE askiam_names;"
#define S_ENTITIES                                                                                                     \
  "(SELECT 1::bigint AS kind, user_id AS id, name, NULL::text AS app FROM users UNION ALL SELECT 2, app_id, name,"     \
  " NULL FROM applications UNION ALL SELECT 4, role_id, name, app_id FROM roles) e"

/* What an entity is not called any more goes; what it is called comes; its aliases are told by its new name and place. */
static const char *const s_names[] = {
    S_TOUCHED,
    "DELETE FROM names n USING askiam_touched t WHERE n.kind = t.kind AND n.id = t.id AND NOT n.alias"
    " AND NOT EXISTS(SELECT 1 FROM askiam_names s WHERE s.kind = n.kind AND s.id = n.id AND s.form = n.form"
    " AND s.alias = 0 AND s.n = t.n)",
    "INSERT INTO names AS n(hash, kind, id, form, alias, name, application_id)"
    " SELECT DISTINCT s.hash, s.kind, s.id, s.form, false, e.name, e.app FROM askiam_names s"
    " JOIN askiam_touched t ON t.kind = s.kind AND t.id = s.id AND t.n = s.n"
    " JOIN " S_ENTITIES " ON e.kind = s.kind AND e.id = s.id WHERE s.alias = 0"
    " ON CONFLICT(kind, id, form, alias) DO UPDATE SET name = excluded.name, application_id = excluded.application_id"
    " WHERE (n.name, n.application_id) IS DISTINCT FROM (excluded.name, excluded.application_id)",
    "UPDATE names n SET name = e.name, application_id = e.app FROM askiam_touched t JOIN " S_ENTITIES
    " ON e.kind = t.kind AND e.id = t.id WHERE n.kind = t.kind AND n.id = t.id AND n.alias"
    " AND (n.name, n.application_id) IS DISTINCT FROM (e.name, e.app)",
    "INSERT INTO aliases(kind, id, alias) SELECT DISTINCT kind, id, alias FROM askiam_aliases ON CONFLICT DO NOTHING",
    "INSERT INTO names(hash, kind, id, form, alias, name, application_id)"
    " SELECT DISTINCT s.hash, s.kind, s.id, s.form, true, e.name, e.app FROM askiam_names s"
    " JOIN " S_ENTITIES " ON e.kind = s.kind AND e.id = s.id WHERE s.alias = 1 ON CONFLICT DO NOTHING",
    "DELETE FROM name_suffixes x USING askiam_touched t WHERE x.kind = t.kind AND x.id = t.id AND NOT EXISTS("
    "SELECT 1 FROM names n WHERE n.kind = x.kind AND n.id = x.id AND n.form = x.form)",
    "INSERT INTO name_suffixes(suffix, kind, id, form) SELECT DISTINCT s.suffix, s.kind, s.id, s.form"
    " FROM askiam_name_suffixes s WHERE EXISTS(SELECT 1 FROM names n WHERE n.kind = s.kind AND n.id = s.id"
    " AND n.form = s.form) ON CONFLICT DO NOTHING",
    "INSERT INTO fuzzy(hash, name) SELECT DISTINCT hash, name FROM askiam_fuzzy ON CONFLICT DO NOTHING",
};

/* What is other than the row is held in its own right; what says the same again says nothing new. */
#define S_OWN_RIGHT                                                                                                    \
  "own_until = CASE WHEN u.status = excluded.status AND u.expires_at IS NOT DISTINCT FROM excluded.expires_at"         \
  " AND (excluded.granted_at = $1 OR u.granted_at IS NOT DISTINCT FROM excluded.granted_at) THEN u.own_until END, "
#define S_USER_ROLES                                                                                                   \
  "INSERT INTO user_roles AS u(user_id, role_id, granted_at, expires_at, status)" S_LAST(                              \
      "user_id, role_id, granted_at, expires_at, status", "user_roles",                                                \
      "user_id, role_id") " ON CONFLICT(user_id, role_id) DO UPDATE SET status = excluded.status, expires_at = "       \
                          "excluded.expires_at, " S_OWN_RIGHT S_TIME_STAYS("granted_at", "u")
#define S_PREREQUISITES                                                                                                \
  "INSERT INTO role_prerequisites(role_id, required_role_id) SELECT DISTINCT role_id, required_role_id"                \
  " FROM askiam_role_prerequisites ON CONFLICT DO NOTHING"
#define S_CONFLICTS                                                                                                    \
  "INSERT INTO role_conflicts(role_id, conflicting_role_id, reason) SELECT DISTINCT ON (a, b) a, b, reason FROM ("     \
  "SELECT n, role_id AS a, conflicting_role_id AS b, reason FROM askiam_role_conflicts UNION ALL"                      \
  " SELECT n, conflicting_role_id, role_id, reason FROM askiam_role_conflicts) both_ways ORDER BY a, b, n DESC"        \
  " ON CONFLICT(role_id, conflicting_role_id) DO UPDATE SET reason = excluded.reason"
#define S_RESTRICTIONS                                                                                                 \
  "INSERT INTO role_restrictions(role_id, user_id, reason)" S_LAST(                                                    \
      "role_id, user_id, reason", "role_restrictions",                                                                 \
      "role_id, user_id") " ON CONFLICT(role_id, user_id) DO UPDATE SET reason = excluded.reason"
#define S_DOCUMENTS                                                                                                    \
  "INSERT INTO documents(id, title, text, metadata, scope, embedding, model)" S_LAST(                                  \
      "id, title, text, metadata, scope, embedding, model", "documents",                                               \
      "id") " ON CONFLICT(id) DO UPDATE SET title = excluded.title, text = excluded.text, metadata = "                 \
            "excluded.metadata,"                                                                                       \
            " scope = excluded.scope, embedding = excluded.embedding, model = excluded.model"
#define S_DROP_SCOPES                                                                                                  \
  "DELETE FROM document_scope s USING documents d JOIN askiam_documents a ON a.id = d.id"                              \
  " WHERE s.document_no = d.document_no"
#define S_SCOPES                                                                                                       \
  "INSERT INTO document_scope(kind, id, document_no) SELECT DISTINCT s.kind, s.id, d.document_no FROM askiam_scopes s" \
  " JOIN (SELECT id, max(n) AS n FROM askiam_documents GROUP BY id) w ON w.id = s.document AND w.n = s.n"              \
  " JOIN documents d ON d.id = s.document ON CONFLICT DO NOTHING"
#define S_PATTERNS                                                                                                     \
  "INSERT INTO access_patterns(role_id, human, timestamp, user_id, origin, app_id, approved, source)" S_LAST(          \
      "role_id, (source = 'human')::int::bigint, timestamp, user_id, '', app_id, approved, source", "access_patterns", \
      "role_id, source = 'human', timestamp, user_id") " ON CONFLICT(role_id, human, timestamp, user_id, origin) DO "  \
                                                       "UPDATE SET app_id = excluded.app_id,"                          \
                                                       " approved = excluded.approved, source = excluded.source"

/* A revision for each policy of `came` whose text is not that of its present one. Numbers go on after the last one that there ever was. */
#define S_HASH(text) "encode(sha256(convert_to(" text ", 'UTF8')), 'hex')"
#define S_REVISE(came)                                                                                                 \
  "WITH came AS (" came "), fresh AS (SELECT c.*, 1 + coalesce((SELECT max(r.version) FROM policy_revisions r"         \
  " WHERE r.id = c.id), 0) AS version FROM came c WHERE NOT EXISTS(SELECT 1 FROM policies p JOIN policy_revisions r"   \
  " ON r.id = p.id AND r.version = p.version WHERE p.id = c.id AND p.policy_json = c.policy_json"                      \
  " AND r.policy_json = c.policy_json AND r.hash = c.hash)), revised AS ("                                             \
  "INSERT INTO policy_revisions(id, version, hash, policy_json, created_at)"                                           \
  " SELECT id, version, hash, policy_json, $1 FROM fresh)"                                                             \
  " INSERT INTO policies(id, policy_json, version, created_at) SELECT id, policy_json, version, $1 FROM fresh"         \
  " ON CONFLICT(id) DO UPDATE SET policy_json = excluded.policy_json, version = excluded.version,"                     \
  " created_at = excluded.created_at"
#define S_POLICIES S_REVISE(S_LAST("id, policy_json, hash", "policies", "id"))
/* What somebody wrote into `policies` by hand becomes a revision too, so that it is what decides, and can be replayed. */
#define S_ADOPT S_REVISE("SELECT id, policy_json, " S_HASH("policy_json") " AS hash FROM policies")

/* Names the set that there is now: by the hash that store/common/policy_set.h tells of. One that was there before is named anew: its revisions
 * of now have the same text, and nobody has damaged them. */
#define S_SET_HASH S_HASH("string_agg(p.id || E'\\n' || r.hash || E'\\n', '' ORDER BY p.id)")
static const char s_name_set[] =
    "UPDATE catalogue_version SET policy_count = s.count, policy_hash = coalesce(s.hash, '')"
    " FROM (SELECT count(*), " S_SET_HASH " AS hash FROM policies p JOIN policy_revisions r ON r.id = p.id"
    " AND r.version = p.version) s;"
    "DELETE FROM policy_sets WHERE set_hash = (SELECT policy_hash FROM catalogue_version);"
    "INSERT INTO policy_sets(set_hash, id, version) SELECT v.policy_hash, p.id, p.version"
    " FROM policies p CROSS JOIN catalogue_version v;";

typedef struct s_merge {
  int stage; /* that must have had rows */
  bool with_time;
  const char *sql;
} s_merge;

static const s_merge s_entities[] = {{ASKIAM_TABLE_USERS, true, S_USERS},
                                     {ASKIAM_TABLE_APPLICATIONS, true, S_APPLICATIONS},
                                     {ASKIAM_TABLE_ROLES, true, S_ROLES}};
static const s_merge s_rest[] = {
    {ASKIAM_TABLE_USER_ROLES, true, S_USER_ROLES},     {ASKIAM_TABLE_ROLE_PREREQUISITES, false, S_PREREQUISITES},
    {ASKIAM_TABLE_ROLE_CONFLICTS, false, S_CONFLICTS}, {ASKIAM_TABLE_ROLE_RESTRICTIONS, false, S_RESTRICTIONS},
    {ASKIAM_TABLE_POLICIES, true, S_POLICIES},         {ASKIAM_TABLE_DOCUMENTS, false, S_DOCUMENTS},
    {ASKIAM_TABLE_DOCUMENTS, false, S_DROP_SCOPES},    {ASKIAM_TABLE_DOCUMENTS, false, S_SCOPES},
    {ASKIAM_TABLE_ACCESS_PATTERNS, false, S_PATTERNS}};

static askiam_status s_merge_all(aski_pg_import *import, const s_merge *merges, size_t count, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    if (import->used[merges[i].stage]) {
      status = s_run(import, merges[i].sql, merges[i].with_time, NULL, error);
    }
  }
  return status;
}

/* Triggers mark every change of the policies; a set that is marked has no hash until the end of an import. */
static askiam_status s_move_policies(aski_pg_import *import, askiam_error *error)
{
  PGresult *result = NULL;
  askiam_status status =
      s_run(import, "SELECT (policy_hash = '" ASKI_STORE_UNHASHED "')::int::bigint FROM catalogue_version", false,
            &result, error);
  bool marked = status == ASKIAM_STATUS_OK && PQntuples(result) > 0 && aski_pg_number(result, 0, 0) != 0;
  PQclear(result);
  if (status == ASKIAM_STATUS_OK && marked) {
    status = s_run(import, S_ADOPT, true, NULL, error);
    status = status == ASKIAM_STATUS_OK ? aski_pg_execute(import->connection, s_name_set, error) : status;
  }
  return status;
}

askiam_status aski_pg_import_merge(aski_pg_import *import, askiam_error *error)
{
  askiam_status status = s_merge_all(import, s_entities, sizeof s_entities / sizeof *s_entities, error);
  for (size_t i = 0; i < sizeof s_names / sizeof *s_names && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_pg_execute(import->connection, s_names[i], error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_merge_all(import, s_rest, sizeof s_rest / sizeof *s_rest, error);
  }
  status = status == ASKIAM_STATUS_OK ? s_move_policies(import, error) : status;
  return status == ASKIAM_STATUS_OK
             ? aski_pg_execute(import->connection, "UPDATE catalogue_version SET version = version + 1", error)
             : status;
}
