/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of the schema: the tables of docs/data.md. Times are UTC milliseconds, NULL where there is none; ids are text, compared by their
 * bytes. Numbers are all bigint, which is how they are read. Names are unqualified: they go where search_path says. */
#include "store/postgres/schema.h"

#include <stddef.h>
#include <stdio.h>

#include "store/common/policy_set.h"

#define S_ID "text COLLATE \"C\" NOT NULL"

/* Who and what exists: the columns of the specification come first, in its order. */
#define S_ENTITIES                                                                                                     \
  "CREATE TABLE users("                                                                                                \
  " user_id " S_ID " PRIMARY KEY, email text NOT NULL, name " S_ID ","                                                 \
  " status text NOT NULL CHECK(status IN('active','inactive','suspended')), created_at bigint NOT NULL,"               \
  " attributes text NOT NULL);"                                                                                        \
  "CREATE INDEX users_by_name ON users(lower(name), user_id);"                                                         \
  "CREATE TABLE applications("                                                                                         \
  " app_id " S_ID " PRIMARY KEY, name " S_ID ", description text NOT NULL, owner text NOT NULL,"                       \
  " created_at bigint NOT NULL, status text NOT NULL CHECK(status IN('active','inactive')));"                          \
  "CREATE TABLE roles("                                                                                                \
  " role_id " S_ID " PRIMARY KEY, app_id " S_ID " REFERENCES applications, name " S_ID ","                             \
  " permissions text NOT NULL, created_at bigint NOT NULL, description text NOT NULL, risk text NOT NULL,"             \
  " status text NOT NULL CHECK(status IN('active','inactive')));"                                                      \
  "CREATE INDEX roles_by_application ON roles(app_id, lower(name), role_id);"                                          \
  "CREATE TABLE aliases("                                                                                              \
  " kind text NOT NULL CHECK(kind IN('user','application','role')), id " S_ID ", alias " S_ID ","                      \
  " PRIMARY KEY(id, kind, alias));"

/* Who holds what, and what stands in the way. Conflicts are kept in both directions. */
#define S_RELATIONS                                                                                                    \
  "CREATE TABLE user_roles("                                                                                           \
  " user_id " S_ID " REFERENCES users, role_id " S_ID " REFERENCES roles, granted_at bigint, expires_at bigint,"       \
  " status text NOT NULL CHECK(status IN('active','revoked','expired')), PRIMARY KEY(user_id, role_id));"              \
  "CREATE TABLE role_prerequisites("                                                                                   \
  " role_id " S_ID " REFERENCES roles, required_role_id " S_ID " REFERENCES roles,"                                    \
  " PRIMARY KEY(role_id, required_role_id));"                                                                          \
  "CREATE TABLE role_conflicts("                                                                                       \
  " role_id " S_ID " REFERENCES roles, conflicting_role_id " S_ID " REFERENCES roles, reason text NOT NULL,"           \
  " PRIMARY KEY(role_id, conflicting_role_id));"                                                                       \
  "CREATE TABLE role_restrictions("                                                                                    \
  " role_id " S_ID " REFERENCES roles, user_id " S_ID " REFERENCES users, reason text NOT NULL,"                       \
  " PRIMARY KEY(role_id, user_id));"                                                                                   \
  "CREATE TABLE policies("                                                                                             \
  " id " S_ID " PRIMARY KEY, policy_json text NOT NULL, version bigint NOT NULL, created_at bigint NOT NULL);"         \
  "CREATE TABLE policy_revisions("                                                                                     \
  " id " S_ID ", version bigint NOT NULL, hash text NOT NULL, policy_json text NOT NULL,"                              \
  " created_at bigint NOT NULL, PRIMARY KEY(id, version));"                                                            \
  "CREATE INDEX policy_revisions_by_hash ON policy_revisions(hash);"                                                   \
  "CREATE TABLE policy_sets("                                                                                          \
  " set_hash text NOT NULL, id " S_ID ", version bigint NOT NULL, PRIMARY KEY(set_hash, id));"

/* names: every form by which an entity is found, under the hash of its compact key (store/common/keys.h), with what a candidate is told by;
 * kind is an askiam_kind. fuzzy: where the hash of a name is found by what is near it (store/common/fuzzy.h). name_suffixes: a name's
 * key from each of its words on, for suggestions. */
