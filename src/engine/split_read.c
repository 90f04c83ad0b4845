/* SPDX-License-Identifier: Apache-2.0
 *
 * What the stages' functions answer, read and held against what they were asked. A function is trusted to know; it
 * is not trusted to be well, to be of the same version, or to speak of the same thing. */
#include "base/hash.h"
#include "engine/split.h"
#include "rules/soft_codes.h"

enum { DOCUMENTS_MAX = 100, CHAIN_MAX_BYTES = 256 };

static bool s_is_found(const aski_entity *entity) { return entity->found && entity->id.length > 0; }

/* A sentence may settle a matter, or leave it open: it approves nothing. */
static bool s_settles(const aski_code_list *codes)
{
  for (size_t i = 0; i < codes->count; ++i) {
    askiam_verdict verdict = aski_code_verdict(codes->items[i]);
    bool no = verdict == ASKIAM_VERDICT_INVALID || verdict == ASKIAM_VERDICT_NEEDS_INFO;
    if (!no || aski_code_method(codes->items[i]) != ASKI_METHOD_NONE) {
      return false;
    }
  }
  return true;
}

static askiam_str s_id(const aski_entity *entity) { return entity->found ? entity->id : ASKI_STR_NONE; }

static void s_read_facts(aski_facts *facts, const aski_split_answer *answer)
{
  aski_reader *reader = answer->reader;
  const aski_json *node = aski_reader_member(reader, answer->pipeline, "facts", ASKI_JSON_OBJECT);
  askiam_status status =
      aski_facts_read_json(facts, reader->arena, node, reader->status == ASKIAM_STATUS_OK ? reader->error : NULL);
  reader->status = reader->status == ASKIAM_STATUS_OK ? status : reader->status;
}

static bool s_are_offered(const aski_looks *looks, const aski_split_reading *own)
{
  for (size_t i = 0; i < looks->count; ++i) {
    const aski_look *look = &looks->items[i];
    if (look->remedy != ASKI_REMEDY_CHOOSE_ROLE || look->facts == NULL ||
        !aski_facts_about(look->facts, s_id(&own->reading->user), own->requester_id, look->application_id,
                          look->role_id)) {
      return false;
    }
  }
  return true;
}

void aski_split_read_reading(void *split_reading, const aski_split_answer *answer)
{
  aski_split_reading *own = split_reading;
  aski_reading *reading = own->reading;
  aski_reader *reader = answer->reader;
  aski_reading_read_json(reading, reader, answer->root);
  reading->reason = aski_reader_optional_text(reader, answer->pipeline, "reason");
  s_read_facts(own->facts, answer);
  aski_looks_read_json(own->offered, reader, answer->pipeline);
  if (!s_settles(&reading->codes)) {
    aski_reader_fail(reader, "reason_codes", "a list of what a sentence can settle");
  }
  bool whole = s_is_found(&reading->user) && s_is_found(&reading->application) && s_is_found(&reading->role);
  if (reading->codes.count == 0 && (!whole || reading->act != ASKI_ACT_REQUEST)) {
    aski_reader_fail(reader, "entities", "a person, an application and a role, though nothing is said to be missing");
  }
  if (!aski_facts_about(own->facts, s_id(&reading->user), own->requester_id, s_id(&reading->application),
                        s_id(&reading->role))) {
    aski_reader_fail(reader, "facts", "about what was asked for");
  }
  if (!s_are_offered(own->offered, own)) {
    aski_reader_fail(reader, "looks", "about what was suggested");
  }
}

/* Whether it is about the triple of these facts, as they were then. */
static void s_check_about(const aski_split_answer *answer, const aski_facts *facts)
{
  uint64_t version = aski_reader_unsigned(answer->reader, answer->pipeline, "version");
  const struct {
    const char *name;
    askiam_str id;
  } ids[] = {{"user_id", facts->user.id}, {"app_id", facts->application.id}, {"role_id", facts->role.id}};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; ++i) {
    if (!aski_str_equal(aski_json_string(aski_json_get(answer->pipeline, ids[i].name)), ids[i].id)) {
      aski_reader_fail(answer->reader, ids[i].name, "the one that was asked about");
    }
  }
  if (version != facts->version) {
    aski_reader_fail(answer->reader, "version", "that of the facts");
  }
}

