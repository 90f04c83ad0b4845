/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres/statements.h"

#include <stddef.h>

#include "store/common/buckets.h"
#include "store/common/rows.h"

/* Facts are rows of one shape: which part they are of, five texts, two numbers. $1 user, $2 requester where that is somebody else, $3
 * application, $4 role. */
#define S_FACTS                                                                                                        \
  "SELECT 0::bigint, policy_hash, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text,"             \
  " version, policy_count FROM catalogue_version WHERE one = 1"                                                        \
  " UNION ALL SELECT 1, user_id, name, email, status, attributes, NULL, NULL, NULL, NULL FROM users"                   \
  " WHERE user_id = $1"                                                                                                \
  " UNION ALL SELECT 2, user_id, name, NULL, status, NULL, NULL, NULL, NULL, NULL FROM users WHERE user_id = $2"       \
  " UNION ALL SELECT 3, app_id, name, owner, status, NULL, NULL, NULL, NULL, NULL FROM applications"                   \
  " WHERE app_id = $3"                                                                                                 \
  " UNION ALL SELECT 4, role_id, name, app_id, status, description, risk, permissions, NULL, NULL FROM roles"          \
  " WHERE role_id = $4"                                                                                                \
  " UNION ALL SELECT 5, u.role_id, r.name, NULL, u.status, NULL, NULL, NULL, u.granted_at, u.expires_at"               \
  " FROM user_roles u LEFT JOIN roles r ON r.role_id = u.role_id WHERE u.user_id = $1"                                 \
  " UNION ALL SELECT 6, p.required_role_id, r.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL"                          \
  " FROM role_prerequisites p LEFT JOIN roles r ON r.role_id = p.required_role_id WHERE p.role_id = $4"                \
  " UNION ALL SELECT 7, c.conflicting_role_id, r.name, c.reason, NULL, NULL, NULL, NULL, NULL, NULL"                   \
  " FROM role_conflicts c LEFT JOIN roles r ON r.role_id = c.conflicting_role_id"                                      \
  " WHERE c.role_id = $4 AND $1::text IS NOT NULL"                                                                     \
  " AND (EXISTS(SELECT 1 FROM user_roles u WHERE u.user_id = $1 AND u.role_id = c.conflicting_role_id)"                \
  " OR EXISTS(SELECT 1 FROM role_prerequisites p WHERE p.role_id = $4"                                                 \
  " AND p.required_role_id = c.conflicting_role_id))"                                                                  \
  " UNION ALL SELECT 8, reason, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM role_restrictions"                 \
  " WHERE role_id = $4 AND user_id = $1"

#define S_PEOPLE                                                                                                       \
  "SELECT p.place, u.attributes, NULL::text FROM unnest($1::text[]) WITH ORDINALITY p(id, place)"                      \
  " JOIN users u ON u.user_id = p.id UNION ALL SELECT p.place, NULL, r.role_id"                                        \
  " FROM unnest($1::text[]) WITH ORDINALITY p(id, place) CROSS JOIN LATERAL (SELECT role_id FROM user_roles u"         \
  " WHERE u.user_id = p.id AND u.status = 'active' AND coalesce(u.granted_at, 0) <= $2"                                \
  " AND (u.expires_at IS NULL OR u.expires_at > $2) ORDER BY role_id LIMIT 256) r"

/* The entities whose name has the hash t.hash, of one kind, in one application (t.app) or any: in the order of the index. */
#define S_BEARERS(hash)                                                                                                \
  " CROSS JOIN LATERAL ((SELECT n.* FROM names n WHERE t.app IS NULL AND n.hash = " hash " AND n.kind = t.kind"        \
  " ORDER BY n.application_id, n.id LIMIT t.most)"                                                                     \
  " UNION ALL (SELECT n.* FROM names n WHERE n.hash = " hash " AND n.kind = t.kind AND n.application_id = t.app"       \
  " ORDER BY n.id LIMIT t.most)) n"
