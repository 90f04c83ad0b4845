/* SPDX-License-Identifier: Apache-2.0
 *
 * Single stages, each with its span. */
#include "engine/pipeline.h"

#include "engine/guesses.h"

/* Of the time that is left, what the evidence path may use, so that the rules can still answer. */
enum { RAG_SHARE_PERCENT = 80 };

askiam_status aski_stage_extract(aski_reading *out_reading, aski_arena *arena, const aski_visit *visit,
                                 const askiam_request *request, askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  aski_extract_input input = {.text = askiam_request_get(request, ASKIAM_REQUEST_TEXT),
                              .user_id = askiam_request_get(request, ASKIAM_REQUEST_USER_ID),
                              .now_ms = visit->call.now_ms};
  askiam_span span;
  aski_span_begin(&span, &visit->trace, ASKIAM_SPAN_STAGE, "extract");
  askiam_status status =
      aski_extract_read(out_reading, arena, engine->phrases, &engine->catalogue, &visit->call, &input, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_guesses_ask(out_reading, arena, visit, &input, error);
  }
  return aski_span_end(&span, status);
}

askiam_status aski_stage_facts(aski_facts *out_facts, const aski_visit *visit, const aski_reading *reading,
                               askiam_str requester_id, askiam_error *error)
{
  return aski_catalogue_facts(&visit->engine->catalogue, &visit->call,
                              reading->user.found ? reading->user.id : ASKI_STR_NONE, requester_id,
                              reading->application.found ? reading->application.id : ASKI_STR_NONE,
                              reading->role.found ? reading->role.id : ASKI_STR_NONE, out_facts, error);
}

static uint64_t s_rag_deadline(const aski_visit *visit)
{
  const askiam_engine *engine = visit->engine;
  uint64_t now = aski_clock_ticks_ns(&engine->clock);
  uint64_t own = now + (uint64_t)engine->settings.rag_timeout_ms * UINT64_C(1000000);
  uint64_t whole = visit->call.deadline_ticks_ns;
  if (whole == UINT64_MAX) {
    return own;
  }
  uint64_t left = whole > now ? whole - now : 0;
  uint64_t share = now + left / 100 * RAG_SHARE_PERCENT;
  return own < share ? own : share;
}

void aski_stage_rag_begin(aski_evidence *evidence, aski_arena *arena, const aski_visit *visit, const aski_facts *facts)
{
  aski_evidence_begin(evidence, arena, visit, facts, s_rag_deadline(visit));
}

askiam_status aski_stage_rag(aski_rag_result *out_result, aski_arena *arena, const aski_visit *visit,
                             const aski_facts *facts, askiam_error *error)
{
  aski_evidence evidence;
  aski_stage_rag_begin(&evidence, arena, visit, facts);
  return aski_evidence_end(&evidence, out_result, error);
}

aski_rules_input aski_stage_rules_input(const aski_visit *visit, askiam_str requester_id, int64_t expires_at_ms,
                                        askiam_str ip, askiam_str user_agent)
{
  return (aski_rules_input){.now_ms = visit->call.now_ms,
                            .expires_at_ms = expires_at_ms,
                            .soft_codes = visit->engine->settings.soft_codes,
                            .policy_mode = visit->engine->settings.policy_mode,
                            .requester_id = requester_id,
                            .ip = ip,
                            .user_agent = user_agent};
}

void aski_stage_rules(aski_rules_result *out_result, aski_arena *arena, const aski_visit *visit,
                      const aski_facts *facts, const aski_rules_input *input)
{
  askiam_span span;
  aski_span_begin(&span, &visit->trace, ASKIAM_SPAN_STAGE, "rules");
  aski_rules_evaluate(out_result, arena, facts, input);
  aski_span_end(&span, arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK);
}
