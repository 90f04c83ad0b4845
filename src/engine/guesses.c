/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/guesses.h"

#include "backend/options.h"
#include "engine/guards.h"
#include "extract/guess.h"
#include "extract/llm/guesser.h"
#include "http/http.h"

askiam_status aski_guesses_open(askiam_engine *engine, const askiam_backend_options *options, askiam_error *error)
{
  askiam_str name = askiam_config_get(engine->config, "extract.backend");
  if (aski_str_equal_text(name, "patterns")) {
    return ASKIAM_STATUS_OK;
  }
  if (!aski_http_supported()) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_CONFIG,
                            "extract.backend: \"%.*s\" is not supported in this build", ASKI_STR_ARG(name));
  }
  const aski_guard_options guard = aski_engine_guard_options(engine);
  bool bedrock = aski_str_equal_text(name, "bedrock");
  return aski_guesser_open(&engine->guesser, bedrock ? ASKI_CHAT_BEDROCK : ASKI_CHAT_OPENAI, options, &guard, error);
}

void aski_guesses_close(askiam_engine *engine)
{
  aski_guesser_close(engine->guesser);
  engine->guesser = NULL;
}

/* The call of the visit, with the time that the model has. */
static askiam_call s_call(const aski_visit *visit)
{
  askiam_call call = visit->call;
  uint64_t now = aski_clock_ticks_ns(call.clock);
  int64_t timeout_ms = aski_config_integer(visit->engine->config, "extract.timeout_ms");
  uint64_t own = now + (uint64_t)timeout_ms * UINT64_C(1000000);
  call.deadline_ticks_ns = own < call.deadline_ticks_ns ? own : call.deadline_ticks_ns;
  return call;
}

/* What the model guesses, and nothing where it fails: what it was is for the log. */
static askiam_status s_hear(aski_guess *out_guess, aski_arena *arena, const aski_visit *visit, askiam_str sentence,
                            askiam_str names)
{
  const askiam_call call = s_call(visit);
  askiam_str cause = ASKI_STR_NONE;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_span span;
  aski_span_begin(&span, &visit->trace, ASKIAM_SPAN_BACKEND, "extract.guess");
  askiam_status status =
      aski_guesser_ask(visit->engine->guesser, &call, sentence, names, arena, out_guess, &cause, &said);
  aski_span_end(&span, status);
  if (status != ASKIAM_STATUS_OK || aski_str_present(cause)) {
    aski_log(&visit->trace, ASKIAM_LOG_WARN, "extract", NULL, -1.0, "the model guessed nothing: %.*s%s",
             ASKI_STR_ARG(cause), status == ASKIAM_STATUS_OK ? "" : said.message);
  }
  return status;
}

askiam_status aski_guesses_ask(aski_reading *reading, aski_arena *arena, const aski_visit *visit,
                               const aski_extract_input *input, askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  if (engine->guesser == NULL || !aski_extract_wants_guess(reading)) {
    return ASKIAM_STATUS_OK;
  }
  const aski_extract_means means = {
      .phrases = engine->phrases, .catalogue = &engine->catalogue, .call = &visit->call, .input = input};
  aski_arena own; /* what the model needs, and says, is not kept with the decision */
  aski_arena_init(&own, arena->allocator);
  aski_buffer names;
  aski_buffer_init(&names, arena->allocator);
  askiam_status status = aski_extract_list_names(&names, &own, reading, &means, error);
  aski_guess guess = {.role = ASKI_STR_NONE};
  if (status == ASKIAM_STATUS_OK && !names.failed &&
      s_hear(&guess, &own, visit, input->text, aski_buffer_view(&names)) == ASKIAM_STATUS_OK) {
    status = aski_extract_take_guess(reading, arena, &means, &guess, error);
  }
  aski_buffer_clean_up(&names);
  aski_arena_clean_up(&own);
  return status == ASKIAM_STATUS_NO_MEMORY
             ? askiam_error_set(error, status, ASKIAM_LAYER_REQUEST, "out of memory while reading the sentence")
             : status;
}
