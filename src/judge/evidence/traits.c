/* SPDX-License-Identifier: Apache-2.0
 *
 * From a case to rows and traits: attributes, likeness as a whole, recency. Codes: 0 is the value of the person who asks. */
#include "base/hash.h"
#include "evidence.h"

enum { CODE_OWN = 0, CODE_UNKNOWN = 1, CODE_FIRST = 2, RECENT_ROWS_MIN = 6 };

/* Values of one attribute by their text: an open-addressed table. */
typedef struct value_table {
  askiam_str *values;
  uint16_t *codes;
  size_t mask;
  uint16_t next;
} value_table;

static bool s_table_init(value_table *table, aski_arena *arena, size_t rows)
{
  size_t size = 16;
  while (size < 2 * (rows + 1)) {
    size *= 2;
  }
  *table = (value_table){.values = aski_arena_acquire(arena, size, sizeof(askiam_str)),
                         .codes = aski_arena_acquire(arena, size, sizeof(uint16_t)),
                         .mask = size - 1};
  return !arena->failed;
}

static void s_table_clear(value_table *table)
{
  memset(table->values, 0, (table->mask + 1) * sizeof *table->values);
  table->next = CODE_FIRST;
}

static uint16_t s_code(value_table *table, askiam_str value)
{
  size_t at = (size_t)aski_hash64(value, 0) & table->mask;
  while (aski_str_present(table->values[at]) && !aski_str_equal(table->values[at], value)) {
    at = (at + 1) & table->mask;
  }
  if (!aski_str_present(table->values[at])) {
    table->values[at] = value;
    table->codes[at] = table->next++;
  }
  return table->codes[at];
}

static aski_trait_kind s_kind(askiam_str key)
{
  static const char *const names[] = {"department", "title", "manager", "location"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (aski_str_equal_text(key, names[i])) {
      return (aski_trait_kind)((size_t)ASKI_TRAIT_DEPARTMENT + i);
    }
  }
  return ASKI_TRAIT_ATTRIBUTE;
}

void aski_evidence_add_trait(aski_evidence *evidence, aski_trait trait)
{
  for (size_t row = 0; row < evidence->count; ++row) {
    if (trait.codes[row] != trait.own) {
      evidence->traits[evidence->trait_count++] = trait;
      return;
    }
  }
}

/* Codes one attribute for all rows; adds `weight` to the likeness of those who share the value. */
static void s_code_attribute(const aski_evidence_rows *rows, size_t attribute, value_table *table, uint16_t *codes,
                             float *likeness, float weight)
{
  askiam_str key = askiam_case_attribute_key(rows->judged, attribute);
  askiam_str own = askiam_case_attribute_value(rows->judged, attribute);
  s_table_clear(table);
  for (size_t row = 0; row < rows->count; ++row) {
    askiam_str value = askiam_case_pattern_attribute(rows->judged, rows->patterns[row], key);
    if (!aski_str_present(value)) {
      codes[row] = CODE_UNKNOWN;
    } else if (aski_str_equal(value, own)) {
      codes[row] = CODE_OWN;
      likeness[row] += weight;
    } else {
      codes[row] = s_code(table, value);
    }
  }
}

/* How much an attribute counts for likeness as a whole. */
static float s_weight(aski_trait_kind kind)
{
  static const float weights[] = {[ASKI_TRAIT_DEPARTMENT] = 3.0F,
                                  [ASKI_TRAIT_TITLE] = 3.0F,
                                  [ASKI_TRAIT_MANAGER] = 2.0F,
                                  [ASKI_TRAIT_LOCATION] = 1.5F,
                                  [ASKI_TRAIT_ATTRIBUTE] = 0.5F};
  return weights[kind];
}

/* Adds a trait for each attribute, the named ones first whatever their order. Gives the sum of their weights; negative when memory
 * ran out. */
static float s_add_attributes(aski_evidence *evidence, aski_arena *arena, const aski_evidence_rows *rows,
                              float *likeness)
{
  value_table table;
  if (!s_table_init(&table, arena, rows->count)) {
    return -1.0F;
  }
  float sum = 0.0F;
  size_t taken = 0;
  size_t count = askiam_case_attribute_count(rows->judged);
  for (int named = 1; named >= 0; --named) {
    for (size_t i = 0; i < count && taken < ASKI_EVIDENCE_ATTRIBUTES; ++i) {
      aski_trait_kind kind = s_kind(askiam_case_attribute_key(rows->judged, i));
      if ((kind != ASKI_TRAIT_ATTRIBUTE) != (named == 1) || askiam_case_attribute_value(rows->judged, i).length == 0) {
        continue;
      }
      uint16_t *codes = aski_arena_acquire(arena, rows->count, sizeof *codes);
      if (codes == NULL) {
        return -1.0F;
      }
      s_code_attribute(rows, i, &table, codes, likeness, s_weight(kind));
      aski_evidence_add_trait(evidence, (aski_trait){kind, codes, CODE_OWN, table.next});
      sum += s_weight(kind);
      ++taken;
    }
  }
  return sum;
}

