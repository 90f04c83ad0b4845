/* SPDX-License-Identifier: Apache-2.0
 *
 * N-grams of the sentence looked up as names, all in one call to the catalogue. */
#include "base/text.h"
#include "extract/work.h"

enum { OPTIONS_MAX = 8, TAG_WORDS = 256, COMPLETED_MAX = 24, SPEAKERS_MAX = 1024 };

/* Words with which no name begins or ends unless it is written as one. */
static const uint64_t s_function_words = ASKI_IS(SELF) | ASKI_IS(ME) | ASKI_IS(WE) | ASKI_IS(THIRD) | ASKI_IS(NEED) |
                                         ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(IN) | ASKI_IS(AS) | ASKI_IS(AND) |
                                         ASKI_IS(OR) | ASKI_IS(NOT) | ASKI_IS(VERB) | ASKI_IS(UNTIL) | ASKI_IS(ASK) |
                                         ASKI_IS(REASON) | ASKI_IS(FILLER) | ASKI_IS(BY) | ASKI_IS(THIS);

/* Words that alone are no name unless written as one; a noun may be ("member role"). */
static const uint64_t s_plain_words = ASKI_IS(SELF) | ASKI_IS(ME) | ASKI_IS(WE) | ASKI_IS(THIRD) | ASKI_IS(NEED) |
                                      ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(IN) | ASKI_IS(AS) | ASKI_IS(AND) |
                                      ASKI_IS(OR) | ASKI_IS(NOT) | ASKI_IS(VERB) | ASKI_IS(ASK) | ASKI_IS(REASON) |
                                      ASKI_IS(FILLER) | ASKI_IS(BY) | ASKI_IS(THIS) | ASKI_IS(DETERMINER) |
                                      ASKI_IS(GIVE) | ASKI_IS(UNTIL);
/* Names of such words alone need a clear cue. */
static const uint64_t s_request_nouns =
    ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(APP_NOUN) | ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(ALL);

static bool s_is_written_as_name(const aski_token *token)
{
  return (token->shape & ASKI_SHAPE_QUOTED) != 0 ||
         ((token->shape & ASKI_SHAPE_CAPITAL) != 0 && (token->shape & ASKI_SHAPE_FIRST) == 0);
}

static bool s_may_bound(const aski_token *token)
{
  return s_is_written_as_name(token) || (token->single & s_function_words) == 0;
}

static bool s_may_begin(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  bool title = (token->shape & ASKI_SHAPE_CAPITAL) != 0 && index + 1 < work->tokens.count &&
               (aski_token_at(work, index + 1)->shape & ASKI_SHAPE_CAPITAL) != 0;
  bool id = index + 1 < work->tokens.count && (aski_token_at(work, index + 1)->gap & ASKI_GAP_TIGHT) != 0;
  return title || id || s_may_bound(token);
}

/* "read only role", "read only in AWS": a filler may end a name there. */
static bool s_ends_before_cue(const aski_work *work, size_t after)
{
  const uint64_t cues = ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(IN);
  return (aski_token_at(work, after - 1)->single & ASKI_IS(FILLER)) != 0 && after < work->tokens.count &&
         (aski_token_at(work, after)->single & cues) != 0;
}

static bool s_is_worth(const aski_work *work, size_t first, size_t count)
{
  const aski_token *begin = aski_token_at(work, first);
  if (count > 1) {
    const aski_token *end = aski_token_at(work, first + count - 1);
    const aski_token *next = first + count < work->tokens.count ? aski_token_at(work, first + count) : NULL;
    if (next != NULL && (begin->shape & ASKI_SHAPE_FIRST) != 0 && (next->single & ASKI_IS(NEED)) != 0) {
      return true; /* "will young needs" */
    }
    bool id = (end->gap & ASKI_GAP_TIGHT) != 0;
    return s_may_begin(work, first) && (id || s_may_bound(end) || s_ends_before_cue(work, first + count)) &&
           (end->single & ASKI_IS(DETERMINER)) == 0;
  }
  return s_is_written_as_name(begin) || (begin->single & s_plain_words) == 0;
}

