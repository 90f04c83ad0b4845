/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/statements.h"

#include <stddef.h>

#include "store/common/buckets.h"
#include "store/common/rows.h"

#define S_FIND                                                                                                         \
  "SELECT r.request_id, r.requester_id, " ASKI_STORE_ENTRY_REST ", " ASKI_STORE_REQUEST_COLUMNS                        \
  " FROM requests r LEFT JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR " WHERE r.request_id = ?1"
#define S_ERASE                                                                                                        \
  "UPDATE requests SET decision = NULL, decision_salt = NULL, sentence = NULL, sentence_salt = NULL,"                  \
  " facts = NULL, facts_salt = NULL WHERE "
#define S_STILL_THERE                                                                                                  \
  " AND (decision IS NOT NULL OR decision_salt IS NOT NULL OR sentence IS NOT NULL"                                    \
  " OR sentence_salt IS NOT NULL OR facts IS NOT NULL OR facts_salt IS NOT NULL)"

/* What of a request, its entry and its grant was looked at, and the catalogue's version: no row where any of it has
 * changed. ?1 request, ?2 requester, ?3 user, ?4 application, ?5 role, ?6 end, ?7 content, ?8 entry, ?9 the grant's
 * state, ?10 version. */
#define S_GRANT_HOLDS                                                                                                  \
  "SELECT 1 FROM requests r CROSS JOIN audit_log a ON " ASKI_STORE_SPEAKS_FOR                                          \
  " CROSS JOIN catalogue_version v ON v.one = 1"                                                                       \
  " LEFT JOIN grants g ON g.request_id = r.request_id AND g.requester_id = r.requester_id"                             \
  " WHERE r.request_id = ?1 AND r.requester_id = ?2 AND r.status = 'VALID' AND r.user_id = ?3"                         \
  " AND r.application_id = ?4 AND r.role_id = ?5 AND coalesce(r.expires_at, 0) = ?6 AND r.content_hash IS ?7"          \
  " AND a.hash = ?8 AND coalesce(g.state, 'requested') = ?9 AND v.version = ?10"

#define S_KEY_COLUMNS                                                                                                  \
  "key_id, name, owner_id, scopes, salt, hash, created_at, expires_at, revoked_at, per_minute, burst"

/* Of ?1 the bucket: ?2 what it holds, ?3 now, ?4 what it gains a millisecond, ?5 the milliseconds that fill it. No
 * more than ?2 + ?4 is ever added, so that nothing overflows. */
#define S_LEVEL "min(?2, level + ?4 * max(0, min(?3 - updated_at, ?5)))"