#define S_NAMES                                                                                                        \
  "CREATE TABLE names("                                                                                                \
  " hash bigint NOT NULL, kind bigint NOT NULL CHECK(kind IN(1,2,4)), id " S_ID ", form " S_ID ","                     \
  " alias boolean NOT NULL, name text NOT NULL, application_id text COLLATE \"C\","                                    \
  " PRIMARY KEY(kind, id, form, alias));"                                                                              \
  "CREATE INDEX names_by_hash ON names(hash, kind, application_id, id);"                                               \
  "CREATE TABLE fuzzy(hash bigint NOT NULL, name bigint NOT NULL, PRIMARY KEY(hash, name));"                           \
  "CREATE TABLE name_suffixes("                                                                                        \
  " suffix " S_ID ", kind bigint NOT NULL, id " S_ID ", form " S_ID ", PRIMARY KEY(suffix, kind, id, form));"          \
  "CREATE INDEX name_suffixes_by_entity ON name_suffixes(kind, id);"                                                   \
  "CREATE TABLE catalogue_version("                                                                                    \
  " one bigint PRIMARY KEY CHECK(one = 1), version bigint NOT NULL, policy_count bigint NOT NULL,"                     \
  " policy_hash text NOT NULL);"                                                                                       \
  "INSERT INTO catalogue_version VALUES(1, 1, 0, '');"

/* What is searched. `scope` is as in every store (docs/data.md); `words` is what the full-text index reads. */
#define S_KNOWLEDGE                                                                                                    \
  "CREATE TABLE documents("                                                                                            \
  " id " S_ID " PRIMARY KEY, title text NOT NULL, text text NOT NULL, metadata text NOT NULL, scope text NOT NULL,"    \
  " embedding bytea, model text NOT NULL, document_no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,"                     \
  " words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('pg_catalog.english', left(title, 65536)), 'A')"         \
  " || to_tsvector('pg_catalog.english', left(text, 262144))) STORED);"                                                \
  "CREATE INDEX documents_by_words ON documents USING gin(words);"                                                     \
  "CREATE TABLE document_scope("                                                                                       \
  " kind text NOT NULL CHECK(kind IN('application','role','global')), id " S_ID ","                                    \
  " document_no bigint NOT NULL REFERENCES documents(document_no) ON DELETE CASCADE,"                                  \
  " PRIMARY KEY(kind, id, document_no));"                                                                              \
  "CREATE INDEX document_scope_by_document ON document_scope(document_no);"                                            \
  "CREATE TABLE access_patterns("                                                                                      \
  " role_id " S_ID ", human bigint NOT NULL CHECK(human = (source = 'human')::int), timestamp bigint NOT NULL,"        \
  " user_id " S_ID ", origin " S_ID ", app_id text NOT NULL,"                                                          \
  " approved bigint NOT NULL CHECK(approved IN(0,1)), source text NOT NULL);"                                          \
  "CREATE UNIQUE INDEX access_patterns_by_role"                                                                        \
  " ON access_patterns(role_id, human DESC, timestamp DESC, user_id, origin);"

/* What was decided. */
#define S_TRAIL                                                                                                        \
  "CREATE TABLE audit_log("                                                                                            \
  " id " S_ID " PRIMARY KEY, user_id " S_ID ", action text NOT NULL, resource text NOT NULL, status text NOT NULL,"    \
  " timestamp bigint NOT NULL, ip_address text, request_id " S_ID ", requester_id " S_ID ","                           \
  " application_id text COLLATE \"C\", role_id text COLLATE \"C\", risk text, chain " S_ID ", seq bigint NOT NULL,"    \
  " prev_hash text NOT NULL, hash text NOT NULL, payload text NOT NULL);"                                              \
  "CREATE UNIQUE INDEX audit_log_by_seq ON audit_log(chain, seq);"                                                     \
  "CREATE INDEX audit_log_by_time ON audit_log(timestamp, chain, seq);"                                                \
  "CREATE INDEX audit_log_by_user ON audit_log(user_id, timestamp, chain, seq);"                                       \
  "CREATE INDEX audit_log_by_requester ON audit_log(requester_id, timestamp, chain, seq);"                             \
  "CREATE INDEX audit_log_by_application ON audit_log(application_id, timestamp, chain, seq);"                         \
  "CREATE INDEX audit_log_by_role ON audit_log(role_id, timestamp, chain, seq);"                                       \
  "CREATE INDEX audit_log_by_risk ON audit_log(risk, timestamp, chain, seq);"                                          \
  "CREATE INDEX audit_log_by_status ON audit_log(status, timestamp, chain, seq);"                                      \
  "CREATE TABLE audit_chains(chain " S_ID " PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL)"                     \
  " WITH (fillfactor = 50);"                                                                                           \
  "INSERT INTO audit_chains SELECT 'main-' || lpad(n::text, 2, '0'), 0, repeat('0', 64) FROM generate_series(0, 15) "  \
  "n;"

