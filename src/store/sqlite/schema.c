/* SPDX-License-Identifier: Apache-2.0
 *
 * The steps of the schema. Times are UTC milliseconds, NULL where there is none; ids are text. Tables with a …_no key have a
 * small integer of their own, by which the name index refers to them. In a table WITHOUT ROWID the columns of the key come first:
 * otherwise integrity_check of SQLite 3.40 sees NULLs that are not there. */
#include "store/sqlite/schema.h"

#include <stddef.h>

#include "store/common/policy_set.h"

/* Who and what exists: the columns of the specification come first, in its order. */
#define S_ENTITIES                                                                                                     \
  "CREATE TABLE users("                                                                                                \
  " user_id TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL,"                                                   \
  " status TEXT NOT NULL CHECK(status IN('active','inactive','suspended')), created_at INTEGER NOT NULL,"              \
  " attributes TEXT NOT NULL, user_no INTEGER PRIMARY KEY) STRICT;"                                                    \
  "CREATE UNIQUE INDEX users_by_id ON users(user_id);"                                                                 \
  "CREATE INDEX users_by_name ON users(name COLLATE NOCASE);"                                                          \
  "CREATE TABLE applications("                                                                                         \
  " app_id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, owner TEXT NOT NULL,"                         \
  " created_at INTEGER NOT NULL, status TEXT NOT NULL CHECK(status IN('active','inactive')),"                          \
  " app_no INTEGER PRIMARY KEY) STRICT;"                                                                               \
  "CREATE UNIQUE INDEX applications_by_id ON applications(app_id);"                                                    \
  "CREATE TABLE roles("                                                                                                \
  " role_id TEXT NOT NULL, app_id TEXT NOT NULL REFERENCES applications(app_id), name TEXT NOT NULL,"                  \
  " permissions TEXT NOT NULL, created_at INTEGER NOT NULL, description TEXT NOT NULL, risk TEXT NOT NULL,"            \
  " status TEXT NOT NULL CHECK(status IN('active','inactive')), role_no INTEGER PRIMARY KEY) STRICT;"                  \
  "CREATE UNIQUE INDEX roles_by_id ON roles(role_id);"                                                                 \
  "CREATE INDEX roles_by_application ON roles(app_id, name COLLATE NOCASE);"                                           \
  "CREATE TABLE aliases("                                                                                              \
  " kind TEXT NOT NULL CHECK(kind IN('user','application','role')), id TEXT NOT NULL, alias TEXT NOT NULL,"            \
  " alias_no INTEGER PRIMARY KEY) STRICT;"                                                                             \
  "CREATE UNIQUE INDEX aliases_by_id ON aliases(id, kind, alias);"

/* Who holds what, and what stands in the way. Conflicts are kept in both directions. */
#define S_RELATIONS                                                                                                    \
  "CREATE TABLE user_roles("                                                                                           \
  " user_id TEXT NOT NULL REFERENCES users(user_id), role_id TEXT NOT NULL REFERENCES roles(role_id),"                 \
  " granted_at INTEGER, expires_at INTEGER, status TEXT NOT NULL CHECK(status IN('active','revoked','expired')),"      \
  " PRIMARY KEY(user_id, role_id)) STRICT, WITHOUT ROWID;"                                                             \
  "CREATE TABLE role_prerequisites("                                                                                   \
  " role_id TEXT NOT NULL REFERENCES roles(role_id), required_role_id TEXT NOT NULL REFERENCES roles(role_id),"        \
  " PRIMARY KEY(role_id, required_role_id)) STRICT, WITHOUT ROWID;"                                                    \
  "CREATE TABLE role_conflicts("                                                                                       \
  " role_id TEXT NOT NULL REFERENCES roles(role_id), conflicting_role_id TEXT NOT NULL REFERENCES roles(role_id),"     \
  " reason TEXT NOT NULL, PRIMARY KEY(role_id, conflicting_role_id)) STRICT, WITHOUT ROWID;"                           \
  "CREATE TABLE role_restrictions("                                                                                    \
  " role_id TEXT NOT NULL REFERENCES roles(role_id), user_id TEXT NOT NULL REFERENCES users(user_id),"                 \
  " reason TEXT NOT NULL, PRIMARY KEY(role_id, user_id)) STRICT, WITHOUT ROWID;"                                       \
  "CREATE TABLE policies("                                                                                             \
  " id TEXT NOT NULL PRIMARY KEY, policy_json TEXT NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL)"   \
  " STRICT;"                                                                                                           \
  "CREATE TABLE policy_revisions("                                                                                     \
  " id TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, policy_json TEXT NOT NULL,"                        \
  " created_at INTEGER NOT NULL, PRIMARY KEY(id, version)) STRICT;"                                                    \
  "CREATE INDEX policy_revisions_by_hash ON policy_revisions(hash);"                                                   \
  "CREATE TABLE policy_sets("                                                                                          \
  " set_hash TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(set_hash, id))"                    \
  " STRICT, WITHOUT ROWID;"

