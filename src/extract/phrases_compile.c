/* SPDX-License-Identifier: Apache-2.0
 *
 * From a patterns file to the table of its phrases. What is built in went through here when the library was built
 * (compiler/main.c); a file of one's own does when an engine is opened. */
#include "base/text.h"
#include "extract/phrase_table.h"
#include "json/json.h"

enum { MOST_PHRASES = 20000, MOST_WORDS = 8, LEAST_PLACES = 64 };
typedef struct builder {
  const char *place; /* of the file, for messages */
  askiam_error *error;
  aski_arena scratch;
  struct {
    aski_phrase *items;
    size_t count, capacity;
  } phrases;
  aski_buffer texts;
  uint16_t *places;
  aski_phrase_table table; /* of what there is so far: its pointers are set anew before each look-up */
} builder;

static const char *const s_word_names[ASKI_WORD_COUNT] = {
#define NAME(word, name) name,
    ASKI_WORDS(NAME)
#undef NAME
};

static const char *const s_value_names[ASKI_VALUE_COUNT] = {"numbers", "months", "weekdays",
                                                            "units",   "days",   "signals"};
static const char *const s_unit_names[ASKI_UNIT_COUNT] = {"minute", "hour", "day", "week", "month", "quarter", "year"};
static const char *const s_signal_names[ASKI_SIGNAL_COUNT] = {
    "hedge", "turn", "condition", "past",    "limit",   "consent", "article", "the",   "own",
    "seek",  "this", "group",     "lasting", "perfect", "back",    "copula",  "unable"};

/* What a requester misspells: words that carry a request, never words of which names are made. */
static const uint64_t s_guessable = ASKI_IS(FILLER) | ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(ACCESS) |
                                    ASKI_IS(NEED) | ASKI_IS(GIVE) | ASKI_IS(UNTIL) | ASKI_IS(REASON) | ASKI_IS(OTHER);

static askiam_status s_bad(const builder *made, const char *member, size_t index, const char *what)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s: %s[%zu] %s; see docs/patterns.md", made->place, member, index, what);
}

static askiam_status s_no_memory(const builder *made)
{
  return askiam_error_set(made->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
}

static size_t s_count_words(askiam_str key)
{
  size_t words = key.length > 0;
  for (size_t i = 0; i < key.length; ++i) {
    words += key.data[i] == ' ';
  }
  return words;
}

/* The phrase with this key, made where there is none; NULL: out of memory. */
static aski_phrase *s_entry(builder *made, askiam_str key)
{
  made->table.phrases = made->phrases.items;
  made->table.texts = made->texts.data;
  size_t place = aski_phrase_place(&made->table, key);
  if (made->places[place] != 0) {
    return &made->phrases.items[made->places[place] - 1];
  }
  size_t at = made->texts.length;
  aski_buffer_append(&made->texts, key);
  aski_phrase *entry = made->texts.failed ? NULL : ASKI_ARENA_PUSH(&made->scratch, &made->phrases);
  if (entry != NULL) {
    entry->key = (uint32_t)at;
    entry->key_length = (uint32_t)key.length;
    made->places[place] = (uint16_t)made->phrases.count;
  }
  return entry;
}

/* The phrase of a text of the file, with its first word told how long it is. NULL where it fails. */
static aski_phrase *s_add(builder *made, const char *member, size_t index, askiam_str text, askiam_status *out_status)
{
  askiam_str key = aski_text_key(&made->scratch, text);
  size_t words = s_count_words(key);
  if (!made->scratch.failed && (words == 0 || words > MOST_WORDS)) {
    *out_status = s_bad(made, member, index, "must have 1 to 8 words");
    return NULL;
  }
  const char *space = key.length == 0 ? NULL : memchr(key.data, ' ', key.length);
  size_t first = space == NULL ? key.length : (size_t)(space - key.data);
  aski_phrase *head = made->scratch.failed ? NULL : s_entry(made, aski_str_slice(key, 0, first));
  if (head != NULL && head->longest < words) {
    head->longest = (unsigned char)words;
  }
  aski_phrase *entry = head == NULL ? NULL : s_entry(made, key);
  if (entry == NULL) {
    *out_status = s_no_memory(made);
    return NULL;
  }
  entry->words = (unsigned char)words;
  return entry;
}

static askiam_status s_load_list(builder *made, const aski_json *list, aski_word word)
{
  if (list == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(list) != ASKI_JSON_ARRAY) {
    return s_bad(made, s_word_names[word], 0, "must be in a list of texts");
  }
  size_t index = 0;
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item), ++index) {
    if (aski_json_type_of(item) != ASKI_JSON_STRING) {
      return s_bad(made, s_word_names[word], index, "must be a text");
    }
    askiam_status status = ASKIAM_STATUS_OK;
    aski_phrase *entry = s_add(made, s_word_names[word], index, aski_json_string(item), &status);
    if (entry == NULL) {
      return status;
    }
    entry->is |= UINT64_C(1) << word;
  }
  return ASKIAM_STATUS_OK;
}