#define S_JOURNAL                                                                                                      \
  "CREATE TABLE requests("                                                                                             \
  " request_id " S_ID ", requester_id " S_ID ", speaker_id text COLLATE \"C\", user_id text COLLATE \"C\","            \
  " application_id text COLLATE \"C\", role_id text COLLATE \"C\", status text NOT NULL, timestamp bigint NOT NULL,"   \
  " expires_at bigint, decision text, decision_salt text, sentence text, sentence_salt text, facts text,"              \
  " facts_salt text, content_hash text, config_hash text, policy_hash text, pattern bigint NOT NULL,"                  \
  " approved bigint NOT NULL, chain " S_ID ", seq bigint NOT NULL,"                                                    \
  " CONSTRAINT requests_by_id PRIMARY KEY(request_id, requester_id));"                                                 \
  "CREATE INDEX requests_by_requester ON requests(requester_id);"                                                      \
  "CREATE INDEX requests_by_user ON requests(user_id);"                                                                \
  "CREATE INDEX requests_by_speaker ON requests(speaker_id);"                                                          \
  "CREATE TABLE checkpoints(id " S_ID " PRIMARY KEY, created_at bigint NOT NULL, body text NOT NULL);"                 \
  "CREATE TABLE outbox("                                                                                               \
  " position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL, type text NOT NULL,"                   \
  " chain text NOT NULL, body text NOT NULL, delivered_at bigint);"                                                    \
  "CREATE INDEX outbox_waiting ON outbox(position) WHERE delivered_at IS NULL;"

/* What changes while people work. */
#define S_STATE                                                                                                        \
  "CREATE TABLE grants("                                                                                               \
  " request_id " S_ID ", requester_id " S_ID ","                                                                       \
  " state text NOT NULL CHECK(state IN('requested','granted','failed','revoked','expired')),"                          \
  " granted_at bigint, expires_at bigint, reason text, PRIMARY KEY(request_id, requester_id));"                        \
  "CREATE TABLE sessions("                                                                                             \
  " session_id " S_ID " PRIMARY KEY, value text NOT NULL, revision bigint NOT NULL, expires_at bigint NOT NULL);"      \
  "CREATE INDEX sessions_by_end ON sessions(expires_at);"                                                              \
  "CREATE TABLE api_keys("                                                                                             \
  " key_hash " S_ID " PRIMARY KEY, name text NOT NULL, owner_id text NOT NULL, scopes text NOT NULL,"                  \
  " created_at bigint NOT NULL, expires_at bigint, revoked_at bigint);"

/* The same rows with their times as RFC 3339 text, for people who look with a shell. */
#define S_TIME(column)                                                                                                 \
  "to_char(to_timestamp(" column " / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS " column
#define S_VIEW(table, before, time, after)                                                                             \
  "CREATE VIEW " table "_text AS SELECT " before ", " S_TIME(time) after " FROM " table ";"
#define S_VIEWS                                                                                                        \
  S_VIEW("users", "user_id, email, name, status", "created_at", ", attributes")                                        \
  S_VIEW("applications", "app_id, name, description, owner", "created_at", ", status")                                 \
  S_VIEW("roles", "role_id, app_id, name, permissions", "created_at", ", description, risk, status")                   \
  S_VIEW("user_roles", "user_id, role_id, " S_TIME("granted_at"), "expires_at", ", status")                            \
  S_VIEW(                                                                                                              \
      "audit_log", "id, user_id, action, resource, status", "timestamp",                                               \
      ", ip_address, request_id, requester_id, application_id, role_id, risk, chain, seq, prev_hash, hash, payload")   \
  S_VIEW("policies", "id, policy_json, version", "created_at", "")                                                     \
  S_VIEW("requests",                                                                                                   \
         "request_id, requester_id, speaker_id, user_id, application_id, role_id, status, " S_TIME("timestamp"),       \
         "expires_at", ", decision, sentence")                                                                         \
  S_VIEW("access_patterns", "user_id, role_id, app_id", "timestamp", ", approved, source")

/* Each step in parts: a C compiler need not take strings of more than 4,095 bytes. */
static const char *const s_first[] = {S_ENTITIES, S_RELATIONS, S_NAMES, S_KNOWLEDGE, S_TRAIL,
                                      S_JOURNAL,  S_STATE,     S_VIEWS, NULL};

/* A change of the policies by whatever way is noticed. */
#define S_POLICY_TRIGGERS                                                                                              \
  "CREATE FUNCTION askiam_policies_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"                             \
  " UPDATE catalogue_version SET version = version + 1, policy_hash = '" ASKI_STORE_UNHASHED "',"                      \
  " policy_count = CASE TG_OP WHEN 'INSERT' THEN policy_count + 1 WHEN 'DELETE' THEN policy_count - 1"                 \
  " WHEN 'TRUNCATE' THEN 0 ELSE policy_count END WHERE one = 1; RETURN NULL; END $$;"                                  \
  "CREATE TRIGGER policies_changed AFTER INSERT OR UPDATE OR DELETE ON policies FOR EACH ROW"                          \
  " EXECUTE FUNCTION askiam_policies_changed();"                                                                       \
  "CREATE TRIGGER policies_emptied AFTER TRUNCATE ON policies FOR EACH STATEMENT"                                      \
  " EXECUTE FUNCTION askiam_policies_changed();"

