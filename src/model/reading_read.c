/* SPDX-License-Identifier: Apache-2.0
 *
 * A reading back from its JSON: what another process understood. Strict, since a code that is not known could be
 * the one that says no. */
#include "model/reading.h"

static const char *s_kind_name(size_t index) { return aski_kind_name((askiam_kind)(1u << index)); }
static const char *s_act_name(size_t act) { return aski_act_name((aski_act)act); }

void aski_suggestions_read_json(aski_suggestions *suggestions, aski_reader *reader, const aski_json *node)
{
  const aski_json *list = aski_reader_member(reader, node, "suggestions", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    if (suggestions->count == ASKI_SUGGESTIONS_MAX) {
      aski_reader_fail(reader, "suggestions", "a list of at most 5");
      return;
    }
    aski_suggestion *added = &suggestions->items[suggestions->count++];
    added->kind = (askiam_kind)(1u << aski_reader_choice(reader, item, "kind", s_kind_name, 3));
    added->id = aski_reader_text(reader, item, "id");
    added->name = aski_reader_optional_text(reader, item, "name");
    added->application_id = aski_reader_optional_text(reader, item, "app_id");
    added->score = aski_reader_number(reader, item, "score", 0);
  }
}

static void s_read_codes(aski_code_list *codes, aski_reader *reader, const aski_json *node)
{
  const aski_json *list = aski_reader_member(reader, node, "reason_codes", ASKI_JSON_ARRAY);
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    aski_code code = aski_code_from_name(aski_json_string(item));
    if (aski_json_type_of(item) != ASKI_JSON_STRING || code == ASKI_CODE_COUNT) {
      aski_reader_fail(reader, "reason_codes", "a list of known codes");
      return;
    }
    aski_code_list_add(codes, code);
  }
}

void aski_reading_read_json(aski_reading *out_reading, aski_reader *reader, const aski_json *node)
{
  *out_reading = (aski_reading){.expires_at_ms = 0};
  out_reading->act = (aski_act)aski_reader_choice(reader, node, "act", s_act_name, ASKI_ACT_UNCLEAR + 1);
  s_read_codes(&out_reading->codes, reader, node);
  const aski_json *entities = aski_reader_member(reader, node, "entities", ASKI_JSON_OBJECT);
  aski_entity_read_json(&out_reading->user, reader, entities, "user");
  aski_entity_read_json(&out_reading->application, reader, entities, "application");
  aski_entity_read_json(&out_reading->role, reader, entities, "role");
  out_reading->expires_at_ms =
      aski_reader_time(reader, aski_reader_member(reader, node, "duration", ASKI_JSON_OBJECT), "expires_at");
  aski_suggestions_read_json(&out_reading->suggestions, reader, node);
  out_reading->question = aski_reader_optional_text(reader, node, "question");
}
