/* SPDX-License-Identifier: Apache-2.0
 *
 * From a file of dialogue words to their table. What is built in went through here when the library was built (compiler/main.c); a file of
 * one's own does when an engine is opened. */
#include "base/text.h"
#include "dialogue/word_table.h"

enum { MOST_BYTES = UINT16_MAX, MOST_PHRASES = 4096, MOST_WORDS = 8 };

typedef struct s_builder {
  const char *place; /* of the file, for messages */
  askiam_error *error;
  aski_arena *arena;
  aski_buffer texts;
  struct {
    uint16_t *items;
    size_t count, capacity;
  } starts;
  aski_dialogue_words table; /* of what there is so far */
} s_builder;

static const struct {
  const char *name;
  unsigned kind;
  unsigned group;
} s_lists[ASKI_LIST_COUNT] = {
#define ENTRY(list, name, kind, group) {name, kind, group},
    ASKI_DIALOGUE_LISTS(ENTRY)
#undef ENTRY
};

static askiam_status s_no_memory(const s_builder *made)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
}

static askiam_status s_bad(const s_builder *made, size_t list, size_t index, const char *what)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s: words.%s[%zu] %s; see docs/dialogue.md", made->place, s_lists[list].name, index, what);
}

static askiam_status s_bad_file(const s_builder *made, const char *what)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: %s; see docs/dialogue.md",
                          made->place, what);
}

static size_t s_count_words(askiam_str phrase)
{
  size_t count = phrase.length > 0 ? 1 : 0;
  for (size_t i = 0; i < phrase.length; ++i) {
    count += phrase.data[i] == ' ' ? 1 : 0;
  }
  return count;
}

static size_t s_count(const s_builder *made) { return made->starts.count; }

static askiam_str s_phrase(s_builder *made, size_t index)
{
  size_t start = made->starts.items[index];
  size_t end = index + 1 < s_count(made) ? made->starts.items[index + 1] : made->texts.length;
  return (askiam_str){made->texts.data + start, end - start};
}

/* The list before `list`, or `list` itself, that holds this phrase and that it must not contradict; ASKI_LIST_COUNT for none. */
static size_t s_holder(s_builder *made, size_t list, askiam_str phrase)
{
  for (size_t other = 0; other <= list; ++other) {
    bool same_group = s_lists[list].group != ASKI_LIST_FREE && s_lists[other].group == s_lists[list].group;
    size_t last = other == list ? s_count(made) : made->table.firsts[other + 1];
    for (size_t i = made->table.firsts[other]; i < last && (same_group || other == list); ++i) {
      if (aski_str_equal(s_phrase(made, i), phrase)) {
        return other;
      }
    }
  }
  return ASKI_LIST_COUNT;
}

static askiam_status s_contradicts(const s_builder *made, size_t list, size_t other, askiam_str phrase)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s: \"%.*s\" stands in words.%s and in words.%s, which contradict each other; see "
                          "docs/dialogue.md",
                          made->place, ASKI_STR_ARG(phrase), s_lists[other].name, s_lists[list].name);
}

static askiam_status s_push(s_builder *made, askiam_str phrase)
{
  if (made->texts.length + phrase.length > MOST_BYTES || s_count(made) == MOST_PHRASES) {
    return s_bad_file(made, "too many phrases, or too long ones");
  }
  uint16_t *start = ASKI_ARENA_PUSH(made->arena, &made->starts);
  if (start == NULL) {
    return s_no_memory(made);
  }
  *start = (uint16_t)made->texts.length;
  aski_buffer_append(&made->texts, phrase);
  return made->texts.failed ? s_no_memory(made) : ASKIAM_STATUS_OK;
}

/* A phrase that the list has already, in another spelling of the same key, is passed over. */
static askiam_status s_add(s_builder *made, size_t list, size_t index, const aski_json *item)
{
  if (aski_json_type_of(item) != ASKI_JSON_STRING) {
    return s_bad(made, list, index, "must be a text");
  }
  const unsigned kind = s_lists[list].kind;
  askiam_str text = aski_json_string(item);
  askiam_str phrase =
      (kind & ASKI_LIST_WRITTEN) != 0 ? aski_text_fold(made->arena, text) : aski_text_key(made->arena, text);
  if (made->arena->failed) {
    return s_no_memory(made);
  }
  size_t words = s_count_words(phrase);
  if ((kind & ASKI_LIST_WORD) != 0 && words != 1) {
    return s_bad(made, list, index, "must be one word");
  }
  if (words == 0 || words > MOST_WORDS) {
    return s_bad(made, list, index, "must have 1 to 8 words");
  }
  size_t other = s_holder(made, list, phrase);
  return other == list              ? ASKIAM_STATUS_OK
         : other == ASKI_LIST_COUNT ? s_push(made, phrase)
                                    : s_contradicts(made, list, other, phrase);
}

