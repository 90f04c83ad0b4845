/* SPDX-License-Identifier: Apache-2.0
 *
 * One question, one answer. What the model says of its own certainty is drawn towards ½ (docs/evidence.md): models say 0.95 where they are right
 * far less often. */
#include "judge/llm/llm_judge.h"

#include <math.h>

#include "answer.h"
#include "chat/chat.h"
#include "json/number.h"

enum { FENCES = 4 };

#define MOST_STATED 0.99 /* of what a model says of its confidence; certainty has no odds */

static const aski_chat_names s_names = {.layer = ASKIAM_LAYER_JUDGE,
                                        .url = "judge.url",
                                        .key = "judge.key",
                                        .key_file = "judge.key_file",
                                        .model = "judge.model",
                                        .temperature = "judge.temperature"};

typedef struct llm_judge {
  aski_chat chat;
  double trust; /* 0 to 1: what the log-odds of a stated confidence are multiplied by */
} llm_judge;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_JUDGE, "out of memory");
}

static askiam_status s_read_trust(llm_judge *self, const askiam_backend_options *options, askiam_error *error)
{
  askiam_str text = askiam_backend_options_get(options, "judge.trust");
  self->trust = text.length == 0 ? 0.6 : aski_json_number_value(text);
  return self->trust >= 0 && self->trust <= 1 ? ASKIAM_STATUS_OK
                                              : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_JUDGE,
                                                                 "judge.trust: must be a number from 0 to 1");
}

static void s_close(void *self)
{
  llm_judge *judge = self;
  if (judge != NULL) {
    const askiam_allocator *allocator = judge->chat.allocator;
    aski_chat_close(&judge->chat);
    aski_release(allocator, judge);
  }
}

static askiam_status s_open(void **out_self, aski_chat_protocol protocol, const askiam_backend_options *options,
                            askiam_error *error)
{
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  llm_judge *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = s_read_trust(self, options, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_chat_open(&self->chat, protocol, &s_names, options, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(allocator, self);
    return status;
  }
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_open_openai(void **out_self, void *context, const askiam_backend_options *options,
                                   askiam_error *error)
{
  (void)context;
  return s_open(out_self, ASKI_CHAT_OPENAI, options, error);
}

static askiam_status s_open_bedrock(void **out_self, void *context, const askiam_backend_options *options,
                                    askiam_error *error)
{
  (void)context;
  return s_open(out_self, ASKI_CHAT_BEDROCK, options, error);
}

/* With a fence that nothing inside holds: the first, but for a chance of one in 2^128. */
static askiam_status s_write(aski_buffer *text, const askiam_case *judged, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_CONFLICT;
  for (int i = 0; i < FENCES && status == ASKIAM_STATUS_CONFLICT; ++i) {
    aski_chat_fence fence;
    aski_buffer_clear(text);
    status = aski_chat_fence_make(&fence) ? aski_llm_prompt_write(text, &fence, judged) : ASKIAM_STATUS_UNAVAILABLE;
  }
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return s_no_memory(error);
  }
  return status == ASKIAM_STATUS_OK ? status
                                    : askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_JUDGE,
                                                       "no fence could be made for the documents");
}

/* Temperature scaling (Guo et al. 2017), with a fixed temperature of 1 / trust. */
static double s_probability(const llm_judge *self, const aski_llm_answer *answer)
{
  double stated = fmin(answer->confidence, MOST_STATED);
  double odds = self->trust * log(stated / (1 - stated));
  double right = 1 / (1 + exp(-odds));
  return answer->valid ? right : 1 - right;
}

static askiam_status s_tell(const llm_judge *self, const aski_llm_answer *answer, aski_arena *arena,
                            const askiam_case *judged, askiam_opinion *opinion)
{
  if (!answer->given) {
    return askiam_opinion_abstain(opinion,
                                  aski_arena_format(arena, "the model abstained: %.*s", ASKI_STR_ARG(answer->reason)));
  }
  aski_buffer cited;
  aski_buffer_init(&cited, arena->allocator);
  for (size_t i = 0; i < answer->citation_count; ++i) {
    aski_buffer_append_text(&cited, i == 0 ? "" : ", ");
    aski_buffer_append(&cited, askiam_case_document_id(judged, answer->citations[i] - 1));
  }
  askiam_str reason =
      aski_arena_format(arena, "the model reads %.*s as %s the access: %.*s", ASKI_STR_ARG(aski_buffer_view(&cited)),
                        answer->valid ? "for" : "against", ASKI_STR_ARG(answer->reason));
  bool failed = cited.failed || arena->failed;
  aski_buffer_clean_up(&cited);
  return failed ? ASKIAM_STATUS_NO_MEMORY : askiam_opinion_set(opinion, s_probability(self, answer), reason);
}

/* What became of the question: an answer, or the cause why there is none. */
static askiam_status s_hear(const llm_judge *self, const aski_chat_answer *heard, const askiam_case *judged,
                            askiam_opinion *opinion)
{
  aski_arena arena;
  aski_arena_init(&arena, self->chat.allocator);
  aski_llm_answer answer = {.reason = heard->cause};
  if (heard->object != NULL) {
    aski_llm_answer_read(&answer, &arena, heard->object, aski_llm_prompt_documents(judged));
  }
  askiam_status status = arena.failed ? ASKIAM_STATUS_NO_MEMORY : s_tell(self, &answer, &arena, judged, opinion);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_ask(const llm_judge *self, const askiam_call *call, const askiam_case *judged, askiam_str text,
                           askiam_opinion *opinion, askiam_error *error)
{
  const aski_chat_question question = aski_llm_prompt_question(text);
  aski_chat_answer heard;
  askiam_status status = aski_chat_ask(&self->chat, call, &question, &heard, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = s_hear(self, &heard, judged, opinion);
  aski_chat_answer_clean_up(&heard);
  return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : status;
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  const llm_judge *judge = self;
  if (aski_llm_prompt_documents(judged) == 0) {
    return askiam_opinion_abstain(opinion, ASKI_STR("the model was not asked: there are no documents"));
  }
  aski_buffer text;
  aski_buffer_init(&text, judge->chat.allocator);
  askiam_status status = s_write(&text, judged, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_ask(judge, call, judged, aski_buffer_view(&text), opinion, error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

#define TABLE(open_fn)                                                                                                 \
  {.size = sizeof(askiam_judge_vtable),                                                                                \
   .flags = ASKIAM_BACKEND_REMOTE | ASKIAM_JUDGE_WITH_EVIDENCE,                                                        \
   .open = (open_fn),                                                                                                  \
   .close = s_close,                                                                                                   \
   .kind = "llm",                                                                                                      \
   .judge = s_judge}

const askiam_judge_vtable *aski_llm_judge(void)
{
  static const askiam_judge_vtable table = TABLE(s_open_openai);
  return &table;
}

const askiam_judge_vtable *aski_llm_judge_bedrock(void)
{
  static const askiam_judge_vtable table = TABLE(s_open_bedrock);
  return &table;
}
