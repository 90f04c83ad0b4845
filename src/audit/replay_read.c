/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading what a replay needs. What has another type or value than was ever written is refused, since a guess would be
 * replayed as if it were what happened. */
#include "audit/record_json.h"
#include "audit/replay.h"
#include "base/time.h"

static const char *s_cause_name(size_t cause)
{
  static const char *const names[] = {"none", "timeout", "unavailable"};
  return names[cause];
}

static const char *s_remedy_name(size_t remedy) { return aski_remedy_name((aski_remedy_code)remedy); }

/* The arithmetic of the rules is safe for times that can be written. */
static int64_t s_read_time(aski_reader *reader, const aski_json *node, const char *name)
{
  int64_t time_ms = aski_reader_integer(reader, node, name);
  if (time_ms < ASKI_TIME_MIN_MS || time_ms > ASKI_TIME_MAX_MS) {
    aski_reader_fail(reader, name, "a time from the year 1 to the year 9999");
    return 0;
  }
  return time_ms;
}

/* What a reader of its own found wrong becomes the first problem of this one. */
static void s_adopt(aski_reader *reader, askiam_status status)
{
  if (reader->status == ASKIAM_STATUS_OK) {
    reader->status = status;
  }
}

static askiam_error *s_error(const aski_reader *reader)
{
  return reader->status == ASKIAM_STATUS_OK ? reader->error : NULL;
}

void aski_exact_rag_read_json(aski_rag_result *rag, aski_reader *reader, const aski_json *node)
{
  const aski_json *shown = aski_reader_member(reader, node, "rag", ASKI_JSON_OBJECT);
  const aski_json *exact = aski_reader_member(reader, node, "rag_exact", ASKI_JSON_OBJECT);
  s_adopt(reader, aski_rag_read_json(rag, reader->arena, shown, s_error(reader)));
  rag->confidence = aski_reader_number(reader, exact, "confidence", -1);
  rag->cause = (aski_rag_cause)aski_reader_choice(reader, exact, "cause", s_cause_name, 3);
  if (rag->confidence > 1 ||
      (rag->confidence < 0 && aski_reader_optional(reader, exact, "confidence", ASKI_JSON_NUMBER))) {
    aski_reader_fail(reader, "confidence", "a probability");
  }
}

/* NULL where it is null. */
static const aski_facts *s_read_facts(aski_reader *reader, const aski_json *node)
{
  const aski_json *member = aski_reader_optional(reader, node, "facts", ASKI_JSON_OBJECT);
  aski_facts *facts = member == NULL ? NULL : aski_arena_acquire(reader->arena, 1, sizeof *facts);
  if (facts != NULL) {
    s_adopt(reader, aski_facts_read_json(facts, reader->arena, member, s_error(reader)));
  }
  return facts;
}

static void s_read_look(aski_reader *reader, aski_look *look, const aski_json *node)
{
  look->remedy = (aski_remedy_code)aski_reader_choice(reader, node, "remedy", s_remedy_name, ASKI_REMEDY_COUNT);
  if (look->remedy != ASKI_REMEDY_HOLD_PREREQUISITE && look->remedy != ASKI_REMEDY_CHOOSE_ROLE) {
    aski_reader_fail(reader, "remedy", "one that looks at further facts");
  }
  look->role_id = aski_reader_text(reader, node, "role_id");
  look->application_id = aski_reader_optional_text(reader, node, "app_id");
  look->facts = s_read_facts(reader, node);
  if (look->facts == NULL) {
    aski_reader_fail(reader, "facts", "an object");
  }
  aski_exact_rag_read_json(&look->rag, reader, node);
  look->policies_problem = aski_reader_optional_text(reader, node, "policies_problem");
}

