/* SPDX-License-Identifier: Apache-2.0
 *
 * The patterns file, compiled into one hash table from phrase to what it is. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "extract/builtin.h"
#include "extract/words.h"
#include "json/json.h"

enum { MOST_PHRASES = 20000, MOST_WORDS = 8, GUESS_LETTERS_MIN = 5, BUCKETS = 26 };

struct aski_phrases {
  const askiam_allocator *allocator;
  aski_arena arena;
  aski_phrase *table;
  size_t size; /* a power of two */
  size_t count;
  struct {
    const aski_phrase **items;
    size_t count, capacity;
  } guesses[BUCKETS]; /* words that may be misspelt, by first letter */
};

typedef struct pattern_loader {
  aski_phrases *phrases;
  const char *place;
  askiam_error *error;
} pattern_loader;

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

static aski_phrase *s_place_of(const aski_phrases *phrases, askiam_str key)
{
  size_t at = (size_t)aski_hash64(key, 0) & (phrases->size - 1);
  while (aski_str_present(phrases->table[at].key) && !aski_str_equal(phrases->table[at].key, key)) {
    at = (at + 1) & (phrases->size - 1);
  }
  return &phrases->table[at];
}

const aski_phrase *aski_phrases_find(const aski_phrases *phrases, askiam_str key)
{
  const aski_phrase *phrase = s_place_of(phrases, key);
  return aski_str_present(phrase->key) ? phrase : NULL;
}

static size_t s_bucket(askiam_str key)
{
  return key.length > 0 && key.data[0] >= 'a' && key.data[0] <= 'z' ? (size_t)(key.data[0] - 'a') : BUCKETS;
}

const aski_phrase *aski_phrases_guess(const aski_phrases *phrases, askiam_str key)
{
  size_t bucket = s_bucket(key);
  if (bucket == BUCKETS || key.length < GUESS_LETTERS_MIN || key.length > 16) {
    return NULL;
  }
  const aski_phrase *best = NULL;
  for (size_t i = 0; i < phrases->guesses[bucket].count; ++i) {
    const aski_phrase *phrase = phrases->guesses[bucket].items[i];
    if (phrase->key.length + 1 < key.length || phrase->key.length > key.length + 1 ||
        aski_text_distance(phrase->key, key, 1) > 1) {
      continue;
    }
    if (best != NULL && ((best->is ^ phrase->is) & ~ASKI_IS(COMMON)) != 0) {
      return NULL;
    }
    best = phrase;
  }
  return best;
}

