/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/chat.h"

#include "json/number.h"

enum { ANSWER_MAX_BYTES = 256 * 1024 };

static askiam_status s_read_temperature(aski_chat *chat, const char *key, const askiam_backend_options *options,
                                        askiam_error *error)
{
  askiam_str text = askiam_backend_options_get(options, key);
  double most = chat->protocol == ASKI_CHAT_BEDROCK ? 1 : 2;
  chat->temperature = text.length == 0 ? 0 : aski_json_number_value(text);
  return chat->temperature >= -1 && chat->temperature <= most
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_CONFIG, chat->layer, "%s: must be a number from -1 to %.0f", key,
                                most);
}

static askiam_status s_open_bedrock(aski_chat *chat, const aski_chat_names *names,
                                    const askiam_backend_options *options, askiam_error *error)
{
  const aski_bedrock_names own = {.layer = names->layer, .model = names->model, .operation = "/converse"};
  chat->as_tool = aski_str_equal_text(askiam_backend_options_get(options, "bedrock.output"), "tool");
  return aski_bedrock_open(&chat->bedrock, &own, options, error);
}

static askiam_status s_open_openai(aski_chat *chat, const aski_chat_names *names, const askiam_backend_options *options,
                                   askiam_error *error)
{
  const aski_openai_names own = {.layer = names->layer,
                                 .url = names->url,
                                 .key = names->key,
                                 .key_file = names->key_file,
                                 .model = names->model,
                                 .operation = "/chat/completions"};
  return aski_openai_open(&chat->openai, &own, options, error);
}

askiam_status aski_chat_open(aski_chat *out_chat, aski_chat_protocol protocol, const aski_chat_names *names,
                             const askiam_backend_options *options, askiam_error *error)
{
  *out_chat =
      (aski_chat){.allocator = askiam_backend_options_allocator(options), .protocol = protocol, .layer = names->layer};
  askiam_status status = s_read_temperature(out_chat, names->temperature, options, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  return protocol == ASKI_CHAT_BEDROCK ? s_open_bedrock(out_chat, names, options, error)
                                       : s_open_openai(out_chat, names, options, error);
}

void aski_chat_close(aski_chat *chat)
{
  if (chat->protocol == ASKI_CHAT_BEDROCK) {
    aski_bedrock_close(&chat->bedrock);
  } else {
    aski_openai_close(&chat->openai);
  }
}

static askiam_status s_post(const aski_chat *chat, const askiam_call *call, askiam_str body,
                            aski_http_response *response, askiam_error *error)
{
  return chat->protocol == ASKI_CHAT_BEDROCK
             ? aski_bedrock_post(&chat->bedrock, call, body, ANSWER_MAX_BYTES, response, error)
             : aski_openai_post(&chat->openai, call, body, ANSWER_MAX_BYTES, response, error);
}

/* 206 and the like are no failure to HTTP, and no whole answer of a model either. */
static askiam_status s_read(const aski_chat *chat, const aski_chat_question *question,
                            const aski_http_response *response, aski_chat_answer *out_answer, askiam_error *error)
{
  if (response->status != 200) {
    out_answer->cause = ASKI_STR("its server answered with an HTTP status other than 200");
    return ASKIAM_STATUS_OK;
  }
  askiam_str body = aski_buffer_view(&response->body);
  return chat->protocol == ASKI_CHAT_BEDROCK
             ? aski_chat_converse_read(out_answer, chat->as_tool ? question->name : NULL, body, chat->allocator,
                                       chat->layer, error)
             : aski_chat_completion_read(out_answer, body, chat->allocator, chat->layer, error);
}

askiam_status aski_chat_ask(const aski_chat *chat, const askiam_call *call, const aski_chat_question *question,
                            aski_chat_answer *out_answer, askiam_error *error)
{
  *out_answer = (aski_chat_answer){.object = NULL};
  aski_buffer body;
  aski_buffer_init(&body, chat->allocator);
  if (chat->protocol == ASKI_CHAT_BEDROCK) {
    aski_chat_converse_write(&body, question, chat->temperature, chat->as_tool);
  } else {
    aski_chat_completion_write(&body, question, chat->openai.model, chat->temperature);
  }
  aski_http_response response;
  aski_http_response_init(&response, chat->allocator);
  askiam_status status = body.failed ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, chat->layer, "out of memory")
                                     : s_post(chat, call, aski_buffer_view(&body), &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(chat, question, &response, out_answer, error);
  } else if (response.too_large) {
    out_answer->cause = ASKI_STR("its answer is too long");
    status = ASKIAM_STATUS_OK;
  }
  aski_http_response_clean_up(&response);
  aski_buffer_clean_up(&body);
  return status;
}