/* The status is that of now: what else a name is told by moves with imports only. */
#define S_STATUS                                                                                                       \
  "CASE n.kind WHEN 1 THEN (SELECT e.status FROM users e WHERE e.user_id = n.id)"                                      \
  " WHEN 2 THEN (SELECT e.status FROM applications e WHERE e.app_id = n.id)"                                           \
  " ELSE (SELECT e.status FROM roles e WHERE e.role_id = n.id) END"
#define S_NAME_COLUMNS "t.term, n.kind, n.id, n.name, n.form, n.application_id, " S_STATUS

/* $1 to $5: exact names, a row for each term and kind: term, kind, most, application, hash. $6 to $9: near names, the same without hash;
 * $10 and $11: where they may be found, term and hash. */
#define S_NAMES                                                                                                        \
  "SELECT 0::bigint, " S_NAME_COLUMNS                                                                                  \
  " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])"                                   \
  " AS t(term, kind, most, app, hash)" S_BEARERS(                                                                      \
      "t.hash") " UNION ALL SELECT 1, " S_NAME_COLUMNS " FROM (SELECT DISTINCT a.term, a.kind, a.most, a.app, f.name"  \
                " FROM unnest($10::bigint[], $11::bigint[]) AS p(term, hash) JOIN fuzzy f ON f.hash = p.hash"          \
                " JOIN unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::text[]) AS a(term, kind, most, app)"       \
                " ON a.term = p.term) t" S_BEARERS("t.name")

/* Rows from a place in an index on: $1, $2 term and beginning for words of applications and roles; $3, $4 for names of users; $5, $6 for
 * their ids; $7, $8 term and application, for its roles. `place` numbers the places of one kind, so that the order of each is kept. */
#define S_SIMILAR                                                                                                      \
  "SELECT 2::bigint, t.term, n.kind, n.id, n.name, CASE WHEN n.alias THEN n.form ELSE n.name END,"                     \
  " n.application_id, " S_STATUS ", t.place, s.suffix, s.place"                                                        \
  " FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS t(term, beginning, place)"                                \
  " CROSS JOIN LATERAL (SELECT s.*, row_number() OVER (ORDER BY suffix, kind, id) AS place FROM"                       \
  " (SELECT * FROM name_suffixes WHERE suffix >= t.beginning COLLATE \"C\" ORDER BY suffix, kind, id LIMIT 24) s) s"   \
  " JOIN names n ON n.kind = s.kind AND n.id = s.id AND n.form = s.form"                                               \
  " UNION ALL SELECT 3, t.term, 1, u.user_id, u.name, u.name, NULL, u.status, t.place, u.name, u.place"                \
  " FROM unnest($3::bigint[], $4::text[]) WITH ORDINALITY AS t(term, beginning, place)"                                \
  " CROSS JOIN LATERAL (SELECT u.*, row_number() OVER (ORDER BY lower(u.name), user_id) AS place FROM"                 \
  " (SELECT user_id, name, status FROM users WHERE lower(name) >= t.beginning COLLATE \"C\""                           \
  " ORDER BY lower(name), user_id LIMIT 24) u) u"                                                                      \
  " UNION ALL SELECT 4, t.term, 1, u.user_id, u.name, u.name, NULL, u.status, t.place, u.user_id, u.place"             \
  " FROM unnest($5::bigint[], $6::text[]) WITH ORDINALITY AS t(term, beginning, place)"                                \
  " CROSS JOIN LATERAL (SELECT u.*, row_number() OVER (ORDER BY user_id) AS place FROM"                                \
  " (SELECT user_id, name, status FROM users WHERE user_id >= t.beginning COLLATE \"C\" ORDER BY user_id LIMIT 24) "   \
  "u) u"                                                                                                               \
  " UNION ALL SELECT 5, t.term, 4, r.role_id, r.name, r.name, r.app_id, r.status, t.place, r.name, r.place"            \
  " FROM unnest($7::bigint[], $8::text[]) WITH ORDINALITY AS t(term, app, place)"                                      \
  " CROSS JOIN LATERAL (SELECT r.*, row_number() OVER (ORDER BY lower(r.name), role_id) AS place FROM"                 \
  " (SELECT role_id, name, app_id, status FROM roles WHERE app_id = t.app ORDER BY lower(name), role_id LIMIT 500) "   \
  "r) r"