static askiam_status s_bad(const pattern_loader *loader, const char *member, size_t index, const char *what)
{
  return askiam_error_set(loader->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s: %s[%zu] %s; see docs/patterns.md", loader->place, member, index, what);
}

static size_t s_count_words(askiam_str key)
{
  size_t words = key.length > 0;
  for (size_t i = 0; i < key.length; ++i) {
    words += key.data[i] == ' ';
  }
  return words;
}

static aski_phrase *s_entry(aski_phrases *phrases, askiam_str key)
{
  aski_phrase *entry = s_place_of(phrases, key);
  if (!aski_str_present(entry->key)) {
    entry->key = key;
    ++phrases->count;
  }
  return entry;
}

/* NULL where it fails. */
static aski_phrase *s_add(const pattern_loader *loader, const char *member, size_t index, askiam_str text,
                          askiam_status *out_status)
{
  aski_phrases *phrases = loader->phrases;
  askiam_str key = aski_text_key(&phrases->arena, text);
  if (phrases->arena.failed) {
    *out_status = askiam_error_set(loader->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
    return NULL;
  }
  size_t words = s_count_words(key);
  if (words == 0 || words > MOST_WORDS) {
    *out_status = s_bad(loader, member, index, "must have 1 to 8 words");
    return NULL;
  }
  aski_phrase *entry = s_entry(phrases, key);
  entry->words = (unsigned char)words;
  const char *space = memchr(key.data, ' ', key.length);
  size_t first = space == NULL ? key.length : (size_t)(space - key.data);
  aski_phrase *head = s_entry(phrases, aski_str_slice(key, 0, first));
  if (head->longest < words) {
    head->longest = (unsigned char)words;
  }
  *out_status = ASKIAM_STATUS_OK;
  return entry;
}

static askiam_status s_load_list(const pattern_loader *loader, const aski_json *list, aski_word word)
{
  if (list == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(list) != ASKI_JSON_ARRAY) {
    return s_bad(loader, s_word_names[word], 0, "must be in a list of texts");
  }
  size_t index = 0;
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item), ++index) {
    if (aski_json_type_of(item) != ASKI_JSON_STRING) {
      return s_bad(loader, s_word_names[word], index, "must be a text");
    }
    askiam_status status = ASKIAM_STATUS_OK;
    aski_phrase *entry = s_add(loader, s_word_names[word], index, aski_json_string(item), &status);
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

static askiam_status s_load_values(const pattern_loader *loader, const aski_json *object, aski_value value)
{
  if (object == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(object) != ASKI_JSON_OBJECT) {
    return s_bad(loader, s_value_names[value], 0, "must be in an object from text to value");
  }
  size_t index = 0;
  for (const aski_json *item = aski_json_first(object); item != NULL; item = aski_json_next(item), ++index) {
    double number = 0;
    if (!s_read_value(item, value, &number)) {
      return s_bad(loader, s_value_names[value], index, "has a value that this table does not take");
    }
    askiam_status status = ASKIAM_STATUS_OK;
    aski_phrase *entry = s_add(loader, s_value_names[value], index, aski_json_name(item), &status);
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

static askiam_status s_check_members(const pattern_loader *loader, const aski_json *node,
                                     bool (*known)(askiam_str name))
{
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    askiam_str name = aski_json_name(item);
    if (!known(name)) {
      return askiam_error_set(loader->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                              "%s: unknown member \"%.*s\"; docs/patterns.md lists what there is", loader->place,
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

static askiam_status s_make_table(const pattern_loader *loader, const aski_json *root)
{
  size_t count = s_count_phrases(root);
  if (count > MOST_PHRASES) {
    return askiam_error_set(loader->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: %zu phrases are too many; at most %d", loader->place, count, MOST_PHRASES);
  }
  aski_phrases *phrases = loader->phrases;
  for (phrases->size = 64; phrases->size <= count * 2; phrases->size *= 2) {
  }
  phrases->table = aski_arena_acquire(&phrases->arena, phrases->size, sizeof *phrases->table);
  return phrases->table != NULL
             ? ASKIAM_STATUS_OK
             : askiam_error_set(loader->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
}

static askiam_status s_collect_guesses(const pattern_loader *loader)
{
  aski_phrases *phrases = loader->phrases;
  for (size_t i = 0; i < phrases->size; ++i) {
    const aski_phrase *phrase = &phrases->table[i];
    size_t bucket = s_bucket(phrase->key);
    if (phrase->words != 1 || (phrase->is & s_guessable) == 0 || phrase->key.length < GUESS_LETTERS_MIN ||
        bucket == BUCKETS) {
      continue;
    }
    const aski_phrase **slot = ASKI_ARENA_PUSH(&phrases->arena, &phrases->guesses[bucket]);
    if (slot == NULL) {
      return askiam_error_set(loader->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
    }
    *slot = phrase;
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_load(const pattern_loader *loader, const aski_json *root)
{
  const aski_json *lists = aski_json_get(root, "phrases");
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT || lists == NULL || aski_json_type_of(lists) != ASKI_JSON_OBJECT) {
    return askiam_error_set(loader->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s: must be an object with a member \"phrases\", an object of lists", loader->place);
  }
  askiam_status status = s_check_members(loader, root, s_is_known_member);
  status = status != ASKIAM_STATUS_OK ? status : s_check_members(loader, lists, s_is_known_word);
  status = status != ASKIAM_STATUS_OK ? status : s_make_table(loader, root);
  for (int word = 0; status == ASKIAM_STATUS_OK && word < ASKI_WORD_COUNT; ++word) {
    status = s_load_list(loader, aski_json_get(lists, s_word_names[word]), (aski_word)word);
  }
  for (int value = 0; status == ASKIAM_STATUS_OK && value < ASKI_VALUE_COUNT; ++value) {
    status = s_load_values(loader, aski_json_get(root, s_value_names[value]), (aski_value)value);
  }
  return status != ASKIAM_STATUS_OK ? status : s_collect_guesses(loader);
}

static askiam_status s_parse(const pattern_loader *loader, askiam_str json)
{
  aski_json_document *document = NULL;
  askiam_error why = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse(&document, json, loader->phrases->allocator, ASKIAM_LAYER_CONFIG, &why);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(loader->error, status, ASKIAM_LAYER_CONFIG, "out of memory");
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(loader->error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: %s", loader->place,
                            why.message);
  }
  status = s_load(loader, aski_json_root(document));
  aski_json_destroy(document);
  return status;
}

askiam_status aski_phrases_new(aski_phrases **out_phrases, askiam_str json, const char *place,
                               const askiam_allocator *allocator, askiam_error *error)
{
  *out_phrases = NULL;
  aski_phrases *phrases = aski_acquire_zeroed(allocator, 1, sizeof *phrases);
  if (phrases == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
  }
  phrases->allocator = allocator;
  aski_arena_init(&phrases->arena, allocator);
  bool own = aski_str_present(json);
  pattern_loader loader = {phrases, own && place != NULL ? place : "built-in patterns", error};
  askiam_status status =
      s_parse(&loader, own ? json : (askiam_str){aski_builtin_patterns, aski_builtin_patterns_length});
  if (status != ASKIAM_STATUS_OK) {
    aski_phrases_destroy(phrases);
    return status;
  }
  *out_phrases = phrases;
  return ASKIAM_STATUS_OK;
}

void aski_phrases_destroy(aski_phrases *phrases)
{
  if (phrases != NULL) {
    const askiam_allocator *allocator = phrases->allocator;
    aski_arena_clean_up(&phrases->arena);
    aski_release(allocator, phrases);
  }
}
