/* SPDX-License-Identifier: Apache-2.0
 *
 * What is equal: status, codes, checks (code, passed, hard), remedies. Wording of checks is not: facts and policies say
 * the same in other words where the library's words change. */
#include "engine/replay.h"

bool aski_replay_same_codes(const aski_code_list *left, const aski_code_list *right)
{
  bool same = left->count == right->count;
  for (size_t i = 0; same && i < left->count; ++i) {
    same = left->items[i] == right->items[i];
  }
  return same;
}

askiam_verdict aski_replay_verdict(const aski_code_list *codes)
{
  return codes->count == 0 ? ASKIAM_VERDICT_ERROR : aski_code_verdict(codes->items[0]);
}

static void s_add(aski_differences *differences, aski_arena *arena, askiam_str member, askiam_str recorded,
                  askiam_str replayed)
{
  aski_difference *added = ASKI_ARENA_PUSH(arena, differences);
  if (added != NULL) {
    *added = (aski_difference){member, recorded, replayed};
  }
}

static askiam_str s_codes(const aski_code_list *codes, aski_arena *arena)
{
  askiam_str text = ASKI_STR("");
  for (size_t i = 0; i < codes->count; ++i) {
    text =
        aski_arena_format(arena, "%.*s%s%s", ASKI_STR_ARG(text), i == 0 ? "" : ", ", aski_code_name(codes->items[i]));
  }
  return text;
}

static const aski_check *s_find_check(const aski_rules_result *rules, aski_check_code code)
{
  for (size_t i = 0; i < rules->count; ++i) {
    if (rules->checks[i].code == code) {
      return &rules->checks[i];
    }
  }
  return NULL;
}

static askiam_str s_check_words(const aski_check *check)
{
  if (check == NULL) {
    return ASKI_STR("not evaluated");
  }
  return check->passed ? ASKI_STR("passed") : check->hard ? ASKI_STR("failed, hard") : ASKI_STR("failed, soft");
}

static void s_compare_checks(aski_differences *differences, aski_arena *arena, const aski_rules_result *recorded,
                             const aski_rules_result *replayed)
{
  for (int code = 0; code < ASKI_CHECK_COUNT; ++code) {
    askiam_str was = s_check_words(s_find_check(recorded, (aski_check_code)code));
    askiam_str is = s_check_words(s_find_check(replayed, (aski_check_code)code));
    if (!aski_str_equal(was, is)) {
      s_add(differences, arena, aski_arena_format(arena, "checks.%s", aski_check_name((aski_check_code)code)), was, is);
    }
  }
}

static bool s_same_remedies(const aski_remedies *left, const aski_remedies *right)
{
  bool same = left->count == right->count;
  for (size_t i = 0; same && i < left->count; ++i) {
    const aski_remedy *a = &left->items[i];
    const aski_remedy *b = &right->items[i];
    same = a->code == b->code && aski_str_equal(a->role_id, b->role_id) &&
           aski_str_equal(a->application_id, b->application_id) && aski_str_equal(a->user_id, b->user_id) &&
           aski_str_equal(a->detail, b->detail);
  }
  return same;
}

static askiam_str s_remedies(const aski_remedies *remedies, aski_arena *arena)
{
  askiam_str text = remedies->count == 0 ? ASKI_STR("none") : ASKI_STR("");
  for (size_t i = 0; i < remedies->count; ++i) {
    const aski_remedy *remedy = &remedies->items[i];
    text = aski_arena_format(arena, "%.*s%s%s (%.*s)", ASKI_STR_ARG(text), i == 0 ? "" : ", ",
                             aski_remedy_name(remedy->code), ASKI_STR_ARG(remedy->detail));
  }
  return text;
}

void aski_replay_compare(aski_differences *out_differences, aski_arena *arena, const aski_kept *kept,
                         const aski_replayed *replayed)
{
  const aski_decision *recorded = kept->decision;
  askiam_verdict verdict = aski_replay_verdict(&replayed->codes);
  *out_differences = (aski_differences){.count = 0};
  if (verdict != recorded->verdict) {
    s_add(out_differences, arena, ASKI_STR("status"), askiam_str_from(askiam_verdict_name(recorded->verdict)),
          askiam_str_from(askiam_verdict_name(verdict)));
  }
  if (!aski_replay_same_codes(&recorded->codes, &replayed->codes)) {
    s_add(out_differences, arena, ASKI_STR("reason_codes"), s_codes(&recorded->codes, arena),
          s_codes(&replayed->codes, arena));
  }
  s_compare_checks(out_differences, arena, &recorded->rules, &replayed->rules);
  bool provable = !replayed->remedies_unproved || kept->replay.version >= 2;
  if (provable && !s_same_remedies(&recorded->remedies, &replayed->remedies)) {
    s_add(out_differences, arena, ASKI_STR("remedies"), s_remedies(&recorded->remedies, arena),
          s_remedies(&replayed->remedies, arena));
  }
}

void aski_replay_write_differences(const aski_differences *differences, aski_json_writer *writer)
{
  aski_json_open_array(writer, "differences");
  for (size_t i = 0; i < differences->count; ++i) {
    aski_json_open_object(writer, NULL);
    aski_json_write_string(writer, "member", differences->items[i].member);
    aski_json_write_string(writer, "recorded", differences->items[i].recorded);
    aski_json_write_string(writer, "replayed", differences->items[i].replayed);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}