static bool s_reaches(const aski_work *work, size_t first, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  const aski_token *begin = aski_token_at(work, first);
  return token->zone == ASKI_ZONE_BODY && token->sentence == begin->sentence &&
         (token->gap & (ASKI_GAP_WALL | ASKI_GAP_COMMA)) == 0 &&
         (index == first + 1 || (token->shape & ASKI_SHAPE_FIRST) == 0);
}

static void s_add_term(aski_work *work, askiam_terms *terms, size_t first, size_t count)
{
  if (terms->count >= ASKI_TERMS_MAX) {
    work->too_long = true;
    return;
  }
  aski_term term = {.mode = ASKIAM_TERM_EXACT,
                    .kinds = ASKIAM_KIND_USER | ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE,
                    .key = count == 1 ? aski_token_at(work, first)->key
                                      : aski_extract_key(work, first, first + count, false),
                    .limit = OPTIONS_MAX,
                    .tag = first * TAG_WORDS + count};
  aski_terms_add(terms, &term);
}

/* The speaker is looked up along with the names: a tag of no words. */
static void s_add_speaker(aski_work *work, askiam_terms *terms)
{
  aski_term term = {.mode = ASKIAM_TERM_EXACT,
                    .kinds = ASKIAM_KIND_USER,
                    .key = aski_text_key(work->arena, work->input->user_id),
                    .limit = SPEAKERS_MAX};
  if (term.key.length > 0) {
    aski_terms_add(terms, &term);
  }
}

static void s_collect_terms(aski_work *work, askiam_terms *terms)
{
  s_add_speaker(work, terms);
  for (size_t i = 0; i < work->tokens.count && !work->arena->failed; ++i) {
    if (aski_token_at(work, i)->zone != ASKI_ZONE_BODY) {
      continue;
    }
    for (size_t count = 1; count <= ASKI_NGRAM_WORDS && i + count <= work->tokens.count; ++count) {
      if (count > 1 && !s_reaches(work, i, i + count - 1)) {
        break;
      }
      if (s_is_worth(work, i, count)) {
        s_add_term(work, terms, i, count);
      }
    }
  }
}

/* '+' and '#' after a letter or digit: what tells C, C++ and C# apart, which have one key. */
static void s_symbols(askiam_str text, char out[8])
{
  size_t count = 0;
  for (size_t i = 1; i < text.length && count < 7; ++i) {
    bool symbol = text.data[i] == '+' || text.data[i] == '#';
    if (symbol && text.data[i - 1] != ' ' && text.data[i - 1] != '\t') {
      out[count++] = text.data[i];
    }
  }
  out[count] = 0;
}

bool aski_extract_same_symbols(askiam_str text, askiam_str form)
{
  char left[8];
  char right[8];
  s_symbols(text, left);
  s_symbols(form, right);
  return strcmp(left, right) == 0;
}

static bool s_same_text(askiam_str text, askiam_str form)
{
  if (text.length != form.length) {
    return false;
  }
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char left = (unsigned char)text.data[i];
    unsigned char right = (unsigned char)form.data[i];
    left = (unsigned char)(left >= 'A' && left <= 'Z' ? left + 32 : left);
    right = (unsigned char)(right >= 'A' && right <= 'Z' ? right + 32 : right);
    if (left != right) {
      return false;
    }
  }
  return true;
}

static aski_span *s_span(aski_work *work, size_t first, size_t count, askiam_kind kind)
{
  for (size_t i = work->spans.count; i > 0; --i) {
    aski_span *span = &work->spans.items[i - 1];
    if (span->first == first && span->count == count && span->kind == kind) {
      return span;
    }
  }
  if (work->spans.count >= ASKI_SPANS_MAX) {
    work->too_long = true;
    return NULL;
  }
  aski_span *span = ASKI_ARENA_PUSH(work->arena, &work->spans);
  if (span != NULL) {
    *span = (aski_span){.first = first, .count = count, .kind = kind, .score = 1};
    span->options = aski_arena_acquire(work->arena, 2 * OPTIONS_MAX, sizeof *span->options);
  }
  return span != NULL && span->options != NULL ? span : NULL;
}