void aski_looks_read_json(aski_looks *looks, aski_reader *reader, const aski_json *node)
{
  *looks = (aski_looks){.count = 0};
  const aski_json *list = aski_reader_member(reader, node, "looks", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_look *look = looks->count < ASKI_LOOKS_MAX ? ASKI_ARENA_PUSH(reader->arena, looks) : NULL;
    if (look == NULL) {
      aski_reader_fail(reader, "looks", "a list of at most 8");
      return;
    }
    s_read_look(reader, look, item);
  }
}

static void s_read_codes(aski_reader *reader, aski_replay *replay, const aski_json *node)
{
  const aski_json *list = aski_reader_member(reader, node, "reading_codes", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_code code = aski_code_from_name(aski_json_string(item));
    if (code == ASKI_CODE_COUNT) {
      aski_reader_fail(reader, "reading_codes", "a list of known codes");
      return;
    }
    aski_code_list_add(&replay->reading, code);
  }
}

static void s_read_claims(aski_reader *reader, aski_claims *claims, const aski_json *root)
{
  const aski_json *node = aski_reader_optional(reader, root, "claimed", ASKI_JSON_OBJECT);
  claims->ip = aski_reader_optional_text(reader, node, "ip");
  claims->session_id = aski_reader_optional_text(reader, node, "session_id");
  claims->user_agent = aski_reader_optional_text(reader, node, "user_agent");
  claims->timestamp = aski_reader_optional_text(reader, node, "timestamp");
}

static askiam_status s_read(aski_replay *replay, aski_arena *arena, const aski_json *root, askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, arena, error);
  replay->now_ms = s_read_time(&reader, root, "now_ms");
  replay->expires_at_ms = s_read_time(&reader, root, "expires_at_ms");
  replay->speaker_id = aski_reader_text(&reader, root, "speaker_id");
  replay->requester_id = aski_reader_text(&reader, root, "requester_id");
  replay->ip = aski_reader_optional_text(&reader, root, "ip");
  replay->user_agent = aski_reader_optional_text(&reader, root, "user_agent");
  const aski_json *entities = aski_reader_member(&reader, root, "entities", ASKI_JSON_OBJECT);
  aski_entity_read_json(&replay->user, &reader, entities, "user");
  aski_entity_read_json(&replay->application, &reader, entities, "application");
  aski_entity_read_json(&replay->role, &reader, entities, "role");
  replay->facts = s_read_facts(&reader, root);
  aski_exact_rag_read_json(&replay->rag, &reader, root);
  aski_reader_optional(&reader, root, "settings", ASKI_JSON_OBJECT);
  if (replay->version >= 2) {
    replay->policies_problem = aski_reader_optional_text(&reader, root, "policies_problem");
    s_read_codes(&reader, replay, root);
    aski_looks *looks = aski_arena_acquire(arena, 1, sizeof *looks);
    if (looks != NULL) {
      aski_looks_read_json(looks, &reader, root);
    }
    replay->looks = looks;
    s_read_claims(&reader, &replay->claims, root);
  }
  return aski_reader_end(&reader);
}

static askiam_status s_read_version(aski_replay *replay, const aski_json *root, askiam_error *error)
{
  if (!aski_json_integer(aski_json_get(root, "v"), &replay->version) || replay->version < 1) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                            "what was kept for a replay has no version");
  }
  if (replay->version > ASKI_REPLAY_VERSION) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_AUDIT,
                            "what was kept for a replay is of version %lld, and this library knows those up to %d",
                            (long long)replay->version, ASKI_REPLAY_VERSION);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_replay_read_json(aski_replay *out_replay, aski_arena *arena, askiam_str json,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  *out_replay = (aski_replay){.rag = {.confidence = -1}};
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_json *root = aski_json_root(document);
  status = s_read_version(out_replay, root, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(out_replay, arena, root, error);
  }
  if (status == ASKIAM_STATUS_OK && aski_json_type_of(aski_json_get(root, "settings")) == ASKI_JSON_OBJECT) {
    out_replay->settings = aski_audit_slice(json, "settings");
  }
  aski_json_destroy(document);
  return status;
}
