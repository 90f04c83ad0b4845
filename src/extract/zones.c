/* SPDX-License-Identifier: Apache-2.0
 *
 * Where sentences begin, and which words are no part of what is said: greetings, signatures, quoted history. A line that
 * says something stays in the body, wherever it stands. */
#include "extract/work.h"

enum { WRAPPED_LINE_BYTES = 50, GREETED_WORDS = 4, SIGNED_WORDS = 4, HISTORY_WORDS = 30, REFERRING_WORDS = 2 };

/* What makes a line more than a signature. */
static const uint64_t s_says_something = ASKI_IS(NEED) | ASKI_IS(GIVE) | ASKI_IS(LEAD) | ASKI_IS(WITHDRAW) |
                                         ASKI_IS(NOT) | ASKI_IS(OTHER) | ASKI_IS(INJECT) | ASKI_IS(REPORT) |
                                         ASKI_IS(MAYBE) | ASKI_IS(UNTIL) | ASKI_IS(ALSO) | ASKI_IS(SELF) |
                                         ASKI_IS(CONTINUE) | ASKI_IS(EXCEPT);

static uint64_t s_is(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  return token->phrase == NULL ? 0 : token->phrase->is;
}

static bool s_is_wrapped(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  unsigned ends = ASKI_GAP_COMMA | ASKI_GAP_COLON | ASKI_GAP_BLANK | ASKI_GAP_DASH;
  if ((token->gap & ends) != 0) {
    return false;
  }
  size_t begin = index;
  while (begin > 0 && aski_token_at(work, begin - 1)->line + 1 == token->line) {
    --begin;
    if (aski_token_at(work, index - 1)->end - aski_token_at(work, begin)->start >= WRAPPED_LINE_BYTES) {
      return true;
    }
  }
  return false;
}

static bool s_is_abbreviation(const aski_work *work, size_t index)
{
  const aski_token *before = aski_token_at(work, index - 1);
  bool initial =
      before->key.length == 1 && (before->shape & ASKI_SHAPE_CAPITAL) != 0 && !aski_str_equal_text(before->key, "i");
  return initial || (before->single & ASKI_IS(ABBREVIATION)) != 0;
}

static bool s_begins_sentence(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  if (index == 0) {
    return true;
  }
  if ((token->gap & (ASKI_GAP_WALL & ~(unsigned)ASKI_GAP_STOP)) != 0) {
    return true;
  }
  if ((token->gap & ASKI_GAP_STOP) != 0) {
    return (token->gap & ASKI_GAP_QUESTION) != 0 || !s_is_abbreviation(work, index);
  }
  return (token->gap & ASKI_GAP_LINE) != 0 && !s_is_wrapped(work, index);
}

static void s_number_sentences(aski_work *work)
{
  unsigned short sentence = 0;
  for (size_t i = 0; i < work->tokens.count; ++i) {
    aski_token *token = aski_token_at(work, i);
    if (s_begins_sentence(work, i)) {
      token->shape |= ASKI_SHAPE_FIRST;
      sentence = (unsigned short)(sentence + (i > 0));
    } else {
      token->shape &= ~(unsigned)ASKI_SHAPE_FIRST;
    }
    token->sentence = sentence;
  }
  work->sentences = work->tokens.count == 0 ? 0 : (size_t)sentence + 1;
}

static void s_set_zone(aski_work *work, size_t first, size_t last, aski_zone zone)
{
  for (size_t i = first; i < last; ++i) {
    aski_token_at(work, i)->zone = (unsigned char)zone;
  }
}

static bool s_begins_line(const aski_work *work, size_t index)
{
  return index == 0 || (aski_token_at(work, index)->gap & ASKI_GAP_LINE) != 0;
}

static size_t s_line_begin(const aski_work *work, size_t index)
{
  while (!s_begins_line(work, index)) {
    --index;
  }
  return index;
}

/* "On Monday, Li Wei wrote:" may take two lines: history begins with its "on", or with the line that says "wrote:". */
static size_t s_history_begin(const aski_work *work, size_t index)
{
  for (size_t i = index + 1; i > 0 && index - (i - 1) < HISTORY_WORDS; --i) {
    if (s_begins_line(work, i - 1) && (s_is(work, i - 1) & ASKI_IS(IN)) != 0) {
      return i - 1;
    }
  }
  size_t begin = s_line_begin(work, index);
  size_t above = begin == 0 ? 0 : s_line_begin(work, begin - 1);
  bool from = above < begin && above + 1 < work->tokens.count && (s_is(work, above) & ASKI_IS(LABEL_REQUESTER)) != 0 &&
              (aski_token_at(work, above + 1)->gap & ASKI_GAP_COLON) != 0;
  return from ? above : begin;
}

/* "From: …" and below it "Sent: …": the head of an older mail. */
static bool s_is_mail_head(const aski_work *work, size_t index)
{
  const uint64_t labels = ASKI_IS(LABEL_OTHER) | ASKI_IS(HISTORY);
  return (s_is(work, index) & labels) == labels && s_begins_line(work, index) && s_history_begin(work, index) < index;
}