static askiam_status s_load_list(s_builder *made, size_t list, const aski_json *node)
{
  made->table.firsts[list] = (uint16_t)s_count(made);
  if (node != NULL && aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    return s_bad(made, list, 0, "must be in a list of texts");
  }
  askiam_status status = ASKIAM_STATUS_OK;
  size_t index = 0;
  for (const aski_json *item = node == NULL ? NULL : aski_json_first(node); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item), ++index) {
    status = s_add(made, list, index, item);
  }
  bool required = list == ASKI_LIST_YES || list == ASKI_LIST_NO || list == ASKI_LIST_CANCEL;
  bool empty = made->table.firsts[list] == s_count(made);
  return status == ASKIAM_STATUS_OK && required && empty ? s_bad(made, list, 0, "is missing") : status;
}

static bool s_is_file_member(askiam_str name)
{
  return aski_str_equal_text(name, "language") || aski_str_equal_text(name, "about") ||
         aski_str_equal_text(name, "words");
}

static bool s_is_list(askiam_str name)
{
  bool known = false;
  for (size_t i = 0; i < ASKI_LIST_COUNT; ++i) {
    known = known || aski_str_equal_text(name, s_lists[i].name);
  }
  return known;
}

static askiam_status s_check_members(const s_builder *made, const aski_json *node, bool (*known)(askiam_str name))
{
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    askiam_str name = aski_json_name(item);
    if (!known(name)) {
      return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                              "%s: unknown member \"%.*s\"; docs/dialogue.md lists what there is", made->place,
                              (int)aski_text_cut(name, 60), name.data);
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_load(s_builder *made, const aski_json *root)
{
  const aski_json *lists = aski_json_get(root, "words");
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT || lists == NULL || aski_json_type_of(lists) != ASKI_JSON_OBJECT) {
    return s_bad_file(made, "must be an object with a member \"words\", an object of lists");
  }
  askiam_status status = s_check_members(made, root, s_is_file_member);
  status = status != ASKIAM_STATUS_OK ? status : s_check_members(made, lists, s_is_list);
  for (size_t list = 0; list < ASKI_LIST_COUNT && status == ASKIAM_STATUS_OK; ++list) {
    status = s_load_list(made, list, aski_json_get(lists, s_lists[list].name));
  }
  return status;
}

static askiam_status s_parse(s_builder *made, askiam_str json)
{
  aski_json_document *document = NULL;
  askiam_error why = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse(&document, json, made->arena->allocator, ASKIAM_LAYER_CONFIG, &why);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return s_no_memory(made);
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: %s", made->place, why.message);
  }
  status = s_load(made, aski_json_root(document));
  aski_json_destroy(document);
  return status;
}

/* Takes what is to stay out of the scratch memory. */
static askiam_status s_finish(s_builder *made, const aski_dialogue_words **out_words, aski_arena *arena)
{
  const size_t count = s_count(made);
  aski_dialogue_words *words = aski_arena_acquire(arena, 1, sizeof *words);
  uint16_t *starts = aski_arena_acquire(arena, count + 1, sizeof *starts);
  askiam_str texts = aski_arena_copy(arena, aski_buffer_view(&made->texts));
  if (words == NULL || starts == NULL || !aski_str_present(texts)) {
    return s_no_memory(made);
  }
  memcpy(starts, made->starts.items, count * sizeof *starts);
  starts[count] = (uint16_t)texts.length;
  *words = made->table;
  words->texts = texts.data;
  words->starts = starts;
  words->firsts[ASKI_LIST_COUNT] = (uint16_t)count;
  *out_words = words;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_dialogue_words_compile(const aski_dialogue_words **out_words, aski_arena *arena, askiam_str json,
                                          const char *place, askiam_error *error)
{
  *out_words = NULL;
  aski_arena scratch;
  s_builder made = {.place = place, .error = error, .arena = &scratch};
  aski_arena_init(&scratch, arena->allocator);
  aski_buffer_init(&made.texts, arena->allocator);
  askiam_status status = s_parse(&made, json);
  if (status == ASKIAM_STATUS_OK) {
    status = s_finish(&made, out_words, arena);
  }
  aski_buffer_clean_up(&made.texts);
  aski_arena_clean_up(&scratch);
  return status;
}
