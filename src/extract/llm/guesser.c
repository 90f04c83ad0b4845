/* SPDX-License-Identifier: Apache-2.0 */
#include "extract/llm/guesser.h"

#include "answer.h"
#include "prompt.h"

enum { FENCES = 4 };

static const aski_chat_names s_names = {.layer = ASKIAM_LAYER_REQUEST,
                                        .url = "extract.url",
                                        .key = "extract.key",
                                        .key_file = "extract.key_file",
                                        .model = "extract.model",
                                        .temperature = "extract.temperature"};

struct aski_guesser {
  aski_chat chat;
  aski_guard guard;
};

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory");
}

askiam_status aski_guesser_open(aski_guesser **out_guesser, aski_chat_protocol protocol,
                                const askiam_backend_options *options, const aski_guard_options *guard,
                                askiam_error *error)
{
  *out_guesser = NULL;
  aski_guesser *own = aski_acquire_zeroed(guard->allocator, 1, sizeof *own);
  if (own == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = aski_chat_open(&own->chat, protocol, &s_names, options, error);
  if (status == ASKIAM_STATUS_OK && !aski_guard_init(&own->guard, guard)) {
    aski_chat_close(&own->chat);
    status = s_no_memory(error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(guard->allocator, own);
    return status;
  }
  *out_guesser = own;
  return ASKIAM_STATUS_OK;
}

void aski_guesser_close(aski_guesser *guesser)
{
  if (guesser != NULL) {
    const askiam_allocator *allocator = guesser->guard.options.allocator;
    aski_chat_close(&guesser->chat);
    aski_guard_clean_up(&guesser->guard);
    aski_release(allocator, guesser);
  }
}

typedef struct asking {
  const aski_guesser *guesser;
  askiam_str sentence;
  askiam_str names;
  aski_chat_answer heard;
} asking;

/* With a fence that nothing inside holds: the first, but for a chance of one in 2^128. */
static askiam_status s_write(aski_buffer *text, const asking *work, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_CONFLICT;
  for (int i = 0; i < FENCES && status == ASKIAM_STATUS_CONFLICT; ++i) {
    aski_chat_fence fence;
    aski_buffer_clear(text);
    status = aski_chat_fence_make(&fence) ? aski_guess_prompt_write(text, &fence, work->sentence, work->names)
                                          : ASKIAM_STATUS_UNAVAILABLE;
  }
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return s_no_memory(error);
  }
  return status == ASKIAM_STATUS_OK ? status
                                    : askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_REQUEST,
                                                       "no fence could be made for the sentence");
}

static askiam_status s_ask_once(void *context, const askiam_call *call, askiam_error *error)
{
  asking *work = context;
  aski_buffer text;
  aski_buffer_init(&text, work->guesser->chat.allocator);
  askiam_status status = s_write(&text, work, error);
  if (status == ASKIAM_STATUS_OK) {
    const aski_chat_question question = aski_guess_prompt_question(aski_buffer_view(&text));
    status = aski_chat_ask(&work->guesser->chat, call, &question, &work->heard, error);
  }
  aski_buffer_clean_up(&text);
  return status;
}

askiam_status aski_guesser_ask(aski_guesser *guesser, const askiam_call *call, askiam_str sentence, askiam_str names,
                               aski_arena *arena, aski_guess *out_guess, askiam_str *out_cause, askiam_error *error)
{
  *out_guess = (aski_guess){.role = ASKI_STR_NONE};
  asking work = {.guesser = guesser, .sentence = sentence, .names = names};
  askiam_status status =
      aski_guard_run(&guesser->guard, call, ASKIAM_LAYER_REQUEST, "extract", s_ask_once, &work, error);
  *out_cause = ASKI_STR_NONE;
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (work.heard.object == NULL) {
    *out_cause = work.heard.cause;
  } else if (!aski_guess_answer_read(out_guess, arena, work.heard.object)) {
    *out_cause = ASKI_STR("its answer has not the members that were asked for");
  }
  aski_chat_answer_clean_up(&work.heard);
  return arena->failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}