/* What the contract shows must be what it is. */
static bool s_is_opinion(const aski_rag_result *rag, const aski_json *shown)
{
  const aski_json *is_valid = aski_json_get(shown, "is_valid");
  if (rag->outcome == ASKI_RAG_ABSTAINED) {
    return aski_json_type_of(is_valid) == ASKI_JSON_NULL;
  }
  bool valid = rag->outcome == ASKI_RAG_VALID;
  return (valid || rag->outcome == ASKI_RAG_INVALID) && aski_json_type_of(is_valid) == ASKI_JSON_BOOL &&
         aski_json_bool(is_valid, !valid) == valid && rag->cause == ASKI_RAG_CAUSE_NONE && rag->confidence >= 0 &&
         rag->confidence <= 1;
}

void aski_split_read_evidence(void *split_evidence, const aski_split_answer *answer)
{
  aski_split_evidence *own = split_evidence;
  aski_rag_result *rag = own->result;
  aski_reader *reader = answer->reader;
  s_check_about(answer, own->facts);
  aski_exact_rag_read_json(rag, reader, answer->pipeline);
  if (!s_is_opinion(rag, aski_json_get(answer->pipeline, "rag")) || !s_is_opinion(rag, answer->root)) {
    aski_reader_fail(reader, "is_valid", "an opinion with its confidence");
  }
  if (rag->documents.count > DOCUMENTS_MAX) {
    aski_reader_fail(reader, "documents", "a list of at most 100");
  }
}

/* Each check once, in its place; a failure has a reason of this check's, and is soft only where such a one may be. */
static bool s_is_check(const aski_check *check, size_t place, unsigned soft_codes)
{
  unsigned own_bit = 1U << place;
  if ((size_t)check->code != place || (check->passed && !check->hard)) {
    return false;
  }
  if (check->passed) {
    return true;
  }
  bool own_reason =
      check->reason != ASKI_CODE_COUNT && (aski_rules_soft_bit(check->reason) == own_bit ||
                                           (place == ASKI_CHECK_POLICY && check->reason == ASKI_CODE_POLICY_DENY));
  return own_reason && (check->hard || (soft_codes & aski_rules_soft_bit(check->reason)) != 0);
}

static bool s_are_checks(const aski_rules_result *rules, unsigned soft_codes)
{
  bool passed = true;
  for (size_t i = 0; i < rules->count; ++i) {
    if (!s_is_check(&rules->checks[i], i, soft_codes)) {
      return false;
    }
    passed = passed && rules->checks[i].passed;
  }
  return rules->count == ASKI_CHECK_COUNT && rules->outcome == (passed ? ASKI_RULES_PASSED : ASKI_RULES_FAILED);
}

static bool s_are_prerequisites(const aski_looks *looks, const aski_split_rules *own)
{
  for (size_t i = 0; i < looks->count; ++i) {
    const aski_look *look = &looks->items[i];
    if (look->remedy != ASKI_REMEDY_HOLD_PREREQUISITE || look->facts == NULL ||
        !aski_facts_about(look->facts, own->facts->user.id, own->requester_id, ASKI_STR_NONE, look->role_id)) {
      return false;
    }
  }
  return true;
}

static void s_read_remedies(aski_split_rules *own, const aski_split_answer *answer)
{
  *own->remedies = (aski_remedies){.count = 0};
  aski_remedies_read_json(own->remedies, answer->reader, answer->pipeline);
  own->remedies->none_found = aski_reader_bool(answer->reader, answer->pipeline, "none_found");
  aski_looks_read_json(own->looks, answer->reader, answer->pipeline);
  if (!s_are_prerequisites(own->looks, own)) {
    aski_reader_fail(answer->reader, "looks", "about what the remedies ask for");
  }
}