static bool s_read_name(const aski_json *item, const char *const *names, int count, double *out_number)
{
  for (int i = 0; i < count; ++i) {
    if (aski_str_equal_text(aski_json_string(item), names[i])) {
      *out_number = i;
      return true;
    }
  }
  return false;
}

static bool s_read_value(const aski_json *item, aski_value value, double *out_number)
{
  if (value == ASKI_VALUE_UNIT) {
    return s_read_name(item, s_unit_names, ASKI_UNIT_COUNT, out_number);
  }
  if (value == ASKI_VALUE_SIGNAL) {
    return s_read_name(item, s_signal_names, ASKI_SIGNAL_COUNT, out_number);
  }
  static const double least[] = {0, 1, 0, 0, 0};
  static const double most[] = {2000, 12, 6, 0, 7};
  *out_number = aski_json_number(item, -1) * (value == ASKI_VALUE_NUMBER ? 2 : 1);
  return *out_number >= least[value] && *out_number <= most[value];
}

static askiam_status s_load_values(builder *made, const aski_json *object, aski_value value)
{
  if (object == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(object) != ASKI_JSON_OBJECT) {
    return s_bad(made, s_value_names[value], 0, "must be in an object from text to value");
  }
  size_t index = 0;
  for (const aski_json *item = aski_json_first(object); item != NULL; item = aski_json_next(item), ++index) {
    double number = 0;
    if (!s_read_value(item, value, &number)) {
      return s_bad(made, s_value_names[value], index, "has a value that this table does not take");
    }
    askiam_status status = ASKIAM_STATUS_OK;
    aski_phrase *entry = s_add(made, s_value_names[value], index, aski_json_name(item), &status);
    if (entry == NULL) {
      return status;
    }
    entry->values[value] = (short)number;
    entry->has_value |= (unsigned char)(1u << value);
  }
  return ASKIAM_STATUS_OK;
}

static bool s_is_known_member(askiam_str name)
{
  static const char *const other[] = {"language", "about", "phrases"};
  bool known = false;
  for (size_t i = 0; i < sizeof other / sizeof *other; ++i) {
    known = known || aski_str_equal_text(name, other[i]);
  }
  for (size_t i = 0; i < ASKI_VALUE_COUNT; ++i) {
    known = known || aski_str_equal_text(name, s_value_names[i]);
  }
  return known;
}

static bool s_is_known_word(askiam_str name)
{
  bool known = false;
  for (size_t i = 0; i < ASKI_WORD_COUNT; ++i) {
    known = known || aski_str_equal_text(name, s_word_names[i]);
  }
  return known;
}

static askiam_status s_check_members(const builder *made, const aski_json *node, bool (*known)(askiam_str name))
{
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    askiam_str name = aski_json_name(item);
    if (!known(name)) {
      return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                              "%s: unknown member \"%.*s\"; docs/patterns.md lists what there is", made->place,
                              (int)aski_text_cut(name, 60), name.data);
    }
  }
  return ASKIAM_STATUS_OK;
}

static size_t s_count_phrases(const aski_json *root)
{
  size_t count = 0;
  for (const aski_json *list = aski_json_first(aski_json_get(root, "phrases")); list != NULL;
       list = aski_json_next(list)) {
    count += aski_json_count(list);
  }
  for (size_t i = 0; i < ASKI_VALUE_COUNT; ++i) {
    count += aski_json_count(aski_json_get(root, s_value_names[i]));
  }
  return count;
}

static askiam_status s_make_places(builder *made, aski_arena *arena, const aski_json *root)
{
  size_t count = s_count_phrases(root);
  if (count > MOST_PHRASES) {
    return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: %zu phrases are too many; at most %d", made->place, count, MOST_PHRASES);
  }
  uint32_t places = LEAST_PLACES;
  while (places <= count * 2) {
    places *= 2;
  }
  made->places = aski_arena_acquire(arena, places, sizeof *made->places);
  made->table.places = made->places;
  made->table.place_count = places;
  return made->places != NULL ? ASKIAM_STATUS_OK : s_no_memory(made);
}