/* names: the hash of a compact key, and what bears the name (names.h). fuzzy: what is near a name (fuzzy.h). name_suffixes: a name's
 * key from each of its words on, for suggestions. Applications, roles and their aliases only, but for names. */
#define S_NAMES                                                                                                        \
  "CREATE TABLE names(hash INTEGER NOT NULL, ref INTEGER NOT NULL, PRIMARY KEY(hash, ref)) STRICT, WITHOUT ROWID;"     \
  "CREATE TABLE fuzzy_names(compact TEXT NOT NULL UNIQUE, name_no INTEGER PRIMARY KEY) STRICT;"                        \
  "CREATE TABLE fuzzy(hash INTEGER NOT NULL, name_no INTEGER NOT NULL, PRIMARY KEY(hash, name_no))"                    \
  " STRICT, WITHOUT ROWID;"                                                                                            \
  "CREATE TABLE name_suffixes(suffix TEXT NOT NULL, ref INTEGER NOT NULL, PRIMARY KEY(suffix, ref))"                   \
  " STRICT, WITHOUT ROWID;"                                                                                            \
  "CREATE TABLE catalogue_version("                                                                                    \
  " one INTEGER PRIMARY KEY CHECK(one = 1), version INTEGER NOT NULL, policy_count INTEGER NOT NULL,"                  \
  " policy_hash TEXT NOT NULL) STRICT;"                                                                                \
  "INSERT INTO catalogue_version VALUES(1, 1, 0, '');"

/* What the search room reads. `scope` and document_scope say what a document is about: a token "a" or "r" and the 16 hexadecimal
 * digits of aski_hash64(id, 0) for each application and role, "global" where it is about none. */
#define S_KNOWLEDGE                                                                                                    \
  "CREATE TABLE documents("                                                                                            \
  " id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, metadata TEXT NOT NULL, scope TEXT NOT NULL,"           \
  " embedding BLOB, model TEXT NOT NULL, document_no INTEGER PRIMARY KEY) STRICT;"                                     \
  "CREATE UNIQUE INDEX documents_by_id ON documents(id);"                                                              \
  "CREATE TABLE document_scope("                                                                                       \
  " kind TEXT NOT NULL CHECK(kind IN('application','role','global')), id TEXT NOT NULL,"                               \
  " document_no INTEGER NOT NULL REFERENCES documents(document_no), PRIMARY KEY(kind, id, document_no))"               \
  " STRICT, WITHOUT ROWID;"                                                                                            \
  "CREATE INDEX document_scope_by_document ON document_scope(document_no);"                                            \
  "CREATE VIRTUAL TABLE documents_fts USING fts5(title, text, scope, content='documents',"                             \
  " content_rowid='document_no', tokenize='porter unicode61 remove_diacritics 2');"                                    \
  "CREATE TABLE access_patterns("                                                                                      \
  " role_id TEXT NOT NULL, human INTEGER NOT NULL CHECK(human = (source = 'human')), timestamp INTEGER NOT NULL,"      \
  " user_id TEXT NOT NULL, origin TEXT NOT NULL, app_id TEXT NOT NULL,"                                                \
  " approved INTEGER NOT NULL CHECK(approved IN(0,1)), source TEXT NOT NULL,"                                          \
  " PRIMARY KEY(role_id, human DESC, timestamp DESC, user_id, origin)) STRICT, WITHOUT ROWID;"