static void s_find_history(aski_work *work)
{
  bool quoted = false;
  for (size_t i = 0; i < work->tokens.count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    quoted = s_begins_line(work, i) ? (token->gap & ASKI_GAP_QUOTED_LINE) != 0 : quoted;
    if (quoted) {
      s_set_zone(work, i, i + 1, ASKI_ZONE_HISTORY);
      continue;
    }
    if ((s_is(work, i) & ASKI_IS(HISTORY)) == 0) {
      continue;
    }
    size_t next = i + token->phrase->words;
    bool introduces = next < work->tokens.count && (aski_token_at(work, next)->gap & ASKI_GAP_COLON) != 0 &&
                      ((s_is(work, i) & ASKI_IS(LABEL_OTHER)) == 0 || s_is_mail_head(work, i));
    if (token->phrase->words > 1 ? s_begins_line(work, i) : introduces) {
      s_set_zone(work, s_history_begin(work, i), work->tokens.count, ASKI_ZONE_HISTORY);
      return;
    }
  }
}

/* One line of a signature block: 'Bob Smith', 'HR Analyst | Workday team', but not 'Please also add Bob'. */
static void s_sign_line(aski_work *work, size_t first, size_t last)
{
  for (size_t i = first; i < last; ++i) {
    uint64_t is = s_is(work, i);
    is &= (is & ASKI_IS(TROUBLE)) != 0 ? ~ASKI_IS(OTHER) : ~UINT64_C(0); /* "Internal Audit" */
    if ((is & s_says_something) != 0) {
      return;
    }
  }
  s_set_zone(work, first, last, ASKI_ZONE_SIGNATURE);
}

static void s_sign_rest(aski_work *work, size_t first)
{
  size_t begin = first;
  for (size_t i = first; i <= work->tokens.count; ++i) {
    bool ends = i == work->tokens.count || (i > first && s_begins_line(work, i));
    if (ends && i > begin) {
      s_sign_line(work, begin, i);
      begin = i;
    }
    if (i < work->tokens.count && aski_token_at(work, i)->zone == ASKI_ZONE_HISTORY) {
      return;
    }
  }
}

static bool s_closes(const aski_work *work, size_t index)
{
  if ((s_is(work, index) & ASKI_IS(CLOSER)) == 0 || index == 0) {
    return false;
  }
  const aski_token *token = aski_token_at(work, index);
  size_t after = index + token->phrase->words;
  bool last = after >= work->tokens.count;
  unsigned gap = last ? 0 : aski_token_at(work, after)->gap;
  bool alone = last || (gap & (ASKI_GAP_COMMA | ASKI_GAP_LINE | ASKI_GAP_STOP | ASKI_GAP_DASH)) != 0;
  bool begins = (token->shape & ASKI_SHAPE_FIRST) != 0;
  bool short_end = work->tokens.count - after <= SIGNED_WORDS;
  return begins ? alone || short_end : alone && short_end && (token->gap & ASKI_GAP_COMMA) != 0;
}

static void s_find_signature(aski_work *work)
{
  for (size_t i = 0; i < work->tokens.count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    if (token->zone != ASKI_ZONE_BODY) {
      continue;
    }
    if ((token->gap & ASKI_GAP_DELIMITER) != 0 && i > 0) {
      s_sign_rest(work, i);
      return;
    }
    if (s_closes(work, i)) {
      size_t after = i + token->phrase->words;
      s_set_zone(work, i, after, ASKI_ZONE_SIGNATURE);
      s_sign_rest(work, after);
      return;
    }
  }
}

/* With these a request, or what explains it, begins. */
static const uint64_t s_begins = ASKI_IS(SELF) | ASKI_IS(LEAD) | ASKI_IS(GIVE) | ASKI_IS(NEED) | ASKI_IS(FILLER) |
                                 ASKI_IS(START) | ASKI_IS(WE) | ASKI_IS(MAYBE) | ASKI_IS(BACKGROUND) |
                                 ASKI_IS(INTRODUCE) | ASKI_IS(ASK) | ASKI_IS(REASON) | ASKI_IS(OTHER);

/* The words greeted: up to a comma, or to a word with which a request begins. */
static size_t s_greeted(const aski_work *work, size_t first)
{
  unsigned ends = ASKI_GAP_COMMA | ASKI_GAP_LINE | ASKI_GAP_STOP | ASKI_GAP_DASH | ASKI_GAP_COLON;
  for (size_t i = first; i <= first + GREETED_WORDS; ++i) {
    if (i >= work->tokens.count) {
      return first;
    }
    if ((aski_token_at(work, i)->gap & ends) != 0 || (s_is(work, i) & s_begins) != 0) {
      return i;
    }
  }
  return first;
}

static void s_find_greetings(aski_work *work)
{
  for (size_t i = 0; i < work->tokens.count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    bool first =
        (token->shape & ASKI_SHAPE_FIRST) != 0 || (i > 0 && aski_token_at(work, i - 1)->zone == ASKI_ZONE_GREETING);
    if (token->zone != ASKI_ZONE_BODY || !first || (s_is(work, i) & ASKI_IS(GREETING)) == 0) {
      continue;
    }
    size_t last = s_greeted(work, i + token->phrase->words);
    s_set_zone(work, i, last, ASKI_ZONE_GREETING);
    if (last < work->tokens.count) {
      aski_token_at(work, last)->shape |= ASKI_SHAPE_FIRST;
    }
    i = last - 1;
  }
}

