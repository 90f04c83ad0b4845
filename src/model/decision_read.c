/* SPDX-License-Identifier: Apache-2.0
 *
 * A decision back from its stored JSON. Lists that grow by addition are read leniently: a code that this version does
 * not know is left out, and the stored text still has it. */
#include "model/decision.h"
#include "model/reader.h"

static const char *s_verdict_name(size_t verdict) { return askiam_verdict_name((askiam_verdict)verdict); }
static const char *s_method_name(size_t method) { return aski_method_name((aski_method)method); }
static const char *s_mode_name(size_t mode) { return aski_mode_name((aski_mode)mode); }
static const char *s_remedy_name(size_t code) { return aski_remedy_name((aski_remedy_code)code); }

static void s_read_codes(aski_reader *reader, aski_decision *decision, const aski_json *node)
{
  const aski_json *list = aski_reader_member(reader, node, "reason_codes", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_code code = aski_code_from_name(aski_json_string(item));
    if (aski_json_type_of(item) != ASKI_JSON_STRING) {
      aski_reader_fail(reader, "reason_codes", "a list of strings");
    } else if (code != ASKI_CODE_COUNT) {
      aski_code_list_add(&decision->codes, code);
    }
  }
}

static void s_read_entities(aski_reader *reader, aski_decision *decision, const aski_json *node)
{
  const aski_json *requester = aski_reader_member(reader, node, "requester", ASKI_JSON_OBJECT);
  decision->requester.id = aski_reader_optional_text(reader, requester, "id");
  decision->requester.name = aski_reader_optional_text(reader, requester, "name");
  decision->requester.found = aski_str_present(decision->requester.name);
  const aski_json *entities = aski_reader_member(reader, node, "entities", ASKI_JSON_OBJECT);
  aski_entity_read_json(&decision->user, reader, entities, "user");
  aski_entity_read_json(&decision->application, reader, entities, "application");
  aski_entity_read_json(&decision->role, reader, entities, "role");
}

void aski_remedies_read_json(aski_remedies *remedies, aski_reader *reader, const aski_json *node)
{
  const aski_json *list = aski_reader_member(reader, node, "remedies", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    if (remedies->count == ASKI_REMEDIES_MAX) {
      aski_reader_fail(reader, "remedies", "a list of at most 4");
      return;
    }
    aski_remedy *added = &remedies->items[remedies->count++];
    added->code = (aski_remedy_code)aski_reader_choice(reader, item, "code", s_remedy_name, ASKI_REMEDY_COUNT);
    added->detail = aski_reader_optional_text(reader, item, "detail");
    added->role_id = aski_reader_optional_text(reader, item, "role_id");
    added->application_id = aski_reader_optional_text(reader, item, "app_id");
    added->user_id = aski_reader_optional_text(reader, item, "user_id");
  }
}

/* Without the member `audit` nothing was recorded. */
static void s_read_audit(aski_reader *reader, aski_decision *decision, const aski_json *node)
{
  const aski_json *audit = aski_reader_optional(reader, node, "audit", ASKI_JSON_OBJECT);
  decision->audit.chain = aski_reader_optional_text(reader, audit, "chain");
  decision->audit.hash = aski_reader_optional_text(reader, audit, "hash");
  if (aski_str_present(decision->audit.chain)) {
    decision->audit.seq = aski_reader_integer(reader, audit, "seq");
  }
}

static askiam_status s_read(aski_decision *decision, const aski_json *node, askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, &decision->arena, error);
  decision->request_id = aski_reader_optional_text(&reader, node, "request_id");
  decision->verdict = (askiam_verdict)aski_reader_choice(&reader, node, "status", s_verdict_name, 4);
  decision->reason = aski_reader_optional_text(&reader, node, "reason");
  s_read_codes(&reader, decision, node);
  decision->dry_run = aski_reader_bool(&reader, node, "dry_run");
  decision->time_ms = aski_reader_time(&reader, node, "timestamp");
  decision->duration_ms = aski_reader_number(&reader, node, "duration_ms", 0);
  decision->method = (aski_method)aski_reader_choice(&reader, node, "method", s_method_name, 3);
  decision->mode = (aski_mode)aski_reader_choice(&reader, node, "mode", s_mode_name, 2);
  s_read_entities(&reader, decision, node);
  decision->expires_at_ms =
      aski_reader_time(&reader, aski_reader_member(&reader, node, "duration", ASKI_JSON_OBJECT), "expires_at");
  aski_suggestions_read_json(&decision->suggestions, &reader, node);
  aski_remedies_read_json(&decision->remedies, &reader, node);
  decision->question = aski_reader_optional_text(&reader, node, "question");
  s_read_audit(&reader, decision, node);
  const aski_json *rag = aski_reader_member(&reader, node, "rag", ASKI_JSON_OBJECT);
  const aski_json *rules = aski_reader_member(&reader, node, "mcp", ASKI_JSON_OBJECT);
  askiam_status status = aski_reader_end(&reader);
  status = status != ASKIAM_STATUS_OK ? status : aski_rag_read_json(&decision->rag, &decision->arena, rag, error);
  return status != ASKIAM_STATUS_OK ? status : aski_rules_read_json(&decision->rules, &decision->arena, rules, error);
}

askiam_status aski_decision_from_json(aski_decision **out_decision, askiam_str json, const askiam_allocator *allocator,
                                      askiam_error *error)
{
  *out_decision = NULL;
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_decision *decision = aski_decision_new(allocator);
  if (decision == NULL) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT,
                              "memory ran out while a decision was read");
  } else {
    decision->json = aski_arena_copy(&decision->arena, json);
    status = s_read(decision, aski_json_root(document), error);
  }
  aski_json_destroy(document);
  if (status != ASKIAM_STATUS_OK) {
    askiam_decision_destroy(decision);
    return status;
  }
  *out_decision = decision;
  return ASKIAM_STATUS_OK;
}
