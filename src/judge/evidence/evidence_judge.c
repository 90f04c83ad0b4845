/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/evidence/evidence_judge.h"

#include "reason.h"

typedef struct evidence_judge {
  const askiam_allocator *allocator;
  aski_evidence_tables tables;
} evidence_judge;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_JUDGE, "out of memory");
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  evidence_judge *self = aski_acquire(allocator, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  self->allocator = allocator;
  aski_evidence_tables_init(&self->tables);
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

static void s_close(void *self)
{
  evidence_judge *judge = self;
  if (judge != NULL) {
    aski_release(judge->allocator, judge);
  }
}

static askiam_status s_judge_in(const evidence_judge *self, aski_arena *arena, int64_t now_ms,
                                const askiam_case *judged, askiam_opinion *opinion)
{
  aski_evidence evidence;
  if (!aski_evidence_gather(&evidence, arena, judged, now_ms)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (evidence.count == 0) {
    return askiam_opinion_abstain(opinion, ASKI_STR("no past decisions on this role"));
  }
  aski_belief belief;
  if (!aski_evidence_weigh(&belief, arena, &evidence, &self->tables)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  askiam_str reason = aski_evidence_reason(arena, &evidence, &belief, askiam_case_get(judged, ASKIAM_CASE_ROLE_NAME));
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : askiam_opinion_set(opinion, belief.probability, reason);
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  const evidence_judge *judge = self;
  aski_arena arena;
  aski_arena_init(&arena, judge->allocator);
  askiam_status status = s_judge_in(judge, &arena, askiam_call_now_ms(call), judged, opinion);
  aski_arena_clean_up(&arena);
  return status == ASKIAM_STATUS_OK ? status : s_no_memory(error);
}

const askiam_judge_vtable *aski_evidence_judge(void)
{
  static const askiam_judge_vtable table = {
      .size = sizeof(askiam_judge_vtable), .open = s_open, .close = s_close, .kind = "evidence", .judge = s_judge};
  return &table;
}
