/* SPDX-License-Identifier: Apache-2.0 */
#include "model/results.h"

#include "model/reader.h"

static const char *s_check_name(size_t code)
{
  static const char *const names[ASKI_CHECK_COUNT] = {"USER_ACTIVE",     "APP_ACTIVE",     "ROLE_ACTIVE",
                                                      "ROLE_IN_APP",     "NOT_ASSIGNED",   "PREREQUISITES_HELD",
                                                      "NO_SOD_CONFLICT", "NOT_RESTRICTED", "POLICY"};
  return code < ASKI_CHECK_COUNT ? names[code] : "UNKNOWN";
}

static const char *s_rag_outcome_name(size_t outcome)
{
  static const char *const names[] = {"SKIPPED", "VALID", "INVALID", "ABSTAINED"};
  return outcome < sizeof names / sizeof *names ? names[outcome] : "ABSTAINED";
}

static const char *s_rules_outcome_name(size_t outcome)
{
  static const char *const names[] = {"SKIPPED", "PASSED", "FAILED"};
  return outcome < sizeof names / sizeof *names ? names[outcome] : "FAILED";
}

static const char *s_cause_name(size_t cause)
{
  static const char *const names[] = {NULL, "timeout", "unavailable"};
  return cause < sizeof names / sizeof *names ? names[cause] : NULL;
}

const char *aski_check_name(aski_check_code code) { return s_check_name((size_t)code); }
const char *aski_rag_outcome_name(aski_rag_outcome outcome) { return s_rag_outcome_name((size_t)outcome); }
const char *aski_rules_outcome_name(aski_rules_outcome outcome) { return s_rules_outcome_name((size_t)outcome); }

static void s_write_documents(const aski_rag_result *rag, aski_json_writer *writer)
{
  aski_json_open_array(writer, "documents");
  for (size_t i = 0; i < rag->documents.count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "id", rag->documents.items[i].id);
    aski_json_write_string(writer, "title", rag->documents.items[i].title);
    aski_json_write_number(writer, "score", rag->documents.items[i].score, 4);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

void aski_rag_write_json(const aski_rag_result *rag, aski_json_writer *writer, const char *name)
{
  aski_json_open_object(writer, name);
  aski_json_write_text(writer, "result", aski_rag_outcome_name(rag->outcome));
  if (rag->outcome == ASKI_RAG_VALID || rag->outcome == ASKI_RAG_INVALID) {
    aski_json_write_bool(writer, "is_valid", rag->outcome == ASKI_RAG_VALID);
  } else {
    aski_json_write_null(writer, "is_valid");
  }
  if (rag->confidence >= 0) {
    aski_json_write_number(writer, "confidence", rag->confidence, 4);
  } else {
    aski_json_write_null(writer, "confidence");
  }
  aski_json_write_string(writer, "judge", rag->judge);
  aski_json_write_string(writer, "reason", rag->reason);
  s_write_documents(rag, writer);
  aski_json_write_text(writer, "cause", s_cause_name((size_t)rag->cause));
  aski_json_close_object(writer);
}

static void s_write_checks(const aski_rules_result *rules, aski_json_writer *writer)
{
  aski_json_open_array(writer, "checks");
  for (size_t i = 0; i < rules->count; ++i) {
    const aski_check *check = &rules->checks[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "code", aski_check_name(check->code));
    aski_json_write_bool(writer, "passed", check->passed);
    aski_json_write_bool(writer, "hard", check->hard);
    aski_json_write_string(writer, "detail", check->detail);
    aski_json_write_text(writer, "reason_code", check->passed ? NULL : aski_code_name(check->reason));
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

void aski_rules_write_json(const aski_rules_result *rules, aski_json_writer *writer, const char *name)
{
  aski_json_open_object(writer, name);
  aski_json_write_text(writer, "result", aski_rules_outcome_name(rules->outcome));
  if (rules->outcome == ASKI_RULES_SKIPPED) {
    aski_json_write_null(writer, "is_valid");
  } else {
    aski_json_write_bool(writer, "is_valid", rules->outcome == ASKI_RULES_PASSED);
  }
  aski_json_write_string(writer, "reason", rules->reason);
  s_write_checks(rules, writer);
  aski_json_open_array(writer, "queries_executed");
  for (size_t i = 0; i < rules->queries.count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "name", rules->queries.items[i].name);
    aski_json_write_unsigned(writer, "rows", rules->queries.items[i].rows);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
}

/* A cause that this version does not know reads as unavailable: a failure stays one. */
static aski_rag_cause s_read_cause(askiam_str text)
{
  if (!aski_str_present(text)) {
    return ASKI_RAG_CAUSE_NONE;
  }
  return aski_str_equal_text(text, "timeout") ? ASKI_RAG_CAUSE_TIMEOUT : ASKI_RAG_CAUSE_UNAVAILABLE;
}

askiam_status aski_rag_read_json(aski_rag_result *out_rag, aski_arena *arena, const aski_json *node,
                                 askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, arena, error);
  *out_rag = (aski_rag_result){.confidence = -1};
  out_rag->outcome = (aski_rag_outcome)aski_reader_choice(&reader, node, "result", s_rag_outcome_name, 4);
  out_rag->confidence = aski_reader_number(&reader, node, "confidence", -1);
  out_rag->judge = aski_reader_optional_text(&reader, node, "judge");
  out_rag->reason = aski_reader_optional_text(&reader, node, "reason");
  out_rag->cause = s_read_cause(aski_reader_optional_text(&reader, node, "cause"));
  const aski_json *documents = aski_reader_member(&reader, node, "documents", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(documents); item != NULL; item = aski_json_next(item)) {
    aski_document *added = ASKI_ARENA_PUSH(arena, &out_rag->documents);
    if (added != NULL) {
      added->id = aski_reader_text(&reader, item, "id");
      added->title = aski_reader_optional_text(&reader, item, "title");
      added->score = aski_reader_number(&reader, item, "score", 0);
    }
  }
  return aski_reader_end(&reader);
}

static void s_read_check(aski_reader *reader, aski_check *check, const aski_json *item)
{
  check->code = (aski_check_code)aski_reader_choice(reader, item, "code", s_check_name, ASKI_CHECK_COUNT);
  check->passed = aski_reader_bool(reader, item, "passed");
  check->hard = aski_reader_bool(reader, item, "hard");
  check->detail = aski_reader_optional_text(reader, item, "detail");
  check->reason = aski_code_from_name(aski_reader_optional_text(reader, item, "reason_code"));
}

askiam_status aski_rules_read_json(aski_rules_result *out_rules, aski_arena *arena, const aski_json *node,
                                   askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, arena, error);
  *out_rules = (aski_rules_result){.count = 0};
  out_rules->outcome = (aski_rules_outcome)aski_reader_choice(&reader, node, "result", s_rules_outcome_name, 3);
  out_rules->reason = aski_reader_optional_text(&reader, node, "reason");
  const aski_json *list = aski_reader_member(&reader, node, "checks", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    if (out_rules->count == ASKI_CHECK_COUNT) {
      aski_reader_fail(&reader, "checks", "a list of at most 9 checks");
      break;
    }
    s_read_check(&reader, &out_rules->checks[out_rules->count++], item);
  }
  list = aski_reader_member(&reader, node, "queries_executed", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_query *added = ASKI_ARENA_PUSH(arena, &out_rules->queries);
    if (added != NULL) {
      *added = (aski_query){aski_reader_text(&reader, item, "name"), aski_reader_unsigned(&reader, item, "rows")};
    }
  }
  return aski_reader_end(&reader);
}
