/* SPDX-License-Identifier: Apache-2.0
 *
 * Misspelt names of applications and roles: asked for only where words are left over. One edit in names of 4 to 8 letters, two in
 * longer ones, digits equal, one script, and nothing else as near or one further. Never a person. */
#include "base/text.h"
#include "extract/work.h"

enum { TERMS_MAX = 24, WORDS_MAX = 6, TAG_WORDS = 256, LIMIT = 24, LETTERS_MIN = 4, SHORT_LETTERS = 8 };

static size_t s_letters(askiam_str compact)
{
  size_t letters = 0;
  for (size_t i = 0; i < compact.length; ++i) {
    unsigned char byte = (unsigned char)compact.data[i];
    letters += (byte & 0xc0) != 0x80 && !(byte >= '0' && byte <= '9');
  }
  return letters;
}

static unsigned s_allowed(askiam_str compact)
{
  size_t letters = s_letters(compact);
  return letters < LETTERS_MIN ? 0 : letters <= SHORT_LETTERS ? 1 : 2;
}

static bool s_is_boundary(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  uint64_t nouns = ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(ACCESS); /* "Workspace Contributer" */
  bool tight = (token->gap & ASKI_GAP_TIGHT) != 0 ||                         /* "Raed-Only" */
               (index + 1 < work->tokens.count && (aski_token_at(work, index + 1)->gap & ASKI_GAP_TIGHT) != 0);
  bool noun = token->account == ASKI_ACCOUNT_GLUE && ((token->single & nouns) != 0 || tight);
  return token->account != ASKI_ACCOUNT_NONE && token->account != ASKI_ACCOUNT_ENTITY && !noun;
}

static void s_add_term(aski_work *work, askiam_terms *terms, size_t first, size_t count, unsigned kinds)
{
  askiam_str compact = aski_extract_key(work, first, first + count, true);
  if (s_letters(compact) + 1 < LETTERS_MIN || aski_text_mixed_script(compact)) {
    return;
  }
  aski_term term = {.mode = ASKIAM_TERM_NEAR,
                    .kinds = kinds,
                    .key = compact,
                    .distance = s_letters(compact) < SHORT_LETTERS ? 2 : 3,
                    .limit = LIMIT,
                    .tag = first * TAG_WORDS + count};
  aski_terms_add(terms, &term);
}

/* All runs of words around a leftover, up to what is accounted for as something else. */
static void s_add_terms(aski_work *work, askiam_terms *terms, const aski_leftover *leftover)
{
  const unsigned names = ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE;
  if ((leftover->kinds & names) == 0) {
    return;
  }
  size_t begin = leftover->first;
  size_t end = leftover->last;
  while (begin > 0 && leftover->first - begin < WORDS_MAX && !s_is_boundary(work, begin - 1) &&
         aski_token_at(work, begin - 1)->sentence == aski_token_at(work, leftover->first)->sentence) {
    --begin;
  }
  while (end < work->tokens.count && end - leftover->last < WORDS_MAX && !s_is_boundary(work, end) &&
         aski_token_at(work, end)->sentence == aski_token_at(work, leftover->first)->sentence) {
    ++end;
  }
  for (size_t i = begin; i < leftover->last; ++i) {
    for (size_t j = end; j > i; --j) {
      bool touches = j > leftover->first;
      if (touches && j - i <= WORDS_MAX && terms->count < TERMS_MAX) {
        s_add_term(work, terms, i, j - i, leftover->kinds & names);
      }
    }
  }
}

typedef struct near_name {
  const aski_candidate *candidate;
  unsigned distance;
  unsigned allowed;
} near_name;

/* A letter beyond ASCII that the name has none of is no slip of the finger, nor is a capital I for an l. */
static bool s_same_letters(askiam_str text, askiam_str key, askiam_str form)
{
  for (size_t i = 0; i + 1 < key.length; ++i) {
    bool lead = ((unsigned char)key.data[i] & 0xc0) == 0xc0;
    askiam_str rest = form;
    while (lead && rest.length > 1 && memcmp(rest.data, key.data + i, 2) != 0) {
      rest = aski_str_slice(rest, 1, rest.length);
    }
    if (lead && rest.length < 2) {
      return false;
    }
  }
  for (size_t i = 1; i + 1 < text.length; ++i) {
    char before = text.data[i - 1];
    if (text.data[i] == 'I' && before >= 'a' && before <= 'z' && text.data[i + 1] >= 'a' && text.data[i + 1] <= 'z') {
      return false;
    }
  }
  return true;
}

static bool s_measure(aski_work *work, askiam_str key, askiam_str text, askiam_str typed,
                      const aski_candidate *candidate, near_name *out_name)
{
  askiam_str spaced = aski_text_key(work->arena, candidate->form);
  askiam_str form = aski_text_compact(work->arena, spaced);
  if (!aski_str_present(form) || !s_same_letters(text, key, form) ||
      !aski_extract_same_symbols(text, candidate->form) || !aski_text_same_digits(key, form) ||
      !aski_text_same_script(key, form)) {
    return false;
  }
  *out_name = (near_name){candidate, aski_text_distance(key, form, 3), s_allowed(form)};
  bool id = aski_str_equal(candidate->form, candidate->id) && !aski_str_equal(candidate->form, candidate->name);
  if (out_name->distance > 0 && (id || !aski_extract_is_misspelling(work->phrases, typed, spaced))) {
    out_name->allowed = 0; /* still in the way of others */
  }
  return out_name->distance <= 3;
}

