/* SPDX-License-Identifier: Apache-2.0
 *
 * What the words around a name say of it: an ordinary word needs such a cue to count as one. */
#include "extract/work.h"

const aski_part *aski_extract_part_of(const aski_work *work, size_t index)
{
  size_t low = 0;
  size_t high = work->parts.count;
  while (low + 1 < high) {
    size_t middle = (low + high) / 2;
    if (work->parts.items[middle].first <= index) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return work->parts.count == 0 ? NULL : &work->parts.items[low];
}

/* The item before a span, articles and fillers left out. */
uint64_t aski_extract_before(const aski_work *work, const aski_part *part, size_t index)
{
  uint64_t before = index == part->first ? part->label : 0;
  for (size_t i = part->first; i < index;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    if ((what & (ASKI_IS(DETERMINER) | ASKI_IS(FILLER))) == 0 ||
        (what & ~(ASKI_IS(DETERMINER) | ASKI_IS(FILLER) | ASKI_IS(COMMON))) != 0) {
      before = what;
    }
    i += words;
  }
  return before;
}

static uint64_t s_after(const aski_work *work, const aski_part *part, size_t index)
{
  size_t words = 1;
  return index < part->last ? aski_extract_item(work, index, &words) : 0;
}

static bool s_touches(const aski_work *work, const aski_span *span, askiam_kind kind)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *other = &work->spans.items[i];
    if (other->kind == kind &&
        (other->first + other->count == span->first || span->first + span->count == other->first)) {
      return true;
    }
  }
  return false;
}

static bool s_is_application_at(const aski_work *work, const aski_part *part, size_t index)
{
  size_t after = aski_extract_skip(work, index, part->last, ASKI_IS(DETERMINER) | ASKI_IS(FILLER));
  return (index < part->last && aski_extract_span_at(work, index, ASKIAM_KIND_APPLICATION) != NULL) ||
         (after < part->last && aski_extract_span_at(work, after, ASKIAM_KIND_APPLICATION) != NULL);
}

/* What an ordinary word needs to count as a name: its place in the sentence. */
int aski_extract_cue(const aski_work *work, const aski_part *part, const aski_span *span)
{
  uint64_t before = aski_extract_before(work, part, span->first);
  uint64_t after = s_after(work, part, span->first + span->count);
  uint64_t nouns = span->kind == ASKIAM_KIND_ROLE ? ASKI_IS(ROLE_NOUN) : ASKI_IS(APP_NOUN);
  uint64_t near = span->kind == ASKIAM_KIND_ROLE ? ASKI_IS(AS) | ASKI_IS(LABEL_ROLE) | ASKI_IS(ROLE_NOUN)
                                                 : ASKI_IS(IN) | ASKI_IS(LABEL_APP) | ASKI_IS(APP_NOUN);
  uint64_t far =
      ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(START) | ASKI_IS(ACCESS) | ASKI_IS(NEED) | ASKI_IS(GIVE) | ASKI_IS(ME);
  bool at = span->kind == ASKIAM_KIND_APPLICATION && (aski_token_at(work, span->first)->gap & ASKI_GAP_AT) != 0;
  int cue = at ? 2 : 0;
  cue += ((before & near) != 0 ? 2 : 0) + ((after & nouns) != 0 ? 2 : 0);
  uint64_t access = ASKI_IS(ACCESS) | (span->plain ? 0 : ASKI_IS(START)); /* "Guest access to", not "user access to" */
  cue += (after & access) != 0 ? 1 : 0;
  cue += (before & far) != 0 ? 1 : 0;
  size_t last = span->first + span->count;
  size_t words = 1;
  bool capital = (aski_token_at(work, span->first)->shape & ASKI_SHAPE_CAPITAL) != 0;
  bool in = (after & ASKI_IS(IN)) != 0 && (capital || !span->plain);
  if (in && span->kind == ASKIAM_KIND_ROLE && aski_extract_item(work, last, &words) != 0 &&
      s_is_application_at(work, part, last + words)) {
    cue += 2; /* "User in Okta" */
  }
  askiam_kind other = span->kind == ASKIAM_KIND_ROLE ? ASKIAM_KIND_APPLICATION : ASKIAM_KIND_ROLE;
  unsigned closes = last < work->tokens.count ? aski_token_at(work, last)->gap : ASKI_GAP_CLOSE;
  bool bracket = (aski_token_at(work, span->first)->gap & ASKI_GAP_OPEN) != 0 && (closes & ASKI_GAP_CLOSE) != 0;
  return cue + (s_touches(work, span, other) ? 1 + bracket : 0); /* "Miro (member)" */
}
