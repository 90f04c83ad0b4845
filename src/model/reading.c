/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reading.h"

void aski_code_list_add(aski_code_list *codes, aski_code code)
{
  for (size_t i = 0; i < codes->count; ++i) {
    if (codes->items[i] == code) {
      return;
    }
  }
  if (codes->count < ASKI_CODES_MAX) {
    codes->items[codes->count++] = code;
  }
}

const char *aski_kind_name(askiam_kind kind)
{
  return kind == ASKIAM_KIND_USER ? "user" : kind == ASKIAM_KIND_APPLICATION ? "application" : "role";
}

const char *aski_act_name(aski_act act)
{
  static const char *const names[] = {"request", "other_intent", "none", "unclear"};
  return (unsigned)act < sizeof names / sizeof *names ? names[act] : "unclear";
}

void aski_entity_write_json(const aski_entity *entity, aski_json_writer *writer, const char *name)
{
  if (!entity->found) {
    aski_json_write_null(writer, name);
    return;
  }
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", entity->id);
  aski_json_write_string(writer, "name", entity->name);
  aski_json_write_string(writer, "mention", entity->mention);
  aski_json_write_number(writer, "score", entity->score, 4);
  aski_json_close_object(writer);
}

void aski_entity_read_json(aski_entity *out_entity, aski_reader *reader, const aski_json *node, const char *name)
{
  *out_entity = (aski_entity){.found = false};
  const aski_json *member = aski_reader_optional(reader, node, name, ASKI_JSON_OBJECT);
  if (member != NULL) {
    out_entity->found = true;
    out_entity->id = aski_reader_text(reader, member, "id");
    out_entity->name = aski_reader_optional_text(reader, member, "name");
    out_entity->mention = aski_reader_optional_text(reader, member, "mention");
    out_entity->score = aski_reader_number(reader, member, "score", 0);
  }
}

void aski_suggestions_write_json(const aski_suggestions *suggestions, aski_json_writer *writer, const char *name)
{
  aski_json_open_array(writer, name);
  for (size_t i = 0; i < suggestions->count; ++i) {
    const aski_suggestion *suggestion = &suggestions->items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "kind", aski_kind_name(suggestion->kind));
    aski_json_write_string(writer, "id", suggestion->id);
    aski_json_write_string(writer, "name", suggestion->name);
    aski_json_write_string(writer, "app_id", suggestion->application_id);
    aski_json_write_number(writer, "score", suggestion->score, 4);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

void aski_codes_write_json(const aski_code_list *codes, aski_json_writer *writer, const char *name)
{
  aski_json_open_array(writer, name);
  for (size_t i = 0; i < codes->count; ++i) {
    aski_json_write_text(writer, NULL, aski_code_name(codes->items[i]));
  }
  aski_json_close_array(writer);
}

static void s_write_mentions(const aski_reading *reading, aski_json_writer *writer)
{
  aski_json_open_array(writer, "mentions");
  for (size_t i = 0; i < reading->mentions.count; ++i) {
    const aski_mention *mention = &reading->mentions.items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "kind", aski_kind_name(mention->kind));
    aski_json_write_string(writer, "text", mention->text);
    aski_json_write_unsigned(writer, "start", mention->start);
    aski_json_write_string(writer, "id", mention->id);
    aski_json_write_string(writer, "name", mention->name);
    aski_json_write_number(writer, "score", mention->score, 4);
    aski_json_write_bool(writer, "chosen", mention->chosen);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

static void s_write_id(const aski_entity *entity, aski_json_writer *writer, const char *name)
{
  aski_json_write_string(writer, name, entity->found ? entity->id : ASKI_STR_NONE);
}

void aski_reading_write_json(const aski_reading *reading, aski_json_writer *writer)
{
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "act", aski_act_name(reading->act));
  s_write_mentions(reading, writer);
  s_write_id(&reading->user, writer, "user_id");
  s_write_id(&reading->application, writer, "app_id");
  s_write_id(&reading->role, writer, "role_id");
  aski_json_open_object(writer, "entities");
  aski_entity_write_json(&reading->user, writer, "user");
  aski_entity_write_json(&reading->application, writer, "application");
  aski_entity_write_json(&reading->role, writer, "role");
  aski_json_close_object(writer);
  aski_json_open_object(writer, "duration");
  aski_json_write_time(writer, "expires_at", reading->expires_at_ms);
  aski_json_close_object(writer);
  aski_suggestions_write_json(&reading->suggestions, writer, "suggestions");
  aski_json_write_string(writer, "question", reading->question);
  aski_codes_write_json(&reading->codes, writer, "reason_codes");
  aski_json_close_object(writer);
}
