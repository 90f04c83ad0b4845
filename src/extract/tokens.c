/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentence as words: what askiam_text_key takes for letters, digits and marks, with the gaps between them.
 * ASCII is decided here, the rest by the code point's block; a word's key is the catalogue's, so joined keys are a
 * name's key. */
#include "base/text.h"
#include "extract/work.h"

typedef struct scanner {
  askiam_str text;
  size_t at;
  unsigned gap;
  unsigned short line;
  bool quote_open;
  size_t quote_first; /* token after the opening quote */
  bool line_began;    /* something visible stands on the line */
  bool markup;
} scanner;

static uint32_t s_decode(askiam_str text, size_t at, size_t *out_bytes)
{
  unsigned char lead = (unsigned char)text.data[at];
  size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + bytes > text.length) {
    bytes = text.length - at;
  }
  uint32_t point = bytes == 1 ? lead : lead & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    point = point << 6 | ((unsigned char)text.data[at + i] & 0x3fu);
  }
  *out_bytes = bytes;
  return point;
}

static bool s_within(uint32_t point, const uint32_t (*ranges)[2], size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (point >= ranges[i][0] && point <= ranges[i][1]) {
      return true;
    }
  }
  return false;
}

static bool s_is_alnum(uint32_t point)
{
  return (point >= '0' && point <= '9') || (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

/* Punctuation, spaces and symbols beyond ASCII. What is missing here only makes one token of two words. */
static bool s_is_word(uint32_t point)
{
  static const uint32_t separators[][2] = {
      {0x80, 0xa9},     {0xab, 0xac},     {0xae, 0xb1},     {0xb4, 0xb4},     {0xb6, 0xb8},       {0xbb, 0xbb},
      {0xbf, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x200a}, {0x2010, 0x2029},   {0x202f, 0x205f},
      {0x2190, 0x245f}, {0x2500, 0x2bff}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x30fb, 0x30fb},   {0xfe30, 0xfe6b},
      {0xff01, 0xff0f}, {0xff1a, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0x1f000, 0x1faff}, {0xfffc, 0xfffd}};
  return point < 0x80 ? s_is_alnum(point) : !s_within(point, separators, sizeof separators / sizeof *separators);
}

static bool s_is_capital(uint32_t point)
{
  static const uint32_t capitals[][2] = {{'A', 'Z'},       {0xc0, 0xd6},     {0xd8, 0xde},
                                         {0x386, 0x3ab},   {0x400, 0x42f},   {0x531, 0x556},
                                         {0x2e80, 0x9fff}, {0xac00, 0xd7a3}, {0xff21, 0xff3a}};
  bool paired = point >= 0x100 && point <= 0x17f && point % 2 == 0;
  return paired || s_within(point, capitals, sizeof capitals / sizeof *capitals);
}

static bool s_is_space_at(askiam_str text, size_t at)
{
  return at >= text.length || text.data[at] == ' ' || (text.data[at] >= '\t' && text.data[at] <= '\r') ||
         (unsigned char)text.data[at] == 0xc2;
}

/* A stop ends a sentence only before white space, a quote or a bracket: not in "john.doe". */
static bool s_ends_sentence(askiam_str text, size_t at)
{
  while (at < text.length && (text.data[at] == '.' || text.data[at] == '!' || text.data[at] == '?')) {
    ++at;
  }
  return s_is_space_at(text, at) || strchr(")\"']", text.data[at]) != NULL;
}

static unsigned s_gap_of_line(scanner *scan)
{
  unsigned gap = ASKI_GAP_SPACE | ASKI_GAP_LINE | (scan->line_began ? 0u : ASKI_GAP_BLANK);
  scan->line_began = false;
  scan->line = (unsigned short)(scan->line + (scan->line < ASKI_NOWHERE));
  askiam_str rest = aski_str_slice(scan->text, scan->at + 1, 4);
  if (aski_str_starts(rest, ASKI_STR("--")) && s_is_space_at(rest, 2)) {
    gap |= ASKI_GAP_DELIMITER;
  }
  return gap;
}

static bool s_spaced(askiam_str text, size_t at, size_t bytes)
{
  return (at == 0 || s_is_space_at(text, at - 1)) && s_is_space_at(text, at + bytes);
}

/* Marks that are always the same gap. */
static unsigned s_plain_gap(uint32_t point)
{
  static const struct plain_gap {
    uint32_t point;
    unsigned gap;
  } gaps[] = {{',', ASKI_GAP_COMMA},
              {0x3001, ASKI_GAP_COMMA},
              {0xff0c, ASKI_GAP_COMMA},
              {0x3002, ASKI_GAP_STOP},
              {0xff01, ASKI_GAP_STOP},
              {0xff1f, ASKI_GAP_STOP},
              {';', ASKI_GAP_SEMICOLON},
              {0xff1b, ASKI_GAP_SEMICOLON},
              {':', ASKI_GAP_COLON},
              {'=', ASKI_GAP_COLON},
              {0xff1a, ASKI_GAP_COLON},
              {0x2013, ASKI_GAP_DASH},
              {0x2014, ASKI_GAP_DASH},
              {'~', ASKI_GAP_DASH},
              {0x2192, ASKI_GAP_DASH},
              {'/', ASKI_GAP_SLASH},
              {'\\', ASKI_GAP_SLASH},
              {'(', ASKI_GAP_OPEN},
              {'[', ASKI_GAP_OPEN},
              {'{', ASKI_GAP_OPEN},
              {')', ASKI_GAP_CLOSE},
              {']', ASKI_GAP_CLOSE},
              {'}', ASKI_GAP_CLOSE},
              {'|', ASKI_GAP_PIPE},
              {'@', ASKI_GAP_AT},
              {'\'', 0},
              {'_', 0},
              {'`', 0},
              {0x2018, 0},
              {0x2019, 0}};
  for (size_t i = 0; i < sizeof gaps / sizeof *gaps; ++i) {
    if (gaps[i].point == point) {
      return gaps[i].gap;
    }
  }
  return ASKI_GAP_SYMBOL;
}

static unsigned s_gap_of_mark(scanner *scan, uint32_t point, size_t bytes)
{
  bool began = scan->line_began;
  bool spaced = s_spaced(scan->text, scan->at, bytes);
  scan->line_began = true;
  switch (point) {
  case '!':
  case '.':
  case 0x2026:
    return s_ends_sentence(scan->text, scan->at) ? ASKI_GAP_STOP : 0;
  case '?':
    return ASKI_GAP_QUESTION | (s_ends_sentence(scan->text, scan->at) ? ASKI_GAP_STOP : 0);
  case '-':
  case '*':
  case 0x2022:
    return !began ? ASKI_GAP_BULLET : spaced ? ASKI_GAP_DASH : 0;
  case '<': /* markup and the marks of chat templates: "</request>", "<|im_end|>" */
    scan->markup = scan->markup || aski_str_starts(aski_str_slice(scan->text, scan->at + 1, 1), ASKI_STR("/")) ||
                   aski_str_starts(aski_str_slice(scan->text, scan->at + 1, 1), ASKI_STR("|"));
    return ASKI_GAP_SYMBOL;
  case '>':
    return !began ? ASKI_GAP_QUOTED_LINE : ASKI_GAP_DASH;
  case '&':
  case '+':
    return spaced ? ASKI_GAP_AMPERSAND : 0;
  default:
    return s_plain_gap(point);
  }
}

static bool s_is_quote(const scanner *scan, uint32_t point, size_t bytes)
{
  if (point == '"' || point == 0x201c || point == 0x201d || point == 0x201e || point == 0xab || point == 0xbb ||
      point == 0x300c || point == 0x300d || point == '`') {
    return true;
  }
  if (point != '\'' && point != 0x2018 && point != 0x2019) {
    return false;
  }
  size_t next = scan->at + bytes;
  return scan->quote_open ? next >= scan->text.length || !s_is_alnum((unsigned char)scan->text.data[next])
                          : scan->at == 0 || s_is_space_at(scan->text, scan->at - 1);
}

/* Marks the words in quotes where they are few: then the quotes name something. */
static void s_turn_quote(aski_work *work, scanner *scan)
{
  if (scan->quote_open) {
    size_t words = work->tokens.count - scan->quote_first;
    for (size_t i = scan->quote_first; words > 0 && words <= 6 && i < work->tokens.count; ++i) {
      aski_token_at(work, i)->shape |= ASKI_SHAPE_QUOTED;
    }
  }
  scan->quote_open = !scan->quote_open;
  scan->quote_first = work->tokens.count;
  scan->gap |= ASKI_GAP_QUOTE;
}

static void s_skip_one(aski_work *work, scanner *scan, uint32_t point, size_t bytes)
{
  if (point == '\n' || point == 0x2028 || point == 0x2029) {
    scan->gap |= s_gap_of_line(scan);
  } else if (point <= ' ' || point == 0xa0 || (point >= 0x2000 && point <= 0x200a) || point == 0x202f ||
             point == 0x3000) {
    scan->gap |= ASKI_GAP_SPACE;
  } else if (s_is_quote(scan, point, bytes)) {
    s_turn_quote(work, scan);
    scan->line_began = true;
  } else {
    scan->gap |= s_gap_of_mark(scan, point, bytes);
  }
  scan->at += bytes;
}

static unsigned s_shape(askiam_str text, askiam_str key)
{
  unsigned shape = 0;
  size_t bytes = 0;
  size_t digits = 0;
  bool upper = text.length > 1;
  if (s_is_capital(s_decode(text, 0, &bytes))) {
    shape |= ASKI_SHAPE_CAPITAL;
  }
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    shape |= byte >= 0x80 ? ASKI_SHAPE_FOREIGN : 0u;
    digits += byte >= '0' && byte <= '9';
    upper = upper && byte >= 'A' && byte <= 'Z';
  }
  for (size_t i = 0; digits == 0 && i < key.length; ++i) {
    digits += key.data[i] >= '0' && key.data[i] <= '9';
  }
  shape |= digits > 0 ? ASKI_SHAPE_DIGIT : 0u;
  shape |= digits == text.length ? ASKI_SHAPE_NUMBER : 0u;
  return shape | (upper ? ASKI_SHAPE_UPPER : 0u);
}