/* Joins are written as CROSS JOIN where the order of the tables is what keeps a statement short. */
static const char *const s_texts[ASKI_SQL_COUNT] = {
    [ASKI_SQL_BEGIN] = "BEGIN",
    [ASKI_SQL_BEGIN_IMMEDIATE] = "BEGIN IMMEDIATE",
    [ASKI_SQL_COMMIT] = "COMMIT",
    [ASKI_SQL_ROLLBACK] = "ROLLBACK",
    [ASKI_SQL_VERSION] = "SELECT version, policy_count, policy_hash FROM catalogue_version WHERE one = 1",
    [ASKI_SQL_USER] = "SELECT user_id, name, email, status, attributes FROM users WHERE user_id = ?1",
    [ASKI_SQL_APPLICATION] = "SELECT app_id, name, owner, status FROM applications WHERE app_id = ?1",
    [ASKI_SQL_ROLE] = "SELECT role_id, app_id, name, description, risk, status, permissions FROM roles"
                      " WHERE role_id = ?1",
    [ASKI_SQL_GRANTS] = "SELECT u.role_id, r.name, u.granted_at, u.expires_at, u.status FROM user_roles u"
                        " LEFT JOIN roles r ON r.role_id = u.role_id WHERE u.user_id = ?1",
    [ASKI_SQL_PREREQUISITES] = "SELECT p.required_role_id, r.name FROM role_prerequisites p"
                               " LEFT JOIN roles r ON r.role_id = p.required_role_id WHERE p.role_id = ?1",
    [ASKI_SQL_CONFLICTS] =
        "SELECT c.conflicting_role_id, r.name, c.reason FROM user_roles u"
        " CROSS JOIN role_conflicts c ON c.role_id = ?2 AND c.conflicting_role_id = u.role_id"
        " LEFT JOIN roles r ON r.role_id = c.conflicting_role_id WHERE u.user_id = ?1"
        " UNION ALL SELECT c.conflicting_role_id, r.name, c.reason FROM role_prerequisites p"
        " CROSS JOIN role_conflicts c ON c.role_id = ?2 AND c.conflicting_role_id = p.required_role_id"
        " LEFT JOIN roles r ON r.role_id = c.conflicting_role_id WHERE p.role_id = ?2"
        " AND NOT EXISTS (SELECT 1 FROM user_roles u WHERE u.user_id = ?1"
        " AND u.role_id = p.required_role_id)",
    [ASKI_SQL_RESTRICTION] = "SELECT reason FROM role_restrictions WHERE role_id = ?1 AND user_id = ?2",
    [ASKI_SQL_PEOPLE] = "SELECT p.key, u.attributes, r.role_id FROM json_each(?1) p"
                        " CROSS JOIN users u ON u.user_id = p.value"
                        " LEFT JOIN user_roles r ON r.user_id = p.value AND r.status = 'active'"
                        " AND coalesce(r.granted_at, 0) <= ?2 AND (r.expires_at IS NULL OR r.expires_at > ?2)",
    [ASKI_SQL_NAME_REFS] = "SELECT ref FROM names WHERE hash = ?1 AND ref >= ?2 ORDER BY ref",
    [ASKI_SQL_USER_BY_NO] = "SELECT user_no, user_id, name, status, email FROM users WHERE user_no = ?1",
    [ASKI_SQL_APPLICATION_BY_NO] = "SELECT app_no, app_id, name, status FROM applications WHERE app_no = ?1",
    [ASKI_SQL_ROLE_BY_NO] = "SELECT role_no, role_id, name, status, app_id FROM roles WHERE role_no = ?1",
    [ASKI_SQL_USER_BY_ID] = "SELECT user_no, user_id, name, status, email FROM users WHERE user_id = ?1",
    [ASKI_SQL_APPLICATION_BY_ID] = "SELECT app_no, app_id, name, status FROM applications WHERE app_id = ?1",
    [ASKI_SQL_ROLE_BY_ID] = "SELECT role_no, role_id, name, status, app_id FROM roles WHERE role_id = ?1",
    [ASKI_SQL_ALIAS_BY_NO] = "SELECT kind, id, alias FROM aliases WHERE alias_no = ?1",
    [ASKI_SQL_FUZZY] = "SELECT name_no FROM fuzzy WHERE hash = ?1",
    [ASKI_SQL_FUZZY_NAME] = "SELECT compact FROM fuzzy_names WHERE name_no = ?1",
    [ASKI_SQL_SUFFIXES] = "SELECT suffix, ref FROM name_suffixes WHERE suffix >= ?1 ORDER BY suffix, ref LIMIT ?2",
    [ASKI_SQL_ROLES_OF_APPLICATION] = "SELECT name, role_no FROM roles WHERE app_id = ?1 ORDER BY name COLLATE NOCASE"
                                      " LIMIT ?2",
    [ASKI_SQL_USERS_FROM_NAME] = "SELECT name, user_no FROM users WHERE name COLLATE NOCASE >= ?1"
                                 " ORDER BY name COLLATE NOCASE LIMIT ?2",
    [ASKI_SQL_USERS_FROM_ID] = "SELECT user_id, user_no FROM users WHERE user_id >= ?1 ORDER BY user_id LIMIT ?2",
    [ASKI_SQL_POLICIES] = "SELECT s.id, s.version, r.hash, r.policy_json FROM policy_sets s"
                          " LEFT JOIN policy_revisions r ON r.id = s.id AND r.version = s.version"
                          " WHERE s.set_hash = ?1 ORDER BY s.id",
    [ASKI_SQL_HEAD] = "SELECT chain, seq, hash FROM audit_chains WHERE chain = ?1",
    [ASKI_SQL_HEAD_FITS] = "SELECT (c.seq = 0 AND c.hash = '" ASKI_STORE_NO_HASH "' OR EXISTS(SELECT 1 FROM audit_log a"
                           " WHERE a.chain = c.chain AND a.seq = c.seq AND a.hash = c.hash)) AND NOT EXISTS(SELECT 1"
                           " FROM audit_log a WHERE a.chain = c.chain AND a.seq > c.seq) FROM audit_chains c"
                           " WHERE c.chain = ?1",
    [ASKI_SQL_MOVE_HEAD] = "UPDATE audit_chains SET seq = ?4, hash = ?5 WHERE chain = ?1 AND seq = ?2 AND hash = ?3",
    [ASKI_SQL_ADD_REQUEST] =
        "INSERT INTO requests(request_id, requester_id, speaker_id, user_id, application_id,"
        " role_id, status, decision, decision_salt, sentence, sentence_salt, facts, facts_salt,"
        " content_hash, config_hash, policy_hash, chain, timestamp, expires_at, pattern, approved, seq)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,nullif(?19,0),"
        "?20,?21,?22)",
    [ASKI_SQL_ADD_WAITING] = "INSERT OR IGNORE INTO grants(request_id, requester_id, state, user_id, role_id,"
                             " requested_at) VALUES(?1,?2,'requested',?3,?4,?5)",
    [ASKI_SQL_ADD_ENTRY] = "INSERT INTO audit_log(id, user_id, action, resource, status, ip_address, request_id,"
                           " requester_id, application_id, role_id, risk, chain, prev_hash, hash, payload, timestamp,"
                           " seq) VALUES(?1,coalesce(?2,''),?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
    [ASKI_SQL_ADD_EVENT] = "INSERT INTO outbox(id, type, chain, body) VALUES(?1,?2,?3,?4)",
    [ASKI_SQL_ADD_PATTERN] = "INSERT INTO access_patterns(user_id, role_id, app_id, timestamp, approved, source, human,"
                             " origin) VALUES(?1,?2,coalesce(?3,''),?4,?5,'askiam',0,?6)",
    [ASKI_SQL_FIND] = S_FIND,
    [ASKI_SQL_FIND_OF] = S_FIND " AND r.requester_id = ?2",
    [ASKI_SQL_OUTBOX_NEXT] = "SELECT position, id, type, chain, body FROM outbox WHERE delivered_at IS NULL AND"
                             " position > ?1 ORDER BY position LIMIT ?2",
    [ASKI_SQL_OUTBOX_DONE] = "UPDATE outbox SET delivered_at = ?2 WHERE position = ?1 AND delivered_at IS NULL",
    [ASKI_SQL_CHECKPOINT] = "INSERT INTO checkpoints(id, created_at, body) VALUES(?1,?2,?3)",
    [ASKI_SQL_ERASE_REQUESTER] = S_ERASE "requester_id = ?1" S_STILL_THERE,
    [ASKI_SQL_ERASE_USER] = S_ERASE "user_id = ?1 AND user_id <> requester_id" S_STILL_THERE,
    [ASKI_SQL_ERASE_SPEAKER] = S_ERASE "speaker_id = ?1 AND speaker_id <> requester_id" S_STILL_THERE,
    [ASKI_SQL_ERASE_REASONS] =
        "UPDATE grants SET reason = NULL FROM (SELECT request_id, requester_id FROM requests WHERE requester_id = ?1"
        " UNION ALL SELECT request_id, requester_id FROM requests WHERE user_id = ?1 AND user_id <> requester_id"
        " UNION ALL SELECT request_id, requester_id FROM requests WHERE speaker_id = ?1"
        " AND speaker_id <> requester_id) r WHERE grants.reason IS NOT NULL AND grants.request_id = r.request_id"
        " AND grants.requester_id = r.requester_id",
    [ASKI_SQL_GRANT_STATE] = "SELECT r.status, g.state, g.granted_at, g.expires_at, g.reason FROM requests r"
                             " LEFT JOIN grants g ON g.request_id = r.request_id AND g.requester_id = r.requester_id"
                             " WHERE r.request_id = ?1 AND r.requester_id = ?2",
    [ASKI_SQL_GRANT_HOLDS] = S_GRANT_HOLDS,
    [ASKI_SQL_GRANT_PUT] =
        "INSERT INTO grants(request_id, requester_id, user_id, role_id, requested_at, state, granted_at, expires_at,"
        " reason) SELECT request_id, requester_id, user_id, role_id, timestamp, ?3, nullif(?4,0), nullif(?5,0), ?6"
        " FROM requests WHERE request_id = ?1 AND requester_id = ?2"
        " ON CONFLICT(request_id, requester_id) DO UPDATE SET user_id = excluded.user_id, role_id = excluded.role_id,"
        " requested_at = excluded.requested_at, state = excluded.state, granted_at = excluded.granted_at,"
        " expires_at = excluded.expires_at, reason = excluded.reason",
    [ASKI_SQL_GRANT_ROLE] =
        /* What goes on from its beginning keeps what is held in its own right; what begins anew has nothing of it. */
    "INSERT INTO user_roles(user_id, role_id, granted_at, expires_at, status, own_until)"
    " VALUES(?1,?2,nullif(?4,0),nullif(?5,0),?3,0) ON CONFLICT(user_id, role_id) DO UPDATE SET"
    " own_until = iif(status = 'active' AND granted_at IS excluded.granted_at, coalesce(own_until, expires_at), 0),"
    " granted_at = excluded.granted_at, expires_at = excluded.expires_at, status = excluded.status",
    [ASKI_SQL_MOVE_VERSION] = "UPDATE catalogue_version SET version = version + 1 WHERE one = 1",
    [ASKI_SQL_GRANTS_WAITING] = "SELECT requester_id, request_id, requested_at FROM grants WHERE state = 'requested'"
                                " AND (requested_at, request_id, requester_id) > (?1,?2,?3)"
                                " ORDER BY requested_at, request_id, requester_id LIMIT ?4",
    [ASKI_SQL_GRANTS_ENDED] = "SELECT requester_id, request_id, expires_at FROM grants WHERE state = 'granted'"
                              " AND (expires_at, request_id, requester_id) > (?1,?2,?3) AND expires_at <= ?5"
                              " ORDER BY expires_at, request_id, requester_id LIMIT ?4",
    [ASKI_SQL_GRANTS_OF_ROLE] = "SELECT requester_id, request_id, expires_at FROM grants WHERE state = 'granted'"
                                " AND user_id = ?1 AND role_id = ?2 UNION ALL"
                                " SELECT NULL, NULL, coalesce(own_until, expires_at) FROM user_roles"
                                " WHERE user_id = ?1 AND role_id = ?2 AND status = 'active' AND own_until IS NOT 0",
    [ASKI_SQL_SESSION_GET] = "SELECT value, revision FROM sessions WHERE session_id = ?1 AND expires_at > ?2",
    [ASKI_SQL_SESSION_INSERT] = "INSERT INTO sessions(session_id, value, revision, expires_at) VALUES(?1,?2,1,?3)"
                                " ON CONFLICT(session_id) DO UPDATE SET value = ?2, revision = 1, expires_at = ?3"
                                " WHERE expires_at <= ?4",
    [ASKI_SQL_SESSION_UPDATE] = "UPDATE sessions SET value = ?2, revision = revision + 1, expires_at = ?3"
                                " WHERE session_id = ?1 AND revision = ?5 AND expires_at > ?4",
    [ASKI_SQL_SESSION_DROP] = "DELETE FROM sessions WHERE session_id = ?1",
    [ASKI_SQL_SESSION_SWEEP] = "DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions"
                               " WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 8)",
    [ASKI_SQL_KEY_PUT] =
        "INSERT INTO api_keys(" S_KEY_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,nullif(?8,0),nullif(?9,0),?10,?11)",
    [ASKI_SQL_KEY_GET] = "SELECT " S_KEY_COLUMNS " FROM api_keys WHERE key_id = ?1",
    [ASKI_SQL_KEY_LIST] = "SELECT " S_KEY_COLUMNS " FROM api_keys WHERE key_id > ?1 ORDER BY key_id LIMIT ?2",
    [ASKI_SQL_KEY_REVOKE] = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE key_id = ?1",
    [ASKI_SQL_BUCKET_TAKE] =
        "INSERT INTO buckets(bucket_id, level, updated_at) VALUES(?1, ?2 - " ASKI_STORE_BUCKET_ONE_TEXT ", ?3)"
        " ON CONFLICT(bucket_id) DO UPDATE SET level = " S_LEVEL " - " ASKI_STORE_BUCKET_ONE_TEXT
        ", updated_at = CASE WHEN ?3 >= updated_at OR ?3 < updated_at - " ASKI_STORE_BUCKET_BACK_TEXT
        " THEN ?3 ELSE updated_at END WHERE " S_LEVEL " >= " ASKI_STORE_BUCKET_ONE_TEXT,
    [ASKI_SQL_BUCKET_LOOK] = "SELECT level, updated_at FROM buckets WHERE bucket_id = ?1",
    [ASKI_SQL_BUCKET_SET_BACK] = "UPDATE buckets SET updated_at = ?2 WHERE bucket_id = ?1"
                                 " AND updated_at - " ASKI_STORE_BUCKET_BACK_TEXT " > ?2",
};

const char *aski_sql_text(aski_sql sql) { return (unsigned)sql < ASKI_SQL_COUNT ? s_texts[sql] : NULL; }