/* Roles of another application than the one that is named do not fit the sentence. */
static bool s_fits(const aski_work *work, const aski_candidate *candidate)
{
  return candidate->kind != ASKIAM_KIND_ROLE || work->application == NULL ||
         aski_str_equal(candidate->application_id, work->application->id);
}

/* The candidates of one term from `first` on; gives the first of the next. */
static size_t s_measure_term(aski_work *work, const askiam_terms *terms, const askiam_candidates *candidates,
                             size_t first, near_name *names, size_t *out_count)
{
  size_t term = candidates->items[first].term;
  size_t i = first;
  size_t at = terms->items[term].tag / TAG_WORDS;
  askiam_str typed = aski_extract_key(work, at, at + terms->items[term].tag % TAG_WORDS, false);
  askiam_str text = aski_extract_words(work, at, at + terms->items[term].tag % TAG_WORDS);
  *out_count = 0;
  for (; i < candidates->count && candidates->items[i].term == term; ++i) {
    const aski_candidate *candidate = &candidates->items[i];
    if (*out_count < (size_t)4 * LIMIT && s_fits(work, candidate) &&
        s_measure(work, terms->items[term].key, text, typed, candidate, &names[*out_count])) {
      ++*out_count;
    }
  }
  return i;
}

static bool s_is_same_name(aski_work *work, const near_name *left, const near_name *right)
{
  return left->candidate->kind == right->candidate->kind &&
         (aski_str_equal(left->candidate->id, right->candidate->id) ||
          (left->candidate->kind == ASKIAM_KIND_ROLE &&
           aski_str_equal(aski_text_key(work->arena, left->candidate->name),
                          aski_text_key(work->arena, right->candidate->name))));
}

/* The nearest name within its bound, unless another is as near or one further. */
static const near_name *s_only_near(aski_work *work, const near_name *names, size_t count)
{
  const near_name *best = NULL;
  for (size_t i = 0; i < count; ++i) {
    if (names[i].distance <= names[i].allowed && (best == NULL || names[i].distance < best->distance)) {
      best = &names[i];
    }
  }
  for (size_t i = 0; best != NULL && i < count; ++i) {
    if (names[i].distance <= best->distance + 1 && !s_is_same_name(work, &names[i], best)) {
      return NULL;
    }
  }
  return best;
}

static void s_add_span(aski_work *work, size_t tag, const near_name *best, const near_name *names, size_t count)
{
  aski_span *span = ASKI_ARENA_PUSH(work->arena, &work->spans);
  if (span == NULL) {
    return;
  }
  *span =
      (aski_span){.first = tag / TAG_WORDS, .count = tag % TAG_WORDS, .kind = best->candidate->kind, .strong = true};
  span->options = aski_arena_acquire(work->arena, count, sizeof *span->options);
  double length = (double)aski_text_length(aski_text_key(work->arena, best->candidate->form));
  span->score = best->distance == 0 ? 1 : 1 - (double)best->distance / (length < 1 ? 1 : length);
  for (size_t i = 0; span->options != NULL && i < count; ++i) {
    const aski_candidate *candidate = names[i].candidate;
    bool known = false;
    for (size_t j = 0; j < span->option_count; ++j) {
      known = known || aski_str_equal(span->options[j].id, candidate->id);
    }
    if (!known && names[i].distance == best->distance && s_is_same_name(work, &names[i], best)) {
      span->options[span->option_count++] = (aski_option){.id = candidate->id,
                                                          .name = candidate->name,
                                                          .form = candidate->form,
                                                          .application_id = candidate->application_id,
                                                          .score = span->score};
    }
  }
}

/* An ordinary word that was left alone as a name does not come back as its own misspelling. */
static bool s_was_exact(const aski_work *work, size_t tag, askiam_kind kind)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->first == tag / TAG_WORDS && span->count == tag % TAG_WORDS && span->kind == kind && span->score >= 1) {
      return true;
    }
  }
  return false;
}

static void s_take(aski_work *work, const askiam_terms *terms, const askiam_candidates *candidates)
{
  near_name names[4 * LIMIT];
  for (size_t i = 0; i < candidates->count && work->spans.count < ASKI_SPANS_MAX;) {
    size_t count = 0;
    size_t tag = terms->items[candidates->items[i].term].tag;
    i = s_measure_term(work, terms, candidates, i, names, &count);
    const near_name *best = s_only_near(work, names, count);
    if (best != NULL && !s_was_exact(work, tag, best->candidate->kind)) {
      s_add_span(work, tag, best, names, count);
    }
  }
}

askiam_status aski_extract_near(aski_work *work)
{
  askiam_terms terms;
  aski_terms_init(&terms, work->arena);
  for (size_t i = 0; i < work->leftovers.count; ++i) {
    s_add_terms(work, &terms, &work->leftovers.items[i]);
  }
  if (work->arena->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (terms.count == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_candidates candidates;
  aski_candidates_init(&candidates, work->arena, terms.count);
  askiam_status status = aski_catalogue_candidates(work->catalogue, work->call, &terms, &candidates, work->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  size_t before = work->spans.count;
  s_take(work, &terms, &candidates);
  if (work->spans.count > before) {
    aski_extract_triple(work);
    aski_extract_leftovers(work);
  }
  return work->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
