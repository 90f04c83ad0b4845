/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/request.h"

#include "json/json.h"

enum { ANSWER_MAX_TOKENS = 4096 };

static void s_write_message(aski_json_writer *writer, const char *role, askiam_str content)
{
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "role", role);
  aski_json_write_string(writer, "content", content);
  aski_json_close_object(writer);
}

/* docs: platform.openai.com, "Structured model outputs". */
static void s_write_response_format(aski_json_writer *writer, const aski_chat_question *question)
{
  aski_json_open_object(writer, "response_format");
  aski_json_write_text(writer, "type", "json_schema");
  aski_json_open_object(writer, "json_schema");
  aski_json_write_text(writer, "name", question->name);
  aski_json_write_bool(writer, "strict", true);
  aski_json_write_raw(writer, "schema", askiam_str_from(question->schema));
  aski_json_close_object(writer);
  aski_json_close_object(writer);
}

void aski_chat_completion_write(aski_buffer *body, const aski_chat_question *question, const char *model,
                                double temperature)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "model", model);
  aski_json_open_array(&writer, "messages");
  s_write_message(&writer, "system", askiam_str_from(question->instructions));
  s_write_message(&writer, "user", question->text);
  aski_json_close_array(&writer);
  if (temperature >= 0) {
    aski_json_write_number(&writer, "temperature", temperature, -1);
  }
  aski_json_write_integer(&writer, "n", 1);
  aski_json_write_integer(&writer, "max_completion_tokens", ANSWER_MAX_TOKENS);
  s_write_response_format(&writer, question);
  aski_json_close_object(&writer);
}

/* "name": [{"text": …}] */
static void s_write_content(aski_json_writer *writer, const char *name, askiam_str text)
{
  aski_json_open_array(writer, name);
  aski_json_open_object(writer, NULL);
  aski_json_write_string(writer, "text", text);
  aski_json_close_object(writer);
  aski_json_close_array(writer);
}

/* The schema is a text here: docs.aws.amazon.com, Bedrock, "JsonSchemaDefinition". */
static void s_write_output(aski_json_writer *writer, const aski_chat_question *question)
{
  aski_json_open_object(writer, "outputConfig");
  aski_json_open_object(writer, "textFormat");
  aski_json_write_text(writer, "type", "json_schema");
  aski_json_open_object(writer, "structure");
  aski_json_open_object(writer, "jsonSchema");
  aski_json_write_text(writer, "name", question->name);
  aski_json_write_text(writer, "schema", question->schema);
  for (int i = 0; i < 4; ++i) {
    aski_json_close_object(writer);
  }
}

/* docs.aws.amazon.com, Bedrock, "ToolConfiguration". */
static void s_write_tool(aski_json_writer *writer, const aski_chat_question *question)
{
  aski_json_open_object(writer, "toolConfig");
  aski_json_open_array(writer, "tools");
  aski_json_open_object(writer, NULL);
  aski_json_open_object(writer, "toolSpec");
  aski_json_write_text(writer, "name", question->name);
  aski_json_write_text(writer, "description", "Takes the answer. Call it once, with the whole answer.");
  aski_json_open_object(writer, "inputSchema");
  aski_json_write_raw(writer, "json", askiam_str_from(question->schema));
  aski_json_close_object(writer);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
  aski_json_close_array(writer);
  aski_json_open_object(writer, "toolChoice");
  aski_json_open_object(writer, "tool");
  aski_json_write_text(writer, "name", question->name);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
  aski_json_close_object(writer);
}

void aski_chat_converse_write(aski_buffer *body, const aski_chat_question *question, double temperature, bool as_tool)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  s_write_content(&writer, "system", askiam_str_from(question->instructions));
  aski_json_open_array(&writer, "messages");
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "role", "user");
  s_write_content(&writer, "content", question->text);
  aski_json_close_object(&writer);
  aski_json_close_array(&writer);
  aski_json_open_object(&writer, "inferenceConfig");
  aski_json_write_integer(&writer, "maxTokens", ANSWER_MAX_TOKENS);
  if (temperature >= 0) {
    aski_json_write_number(&writer, "temperature", temperature, -1);
  }
  aski_json_close_object(&writer);
  if (as_tool) {
    s_write_tool(&writer, question);
  } else {
    s_write_output(&writer, question);
  }
  aski_json_close_object(&writer);
}
