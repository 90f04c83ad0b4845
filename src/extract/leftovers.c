/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reading does not account for. In what asks only the words of which requests are made need no explanation. */
#include "extract/work.h"

static const uint64_t s_glue = ASKI_IS(FILLER) | ASKI_IS(DETERMINER) | ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) |
                               ASKI_IS(ACCESS) | ASKI_IS(IN) | ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(BEHALF) |
                               ASKI_IS(AS) | ASKI_IS(AND) | ASKI_IS(OR) | ASKI_IS(SELF) | ASKI_IS(ME) | ASKI_IS(WE) |
                               ASKI_IS(NEED) | ASKI_IS(LEAD) | ASKI_IS(GIVE) | ASKI_IS(START) | ASKI_IS(POST) |
                               ASKI_IS(REPORT) | ASKI_IS(ALSO) | ASKI_IS(CLOSER) | ASKI_IS(GREETING) |
                               ASKI_IS(CONTINUE) | ASKI_IS(MAYBE) | ASKI_IS(FOREVER) | ASKI_IS(VAGUE);

static void s_account_glue(aski_work *work, const aski_part *part)
{
  for (size_t i = part->first; i < part->last;) {
    aski_token *token = aski_token_at(work, i);
    size_t words = 1;
    bool subject = part->subject == ASKI_SUBJECT_NAMED && i >= part->subject_first && i < part->subject_last;
    bool opens = i < part->body && !subject && part->opened;
    uint64_t what = token->account == ASKI_ACCOUNT_NONE ? aski_extract_item(work, i, &words) : 0;
    bool ordinal = aski_str_equal_text(token->key, "s") && (token->gap & ASKI_GAP_TIGHT) != 0;
    if (token->names > 0 && token->phrase != NULL && (token->phrase->is & s_glue) != 0) {
      words = 1;
    }
    bool number = part->kind == ASKI_PART_FIELD && i + 1 == part->last && i > part->first &&
                  part->last < work->tokens.count && (token->shape & ASKI_SHAPE_NUMBER) != 0 &&
                  aski_extract_part_of(work, part->last)->label == 0 &&
                  (aski_token_at(work, part->last)->gap & ASKI_GAP_CLOSE) != 0; /* "App: Okta 2) Role: …" */
    bool glue = (what & s_glue) != 0 || opens || ordinal || number;
    for (size_t j = i; j < i + words && j < part->last; ++j) {
      aski_token *covered = aski_token_at(work, j);
      if (glue && covered->account == ASKI_ACCOUNT_NONE) {
        covered->account = ASKI_ACCOUNT_GLUE;
      }
    }
    i += words;
  }
}

static uint64_t s_item_before(const aski_work *work, const aski_part *part, size_t index)
{
  uint64_t before = index == part->first ? part->label : 0;
  for (size_t i = part->first; i < index;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    if ((what & (ASKI_IS(DETERMINER) | ASKI_IS(FILLER))) == 0) {
      before = what;
    }
    i += words;
  }
  return before;
}

/* Not an ordinary word among them, and no number. */
static bool s_is_name_like(const aski_work *work, size_t first, size_t last)
{
  for (size_t i = first; i < last; ++i) {
    const aski_token *token = aski_token_at(work, i);
    bool capital = (token->shape & ASKI_SHAPE_CAPITAL) != 0;
    if ((token->shape & ASKI_SHAPE_DIGIT) != 0 || (token->alone != NULL && token->alone->words == 1 && !capital)) {
      return false;
    }
  }
  return true;
}

/* What a run of unaccounted words may name, by its place. */
static unsigned s_kinds(const aski_work *work, const aski_part *part, size_t first, size_t last)
{
  size_t words = 1;
  uint64_t before = s_item_before(work, part, first);
  uint64_t after = last < part->last ? aski_extract_item(work, last, &words) : 0;
  if (part->kind == ASKI_PART_FIELD) {
    return (part->label & ASKI_IS(LABEL_ROLE)) != 0  ? ASKIAM_KIND_ROLE
           : (part->label & ASKI_IS(LABEL_APP)) != 0 ? ASKIAM_KIND_APPLICATION
                                                     : ASKIAM_KIND_USER;
  }
  if ((after & ASKI_IS(ROLE_NOUN)) != 0) {
    return ASKIAM_KIND_ROLE;
  }
  bool at = (aski_token_at(work, first)->gap & ASKI_GAP_AT) != 0;
  if (at || (after & ASKI_IS(APP_NOUN)) != 0 || (before & (ASKI_IS(IN) | ASKI_IS(LABEL_APP))) != 0) {
    return ASKIAM_KIND_APPLICATION;
  }
  if ((after & ASKI_IS(IN)) != 0 || (before & (ASKI_IS(AS) | ASKI_IS(ROLE_NOUN) | ASKI_IS(LABEL_ROLE))) != 0) {
    return ASKIAM_KIND_ROLE;
  }
  if ((before & (ASKI_IS(FOR) | ASKI_IS(BEHALF))) != 0) {
    return s_is_name_like(work, first, last) ? ASKIAM_KIND_USER | ASKIAM_KIND_APPLICATION : ASKIAM_KIND_APPLICATION;
  }
  return ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE;
}