/* Likeness in everything together, in four steps. */
static bool s_add_likeness(aski_evidence *evidence, aski_arena *arena, const aski_evidence_rows *rows,
                           const float *likeness, float most)
{
  uint16_t *codes = aski_arena_acquire(arena, rows->count, sizeof *codes);
  if (codes == NULL) {
    return false;
  }
  for (size_t row = 0; row < rows->count; ++row) {
    float part = likeness[row] / most;
    codes[row] = part >= 0.75F ? 3 : part >= 0.5F ? 2 : part >= 0.25F ? 1 : 0;
    codes[row] = rows->known[row] ? codes[row] : 4;
  }
  aski_evidence_add_trait(evidence, (aski_trait){ASKI_TRAIT_LIKENESS, codes, 3, 5});
  return true;
}

/* The newer half against the older: rules change. */
static bool s_add_recent(aski_evidence *evidence, aski_arena *arena)
{
  if (evidence->count < RECENT_ROWS_MIN) {
    return true;
  }
  uint16_t *codes = aski_arena_acquire(arena, evidence->count, sizeof *codes);
  if (codes == NULL) {
    return false;
  }
  for (size_t row = evidence->count / 2; row < evidence->count; ++row) {
    codes[row] = 1;
  }
  aski_evidence_add_trait(evidence, (aski_trait){ASKI_TRAIT_RECENT, codes, 0, 2});
  return true;
}

static bool s_take_rows(aski_evidence *evidence, aski_arena *arena, aski_evidence_rows *rows, int64_t now_ms)
{
  size_t count = askiam_case_pattern_count(rows->judged);
  count = count < ASKI_EVIDENCE_ROWS_MAX ? count : ASKI_EVIDENCE_ROWS_MAX;
  evidence->approved = aski_arena_acquire(arena, count, sizeof *evidence->approved);
  rows->known = aski_arena_acquire(arena, count, sizeof *rows->known);
  rows->patterns = aski_arena_acquire(arena, count, sizeof *rows->patterns);
  if (arena->failed) {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    if (askiam_case_pattern_time_ms(rows->judged, i) > now_ms) {
      continue;
    }
    evidence->approved[rows->count] = askiam_case_pattern_approved(rows->judged, i) != 0;
    rows->known[rows->count] = askiam_case_pattern_known(rows->judged, i) != 0;
    rows->patterns[rows->count++] = (uint16_t)i;
  }
  evidence->count = rows->count;
  return true;
}

bool aski_evidence_gather(aski_evidence *out_evidence, aski_arena *arena, const askiam_case *judged, int64_t now_ms)
{
  *out_evidence = (aski_evidence){0};
  aski_evidence_rows rows = {.judged = judged};
  if (!s_take_rows(out_evidence, arena, &rows, now_ms)) {
    return false;
  }
  bool any_known = false;
  for (size_t row = 0; row < rows.count; ++row) {
    any_known = any_known || rows.known[row];
  }
  /* Where nothing is known about anybody, people are neither alike nor unlike: the rate is all there is. */
  if (any_known) {
    enum { ROLES_WEIGHT = 2 };
    float *likeness = aski_arena_acquire(arena, rows.count, sizeof *likeness);
    float *shared = aski_arena_acquire(arena, rows.count, sizeof *shared);
    float most = arena->failed ? -1.0F : s_add_attributes(out_evidence, arena, &rows, likeness);
    if (most < 0.0F || !aski_evidence_add_roles(out_evidence, arena, &rows, shared)) {
      return false;
    }
    for (size_t row = 0; row < rows.count; ++row) {
      likeness[row] += (float)ROLES_WEIGHT * shared[row];
    }
    if (!s_add_likeness(out_evidence, arena, &rows, likeness, most + (float)ROLES_WEIGHT)) {
      return false;
    }
  }
  return s_add_recent(out_evidence, arena);
}