static askiam_status s_load(builder *made, aski_arena *arena, const aski_json *root)
{
  const aski_json *lists = aski_json_get(root, "phrases");
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT || lists == NULL || aski_json_type_of(lists) != ASKI_JSON_OBJECT) {
    return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: must be an object with a member \"phrases\", an object of lists", made->place);
  }
  askiam_status status = s_check_members(made, root, s_is_known_member);
  status = status != ASKIAM_STATUS_OK ? status : s_check_members(made, lists, s_is_known_word);
  status = status != ASKIAM_STATUS_OK ? status : s_make_places(made, arena, root);
  for (int word = 0; status == ASKIAM_STATUS_OK && word < ASKI_WORD_COUNT; ++word) {
    status = s_load_list(made, aski_json_get(lists, s_word_names[word]), (aski_word)word);
  }
  for (int value = 0; status == ASKIAM_STATUS_OK && value < ASKI_VALUE_COUNT; ++value) {
    status = s_load_values(made, aski_json_get(root, s_value_names[value]), (aski_value)value);
  }
  return status;
}

static askiam_status s_parse(builder *made, aski_arena *arena, askiam_str json)
{
  aski_json_document *document = NULL;
  askiam_error why = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse(&document, json, arena->allocator, ASKIAM_LAYER_CONFIG, &why);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return s_no_memory(made);
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(made->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: %s", made->place, why.message);
  }
  status = s_load(made, arena, aski_json_root(document));
  aski_json_destroy(document);
  return status;
}

/* The list of guesses that a phrase belongs to, or ASKI_GUESS_BUCKETS. */
static size_t s_guess_bucket(const aski_phrase_table *table, const aski_phrase *phrase)
{
  bool may = phrase->words == 1 && (phrase->is & s_guessable) != 0 && phrase->key_length >= ASKI_GUESS_LETTERS_MIN;
  return may ? aski_phrase_bucket(aski_phrase_key(table, phrase)) : ASKI_GUESS_BUCKETS;
}

/* Counts what each list will hold, then fills them, each from its own end. */
static bool s_collect_guesses(aski_phrase_table *table, aski_arena *arena)
{
  uint32_t next[ASKI_GUESS_BUCKETS + 1] = {0};
  for (uint32_t i = 0; i < table->phrase_count; ++i) {
    ++next[s_guess_bucket(table, &table->phrases[i])];
  }
  uint32_t total = 0;
  for (size_t bucket = 0; bucket < ASKI_GUESS_BUCKETS; ++bucket) {
    total += next[bucket];
    table->guess_ends[bucket] = total;
    next[bucket] = total - next[bucket];
  }
  uint16_t *guesses = aski_arena_acquire(arena, total + 1, sizeof *guesses);
  for (uint32_t i = 0; guesses != NULL && i < table->phrase_count; ++i) {
    size_t bucket = s_guess_bucket(table, &table->phrases[i]);
    if (bucket < ASKI_GUESS_BUCKETS) {
      guesses[next[bucket]++] = (uint16_t)i;
    }
  }
  table->guesses = guesses;
  return guesses != NULL;
}

/* Takes what is to stay out of the scratch memory. */
static askiam_status s_finish(builder *made, aski_phrase_table *out_table, aski_arena *arena)
{
  size_t count = made->phrases.count;
  aski_phrase *phrases = aski_arena_acquire(arena, count + 1, sizeof *phrases);
  askiam_str texts =
      aski_arena_copy(arena, (askiam_str){made->texts.data == NULL ? "" : made->texts.data, made->texts.length});
  if (phrases == NULL || !aski_str_present(texts)) {
    return s_no_memory(made);
  }
  if (count > 0) {
    memcpy(phrases, made->phrases.items, count * sizeof *phrases);
  }
  aski_phrase_table table = made->table;
  table.phrases = phrases;
  table.texts = texts.data;
  table.phrase_count = (uint32_t)count;
  table.text_bytes = (uint32_t)texts.length;
  if (!s_collect_guesses(&table, arena)) {
    return s_no_memory(made);
  }
  *out_table = table;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_phrases_compile(aski_phrase_table *out_table, aski_arena *arena, askiam_str json, const char *place,
                                   askiam_error *error)
{
  builder made = {.place = place, .error = error};
  aski_arena_init(&made.scratch, arena->allocator);
  aski_buffer_init(&made.texts, arena->allocator);
  askiam_status status = s_parse(&made, arena, json);
  if (status == ASKIAM_STATUS_OK) {
    status = s_finish(&made, out_table, arena);
  }
  aski_buffer_clean_up(&made.texts);
  aski_arena_clean_up(&made.scratch);
  return status;
}