/* $9, $10 term and key: the names that share most groups of three letters with it, by pg_trgm. */
#define S_TRIGRAMS                                                                                                     \
  " UNION ALL SELECT 6, t.term, n.kind, n.id, n.name, CASE WHEN n.alias THEN n.form ELSE n.name END,"                  \
  " n.application_id, " S_STATUS ", t.place, n.form, n.place"                                                          \
  " FROM unnest($9::bigint[], $10::text[]) WITH ORDINALITY AS t(term, key, place)"                                     \
  " CROSS JOIN LATERAL (SELECT n.*, row_number() OVER () AS place FROM (SELECT * FROM names"                           \
  " WHERE kind IN (2, 4) ORDER BY form <-> t.key LIMIT 24) n WHERE n.form <-> t.key < 0.75) n"

/* $1 to $17 the texts of a request, $18 to $22 its numbers, $23 to $30 what an entry has besides, $31 to $33 events, $34 whether a pattern
 * goes with it. All of it stands on the head, then on the request and the entry: where the head has moved, nothing is written, and the division fails the transaction. */
#define S_APPEND                                                                                                       \
  "WITH head AS (UPDATE audit_chains c SET seq = $22, hash = $29 WHERE c.chain = $17 AND c.seq = $22 - 1"              \
  " AND c.hash = $28 AND " S_FITS " RETURNING 1),"                                                                     \
  " request AS (INSERT INTO requests(request_id, requester_id, speaker_id, user_id, application_id, role_id, status,"  \
  " decision, decision_salt, sentence, sentence_salt, facts, facts_salt, content_hash, config_hash, policy_hash,"      \
  " chain, timestamp, expires_at, pattern, approved, seq) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"   \
  " $13, $14, $15, $16, $17, $18, nullif($19, 0), $20, $21, $22 FROM head RETURNING 1),"                               \
  " entry AS (INSERT INTO audit_log(id, user_id, action, resource, status, timestamp, ip_address, request_id,"         \
  " requester_id, application_id, role_id, risk, chain, seq, prev_hash, hash, payload) SELECT $23, coalesce($4, ''),"  \
  " $24, $25, $7, $18, $26, $1, $2, $5, $6, $27, $17, $22, $28, $29, $30 FROM request RETURNING 1),"                   \
  " event AS (INSERT INTO outbox(id, type, chain, body) SELECT e.id, e.type, $17, e.body FROM entry,"                  \
  " unnest($31::text[], $32::text[], $33::text[]) WITH ORDINALITY AS e(id, type, body, place) ORDER BY e.place),"      \
  " waiting AS (INSERT INTO grants(request_id, requester_id, user_id, role_id, requested_at)"                          \
  " SELECT $1, $2, $4, $6, $18 FROM entry WHERE $7 = 'VALID' ON CONFLICT DO NOTHING),"                                 \
  " pattern AS (INSERT INTO access_patterns(user_id, role_id, app_id, timestamp, approved, source, human, origin)"     \
  " SELECT $4, $6, coalesce($5, ''), $18, ($21 <> 0)::int, 'askiam', 0, $23 FROM entry WHERE $34 <> 0)"                \
  " SELECT 1 / (SELECT count(*) FROM head)"
#define S_FITS                                                                                                         \
  "(c.seq = 0 AND c.hash = '" ASKI_STORE_NO_HASH "' OR EXISTS(SELECT 1 FROM audit_log a"                               \
  " WHERE a.chain = c.chain AND a.seq = c.seq AND a.hash = c.hash)) AND NOT EXISTS(SELECT 1"                           \
  " FROM audit_log a WHERE a.chain = c.chain AND a.seq > c.seq)"