/* What was decided. */
#define S_JOURNAL                                                                                                      \
  "CREATE TABLE audit_log("                                                                                            \
  " id TEXT NOT NULL, user_id TEXT NOT NULL, action TEXT NOT NULL, resource TEXT NOT NULL, status TEXT NOT NULL,"      \
  " timestamp INTEGER NOT NULL, ip_address TEXT, request_id TEXT NOT NULL, requester_id TEXT NOT NULL,"                \
  " application_id TEXT, role_id TEXT, risk TEXT, chain TEXT NOT NULL, seq INTEGER NOT NULL, prev_hash TEXT NOT NULL," \
  " hash TEXT NOT NULL, payload TEXT NOT NULL, entry_no INTEGER PRIMARY KEY) STRICT;"                                  \
  "CREATE UNIQUE INDEX audit_log_by_id ON audit_log(id);"                                                              \
  "CREATE UNIQUE INDEX audit_log_by_seq ON audit_log(chain, seq);"                                                     \
  "CREATE INDEX audit_log_by_time ON audit_log(timestamp, chain, seq);"                                                \
  "CREATE INDEX audit_log_by_user ON audit_log(user_id, timestamp, chain, seq);"                                       \
  "CREATE INDEX audit_log_by_requester ON audit_log(requester_id, timestamp, chain, seq);"                             \
  "CREATE INDEX audit_log_by_application ON audit_log(application_id, timestamp, chain, seq);"                         \
  "CREATE INDEX audit_log_by_role ON audit_log(role_id, timestamp, chain, seq);"                                       \
  "CREATE INDEX audit_log_by_risk ON audit_log(risk, timestamp, chain, seq);"                                          \
  "CREATE INDEX audit_log_by_status ON audit_log(status, timestamp, chain, seq);"                                      \
  "CREATE TABLE requests("                                                                                             \
  " request_id TEXT NOT NULL, requester_id TEXT NOT NULL, speaker_id TEXT, user_id TEXT, application_id TEXT,"         \
  " role_id TEXT, status TEXT NOT NULL, timestamp INTEGER NOT NULL, expires_at INTEGER, decision TEXT,"                \
  " decision_salt TEXT, sentence TEXT, sentence_salt TEXT, facts TEXT, facts_salt TEXT, content_hash TEXT,"            \
  " config_hash TEXT,"                                                                                                 \
  " policy_hash TEXT, pattern INTEGER NOT NULL, approved INTEGER NOT NULL, chain TEXT NOT NULL, seq INTEGER NOT NULL," \
  " request_no INTEGER PRIMARY KEY) STRICT;"                                                                           \
  "CREATE UNIQUE INDEX requests_by_id ON requests(request_id, requester_id);"                                          \
  "CREATE INDEX requests_by_requester ON requests(requester_id);"                                                      \
  "CREATE INDEX requests_by_user ON requests(user_id) WHERE user_id <> requester_id;"                                  \
  "CREATE INDEX requests_by_speaker ON requests(speaker_id) WHERE speaker_id <> requester_id;"                         \
  "CREATE TABLE audit_chains(chain TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL)"               \
  " STRICT, WITHOUT ROWID;"                                                                                            \
  "INSERT INTO audit_chains VALUES('main', 0, printf('%064d', 0));"                                                    \
  "CREATE TABLE checkpoints(id TEXT NOT NULL PRIMARY KEY, created_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"    \
  "CREATE TABLE outbox("                                                                                               \
  " position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, type TEXT NOT NULL, chain TEXT NOT NULL,"            \
  " body TEXT NOT NULL, delivered_at INTEGER) STRICT;"                                                                 \
  "CREATE INDEX outbox_waiting ON outbox(position) WHERE delivered_at IS NULL;"

/* What changes while people work. */
#define S_STATE                                                                                                        \
  "CREATE TABLE grants("                                                                                               \
  " request_id TEXT NOT NULL, requester_id TEXT NOT NULL,"                                                             \
  " state TEXT NOT NULL CHECK(state IN('requested','granted','failed','revoked','expired')),"                          \
  " granted_at INTEGER, expires_at INTEGER, reason TEXT, PRIMARY KEY(request_id, requester_id)) STRICT, WITHOUT "      \
  "ROWID;"                                                                                                             \
  "CREATE TABLE sessions("                                                                                             \
  " session_id TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL, expires_at INTEGER NOT "     \
  "NULL)"                                                                                                              \
  " STRICT;"                                                                                                           \
  "CREATE INDEX sessions_by_end ON sessions(expires_at);"                                                              \
  "CREATE TABLE api_keys("                                                                                             \
  " key_hash TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, owner_id TEXT NOT NULL, scopes TEXT NOT NULL,"             \
  " created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER) STRICT;"

