/* SPDX-License-Identifier: Apache-2.0
 *
 * A dialogue as it is kept between two turns. What is read back is checked as strictly as it was written: whoever can write the store could
 * have put anything there. */
#include "dialogue/dialogue.h"

#include "base/text.h"

enum { VERSION = 1, ID_MAX_BYTES = 256 };

static void s_write_entity(aski_json_writer *writer, const char *name, aski_dialogue_entity entity)
{
  if (!aski_str_present(entity.id)) {
    return;
  }
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", entity.id);
  aski_json_write_string(writer, "name", entity.name);
  aski_json_close_object(writer);
}

static void s_write_choices(aski_json_writer *writer, const aski_dialogue_choices *choices)
{
  aski_json_open_array(writer, "choices");
  for (size_t i = 0; i < choices->count; ++i) {
    const aski_dialogue_choice *choice = &choices->items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_integer(writer, "kind", (int64_t)choice->kind);
    aski_json_write_string(writer, "id", choice->id);
    aski_json_write_string(writer, "name", choice->name);
    aski_json_write_string(writer, "app", choice->application_id);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

void aski_dialogue_write(const aski_dialogue *dialogue, aski_json_writer *writer)
{
  aski_json_write_integer(writer, "v", VERSION);
  aski_json_write_integer(writer, "state", (int64_t)dialogue->state);
  aski_json_write_integer(writer, "asked", (int64_t)dialogue->asked);
  aski_json_write_integer(writer, "misses", dialogue->misses);
  s_write_entity(writer, "user", dialogue->user);
  aski_json_write_integer(writer, "doubt", (int64_t)dialogue->doubt);
  s_write_entity(writer, "application", dialogue->application);
  s_write_entity(writer, "role", dialogue->role);
  aski_json_write_string(writer, "role_words", dialogue->role_words);
  aski_json_write_integer(writer, "expires_at_ms", dialogue->expires_at_ms);
  aski_json_write_bool(writer, "duration_bad", dialogue->duration_bad);
  aski_json_write_string(writer, "justification", dialogue->justification);
  s_write_choices(writer, &dialogue->choices);
  aski_json_write_bool(writer, "more", dialogue->choices.more);
}

typedef struct s_reader {
  aski_arena *arena;
  bool bad;
} s_reader;

static int64_t s_integer(s_reader *reader, const aski_json *node, const char *name, int64_t most)
{
  int64_t value = 0;
  if (!aski_json_integer(aski_json_get(node, name), &value) || value < 0 || value > most) {
    reader->bad = true;
    return 0;
  }
  return value;
}

/* Absent where it is null; `needed` then is bad. */
static askiam_str s_text(s_reader *reader, const aski_json *node, const char *name, size_t most, bool needed)
{
  const aski_json *member = aski_json_get(node, name);
  aski_json_type type = aski_json_type_of(member);
  askiam_str text = aski_json_string(member);
  if ((type != ASKI_JSON_STRING && type != ASKI_JSON_NULL) || text.length > most || (needed && text.length == 0)) {
    reader->bad = true;
    return ASKI_STR_NONE;
  }
  return aski_arena_copy(reader->arena, text);
}

static bool s_flag(s_reader *reader, const aski_json *node, const char *name)
{
  const aski_json *member = aski_json_get(node, name);
  reader->bad = reader->bad || aski_json_type_of(member) != ASKI_JSON_BOOL;
  return aski_json_bool(member, false);
}

static aski_dialogue_entity s_entity(s_reader *reader, const aski_json *node, const char *name)
{
  const aski_json *member = aski_json_get(node, name);
  if (aski_json_type_of(member) == ASKI_JSON_NULL) {
    return (aski_dialogue_entity){.id = ASKI_STR_NONE};
  }
  return (aski_dialogue_entity){s_text(reader, member, "id", ID_MAX_BYTES, true),
                                s_text(reader, member, "name", ID_MAX_BYTES, true)};
}

static askiam_kind s_kind(s_reader *reader, const aski_json *node)
{
  int64_t value = s_integer(reader, node, "kind", ASKIAM_KIND_ROLE);
  reader->bad =
      reader->bad || (value != ASKIAM_KIND_USER && value != ASKIAM_KIND_APPLICATION && value != ASKIAM_KIND_ROLE);
  return value == ASKIAM_KIND_USER          ? ASKIAM_KIND_USER
         : value == ASKIAM_KIND_APPLICATION ? ASKIAM_KIND_APPLICATION
                                            : ASKIAM_KIND_ROLE;
}

static void s_choices(s_reader *reader, const aski_json *node, aski_dialogue_choices *out_choices)
{
  const aski_json *list = aski_json_get(node, "choices");
  reader->bad =
      reader->bad || aski_json_type_of(list) != ASKI_JSON_ARRAY || aski_json_count(list) > ASKI_DIALOGUE_CHOICES_MAX;
  for (const aski_json *item = aski_json_first(list); item != NULL && !reader->bad; item = aski_json_next(item)) {
    aski_dialogue_choice *choice = &out_choices->items[out_choices->count++];
    choice->kind = s_kind(reader, item);
    choice->id = s_text(reader, item, "id", ID_MAX_BYTES, true);
    choice->name = s_text(reader, item, "name", ID_MAX_BYTES, true);
    choice->application_id = s_text(reader, item, "app", ID_MAX_BYTES, choice->kind == ASKIAM_KIND_ROLE);
  }
  out_choices->more = s_flag(reader, node, "more");
}

/* What may be submitted is complete. */
static bool s_is_whole(const aski_dialogue *dialogue)
{
  bool open = dialogue->state == ASKI_DIALOGUE_ASK || dialogue->state == ASKI_DIALOGUE_CANCELLED;
  return open || (aski_str_present(dialogue->application.id) && aski_str_present(dialogue->role.id) &&
                  dialogue->doubt == ASKI_DIALOGUE_NO_DOUBT && !dialogue->duration_bad);
}

askiam_status aski_dialogue_read(aski_dialogue *out_dialogue, aski_arena *arena, const aski_json *node,
                                 askiam_error *error)
{
  s_reader reader = {arena, aski_json_type_of(node) != ASKI_JSON_OBJECT};
  aski_dialogue *dialogue = out_dialogue;
  *dialogue = (aski_dialogue){.state = ASKI_DIALOGUE_ASK};
  reader.bad = reader.bad || s_integer(&reader, node, "v", VERSION) != VERSION;
  dialogue->state = (aski_dialogue_state)s_integer(&reader, node, "state", ASKI_DIALOGUE_CANCELLED);
  dialogue->asked = (aski_dialogue_slot)s_integer(&reader, node, "asked", ASKI_DIALOGUE_JUSTIFICATION);
  dialogue->misses = s_integer(&reader, node, "misses", INT32_MAX);
  dialogue->user = s_entity(&reader, node, "user");
  dialogue->doubt = (aski_dialogue_doubt)s_integer(&reader, node, "doubt", ASKI_DIALOGUE_UNNAMED);
  dialogue->application = s_entity(&reader, node, "application");
  dialogue->role = s_entity(&reader, node, "role");
  dialogue->role_words = s_text(&reader, node, "role_words", ASKI_DIALOGUE_WORDS_MAX_BYTES, false);
  dialogue->expires_at_ms = s_integer(&reader, node, "expires_at_ms", INT64_C(253402300799999));
  dialogue->duration_bad = s_flag(&reader, node, "duration_bad");
  dialogue->justification = s_text(&reader, node, "justification", ASKI_DIALOGUE_REASON_MAX_BYTES, false);
  s_choices(&reader, node, &dialogue->choices);
  if (arena->failed) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation");
  }
  return reader.bad || !s_is_whole(dialogue)
             ? askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_STORE, "the session is not one of ours")
             : ASKIAM_STATUS_OK;
}
