/* SPDX-License-Identifier: Apache-2.0
 *
 * The roles of least privilege, as SQL that an administrator reads and runs: what each step of a request may do, and nothing else. It may be
 * run again, after each migration. Roles have no login: people and services are made members. */
#include "store/postgres/slots.h"

/* What each role is for; roles that are there already are kept. */
static const char s_roles[] =
    "-- Roles of askiam, for the schema that search_path names. Run as the owner of its tables, by someone who may\n"
    "-- create roles:  askiam --store postgresql://... init --grants | psql -1 -v ON_ERROR_STOP=1 postgresql://...\n"
    "-- Then:  CREATE ROLE my_service LOGIN PASSWORD '...' IN ROLE askiam_pipeline;\n"
    "DO $$ DECLARE r text; BEGIN\n"
    "  FOREACH r IN ARRAY ARRAY['askiam_extractor', 'askiam_rag', 'askiam_rules', 'askiam_audit', 'askiam_dialogue',\n"
    "    'askiam_pipeline', 'askiam_relay', 'askiam_fulfilment', 'askiam_privacy', 'askiam_auditor',\n"
    "    'askiam_indexer', 'askiam_keys'] LOOP\n"
    "    IF NOT EXISTS(SELECT 1 FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', r); END "
    "IF;\n"
    "    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), r);\n"
    "    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), r);\n"
    "  END LOOP;\n"
    "END $$;\n"
    "GRANT SELECT ON schema_version TO askiam_extractor, askiam_rag, askiam_rules, askiam_audit, askiam_dialogue,\n"
    "  askiam_relay, askiam_fulfilment, askiam_privacy, askiam_auditor, askiam_indexer, askiam_keys;\n";

static const char s_readers[] =
    "\n-- Names to entities, facts and policies: may only read the catalogue.\n"
    "GRANT SELECT ON users, applications, roles, aliases, user_roles, role_prerequisites, role_conflicts,\n"
    "  role_restrictions, policies, policy_revisions, policy_sets, catalogue_version, names, fuzzy, name_suffixes\n"
    "  TO askiam_extractor, askiam_rules, askiam_fulfilment;\n"
    "\n-- Evidence: documents, past decisions, and what is known of their people.\n"
    "GRANT SELECT ON documents, document_scope, access_patterns, users, user_roles TO askiam_rag;\n"
    "\n-- Filling a search index.\n"
    "GRANT SELECT ON applications, roles, policies, policy_revisions, policy_sets, catalogue_version, documents,\n"
    "  document_scope, access_patterns TO askiam_indexer;\n";

static const char s_writers[] =
    "\n-- Recording: may only insert, and move the heads of the chains. What is recorded it can neither change nor "
    "remove.\n"
    "GRANT SELECT, INSERT ON audit_log, requests, outbox TO askiam_audit;\n"
    "GRANT INSERT ON access_patterns, checkpoints TO askiam_audit;\n"
    "GRANT INSERT(request_id, requester_id, user_id, role_id, requested_at) ON grants TO askiam_audit;\n"
    "GRANT SELECT ON audit_chains, grants TO askiam_audit;\n"
    "GRANT UPDATE(seq, hash) ON audit_chains TO askiam_audit;\n"
    "\n-- Conversations and keys.\n"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO askiam_dialogue;\n"
    "GRANT SELECT ON api_keys, requests, grants TO askiam_dialogue;\n"
    "GRANT SELECT, INSERT, UPDATE(level, updated_at) ON buckets TO askiam_dialogue;\n"
    "\n-- Making, listing and revoking keys: none is changed otherwise, or removed.\n"
    "GRANT SELECT, INSERT, UPDATE(revoked_at) ON api_keys TO askiam_keys;\n"
    "\n-- A service that does a whole request.\n"
    "GRANT askiam_extractor, askiam_rag, askiam_rules, askiam_audit, askiam_dialogue TO askiam_pipeline;\n"
    "\n-- Delivering events.\n"
    "GRANT SELECT, UPDATE(delivered_at) ON outbox TO askiam_relay;\n"
    "\n-- Granting what was approved: may write user_roles, say what became of a request, and record that. It locks a "
    "user "
    "by a\n-- function, without a right to change users; of requests, and of what is recorded, it can change nothing.\n"
    "GRANT INSERT, UPDATE ON user_roles TO askiam_fulfilment;\n"
    "GRANT SELECT, INSERT, UPDATE ON grants TO askiam_fulfilment;\n"
    "GRANT SELECT ON requests TO askiam_fulfilment;\n"
    "GRANT SELECT, INSERT ON audit_log, outbox TO askiam_fulfilment;\n"
    "GRANT SELECT, UPDATE(seq, hash) ON audit_chains TO askiam_fulfilment;\n"
    "GRANT UPDATE(version) ON catalogue_version TO askiam_fulfilment;\n"
    "GRANT EXECUTE ON FUNCTION askiam_lock_user(text) TO askiam_fulfilment;\n"
    "\n-- Forgetting a person's words.\n"
    "GRANT SELECT, UPDATE(decision, decision_salt, sentence, sentence_salt, facts, facts_salt) ON requests\n"
    "  TO askiam_privacy;\n"
    "GRANT SELECT, UPDATE(reason) ON grants TO askiam_privacy;\n"
    "\n-- Reading and verifying the trail.\n"
    "GRANT SELECT ON audit_log, requests, audit_chains, checkpoints, grants, policy_revisions, policy_sets\n"
    "  TO askiam_auditor;\n"
    "GRANT SELECT(user_id, role_id, granted_at, expires_at, status) ON user_roles TO askiam_auditor;\n";

askiam_status aski_pg_grants(void *self, const askiam_call *call, askiam_text_fn text, void *context,
                             askiam_error *error)
{
  static const char *const parts[] = {s_roles, s_readers, s_writers};
  (void)self;
  (void)call;
  (void)error;
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof parts / sizeof *parts && status == ASKIAM_STATUS_OK; ++i) {
    status = text(context, askiam_str_from(parts[i]));
  }
  return status;
}