static askiam_str s_key(aski_arena *arena, askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if ((unsigned char)text.data[i] >= 0x80) {
      return aski_text_key(arena, text);
    }
  }
  char *key = aski_arena_acquire(arena, text.length + 1, 1);
  for (size_t i = 0; key != NULL && i < text.length; ++i) {
    key[i] = (char)(text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] + 32 : text.data[i]);
  }
  return key == NULL ? ASKI_STR_NONE : (askiam_str){key, text.length};
}

static void s_take_word(aski_work *work, scanner *scan)
{
  size_t start = scan->at;
  size_t bytes = 0;
  while (scan->at < scan->text.length && s_is_word(s_decode(scan->text, scan->at, &bytes))) {
    scan->at += bytes;
  }
  askiam_str text = aski_str_slice(scan->text, start, scan->at - start);
  askiam_str key = s_key(work->arena, text);
  if (key.length == 0) {
    return;
  }
  aski_token *token = ASKI_ARENA_PUSH(work->arena, &work->tokens);
  if (token == NULL) {
    return;
  }
  bool first = work->tokens.count == 1;
  unsigned blank = ASKI_GAP_SPACE | ASKI_GAP_LINE;
  *token = (aski_token){.start = start,
                        .end = scan->at,
                        .key = key,
                        .word = key,
                        .gap = scan->gap | (first || (scan->gap & blank) ? 0u : (unsigned)ASKI_GAP_TIGHT),
                        .shape = s_shape(text, key),
                        .line = scan->line};
  scan->gap = 0;
  scan->line_began = true;
}

