/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 32 };

/* Levenshtein distance of two short names; a large number for longer ones. */
static size_t s_distance(const char *left, const char *right)
{
  size_t row[NAME_MAX_LENGTH + 1];
  size_t width = strlen(right);
  if (strlen(left) > NAME_MAX_LENGTH || width > NAME_MAX_LENGTH) {
    return NAME_MAX_LENGTH;
  }
  for (size_t at = 0; at <= width; at++) {
    row[at] = at;
  }
  for (size_t line = 1; left[line - 1] != '\0'; line++) {
    size_t diagonal = row[0];
    row[0] = line;
    for (size_t at = 1; at <= width; at++) {
      size_t replaced = diagonal + (left[line - 1] == right[at - 1] ? 0 : 1);
      size_t moved = 1 + (row[at] < row[at - 1] ? row[at] : row[at - 1]);
      diagonal = row[at];
      row[at] = replaced < moved ? replaced : moved;
    }
  }
  return row[width];
}

const char *cli_nearest(const char *typed, cli_name_fn name)
{
  const char *best = NULL;
  size_t length = strlen(typed);
  size_t least = length / 3 + 1;
  for (size_t index = 0; name(index) != NULL; index++) {
    const char *candidate = name(index);
    size_t distance = length >= 3 && strncmp(candidate, typed, length) == 0 ? 0 : s_distance(typed, candidate);
    if (distance < least || (distance == least && best == NULL)) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}