/* An entry alone: $1 to $15 its texts in the order of aski_store_new_entry_texts, $16 time, $17 seq, $18 to $20 events. */
#define S_APPEND_ENTRY                                                                                                 \
  "WITH head AS (UPDATE audit_chains c SET seq = $17, hash = $14 WHERE c.chain = $12 AND c.seq = $17 - 1"              \
  " AND c.hash = $13 AND " S_FITS " RETURNING 1),"                                                                     \
  " entry AS (INSERT INTO audit_log(id, user_id, action, resource, status, ip_address, request_id, requester_id,"      \
  " application_id, role_id, risk, chain, prev_hash, hash, payload, timestamp, seq) SELECT $1, coalesce($2, ''), $3,"  \
  " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 FROM head RETURNING 1),"                            \
  " event AS (INSERT INTO outbox(id, type, chain, body) SELECT e.id, e.type, $12, e.body FROM entry,"                  \
  " unnest($18::text[], $19::text[], $20::text[]) WITH ORDINALITY AS e(id, type, body, place) ORDER BY e.place)"       \
  " SELECT 1 / (SELECT count(*) FROM head)"

/* What of a request, its entry and its grant was looked at, and the catalogue's version: the division fails the
 * transaction where any of it has changed. $1 request, $2 requester, $3 user, $4 application, $5 role, $6 content,
 * $7 entry, $8 the grant's state, $9 end, $10 version. */
#define S_GRANT_HOLDS                                                                                                  \
  "SELECT 1 / count(*) FROM requests r JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR                                     \
  " JOIN catalogue_version v ON v.one = 1"                                                                             \
  " LEFT JOIN grants g ON g.request_id = r.request_id AND g.requester_id = r.requester_id"                             \
  " WHERE r.request_id = $1 AND r.requester_id = $2 AND r.status = 'VALID' AND r.user_id = $3"                         \
  " AND r.application_id = $4 AND r.role_id = $5 AND r.content_hash IS NOT DISTINCT FROM $6 AND a.hash = $7"           \
  " AND coalesce(g.state, 'requested') = $8 AND coalesce(r.expires_at, 0) = $9 AND v.version = $10"
#define S_GRANT_PUT                                                                                                    \
  "INSERT INTO grants(request_id, requester_id, user_id, role_id, requested_at, state, granted_at, expires_at,"        \
  " reason) SELECT request_id, requester_id, user_id, role_id, timestamp, $3, nullif($5, 0), nullif($6, 0), $4"        \
  " FROM requests WHERE request_id = $1 AND requester_id = $2"                                                         \
  " ON CONFLICT(request_id, requester_id) DO UPDATE SET user_id = excluded.user_id, role_id = excluded.role_id,"       \
  " requested_at = excluded.requested_at, state = excluded.state, granted_at = excluded.granted_at,"                   \
  " expires_at = excluded.expires_at, reason = excluded.reason"

/* What was said, and why a grant failed or was taken back; how many requests there were. */
#define S_ERASE                                                                                                        \
  "WITH reasons AS (UPDATE grants g SET reason = NULL FROM requests r WHERE g.reason IS NOT NULL"                      \
  " AND g.request_id = r.request_id AND g.requester_id = r.requester_id"                                               \
  " AND (r.requester_id = $1 OR r.user_id = $1 OR r.speaker_id = $1))"                                                 \
  " UPDATE requests SET decision = NULL, decision_salt = NULL, sentence = NULL, sentence_salt = NULL, facts = NULL,"   \
  " facts_salt = NULL WHERE (requester_id = $1 OR user_id = $1 OR speaker_id = $1) AND (decision IS NOT NULL"          \
  " OR decision_salt IS NOT NULL OR sentence IS NOT NULL OR sentence_salt IS NOT NULL OR facts IS NOT NULL"            \
  " OR facts_salt IS NOT NULL)"

#define S_UNAUDITED                                                                                                    \
  "SELECT r.request_id, r.requester_id, r.user_id, r.application_id, r.role_id, r.status, r.decision, r.timestamp"     \
  " FROM requests r LEFT JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR " WHERE a.id IS NULL"