void aski_extract_tokenise(aski_work *work)
{
  scanner scan = {.text = work->input->text};
  while (scan.at < scan.text.length && !work->arena->failed) {
    size_t bytes = 0;
    uint32_t point = s_decode(scan.text, scan.at, &bytes);
    if (s_is_word(point)) {
      s_take_word(work, &scan);
    } else {
      s_skip_one(work, &scan, point, bytes);
    }
    if (work->tokens.count >= ASKI_TOKENS_MAX) {
      work->too_long = true;
      return;
    }
  }
  work->markup = scan.markup;
}

askiam_str aski_extract_words(const aski_work *work, size_t first, size_t last)
{
  if (first >= last) {
    return ASKI_STR_NONE;
  }
  askiam_str text = work->input->text;
  size_t start = aski_token_at(work, first)->start;
  size_t end = aski_token_at(work, last - 1)->end;
  while (end < text.length && (text.data[end] == '+' || text.data[end] == '#')) {
    ++end;
  }
  return aski_str_slice(text, start, end - start);
}

askiam_str aski_extract_key(const aski_work *work, size_t first, size_t last, bool compact)
{
  size_t length = 0;
  for (size_t i = first; i < last; ++i) {
    length += aski_token_at(work, i)->key.length + 1;
  }
  char *key = aski_arena_acquire(work->arena, length + 1, 1);
  if (key == NULL) {
    return ASKI_STR_NONE;
  }
  size_t at = 0;
  for (size_t i = first; i < last; ++i) {
    askiam_str word = aski_token_at(work, i)->key;
    if (i > first && !compact) {
      key[at++] = ' ';
    }
    memcpy(key + at, word.data, word.length);
    at += word.length;
  }
  askiam_str joined = {key, at};
  return compact ? aski_text_compact(work->arena, joined) : joined;
}

