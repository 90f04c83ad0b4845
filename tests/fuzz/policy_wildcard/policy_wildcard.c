/* SPDX-License-Identifier: Apache-2.0
 *
 * The wildcard matcher against the C library's regular expressions. The input is a pattern, a line feed, and a text; both are made of few letters, so that they
 * meet often. What the input says as it is, where it is text as a request has it, is matched alone: it must not take long. */
#include <regex.h>
#include <stdlib.h>

#include "base/text.h"
#include "policy/pattern.h"

enum { PATTERN_MAX = 24, TEXT_MAX = 48 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool s_matches(askiam_str pattern, askiam_str text, const askiam_policy_request *request)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_pattern compiled;
  aski_policy_pattern_compile(&compiled, &arena, &arena, pattern, (aski_policy_reading){.wildcards = true});
  bool matches = aski_policy_pattern_matches(&compiled, text, request);
  aski_arena_clean_up(&arena);
  return matches;
}

/* Star and question mark stay, all else becomes one of three letters. */
static char s_letter(uint8_t byte, bool wildcards)
{
  return wildcards && (byte == '*' || byte == '?') ? (char)byte : (char)('a' + byte % 3);
}

static bool s_matches_expression(askiam_str pattern, const char *text)
{
  char expression[2 * PATTERN_MAX + 8];
  size_t length = 0;
  expression[length++] = '^';
  for (size_t i = 0; i < pattern.length; ++i) {
    char byte = pattern.data[i];
    expression[length++] = byte == '*' || byte == '?' ? '.' : byte;
    if (byte == '*') {
      expression[length++] = '*';
    }
  }
  expression[length++] = '$';
  expression[length] = 0;
  regex_t compiled;
  if (regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) != 0) {
    abort();
  }
  bool matches = regexec(&compiled, text, 0, NULL, 0) == 0;
  regfree(&compiled);
  return matches;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char pattern[PATTERN_MAX];
  char text[TEXT_MAX + 1];
  size_t split = 0;
  while (split < size && data[split] != '\n') {
    ++split;
  }
  size_t text_start = split < size ? split + 1 : size;
  askiam_policy_request *request = NULL;
  if (askiam_policy_request_new(&request, NULL, NULL) != ASKIAM_STATUS_OK) {
    return 0;
  }
  askiam_str text_itself = {(const char *)data + text_start, size - text_start};
  if (aski_text_valid((askiam_str){(const char *)data, size}) &&
      askiam_policy_request_add(request, ASKI_STR("x:text"), text_itself, NULL) == ASKIAM_STATUS_OK) {
    s_matches((askiam_str){(const char *)data, split}, text_itself, request);
  }
  size_t pattern_length = split < PATTERN_MAX ? split : PATTERN_MAX;
  size_t text_length = size - text_start < TEXT_MAX ? size - text_start : TEXT_MAX;
  for (size_t i = 0; i < pattern_length; ++i) {
    pattern[i] = s_letter(data[i], true);
  }
  for (size_t i = 0; i < text_length; ++i) {
    text[i] = s_letter(data[text_start + i], false);
  }
  text[text_length] = 0;
  askiam_str short_pattern = {pattern, pattern_length};
  if (s_matches(short_pattern, (askiam_str){text, text_length}, request) != s_matches_expression(short_pattern, text)) {
    abort();
  }
  askiam_policy_request_destroy(request);
  return 0;
}