static const char *const s_second[] = {S_POLICY_TRIGGERS, NULL};

/* What waits for fulfilment, what ends, and who else grants a role: each found by an index of its own. A request
 * that was VALID waits from the moment of its decision. To lock a row takes a right to change it, which fulfilment
 * has not: the function has it. */
#define S_GRANTS                                                                                                       \
  "ALTER TABLE grants ADD COLUMN user_id text COLLATE \"C\", ADD COLUMN role_id text COLLATE \"C\","                   \
  " ADD COLUMN requested_at bigint, ALTER COLUMN state SET DEFAULT 'requested';"                                       \
  "INSERT INTO grants(request_id, requester_id, user_id, role_id, requested_at)"                                       \
  " SELECT request_id, requester_id, user_id, role_id, timestamp FROM requests WHERE status = 'VALID'"                 \
  " ON CONFLICT DO NOTHING;"                                                                                           \
  "CREATE INDEX grants_waiting ON grants(requested_at, request_id, requester_id) WHERE state = 'requested';"           \
  "CREATE INDEX grants_by_end ON grants(expires_at, request_id, requester_id) WHERE state = 'granted';"                \
  "CREATE INDEX grants_by_role ON grants(user_id, role_id) WHERE state = 'granted';"                                   \
  "CREATE FUNCTION askiam_lock_user(id text) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER"                    \
  " SET search_path FROM CURRENT AS 'SELECT 1::bigint FROM users WHERE user_id = $1 FOR NO KEY UPDATE';"               \
  "REVOKE ALL ON FUNCTION askiam_lock_user(text) FROM PUBLIC;" S_VIEW(                                                 \
      "grants",                                                                                                        \
      "request_id, requester_id, user_id, role_id, state, " S_TIME("requested_at") ", " S_TIME("granted_at"),          \
      "expires_at", ", reason")

/* API keys, of which nothing had been kept before, and how much of their rate is left: level in 1/60,000 of a
 * request (buckets.h). Rows of buckets change often, and in place. */
#define S_KEYS                                                                                                         \
  "DROP TABLE api_keys;"                                                                                               \
  "CREATE TABLE api_keys("                                                                                             \
  " key_id " S_ID " PRIMARY KEY, name text NOT NULL, owner_id text NOT NULL, scopes text NOT NULL,"                    \
  " salt text NOT NULL, hash text NOT NULL, created_at bigint NOT NULL, expires_at bigint, revoked_at bigint,"         \
  " per_minute bigint NOT NULL, burst bigint NOT NULL);"                                                               \
  "CREATE TABLE buckets(bucket_id " S_ID " PRIMARY KEY, level bigint NOT NULL, updated_at bigint NOT NULL)"            \
  " WITH (fillfactor = 50);"

static const char *const s_third[] = {S_GRANTS, S_KEYS, NULL};

/* What of a row of user_roles is held in its own right, by an import or by hand, apart from all grants: NULL is all of
 * it, 0 nothing, else until then. Of what was granted before this was kept, nothing. */
#define S_OWN_RIGHT                                                                                                    \
  "ALTER TABLE user_roles ADD COLUMN own_until bigint;"                                                                \
  "UPDATE user_roles u SET own_until = 0 FROM grants g WHERE g.state = 'granted' AND g.user_id = u.user_id"            \
  " AND g.role_id = u.role_id;"

static const char *const s_fourth[] = {S_OWN_RIGHT, NULL};

static const char *const *const s_steps[] = {s_first, s_second, s_third, s_fourth};

enum { S_VERSION = sizeof s_steps / sizeof s_steps[0] };

int aski_pg_schema_version(void) { return S_VERSION; }

const char *const *aski_pg_schema_step(int version)
{
  return version < 0 || version >= S_VERSION ? NULL : s_steps[version];
}

void aski_pg_chain_name(int index, char out[ASKI_PG_CHAIN_BYTES])
{
  snprintf(out, ASKI_PG_CHAIN_BYTES, "main-%02d", index);
}

const char *aski_pg_schema_trigrams(void)
{
  return "DO $$ BEGIN IF EXISTS(SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"
         " AND to_regclass('names_by_trigram') IS NULL THEN"
         " CREATE INDEX names_by_trigram ON names USING gist(form gist_trgm_ops) WHERE kind IN (2, 4);"
         " END IF; END $$";
}
