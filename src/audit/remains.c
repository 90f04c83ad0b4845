/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left of a decision whose words were erased: the contract's object again, made of the entry's payload, which never held
 * words of the sentence or of the answer. */
#include <math.h>

#include "audit/stored.h"
#include "model/decision.h"
#include "model/reader.h"

static const char *s_verdict_name(size_t verdict) { return askiam_verdict_name((askiam_verdict)verdict); }
static const char *s_method_name(size_t method) { return aski_method_name((aski_method)method); }
static const char *s_mode_name(size_t mode) { return aski_mode_name((aski_mode)mode); }
static const char *s_rag_name(size_t outcome) { return aski_rag_outcome_name((aski_rag_outcome)outcome); }
static const char *s_rules_name(size_t outcome) { return aski_rules_outcome_name((aski_rules_outcome)outcome); }
static const char *s_check_name(size_t code) { return aski_check_name((aski_check_code)code); }

/* How alike the name was to what was typed is forgotten with it: null. */
static aski_entity s_entity(aski_reader *reader, const aski_json *payload, const char *name)
{
  const aski_json *node = aski_reader_member(reader, payload, name, ASKI_JSON_OBJECT);
  askiam_str id = aski_reader_optional_text(reader, node, "id");
  askiam_str text = aski_reader_optional_text(reader, node, "name");
  return (aski_entity){.found = id.length > 0, .id = id, .name = text, .score = (double)NAN};
}

static void s_read_checks(aski_reader *reader, aski_decision *decision, const aski_json *payload)
{
  const aski_json *list = aski_reader_member(reader, payload, "checks", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    if (decision->rules.count == ASKI_CHECK_COUNT) {
      aski_reader_fail(reader, "checks", "a list of at most 9 checks");
      return;
    }
    aski_check *check = &decision->rules.checks[decision->rules.count++];
    check->code = (aski_check_code)aski_reader_choice(reader, item, "code", s_check_name, ASKI_CHECK_COUNT);
    check->passed = aski_reader_bool(reader, item, "passed");
    check->hard = aski_reader_bool(reader, item, "hard");
    check->reason = aski_code_from_name(aski_reader_optional_text(reader, item, "reason_code"));
  }
}

static void s_read_codes(aski_reader *reader, aski_decision *decision, const aski_json *payload)
{
  const aski_json *list = aski_reader_member(reader, payload, "reason_codes", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_code code = aski_code_from_name(aski_json_string(item));
    if (code != ASKI_CODE_COUNT) {
      aski_code_list_add(&decision->codes, code);
    }
  }
}

static askiam_status s_read(aski_decision *decision, const aski_json *payload, askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, &decision->arena, error);
  decision->request_id = aski_reader_text(&reader, payload, "request_id");
  decision->reason = ASKI_STR("The words of this request and of its answer have been erased.");
  decision->verdict = (askiam_verdict)aski_reader_choice(&reader, payload, "status", s_verdict_name, 4);
  s_read_codes(&reader, decision, payload);
  decision->time_ms = aski_reader_integer(&reader, payload, "time_ms");
  decision->duration_ms = (double)NAN;
  decision->method = (aski_method)aski_reader_choice(&reader, payload, "method", s_method_name, 3);
  decision->mode = (aski_mode)aski_reader_choice(&reader, payload, "mode", s_mode_name, 2);
  decision->requester = s_entity(&reader, payload, "requester");
  decision->user = s_entity(&reader, payload, "user");
  decision->application = s_entity(&reader, payload, "application");
  decision->role = s_entity(&reader, payload, "role");
  decision->expires_at_ms = aski_reader_integer(&reader, payload, "expires_at_ms");
  decision->rag.outcome = (aski_rag_outcome)aski_reader_choice(&reader, payload, "rag", s_rag_name, 4);
  decision->rag.confidence = aski_reader_number(&reader, payload, "confidence", -1);
  decision->rules.outcome = (aski_rules_outcome)aski_reader_choice(&reader, payload, "mcp", s_rules_name, 3);
  s_read_checks(&reader, decision, payload);
  return aski_reader_end(&reader);
}

/* The audit place is not read from the payload: that cannot hold its own hash. */
static askiam_status s_write(askiam_str *out_json, aski_decision *decision, const aski_stored *stored,
                             const aski_json *payload, askiam_error *error)
{
  askiam_status status = s_read(decision, payload, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  decision->audit = stored->place;
  *out_json = aski_decision_seal(decision) ? aski_arena_copy(stored->arena, decision->json) : ASKI_STR_NONE;
  return aski_str_present(*out_json)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a record");
}

askiam_status aski_stored_remains(askiam_str *out_json, const aski_stored *stored, const aski_audit *audit,
                                  askiam_error *error)
{
  aski_json_document *document = NULL;
  *out_json = ASKI_STR_NONE;
  askiam_status status = aski_json_parse(&document, stored->payload, audit->allocator, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_decision *decision = aski_decision_new(audit->allocator);
  status = decision == NULL
               ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a record")
               : s_write(out_json, decision, stored, aski_json_root(document), error);
  askiam_decision_destroy(decision);
  aski_json_destroy(document);
  return status;
}
