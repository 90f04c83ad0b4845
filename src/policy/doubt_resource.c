/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a resource can be that of an access request: a slip in it makes a Deny that never denies. The pattern is walked
 * beside the only form that there is, keeping all places of the form that can be reached. */
#include "policy/doubts.h"
#include "policy/segments.h"

/* The form. ONE stands for the first character of an id, MORE for any number of further ones. */
#define ONE "\1"
#define MORE "\2"
static const char s_form[] = "arn:aws:askiam:::application/" ONE MORE "/role/" ONE MORE;
enum { PLACES = sizeof s_form - 1 };
typedef uint64_t s_places; /* a bit for each place in front of a character of the form, and one behind the last */
_Static_assert(PLACES < 64, "every place has a bit");

/* A place in front of "any number" is also one behind it. */
static s_places s_settle(s_places places)
{
  for (size_t i = 0; i < PLACES; ++i) {
    if ((places >> i & 1) != 0 && s_form[i] == *MORE) {
      places |= (s_places)1 << (i + 1);
    }
  }
  return places;
}

/* Imports refuse control characters in ids, and what means something in a resource. */
static bool s_in_ids(char byte) { return (unsigned char)byte >= ' ' && byte != 0x7f && strchr("/*?${}", byte) == NULL; }

/* The places behind one more character; `any`: whatever it is. */
static s_places s_step(s_places places, char byte, bool any)
{
  s_places next = 0;
  for (size_t i = 0; i < PLACES; ++i) {
    if ((places >> i & 1) == 0) {
      continue;
    }
    bool more = s_form[i] == *MORE;
    bool id = more || s_form[i] == *ONE;
    if (any || (id ? s_in_ids(byte) : s_form[i] == byte)) {
      next |= (s_places)1 << (more ? i : i + 1);
    }
  }
  return s_settle(next);
}

/* Behind any characters, also none: everything from the first place on. */
static s_places s_onwards(s_places places)
{
  s_places lowest = places & (~places + 1);
  return lowest == 0 ? 0 : ~(lowest - 1) & (((s_places)1 << (PLACES + 1)) - 1);
}

static bool s_can_be_ours(const aski_policy_template *pattern)
{
  s_places places = 1;
  for (size_t i = 0; i < pattern->count && places != 0; ++i) {
    const aski_policy_part *part = &pattern->items[i];
    switch (part->kind) {
    case ASKI_POLICY_PART_LITERAL:
      for (size_t j = 0; j < part->text.length && places != 0; ++j) {
        places = s_step(places, part->text.data[j], false);
      }
      break;
    case ASKI_POLICY_PART_ANY_ONE:
      places = s_step(places, 0, true);
      break;
    case ASKI_POLICY_PART_STAR:
    case ASKI_POLICY_PART_VARIABLE:
      places = s_onwards(places);
      break;
    }
  }
  return (places >> PLACES & 1) != 0;
}

void aski_policy_doubt_resource(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (reader->kind != ASKIAM_POLICY_ACCESS_REQUEST || aski_str_equal_text(text, "*")) {
    return;
  }
  askiam_str parts[ASKI_POLICY_SEGMENTS];
  bool whole = aski_policy_split(text, reader->has_variables, parts) == ASKI_POLICY_SEGMENTS;
  askiam_str meant = whole ? text : aski_arena_format(&reader->scratch, "%.*s:*", ASKI_STR_ARG(text));
  aski_policy_template pattern = {0};
  if (aski_policy_template_read(&pattern, &reader->scratch, meant, true, reader->has_variables) == NULL &&
      !s_can_be_ours(&pattern)) {
    aski_policy_warn(reader, node,
                     "no access request is about \"%s\": their resources are "
                     "arn:aws:askiam:::application/APP_ID/role/ROLE_ID",
                     aski_policy_shown(reader, text));
  }
}
