/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON with more values than anybody needs: a tree of it would take a hundred times its bytes. */
#ifndef TESTS_SUPPORT_CROWD_H
#define TESTS_SUPPORT_CROWD_H

#include <stdlib.h>
#include <string.h>

/* `before`, a list of so many zeros, `after`; NUL-terminated, to be freed. */
static inline char *test_crowd(const char *before, size_t zeros, const char *after)
{
  size_t head = strlen(before);
  char *text = malloc(head + 2 * zeros + strlen(after) + 2);
  if (text == NULL) {
    abort();
  }
  memcpy(text, before, head);
  text[head] = '[';
  for (size_t i = 0; i < zeros; ++i) {
    text[head + 1 + 2 * i] = '0';
    text[head + 2 + 2 * i] = ',';
  }
  text[head + 2 * zeros] = ']';
  memcpy(text + head + 2 * zeros + 1, after, strlen(after) + 1);
  return text;
}

#endif