/* The longest phrase that begins at a token. Its words are joined once; prefixes are cut at the word ends. */
static const aski_phrase *s_longest(const aski_work *work, size_t index, size_t most)
{
  char joined[192];
  size_t ends[16];
  size_t at = 0;
  size_t words = 0;
  for (size_t i = index; i < work->tokens.count && words < most; ++i, ++words) {
    const aski_token *token = aski_token_at(work, i);
    unsigned walls = ASKI_GAP_WALL | ASKI_GAP_COMMA | ASKI_GAP_COLON | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_QUOTE;
    if ((i > index && (token->gap & walls) != 0) || at + token->word.length + 1 > sizeof joined) {
      break;
    }
    if (i > index) {
      joined[at++] = ' ';
    }
    memcpy(joined + at, token->word.data, token->word.length);
    at += token->word.length;
    ends[words] = at;
  }
  for (; words > 1; --words) {
    const aski_phrase *phrase = aski_phrases_find(work->phrases, (askiam_str){joined, ends[words - 1]});
    if (phrase != NULL && phrase->words == words) {
      return phrase;
    }
  }
  return NULL;
}

void aski_extract_end_phrase(aski_work *work, size_t index, size_t last)
{
  aski_token *token = aski_token_at(work, index);
  if (token->phrase != NULL && token->phrase->words > 1 && index + token->phrase->words > last) {
    const aski_phrase *phrase = s_longest(work, index, last - index);
    token->phrase = phrase != NULL ? phrase : token->alone != NULL && token->alone->words == 1 ? token->alone : NULL;
  }
}

static void s_guess(const aski_work *work, aski_token *token)
{
  if (token->alone != NULL ||
      (token->shape & (ASKI_SHAPE_DIGIT | ASKI_SHAPE_FOREIGN | ASKI_SHAPE_QUOTED | ASKI_SHAPE_UPPER)) != 0 ||
      ((token->shape & ASKI_SHAPE_CAPITAL) != 0 && (token->shape & ASKI_SHAPE_FIRST) == 0)) {
    return;
  }
  token->alone = aski_phrases_guess(work->phrases, token->key);
  if (token->alone != NULL) {
    token->word = aski_phrases_key(work->phrases, token->alone);
    token->shape |= ASKI_SHAPE_GUESSED;
  }
}

void aski_extract_tag(aski_work *work)
{
  for (size_t i = 0; i < work->tokens.count; ++i) {
    aski_token *token = aski_token_at(work, i);
    if (i == 0 || (token->gap & (ASKI_GAP_WALL | ASKI_GAP_LINE)) != 0) {
      token->shape |= ASKI_SHAPE_FIRST;
    }
    token->alone = aski_phrases_find(work->phrases, token->key);
    s_guess(work, token);
    token->single = token->alone == NULL ? 0 : token->alone->is;
  }
  for (size_t i = 0; i + 1 < work->tokens.count; ++i) { /* "nobody@example.com" is an address, and says nothing */
    const unsigned address = ASKI_GAP_AT | ASKI_GAP_TIGHT;
    if ((aski_token_at(work, i + 1)->gap & address) == address) {
      aski_token_at(work, i)->alone = NULL;
      aski_token_at(work, i)->single = 0;
    }
  }
  for (size_t i = 0; i < work->tokens.count; ++i) {
    aski_token *token = aski_token_at(work, i);
    size_t longest = token->alone == NULL ? 0 : token->alone->longest;
    const aski_phrase *phrase = longest > 1 ? s_longest(work, i, longest) : NULL;
    token->phrase = phrase != NULL ? phrase : token->alone != NULL && token->alone->words == 1 ? token->alone : NULL;
  }
}

uint64_t aski_extract_item(const aski_work *work, size_t index, size_t *out_words)
{
  const aski_token *token = aski_token_at(work, index);
  *out_words = 1;
  if ((token->shape & ASKI_SHAPE_QUOTED) != 0) {
    return 0;
  }
  if (token->names > 0 && (token->phrase == NULL || token->phrase->words <= token->names)) {
    *out_words = token->names;
    return 0;
  }
  if (token->phrase == NULL) {
    return 0;
  }
  *out_words = token->phrase->words;
  return token->phrase->is;
}