/* $1 role, $2 application, $3 words, $4 how many hits, $5 the model of vectors that can be compared; NULL for none are wanted. The most
 * special documents come first where there are too many to compare. */
#define S_IN_SCOPE                                                                                                     \
  "WITH scoped AS (SELECT document_no, min(special) AS special FROM ("                                                 \
  "SELECT document_no, 0 AS special FROM document_scope WHERE kind = 'role' AND id = $1 UNION ALL"                     \
  " SELECT document_no, 1 FROM document_scope WHERE kind = 'application' AND id = $2 UNION ALL"                        \
  " SELECT document_no, 2 FROM document_scope WHERE kind = 'global') s GROUP BY document_no)"                          \
  " (SELECT 0::bigint, d.document_no, ts_rank_cd(d.words, q)::float8 AS rank, NULL::bytea"                             \
  " FROM to_tsquery('pg_catalog.english', $3) q JOIN documents d ON d.words @@ q JOIN scoped USING(document_no)"       \
  " ORDER BY rank DESC, document_no LIMIT $4) UNION ALL (SELECT 1, d.document_no, NULL, d.embedding FROM scoped"       \
  " JOIN documents d USING(document_no) WHERE d.model = $5 AND d.embedding IS NOT NULL"                                \
  " ORDER BY special, document_no LIMIT 4096)"

#define S_KEY_COLUMNS                                                                                                  \
  "key_id, name, owner_id, scopes, salt, hash, created_at, expires_at, revoked_at, per_minute, burst"

/* Of $1 the bucket: $2 what it holds, $3 now, $4 what it gains a millisecond, $5 the milliseconds that fill it. No more than $2 + $4 is ever added, so
 * that nothing overflows. */
#define S_LEVEL "least($2, b.level + $4 * greatest(0, least($3 - b.updated_at, $5)))"

/* A session's plans are kept: they do not depend on values. Nothing is set on a connection that others use too ($1 is 0). A commit is on the
 * disk when it returns, whatever the server's default. */
