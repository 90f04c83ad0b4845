/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom "she" means: the one other person of the text, where that one was its subject before ("Li Wei joined us. She needs", "I am Li
 * Wei's manager. Please give her") and nobody else, named or not, comes into question. Else nobody is guessed. */
#include "extract/beside.h"

static const uint64_t s_light = ASKI_BESIDE_LIGHT | ASKI_IS(PERSON_NOUN);

/* Two capitalised words that nothing knows: somebody's name. */
static bool s_is_unknown_name(const aski_work *work, size_t index, size_t last)
{
  for (size_t i = index; i < index + 2; ++i) {
    const aski_token *token = i < last ? aski_token_at(work, i) : NULL;
    if (token == NULL || token->names > 0 || token->alone != NULL || (token->shape & ASKI_SHAPE_CAPITAL) == 0) {
      return false;
    }
  }
  return true;
}

/* "my report Li Wei", "Li Wei is my report", "my report is Li Wei", "I am Li Wei's manager": no second person. */
static bool s_is_same_person(const aski_work *work, const aski_span *person, size_t index, size_t words)
{
  size_t after = person->first + person->count;
  bool is = after < index && aski_beside_signal(work, after) == ASKI_SIGNAL_COPULA &&
            aski_extract_skip(work, after + 1, index, ASKI_IS(DETERMINER) | ASKI_IS(FILLER)) == index;
  bool owned = index > 0 && aski_extract_is_possessive(aski_token_at(work, index - 1)) && index - 1 == after;
  bool of_it = index + words + 1 == person->first && aski_beside_signal(work, index + words) == ASKI_SIGNAL_COPULA;
  return index + words == person->first || index == after || is || of_it || owned;
}

/* Whether somebody else than this person comes into question. */
static bool s_has_rival(const aski_work *work, const aski_span *person)
{
  for (size_t i = 0; i < work->tokens.count;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_span *user = aski_extract_span_at(work, i, ASKIAM_KIND_USER);
    bool another = user != NULL && user->strong && !aski_extract_is_speaker(work, i) &&
                   (user->option_count != 1 || !aski_str_equal(user->options[0].id, person->options[0].id));
    bool unnamed = (what & ASKI_IS(PERSON_NOUN)) != 0 && !s_is_same_person(work, person, i, words);
    if (aski_token_at(work, i)->zone == ASKI_ZONE_BODY &&
        (another || unnamed || s_is_unknown_name(work, i, work->tokens.count))) {
      return true;
    }
    i += user != NULL && user->strong ? user->count : words;
  }
  return false;
}

static bool s_is_subject(const aski_work *work, const aski_part *part, const aski_span *person)
{
  size_t after = person->first + person->count;
  bool told = part->kind == ASKI_PART_PLAIN || part->kind == ASKI_PART_BACKGROUND;
  size_t at = aski_extract_skip(work, part->first, part->last, s_light);
  at += at < person->first && aski_beside_signal(work, at) == ASKI_SIGNAL_COPULA; /* "My report is Li Wei" */
  bool begins = at == person->first && !aski_beside_signals(work, after, part->last, ASKI_SIGNAL_CONSENT);
  bool owns = (part->marks & (ASKI_IS(INTRODUCE) | ASKI_IS(AS))) != 0 && after < part->last &&
              aski_extract_is_possessive(aski_token_at(work, after));
  return told && (begins || owns);
}

const aski_span *aski_extract_referent(const aski_work *work)
{
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    for (size_t at = part->first; at < part->last; ++at) {
      const aski_span *person = aski_extract_span_at(work, at, ASKIAM_KIND_USER);
      if (person != NULL && person->strong && person->option_count == 1 && aski_extract_is_whole(work, person) &&
          !aski_extract_is_speaker(work, at) && s_is_subject(work, part, person)) {
        return s_has_rival(work, person) ? NULL : person;
      }
    }
  }
  return NULL;
}