void aski_split_read_rules(void *split_rules, const aski_split_answer *answer)
{
  aski_split_rules *own = split_rules;
  aski_reader *reader = answer->reader;
  const aski_json *is_valid = aski_json_get(answer->root, "is_valid");
  s_check_about(answer, own->facts);
  askiam_status status = aski_rules_read_json(own->rules, reader->arena, answer->root,
                                              reader->status == ASKIAM_STATUS_OK ? reader->error : NULL);
  reader->status = reader->status == ASKIAM_STATUS_OK ? status : reader->status;
  *own->policies_problem = aski_reader_optional_text(reader, answer->pipeline, "policies_problem");
  if (aski_json_type_of(is_valid) != ASKI_JSON_BOOL ||
      aski_json_bool(is_valid, false) != (own->rules->outcome == ASKI_RULES_PASSED) ||
      !s_are_checks(own->rules, own->soft_codes)) {
    aski_reader_fail(reader, "checks", "a list of all checks that fits its result");
  }
  if (own->remedies != NULL) {
    s_read_remedies(own, answer);
  }
}

static bool s_is_hash(askiam_str text)
{
  bool good = text.length == ASKI_SHA256_HEX_BYTES - 1;
  for (size_t i = 0; good && i < text.length; ++i) {
    good = (text.data[i] >= '0' && text.data[i] <= '9') || (text.data[i] >= 'a' && text.data[i] <= 'f');
  }
  return good;
}

void aski_split_read_place(void *audit_place, const aski_split_answer *answer)
{
  aski_audit_place *place = audit_place;
  aski_reader *reader = answer->reader;
  const aski_json *audit = aski_reader_member(reader, answer->root, "audit", ASKI_JSON_OBJECT);
  *place = (aski_audit_place){.chain = aski_reader_text(reader, audit, "chain"),
                              .seq = aski_reader_integer(reader, audit, "seq"),
                              .hash = aski_reader_text(reader, audit, "hash")};
  if (!aski_str_equal_text(aski_json_string(aski_json_get(answer->root, "status")), "RECORDED") ||
      place->chain.length == 0 || place->chain.length > CHAIN_MAX_BYTES || place->seq < 1 || !s_is_hash(place->hash)) {
    aski_reader_fail(reader, "audit", "a place in the trail");
  }
}

/* A decision that was recorded, of this requester under this id. */
static bool s_is_stored(const aski_decision *decision, const aski_split_stored *own, askiam_str request_id)
{
  return decision->verdict != ASKIAM_VERDICT_ERROR && !decision->dry_run && decision->codes.count > 0 &&
         aski_code_verdict(decision->codes.items[0]) == decision->verdict && aski_str_present(decision->audit.chain) &&
         decision->audit.seq > 0 && s_is_hash(decision->audit.hash) &&
         aski_str_equal(decision->request_id, request_id) && aski_str_equal(decision->requester.id, own->requester_id);
}

void aski_split_read_stored(void *split_stored, const aski_split_answer *answer)
{
  aski_split_stored *own = split_stored;
  aski_reader *reader = answer->reader;
  askiam_str status = aski_json_string(aski_json_get(answer->root, "status"));
  bool found = aski_str_equal_text(status, "FOUND");
  if (!found && !aski_str_equal_text(status, "NEW")) {
    aski_reader_fail(reader, "status", "FOUND or NEW");
  }
  if (!found || reader->status != ASKIAM_STATUS_OK) {
    return;
  }
  reader->status = aski_decision_from_json(&own->decision, aski_audit_slice(answer->text, "decision"), own->allocator,
                                           reader->error);
  if (reader->status == ASKIAM_STATUS_OK &&
      !s_is_stored(own->decision, own, aski_json_string(aski_json_get(answer->pipeline, "request_id")))) {
    aski_reader_fail(reader, "decision", "one that was recorded for this request");
  }
}