/* The same rows with their times as RFC 3339 text, for people who look with a shell. */
#define S_TIME(column) "strftime('%Y-%m-%dT%H:%M:%fZ', " column " / 1000.0, 'unixepoch') AS " column
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

/* A change of the policies by whatever way is noticed. */
#define S_POLICY_TRIGGER(event, difference)                                                                            \
  "CREATE TRIGGER policies_" event " AFTER " event " ON policies BEGIN"                                                \
  " UPDATE catalogue_version SET version = version + 1, policy_count = policy_count" difference                        \
  ", policy_hash = '" ASKI_STORE_UNHASHED "' WHERE one = 1; END;"
#define S_POLICY_TRIGGERS                                                                                              \
  S_POLICY_TRIGGER("insert", " + 1") S_POLICY_TRIGGER("update", "") S_POLICY_TRIGGER("delete", " - 1")

/* Each step in parts: a C compiler need not take strings of more than 4,095 bytes. */
static const char *const s_first[] = {S_ENTITIES, S_RELATIONS, S_NAMES, S_KNOWLEDGE, S_JOURNAL, S_STATE, S_VIEWS, NULL};

static const char *const s_second[] = {S_POLICY_TRIGGERS, NULL};

/* What waits for fulfilment, what ends, and who else grants a role: each found by an index of its own. A request
 * that was VALID waits from the moment of its decision. */
#define S_GRANTS                                                                                                       \
  "ALTER TABLE grants ADD COLUMN user_id TEXT;"                                                                        \
  "ALTER TABLE grants ADD COLUMN role_id TEXT;"                                                                        \
  "ALTER TABLE grants ADD COLUMN requested_at INTEGER;"                                                                \
  "INSERT OR IGNORE INTO grants(request_id, requester_id, state, user_id, role_id, requested_at)"                      \
  " SELECT request_id, requester_id, 'requested', user_id, role_id, timestamp FROM requests WHERE status = 'VALID';"   \
  "CREATE INDEX grants_waiting ON grants(requested_at, request_id, requester_id) WHERE state = 'requested';"           \
  "CREATE INDEX grants_by_end ON grants(expires_at, request_id, requester_id) WHERE state = 'granted';"                \
  "CREATE INDEX grants_by_role ON grants(user_id, role_id) WHERE state = 'granted';" S_VIEW(                           \
      "grants",                                                                                                        \
      "request_id, requester_id, user_id, role_id, state, " S_TIME("requested_at") ", " S_TIME("granted_at"),          \
      "expires_at", ", reason")

/* API keys, of which nothing had been kept before, and how much of their rate is left: level in 1/60,000 of a
 * request (buckets.h). */
#define S_KEYS                                                                                                         \
  "DROP TABLE api_keys;"                                                                                               \
  "CREATE TABLE api_keys("                                                                                             \
  " key_id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, owner_id TEXT NOT NULL, scopes TEXT NOT NULL,"               \
  " salt TEXT NOT NULL, hash TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER,"      \
  " per_minute INTEGER NOT NULL, burst INTEGER NOT NULL) STRICT, WITHOUT ROWID;"                                       \
  "CREATE TABLE buckets("                                                                                              \
  " bucket_id TEXT NOT NULL PRIMARY KEY, level INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"

static const char *const s_third[] = {S_GRANTS, S_KEYS, NULL};

/* What of a row of user_roles is held in its own right, by an import or by hand, apart from all grants: NULL is all of
 * it, 0 nothing, else until then. Of what was granted before this was kept, nothing. */
#define S_OWN_RIGHT                                                                                                    \
  "ALTER TABLE user_roles ADD COLUMN own_until INTEGER;"                                                               \
  "UPDATE user_roles SET own_until = 0 WHERE (user_id, role_id) IN (SELECT user_id, role_id FROM grants"               \
  " WHERE state = 'granted');"

static const char *const s_fourth[] = {S_OWN_RIGHT, NULL};

static const char *const *const s_steps[] = {s_first, s_second, s_third, s_fourth};

enum { S_VERSION = sizeof s_steps / sizeof s_steps[0] };

int aski_sqlite_schema_version(void) { return S_VERSION; }

const char *const *aski_sqlite_schema_step(int version)
{
  return version < 0 || version >= S_VERSION ? NULL : s_steps[version];
}