static void s_add(aski_work *work, size_t first, size_t last, unsigned kinds)
{
  aski_leftover *leftover = ASKI_ARENA_PUSH(work->arena, &work->leftovers);
  if (leftover != NULL) {
    *leftover = (aski_leftover){first, last, kinds};
  }
}

static void s_collect(aski_work *work, const aski_part *part)
{
  size_t first = part->last;
  for (size_t i = part->first; i <= part->last; ++i) {
    bool left = i < part->last && aski_token_at(work, i)->account == ASKI_ACCOUNT_NONE;
    bool wall = i < part->last && i > first &&
                (aski_token_at(work, i)->gap & (ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_CLOSE)) != 0;
    if (first < i && (!left || wall)) {
      s_add(work, first, i, s_kinds(work, part, first, i));
      first = part->last;
    }
    if (left && first == part->last) {
      first = i;
    }
  }
}

/* The role or the application of the request is named again. */
static bool s_is_chosen(const aski_work *work, size_t index)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    askiam_str chosen = work->role == NULL               ? ASKI_STR_NONE
                        : span->kind == ASKIAM_KIND_ROLE ? work->role->id
                                                         : work->role->application_id;
    if (span->first == index && span->count == aski_token_at(work, index)->names && span->option_count == 1 &&
        span->kind != ASKIAM_KIND_USER && aski_str_equal(span->options[0].id, chosen)) {
      return true;
    }
  }
  return false;
}

/* A sentence beside the request that names a role, an application or a person, or repeats or corrects, is not ordinary. */
static void s_collect_beside(aski_work *work, const aski_part *part)
{
  bool own = (aski_token_at(work, part->first)->single & ASKI_IS(SELF)) != 0; /* "I label each sample" */
  uint64_t turns = ASKI_IS(ALSO) | ASKI_IS(LIKE) | (own ? 0 : ASKI_IS(ALL));
  for (size_t i = part->first; i < part->last; ++i) {
    const aski_token *token = aski_token_at(work, i);
    bool name = token->names > 0;
    const aski_span *user = name ? aski_extract_span_at(work, i, ASKIAM_KIND_USER) : NULL;
    if (user != NULL && user->option_count == 1 && aski_str_equal(user->options[0].id, work->input->user_id)) {
      i += user->count - 1; /* "I, John Doe, need" */
      continue;
    }
    if (name && token->account != ASKI_ACCOUNT_PERSON && !s_is_chosen(work, i)) {
      s_add(work, i, i + token->names, 0); /* it is no misspelt or unknown name */
      return;
    }
  }
  bool unknown = false;
  for (size_t i = part->first; i < part->last; ++i) {
    const aski_token *token = aski_token_at(work, i);
    unknown = unknown || (token->alone == NULL && (token->shape & ASKI_SHAPE_NUMBER) == 0);
  }
  if ((part->marks & turns) != 0 && unknown) {
    s_add(work, part->first, part->last, s_kinds(work, part, part->first, part->last));
  }
}

void aski_extract_leftovers(aski_work *work)
{
  work->leftovers.count = 0;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (aski_extract_asks(part)) {
      bool read = part->kind != ASKI_PART_FIELD ||
                  (part->label & (ASKI_IS(LABEL_TIME) | ASKI_IS(BEGIN) | ASKI_IS(LABEL_REQUESTER))) == 0;
      s_account_glue(work, part);
      if (read) {
        s_collect(work, part);
      }
    } else if (part->kind == ASKI_PART_PLAIN) {
      s_collect_beside(work, part);
    }
  }
}
