/* SPDX-License-Identifier: Apache-2.0
 *
 * From text to pattern. */
#include "policy/pattern.h"

#include "policy/hash.h"

typedef struct s_units {
  aski_policy_unit *items;
  size_t count, capacity;
} s_units;

static askiam_str s_join(aski_arena *arena, askiam_str left, askiam_str right)
{
  return aski_arena_format(arena, "%.*s%.*s", ASKI_STR_ARG(left), ASKI_STR_ARG(right));
}

/* Neighbours of one kind become one unit. */
static void s_push(s_units *units, aski_arena *scratch, const aski_policy_part *part)
{
  aski_policy_unit *last = units->count == 0 ? NULL : &units->items[units->count - 1];
  if (last != NULL && last->kind == part->kind && part->kind != ASKI_POLICY_PART_VARIABLE) {
    last->count += part->kind == ASKI_POLICY_PART_ANY_ONE ? 1 : 0;
    if (part->kind == ASKI_POLICY_PART_LITERAL) {
      last->text = s_join(scratch, last->text, part->text);
    }
    return;
  }
  if (part->kind == ASKI_POLICY_PART_LITERAL && part->text.length == 0) {
    return;
  }
  aski_policy_unit *unit = ASKI_ARENA_PUSH(scratch, units);
  if (unit != NULL) {
    *unit = (aski_policy_unit){.kind = part->kind, .count = 1, .text = part->text, .default_text = part->default_text};
  }
}

askiam_str aski_policy_lower_copy(aski_arena *arena, askiam_str text)
{
  char *copy = aski_arena_acquire(arena, text.length + 1, 1);
  for (size_t i = 0; copy != NULL && i < text.length; ++i) {
    copy[i] = aski_policy_lower(text.data[i]);
  }
  return (askiam_str){copy, copy == NULL ? 0 : text.length};
}

static void s_keep_unit(aski_policy_unit *out, aski_arena *arena, const aski_policy_unit *unit, bool lower)
{
  bool key = unit->kind == ASKI_POLICY_PART_VARIABLE;
  *out = *unit;
  out->text = lower || key ? aski_policy_lower_copy(arena, unit->text) : aski_arena_copy(arena, unit->text);
  out->default_text = aski_arena_copy(arena, unit->default_text);
  out->hash = key ? aski_policy_hash_text(out->text) : 0;
}

static void s_keep(aski_policy_pattern *out, aski_arena *arena, const s_units *units, bool lower)
{
  aski_policy_unit *kept = aski_arena_acquire(arena, units->count, sizeof *kept);
  *out = (aski_policy_pattern){.shape = ASKI_POLICY_NEVER, .literal = ASKI_STR("")};
  if (kept == NULL) {
    return;
  }
  out->shape = ASKI_POLICY_GENERAL;
  out->units = kept;
  out->unit_count = (uint32_t)units->count;
  for (size_t i = 0; i < units->count; ++i) {
    s_keep_unit(&kept[i], arena, &units->items[i], lower);
    out->has_variables = out->has_variables || kept[i].kind == ASKI_POLICY_PART_VARIABLE;
    out->least_bytes += kept[i].kind == ASKI_POLICY_PART_LITERAL   ? kept[i].text.length
                        : kept[i].kind == ASKI_POLICY_PART_ANY_ONE ? kept[i].count
                                                                   : 0;
  }
  bool begins = units->count > 0 && kept[0].kind == ASKI_POLICY_PART_LITERAL;
  bool ends = units->count > 0 && kept[units->count - 1].kind == ASKI_POLICY_PART_STAR;
  out->literal = begins ? kept[0].text : ASKI_STR("");
  if (units->count == 0 || (units->count == 1 && begins)) {
    out->shape = ASKI_POLICY_EXACT;
    out->hash = aski_policy_hash_text(out->literal);
  } else if (ends && units->count == (begins ? 2 : 1)) {
    out->shape = begins ? ASKI_POLICY_PREFIX : ASKI_POLICY_ALL;
  }
}

void aski_policy_pattern_compile(aski_policy_pattern *out, aski_arena *arena, aski_arena *scratch, askiam_str text,
                                 aski_policy_reading reading)
{
  aski_policy_template parts = {0};
  s_units units = {0};
  *out = (aski_policy_pattern){.shape = ASKI_POLICY_NEVER, .literal = ASKI_STR("")};
  if (aski_policy_template_read(&parts, scratch, text, reading.wildcards, reading.variables) != NULL) {
    return;
  }
  for (size_t i = 0; i < parts.count; ++i) {
    s_push(&units, scratch, &parts.items[i]);
  }
  s_keep(out, arena, &units, reading.lower);
}

/* Each literal colon ends a part, but for those after the fifth. */
static size_t s_split(s_units parts[ASKI_POLICY_ARN_PARTS], aski_arena *scratch, const aski_policy_template *text)
{
  size_t at = 0;
  for (size_t i = 0; i < text->count; ++i) {
    aski_policy_part piece = text->items[i];
    while (piece.kind == ASKI_POLICY_PART_LITERAL && piece.text.length > 0 && at + 1 < ASKI_POLICY_ARN_PARTS) {
      const char *colon = memchr(piece.text.data, ':', piece.text.length);
      if (colon == NULL) {
        break;
      }
      size_t length = (size_t)(colon - piece.text.data);
      s_push(&parts[at++], scratch,
             &(aski_policy_part){ASKI_POLICY_PART_LITERAL, aski_str_slice(piece.text, 0, length), ASKI_STR_NONE});
      piece.text = aski_str_slice(piece.text, length + 1, piece.text.length);
    }
    s_push(&parts[at], scratch, &piece);
  }
  return at + 1;
}

bool aski_policy_arn_pattern_compile(aski_policy_pattern out[ASKI_POLICY_ARN_PARTS], aski_arena *arena,
                                     aski_arena *scratch, askiam_str text, bool variables)
{
  aski_policy_template whole = {0};
  s_units parts[ASKI_POLICY_ARN_PARTS] = {0};
  if (aski_policy_template_read(&whole, scratch, text, true, variables) != NULL) {
    return false;
  }
  if (whole.count == 1 && whole.items[0].kind == ASKI_POLICY_PART_STAR) {
    for (size_t i = 0; i < ASKI_POLICY_ARN_PARTS; ++i) {
      s_push(&parts[i], scratch, &whole.items[0]);
    }
  } else if (s_split(parts, scratch, &whole) != ASKI_POLICY_ARN_PARTS) {
    return false;
  }
  for (size_t i = 0; i < ASKI_POLICY_ARN_PARTS; ++i) {
    s_keep(&out[i], arena, &parts[i], false);
  }
  return true;
}