void aski_extract_zones(aski_work *work)
{
  s_number_sentences(work);
  s_find_history(work);
  s_find_greetings(work);
  s_find_signature(work);
}

/* "INC0012345", "REQ-4711", "Ticket 99": words of a reference from `index` on; 0: none. Its letters are a label's, so that an id of
 * somebody is none. */
static size_t s_reference(const aski_work *work, size_t index)
{
  const uint64_t labels = ASKI_IS(LABEL_OTHER) | ASKI_IS(LABEL_ACTION);
  const aski_token *token = aski_token_at(work, index);
  size_t letters = 0;
  while (letters < token->key.length && token->key.data[letters] >= 'a' && token->key.data[letters] <= 'z') {
    ++letters;
  }
  const aski_phrase *label = aski_phrases_find(work->phrases, aski_str_slice(token->key, 0, letters));
  if (token->zone != ASKI_ZONE_BODY || token->names > 0 || label == NULL || (label->is & labels) == 0) {
    return 0;
  }
  if (letters < token->key.length) {
    return (token->shape & ASKI_SHAPE_DIGIT) != 0 ? 1 : 0;
  }
  const aski_token *next = index + 1 < work->tokens.count ? aski_token_at(work, index + 1) : NULL;
  unsigned apart = ASKI_GAP_WALL | ASKI_GAP_COLON | ASKI_GAP_LINE | ASKI_GAP_COMMA;
  bool number = next != NULL && (next->gap & apart) == 0 && next->names == 0 && (next->shape & ASKI_SHAPE_NUMBER) != 0;
  return number ? 2 : 0;
}

/* Where the reference of "ticket 4711", "emergency change CHG0031" begins: behind words that only say what it is. */
static size_t s_referring(const aski_work *work, size_t index)
{
  const uint64_t says = ASKI_IS(LABEL_OTHER) | ASKI_IS(LABEL_ACTION) | ASKI_IS(PURPOSE) | ASKI_IS(ACTION) |
                        ASKI_IS(TROUBLE) | ASKI_IS(OTHER) | ASKI_IS(COMMON);
  size_t at = index;
  while (at + 1 < work->tokens.count && at < index + REFERRING_WORDS && s_reference(work, at) == 0) {
    uint64_t what = aski_token_at(work, at)->single;
    bool other = (what & ASKI_IS(OTHER)) != 0 && (what & ASKI_IS(TROUBLE)) == 0;
    if (what == 0 || (what & ~says) != 0 || other || aski_token_at(work, at)->names > 0 ||
        (aski_token_at(work, at + 1)->gap & ~(unsigned)ASKI_GAP_SPACE) != 0) {
      return index;
    }
    ++at;
  }
  return at;
}

/* "@helpdesk please": who is spoken to, where nobody and nothing is known by that name. */
static void s_find_addressed(aski_work *work)
{
  size_t last = 1;
  while (last < work->tokens.count && (aski_token_at(work, last)->gap & ASKI_GAP_TIGHT) != 0) {
    ++last;
  }
  if (last >= work->tokens.count || (aski_token_at(work, 0)->gap & ASKI_GAP_AT) == 0 ||
      (s_is(work, last) & s_begins) == 0) {
    return;
  }
  for (size_t i = 0; i < work->spans.count; ++i) {
    if (work->spans.items[i].first < last) {
      return;
    }
  }
  s_set_zone(work, 0, last, ASKI_ZONE_GREETING);
  aski_token_at(work, last)->shape |= ASKI_SHAPE_FIRST;
}

void aski_extract_references(aski_work *work)
{
  s_find_addressed(work);
  unsigned begins =
      ASKI_GAP_OPEN | ASKI_GAP_COLON | ASKI_GAP_LINE | ASKI_GAP_DASH | ASKI_GAP_COMMA | ASKI_GAP_SLASH | ASKI_GAP_PIPE;
  unsigned ends = ASKI_GAP_CLOSE | ASKI_GAP_COLON | ASKI_GAP_LINE | ASKI_GAP_DASH | ASKI_GAP_STOP | ASKI_GAP_COMMA |
                  ASKI_GAP_SLASH | ASKI_GAP_PIPE | ASKI_GAP_SEMICOLON;
  for (size_t i = 0; i < work->tokens.count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    if ((token->shape & ASKI_SHAPE_FIRST) == 0 && (token->gap & begins) == 0) {
      continue;
    }
    size_t at = s_referring(work, i);
    size_t words = s_reference(work, at);
    size_t last = words == 0 ? i : at + words;
    if (last > i && (last >= work->tokens.count || (aski_token_at(work, last)->gap & ends) != 0)) {
      s_set_zone(work, i, last, ASKI_ZONE_GREETING);
      if (last < work->tokens.count) {
        aski_token_at(work, last)->shape |= ASKI_SHAPE_FIRST;
      }
      i = last - 1;
    }
  }
}