static void s_add_option(aski_span *span, const aski_candidate *candidate, askiam_str text)
{
  bool same = s_same_text(text, candidate->form);
  for (size_t i = 0; i < span->option_count; ++i) {
    if (aski_str_equal(span->options[i].id, candidate->id)) {
      span->options[i].same_text = span->options[i].same_text || same;
      return;
    }
  }
  if (span->option_count < (size_t)2 * OPTIONS_MAX) {
    span->options[span->option_count++] = (aski_option){.id = candidate->id,
                                                        .name = candidate->name,
                                                        .form = candidate->form,
                                                        .application_id = candidate->application_id,
                                                        .score = 1,
                                                        .same_text = same};
  }
}

void aski_extract_add_spans(aski_work *work, const askiam_terms *terms, const askiam_candidates *candidates)
{
  for (size_t i = 0; i < candidates->count && !work->arena->failed; ++i) {
    const aski_candidate *candidate = &candidates->items[i];
    const aski_term *term = &terms->items[candidate->term];
    size_t first = term->tag / TAG_WORDS;
    size_t count = term->tag % TAG_WORDS;
    if (count == 0) {
      if (aski_str_equal(candidate->id, work->input->user_id)) {
        work->speaker_found = true;
        work->speaker_name = candidate->name;
        work->speaker_key = aski_text_key(work->arena, candidate->name);
      }
      continue;
    }
    askiam_str text = aski_extract_words(work, first, first + count);
    if (!aski_extract_same_symbols(text, candidate->form)) {
      continue;
    }
    aski_span *span = s_span(work, first, count, candidate->kind);
    if (span == NULL) {
      return;
    }
    s_add_option(span, candidate, text);
    span->truncated = !aski_str_present(term->application_id) &&
                      aski_candidates_is_truncated(candidates, candidate->term, candidate->kind);
  }
}

/* A name is strong unless each of its words is an ordinary one, written as an ordinary one. */
static bool s_is_strong(const aski_work *work, const aski_span *span)
{
  size_t capitals = 0;
  size_t tight = 0;
  for (size_t i = span->first; i < span->first + span->count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    bool ordinary = token->alone != NULL && (token->alone->words == 1) && (token->shape & ASKI_SHAPE_GUESSED) == 0;
    if (!ordinary || s_is_written_as_name(token)) {
      return true;
    }
    capitals += (token->shape & ASKI_SHAPE_CAPITAL) != 0;
    tight += i > span->first && (token->gap & ASKI_GAP_TIGHT) != 0;
  }
  return span->count > 1 && (capitals == span->count || tight + 1 == span->count);
}

static bool s_is_plain(const aski_work *work, const aski_span *span)
{
  for (size_t i = span->first; i < span->first + span->count; ++i) {
    if ((aski_token_at(work, i)->single & (s_plain_words | s_request_nouns)) == 0) {
      return false;
    }
  }
  return true;
}

static bool s_has_strong_application(const aski_work *work, size_t index)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->first == index && span->kind == ASKIAM_KIND_APPLICATION && span->strong) {
      return true;
    }
  }
  return false;
}

/* One ordinary word, but where only a name stands: "Role: Write", "write access to GitHub", "Write in GitHub". */
static bool s_stands_alone(const aski_work *work, const aski_span *span)
{
  const aski_token *token = aski_token_at(work, span->first);
  const aski_token *next = span->first + 1 < work->tokens.count ? aski_token_at(work, span->first + 1) : NULL;
  if (span->kind != ASKIAM_KIND_ROLE || span->count != 1 || s_is_plain(work, span)) {
    return false;
  }
  unsigned ends = ASKI_GAP_LINE | ASKI_GAP_PIPE | ASKI_GAP_SEMICOLON | ASKI_GAP_COMMA;
  bool field = (token->gap & (ASKI_GAP_COLON | ASKI_GAP_QUESTION)) != 0 && (token->gap & ASKI_GAP_LINE) == 0 &&
               (next == NULL || (next->gap & ends) != 0);
  bool first = (token->shape & ASKI_SHAPE_FIRST) != 0 && next != NULL && next->sentence == token->sentence;
  bool access = first && (next->single & (ASKI_IS(ACCESS) | ASKI_IS(ROLE_NOUN))) != 0;
  bool in = first && (token->shape & ASKI_SHAPE_CAPITAL) != 0 && (next->single & ASKI_IS(IN)) != 0 &&
            s_has_strong_application(work, span->first + 2);
  return field || access || in;
}

