/* SPDX-License-Identifier: Apache-2.0
 *
 * One question, one answer. What the model says of its own certainty is drawn towards ½ (docs/evidence.md): models say 0.95 where they are right
 * far less often. */
#include "judge/llm/llm_judge.h"

#include <math.h>

#include "answer.h"
#include "openai/endpoint.h"
#include "json/number.h"

enum { ANSWER_MAX_BYTES = 256 * 1024, FENCES = 4 };

#define MOST_STATED 0.99 /* of what a model says of its confidence; certainty has no odds */

static const aski_openai_names s_names = {.layer = ASKIAM_LAYER_JUDGE,
                                          .url = "judge.url",
                                          .key = "judge.key",
                                          .key_file = "judge.key_file",
                                          .model = "judge.model",
                                          .operation = "/chat/completions"};

typedef struct llm_judge {
  aski_openai endpoint;
  double temperature;
  double trust; /* 0 to 1: what the log-odds of a stated confidence are multiplied by */
} llm_judge;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_JUDGE, "out of memory");
}

static askiam_status s_read_number(double *out_number, const askiam_backend_options *options, const char *key,
                                   double least, double most, double otherwise, askiam_error *error)
{
  askiam_str text = askiam_backend_options_get(options, key);
  *out_number = text.length == 0 ? otherwise : aski_json_number_value(text);
  return *out_number >= least && *out_number <= most
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_JUDGE,
                                "%s: must be a number from %.0f to %.0f", key, least, most);
}

static void s_close(void *self)
{
  llm_judge *judge = self;
  if (judge != NULL) {
    const askiam_allocator *allocator = judge->endpoint.allocator;
    aski_openai_close(&judge->endpoint);
    aski_release(allocator, judge);
  }
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  llm_judge *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = s_read_number(&self->temperature, options, "judge.temperature", -1, 2, 0, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_number(&self->trust, options, "judge.trust", 0, 1, 0.6, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_openai_open(&self->endpoint, &s_names, options, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(allocator, self);
    return status;
  }
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

/* With a fence that nothing inside holds: the first, but for a chance of one in 2^128. */
static askiam_status s_write(const llm_judge *self, aski_buffer *body, const askiam_case *judged, askiam_error *error)
{
  aski_llm_prompt prompt = {.model = self->endpoint.model, .temperature = self->temperature};
  askiam_status status = ASKIAM_STATUS_CONFLICT;
  for (int i = 0; i < FENCES && status == ASKIAM_STATUS_CONFLICT; ++i) {
    status = aski_llm_prompt_fence(&prompt) ? aski_llm_prompt_write(body, &prompt, judged) : ASKIAM_STATUS_UNAVAILABLE;
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

static askiam_status s_ask(const llm_judge *self, const askiam_call *call, const askiam_case *judged, askiam_str body,
                           askiam_opinion *opinion, askiam_error *error)
{
  const askiam_allocator *allocator = self->endpoint.allocator;
  aski_http_response response;
  aski_http_response_init(&response, allocator);
  aski_arena arena;
  aski_arena_init(&arena, allocator);
  aski_llm_answer answer;
  askiam_status status = aski_openai_post(&self->endpoint, call, body, ANSWER_MAX_BYTES, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_llm_answer_read(&answer, &arena, aski_buffer_view(&response.body), aski_llm_prompt_documents(judged),
                                  error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_tell(self, &answer, &arena, judged, opinion);
  }
  aski_arena_clean_up(&arena);
  aski_http_response_clean_up(&response);
  return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : status;
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  const llm_judge *judge = self;
  if (aski_llm_prompt_documents(judged) == 0) {
    return askiam_opinion_abstain(opinion, ASKI_STR("the model was not asked: there are no documents"));
  }
  aski_buffer body;
  aski_buffer_init(&body, judge->endpoint.allocator);
  askiam_status status = s_write(judge, &body, judged, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_ask(judge, call, judged, aski_buffer_view(&body), opinion, error);
  }
  aski_buffer_clean_up(&body);
  return status;
}

const askiam_judge_vtable *aski_llm_judge(void)
{
  static const askiam_judge_vtable table = {.size = sizeof(askiam_judge_vtable),
                                            .flags = ASKIAM_BACKEND_REMOTE | ASKIAM_JUDGE_WITH_EVIDENCE,
                                            .open = s_open,
                                            .close = s_close,
                                            .kind = "llm",
                                            .judge = s_judge};
  return &table;
}
