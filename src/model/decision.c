/* SPDX-License-Identifier: Apache-2.0 */
#include "model/decision.h"

const char *aski_mode_name(aski_mode mode) { return mode == ASKI_MODE_RAG_FIRST ? "rag_first" : "guarded"; }

const char *aski_remedy_name(aski_remedy_code code)
{
  static const char *const names[ASKI_REMEDY_COUNT] = {"HOLD_PREREQUISITE",    "DROP_CONFLICT",      "ACTIVATE_USER",
                                                       "ACTIVATE_APPLICATION", "ACTIVATE_ROLE",      "LIFT_RESTRICTION",
                                                       "CHANGE_CONTEXT",       "SHORTEN_DURATION",   "AMEND_POLICY",
                                                       "CHOOSE_ROLE",          "CHOOSE_APPLICATION", "CHOOSE_USER"};
  return (unsigned)code < ASKI_REMEDY_COUNT ? names[code] : "UNKNOWN";
}

aski_decision *aski_decision_new(const askiam_allocator *allocator)
{
  aski_decision *decision = aski_acquire_zeroed(allocator, 1, sizeof *decision);
  if (decision != NULL) {
    decision->allocator = *allocator;
    aski_arena_init(&decision->arena, &decision->allocator);
    decision->rag.confidence = -1;
  }
  return decision;
}

void askiam_decision_destroy(askiam_decision *decision)
{
  if (decision != NULL) {
    askiam_allocator allocator = decision->allocator;
    aski_arena_clean_up(&decision->arena);
    aski_release(&allocator, decision);
  }
}

void aski_decision_conclude(aski_decision *decision)
{
  if (decision->codes.count == 0) {
    decision->verdict = ASKIAM_VERDICT_ERROR;
    decision->method = ASKI_METHOD_NONE;
    return;
  }
  decision->verdict = aski_code_verdict(decision->codes.items[0]);
  decision->method = aski_code_method(decision->codes.items[0]);
}

bool aski_decision_seal(aski_decision *decision)
{
  aski_buffer buffer;
  aski_buffer_init(&buffer, &decision->allocator);
  aski_decision_write_json(decision, &buffer, true);
  askiam_str json = buffer.failed ? ASKI_STR_NONE : aski_arena_copy(&decision->arena, aski_buffer_view(&buffer));
  aski_buffer_clean_up(&buffer);
  if (aski_str_present(json)) {
    decision->json = json;
  }
  return aski_str_present(json);
}