static const char *const s_texts[ASKI_PG_SQL_COUNT] = {
    [ASKI_PG_SQL_SCHEMA] =
        "SELECT max(version), (to_regclass('names_by_trigram') IS NOT NULL)::int::bigint,"
        " current_setting('server_encoding'),"
        " CASE WHEN $1 = 1 THEN set_config('plan_cache_mode', 'force_generic_plan', false) END FROM schema_version",
    [ASKI_PG_SQL_BEGIN] = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE",
    [ASKI_PG_SQL_COMMIT] = "COMMIT",
    [ASKI_PG_SQL_VERSION] = "SELECT version FROM catalogue_version WHERE one = 1",
    [ASKI_PG_SQL_FACTS] = S_FACTS,
    [ASKI_PG_SQL_PEOPLE] = S_PEOPLE,
    [ASKI_PG_SQL_NAMES] = S_NAMES,
    [ASKI_PG_SQL_SIMILAR] = S_SIMILAR,
    [ASKI_PG_SQL_TRIGRAMS] = S_SIMILAR S_TRIGRAMS,
    [ASKI_PG_SQL_POLICY_SET] = "SELECT s.id, s.version, r.hash, r.policy_json FROM policy_sets s LEFT JOIN"
                               " policy_revisions r ON r.id = s.id AND r.version = s.version WHERE s.set_hash = $1"
                               " ORDER BY s.id",
    [ASKI_PG_SQL_HEADS] = "SELECT chain, seq, hash FROM audit_chains ORDER BY chain",
    [ASKI_PG_SQL_LOCK_HEADS] =
        "SELECT CASE WHEN current_setting('synchronous_commit') = 'off' THEN"
        " set_config('synchronous_commit', 'on', true) END FROM (SELECT 1 FROM audit_chains WHERE chain = ANY($1)"
        " ORDER BY chain FOR UPDATE) AS locked",
    [ASKI_PG_SQL_HEAD_FITS] = "SELECT c.chain, (" S_FITS ")::int::bigint FROM audit_chains c WHERE c.chain = ANY($1)",
    [ASKI_PG_SQL_APPEND] = S_APPEND,
    [ASKI_PG_SQL_APPEND_ENTRY] = S_APPEND_ENTRY,
    [ASKI_PG_SQL_IS_RECORDED] = "SELECT seq FROM audit_log WHERE chain = $1 AND seq = $2 AND hash = $3",
    [ASKI_PG_SQL_FIND] = "SELECT r.request_id, r.requester_id, " ASKI_STORE_ENTRY_REST ", " ASKI_STORE_REQUEST_COLUMNS
                         " FROM requests r LEFT JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR " WHERE r.request_id = $1"
                         " AND ($2::text IS NULL OR r.requester_id = $2)",
    [ASKI_PG_SQL_UNAUDITED] = S_UNAUDITED,
    [ASKI_PG_SQL_ADRIFT] = ASKI_STORE_ADRIFT,
    [ASKI_PG_SQL_OUTBOX_NEXT] = "SELECT position, id, type, chain, body FROM outbox WHERE delivered_at IS NULL AND"
                                " position > $1 ORDER BY position LIMIT $2",
    [ASKI_PG_SQL_OUTBOX_DONE] = "UPDATE outbox SET delivered_at = $2 WHERE position = ANY($1) AND delivered_at IS NULL",
    [ASKI_PG_SQL_CHECKPOINT] = "INSERT INTO checkpoints(id, created_at, body) VALUES($1, $2, $3)",
    [ASKI_PG_SQL_ERASE] = S_ERASE,
    [ASKI_PG_SQL_GRANT_STATE] = "SELECT r.status, g.state, g.granted_at, g.expires_at, g.reason FROM requests r"
                                " LEFT JOIN grants g ON g.request_id = r.request_id AND g.requester_id ="
                                " r.requester_id WHERE r.request_id = $1 AND r.requester_id = $2",
    [ASKI_PG_SQL_LOCK_USER] = "SELECT set_config('lock_timeout', $2, true), askiam_lock_user($1)",
    [ASKI_PG_SQL_LOCK_VERSION] = "SELECT version FROM catalogue_version WHERE one = 1 FOR UPDATE",
    [ASKI_PG_SQL_GRANT_HOLDS] = S_GRANT_HOLDS,
    [ASKI_PG_SQL_GRANT_PUT] = S_GRANT_PUT,
    [ASKI_PG_SQL_GRANT_ROLE] =
        /* What goes on from its beginning keeps what is held in its own right; what begins anew has nothing of it. */
    "INSERT INTO user_roles AS u(user_id, role_id, granted_at, expires_at, status, own_until)"
    " VALUES($1, $2, nullif($4, 0), nullif($5, 0), $3, 0) ON CONFLICT(user_id, role_id) DO UPDATE SET"
    " own_until = CASE WHEN u.status = 'active' AND u.granted_at IS NOT DISTINCT FROM excluded.granted_at"
    " THEN coalesce(u.own_until, u.expires_at) ELSE 0 END,"
    " granted_at = excluded.granted_at, expires_at = excluded.expires_at, status = excluded.status",
    [ASKI_PG_SQL_MOVE_VERSION] = "UPDATE catalogue_version SET version = version + 1 WHERE one = 1",
    [ASKI_PG_SQL_GRANTS_WAITING] = "SELECT requester_id, request_id, requested_at FROM grants WHERE state = 'requested'"
                                   " AND (requested_at, request_id, requester_id) > ($3, $1, $2)"
                                   " ORDER BY requested_at, request_id, requester_id LIMIT $4",
    [ASKI_PG_SQL_GRANTS_ENDED] = "SELECT requester_id, request_id, expires_at FROM grants WHERE state = 'granted'"
                                 " AND (expires_at, request_id, requester_id) > ($3, $1, $2) AND expires_at <= $5"
                                 " ORDER BY expires_at, request_id, requester_id LIMIT $4",
    [ASKI_PG_SQL_GRANTS_OF_ROLE] = "SELECT requester_id, request_id, expires_at FROM grants WHERE state = 'granted'"
                                   " AND user_id = $1 AND role_id = $2 UNION ALL"
                                   " SELECT NULL, NULL, coalesce(own_until, expires_at) FROM user_roles"
                                   " WHERE user_id = $1 AND role_id = $2 AND status = 'active'"
                                   " AND own_until IS DISTINCT FROM 0",
    [ASKI_PG_SQL_SESSION_GET] = "SELECT value, revision FROM sessions WHERE session_id = $1 AND expires_at > $2",
    [ASKI_PG_SQL_SESSION_INSERT] =
        /* Each new session clears away some that have ended. */
    "WITH ended AS (DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions WHERE expires_at <= $4"
    " AND session_id <> $1 ORDER BY expires_at LIMIT 8 FOR UPDATE SKIP LOCKED))"
    " INSERT INTO sessions AS s(session_id, value, revision, expires_at) VALUES($1, $2, 1, $3)"
    " ON CONFLICT(session_id) DO UPDATE SET value = excluded.value, revision = 1, expires_at = excluded.expires_at"
    " WHERE s.expires_at <= $4",
    [ASKI_PG_SQL_SESSION_UPDATE] = "UPDATE sessions SET value = $2, revision = revision + 1, expires_at = $3"
                                   " WHERE session_id = $1 AND revision = $5 AND expires_at > $4",
    [ASKI_PG_SQL_SESSION_DROP] = "DELETE FROM sessions WHERE session_id = $1",
    [ASKI_PG_SQL_KEY_PUT] = "INSERT INTO api_keys(" S_KEY_COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, nullif($8, 0),"
                            " nullif($9, 0), $10, $11) ON CONFLICT(key_id) DO NOTHING",
    [ASKI_PG_SQL_KEY_GET] = "SELECT " S_KEY_COLUMNS " FROM api_keys WHERE key_id = $1",
    [ASKI_PG_SQL_KEY_LIST] = "SELECT " S_KEY_COLUMNS " FROM api_keys WHERE key_id > $1 ORDER BY key_id LIMIT $2",
    [ASKI_PG_SQL_KEY_REVOKE] = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1",
    [ASKI_PG_SQL_BUCKET_TAKE] =
        "INSERT INTO buckets AS b(bucket_id, level, updated_at) SELECT $1, $2 - " ASKI_STORE_BUCKET_ONE_TEXT
        ", $3 FROM set_config('synchronous_commit', 'off', true)"
        " ON CONFLICT(bucket_id) DO UPDATE SET level = " S_LEVEL " - " ASKI_STORE_BUCKET_ONE_TEXT
        ", updated_at = CASE WHEN $3 >= b.updated_at OR $3 < b.updated_at - " ASKI_STORE_BUCKET_BACK_TEXT
        " THEN $3 ELSE b.updated_at END WHERE " S_LEVEL " >= " ASKI_STORE_BUCKET_ONE_TEXT,
    [ASKI_PG_SQL_BUCKET_LOOK] = "SELECT level, updated_at FROM buckets WHERE bucket_id = $1",
    [ASKI_PG_SQL_BUCKET_SET_BACK] = "UPDATE buckets SET updated_at = $2 WHERE bucket_id = $1"
                                    " AND updated_at - " ASKI_STORE_BUCKET_BACK_TEXT " > $2",
    [ASKI_PG_SQL_IN_SCOPE] = S_IN_SCOPE,
    [ASKI_PG_SQL_DOCUMENTS] = "SELECT document_no, id, title, text FROM documents WHERE document_no = ANY($1)",
    [ASKI_PG_SQL_PATTERNS] =
        "SELECT user_id, timestamp, approved FROM access_patterns WHERE role_id = $1 AND human = 1 AND timestamp < $2"
        " AND user_id <> $3 ORDER BY timestamp DESC, user_id LIMIT $4",
};

const char *aski_pg_sql_text(aski_pg_sql sql) { return (unsigned)sql < ASKI_PG_SQL_COUNT ? s_texts[sql] : NULL; }