/* Ordinary words, but where a name stands: "the project reviewer role", "project reviewer in Workday", "will young needs". */
static bool s_stands_as_name(const aski_work *work, const aski_span *span)
{
  size_t after = span->first + span->count;
  if (span->count < 2 || after >= work->tokens.count) {
    return false;
  }
  const aski_token *begin = aski_token_at(work, span->first);
  uint64_t next = aski_token_at(work, after)->single;
  bool same = aski_token_at(work, after)->sentence == begin->sentence;
  if (span->kind != ASKIAM_KIND_ROLE) { /* "will young needs" */
    return span->kind == ASKIAM_KIND_USER && same && (begin->shape & ASKI_SHAPE_FIRST) != 0 &&
           (next & ASKI_IS(NEED)) != 0;
  }
  return same && ((next & (ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS))) != 0 ||
                  ((next & ASKI_IS(IN)) != 0 && s_has_strong_application(work, after + 1)));
}

/* A name of several words is no part of a phrase that begins before it: not "the partner" in "the Partner Reviewer role". */
static void s_protect(aski_work *work, const aski_span *span)
{
  size_t first = span->first < ASKI_NGRAM_WORDS ? 0 : span->first - ASKI_NGRAM_WORDS;
  for (size_t i = first; i < span->first && span->count > 1 && span->kind != ASKIAM_KIND_USER; ++i) {
    aski_extract_end_phrase(work, i, span->first);
  }
}

void aski_extract_mark_strong(aski_work *work)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    work->spans.items[i].strong = s_is_strong(work, &work->spans.items[i]);
  }
  for (size_t i = 0; i < work->spans.count; ++i) {
    aski_span *span = &work->spans.items[i];
    span->strong = span->strong || s_stands_as_name(work, span) || s_stands_alone(work, span);
    span->plain = !span->strong && s_is_plain(work, span);
    aski_token *token = aski_token_at(work, span->first);
    if (span->strong) {
      token->names = (unsigned short)(token->names < span->count ? span->count : token->names);
      s_protect(work, span);
    }
  }
}

static void s_add_completions(aski_work *work, askiam_terms *terms, const aski_span *role)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind != ASKIAM_KIND_APPLICATION) {
      continue;
    }
    for (size_t j = 0; j < span->option_count && terms->count < COMPLETED_MAX; ++j) {
      aski_term term = {.mode = ASKIAM_TERM_EXACT,
                        .kinds = ASKIAM_KIND_ROLE,
                        .key = aski_extract_key(work, role->first, role->first + role->count, false),
                        .application_id = span->options[j].id,
                        .limit = OPTIONS_MAX,
                        .tag = role->first * TAG_WORDS + role->count};
      aski_terms_add(terms, &term);
    }
  }
}

static askiam_status s_look_up(aski_work *work, askiam_terms *terms)
{
  if (work->arena->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (terms->count == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_candidates candidates;
  aski_candidates_init(&candidates, work->arena, terms->count);
  askiam_status status = aski_catalogue_candidates(work->catalogue, work->call, terms, &candidates, work->error);
  if (status == ASKIAM_STATUS_OK) {
    aski_extract_add_spans(work, terms, &candidates);
  }
  return status != ASKIAM_STATUS_OK ? status : work->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status aski_extract_complete_roles(aski_work *work)
{
  askiam_terms terms;
  aski_terms_init(&terms, work->arena);
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind == ASKIAM_KIND_ROLE && span->truncated) {
      s_add_completions(work, &terms, span);
    }
  }
  return s_look_up(work, &terms);
}

askiam_status aski_extract_names(aski_work *work)
{
  askiam_terms terms;
  aski_terms_init(&terms, work->arena);
  s_collect_terms(work, &terms);
  if (work->too_long) {
    return work->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  askiam_status status = s_look_up(work, &terms);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_extract_complete_roles(work);
  }
  aski_extract_mark_strong(work);
  return status;
}
