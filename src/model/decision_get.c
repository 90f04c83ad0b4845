/* SPDX-License-Identifier: Apache-2.0
 *
 * The public accessors of askiam/decision.h. A NULL decision is an empty one. */
#include "model/decision.h"

static askiam_str s_found_id(const aski_entity *entity) { return entity->found ? entity->id : ASKI_STR_NONE; }

askiam_str askiam_decision_get(const askiam_decision *decision, askiam_decision_field field)
{
  if (decision == NULL) {
    return ASKI_STR_NONE;
  }
  switch (field) {
  case ASKIAM_DECISION_REQUEST_ID:
    return decision->request_id;
  case ASKIAM_DECISION_REASON:
    return decision->reason;
  case ASKIAM_DECISION_METHOD:
    return askiam_str_from(aski_method_name(decision->method));
  case ASKIAM_DECISION_MODE:
    return askiam_str_from(aski_mode_name(decision->mode));
  case ASKIAM_DECISION_QUESTION:
    return decision->question;
  case ASKIAM_DECISION_REQUESTER_ID:
    return decision->requester.id;
  case ASKIAM_DECISION_USER_ID:
    return s_found_id(&decision->user);
  case ASKIAM_DECISION_APPLICATION_ID:
    return s_found_id(&decision->application);
  case ASKIAM_DECISION_ROLE_ID:
    return s_found_id(&decision->role);
  case ASKIAM_DECISION_RAG_REASON:
    return decision->rag.reason;
  case ASKIAM_DECISION_MCP_REASON:
    return decision->rules.reason;
  case ASKIAM_DECISION_AUDIT_CHAIN:
    return decision->audit.chain;
  case ASKIAM_DECISION_AUDIT_HASH:
    return decision->audit.hash;
  }
  return ASKI_STR_NONE;
}

askiam_verdict askiam_decision_verdict(const askiam_decision *decision)
{
  return decision == NULL ? ASKIAM_VERDICT_ERROR : decision->verdict;
}

int askiam_decision_dry_run(const askiam_decision *decision) { return decision != NULL && decision->dry_run; }
int64_t askiam_decision_time_ms(const askiam_decision *decision) { return decision == NULL ? 0 : decision->time_ms; }
double askiam_decision_duration_ms(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->duration_ms;
}
int64_t askiam_decision_expires_at_ms(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->expires_at_ms;
}
double askiam_decision_confidence(const askiam_decision *decision)
{
  return decision == NULL ? -1 : decision->rag.confidence;
}
int64_t askiam_decision_audit_seq(const askiam_decision *decision)
{
  return decision != NULL && aski_str_present(decision->audit.chain) ? decision->audit.seq : 0;
}

size_t askiam_decision_code_count(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->codes.count;
}
askiam_str askiam_decision_code(const askiam_decision *decision, size_t index)
{
  return index < askiam_decision_code_count(decision) ? askiam_str_from(aski_code_name(decision->codes.items[index]))
                                                      : ASKI_STR_NONE;
}

static const aski_check *s_check(const askiam_decision *decision, size_t index)
{
  return index < askiam_decision_check_count(decision) ? &decision->rules.checks[index] : NULL;
}
size_t askiam_decision_check_count(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->rules.count;
}
askiam_str askiam_decision_check_code(const askiam_decision *decision, size_t index)
{
  const aski_check *check = s_check(decision, index);
  return askiam_str_from(check == NULL ? NULL : aski_check_name(check->code));
}
askiam_str askiam_decision_check_detail(const askiam_decision *decision, size_t index)
{
  const aski_check *check = s_check(decision, index);
  return check == NULL ? ASKI_STR_NONE : check->detail;
}
int askiam_decision_check_passed(const askiam_decision *decision, size_t index)
{
  const aski_check *check = s_check(decision, index);
  return check != NULL && check->passed;
}
int askiam_decision_check_hard(const askiam_decision *decision, size_t index)
{
  const aski_check *check = s_check(decision, index);
  return check != NULL && check->hard;
}

static const aski_document *s_document(const askiam_decision *decision, size_t index)
{
  static const aski_document none = {.score = 0};
  return index < askiam_decision_document_count(decision) ? &decision->rag.documents.items[index] : &none;
}
size_t askiam_decision_document_count(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->rag.documents.count;
}
askiam_str askiam_decision_document_id(const askiam_decision *decision, size_t index)
{
  return s_document(decision, index)->id;
}
askiam_str askiam_decision_document_title(const askiam_decision *decision, size_t index)
{
  return s_document(decision, index)->title;
}
double askiam_decision_document_score(const askiam_decision *decision, size_t index)
{
  return s_document(decision, index)->score;
}

static const aski_suggestion *s_suggestion(const askiam_decision *decision, size_t index)
{
  static const aski_suggestion none = {.score = 0};
  return index < askiam_decision_suggestion_count(decision) ? &decision->suggestions.items[index] : &none;
}
size_t askiam_decision_suggestion_count(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->suggestions.count;
}
askiam_str askiam_decision_suggestion_kind(const askiam_decision *decision, size_t index)
{
  return index < askiam_decision_suggestion_count(decision)
             ? askiam_str_from(aski_kind_name(decision->suggestions.items[index].kind))
             : ASKI_STR_NONE;
}
askiam_str askiam_decision_suggestion_id(const askiam_decision *decision, size_t index)
{
  return s_suggestion(decision, index)->id;
}
askiam_str askiam_decision_suggestion_name(const askiam_decision *decision, size_t index)
{
  return s_suggestion(decision, index)->name;
}
double askiam_decision_suggestion_score(const askiam_decision *decision, size_t index)
{
  return s_suggestion(decision, index)->score;
}

size_t askiam_decision_remedy_count(const askiam_decision *decision)
{
  return decision == NULL ? 0 : decision->remedies.count;
}
askiam_str askiam_decision_remedy_code(const askiam_decision *decision, size_t index)
{
  return index < askiam_decision_remedy_count(decision)
             ? askiam_str_from(aski_remedy_name(decision->remedies.items[index].code))
             : ASKI_STR_NONE;
}
askiam_str askiam_decision_remedy_detail(const askiam_decision *decision, size_t index)
{
  return index < askiam_decision_remedy_count(decision) ? decision->remedies.items[index].detail : ASKI_STR_NONE;
}

const char *askiam_decision_to_json(const askiam_decision *decision, size_t *out_length)
{
  askiam_str json = decision == NULL ? ASKI_STR_NONE : decision->json;
  if (out_length != NULL) {
    *out_length = json.length;
  }
  return json.data;
}
