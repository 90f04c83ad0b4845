/* SPDX-License-Identifier: Apache-2.0
 *
 * Optimal string alignment distance (Damerau 1964, restricted; Ukkonen's band 1985). */
#include <utf8proc.h>

#include "base/text.h"

enum { LONGEST = 128, LARGEST_LIMIT = 8 };

/* False where there are more than LONGEST characters or the text is not UTF-8. */
static bool s_decode(askiam_str text, utf8proc_int32_t *out, size_t *out_count)
{
  size_t count = 0;
  for (size_t at = 0; at < text.length;) {
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text.data + at, (utf8proc_ssize_t)(text.length - at), out + count);
    if (used <= 0 || ++count > LONGEST) {
      return false;
    }
    at += (size_t)used;
  }
  *out_count = count;
  return true;
}

static unsigned s_least(unsigned left, unsigned right) { return left < right ? left : right; }

typedef struct band {
  const utf8proc_int32_t *left;
  const utf8proc_int32_t *right;
  size_t right_count;
  unsigned limit;
  unsigned rows[3][LONGEST + 2];
} band;

/* Fills the row of left[0..i) from the two above it; gives its least value. */
static unsigned s_fill_row(band *work, size_t i)
{
  unsigned *row = work->rows[i % 3];
  const unsigned *above = work->rows[(i + 2) % 3];
  const unsigned *above_that = work->rows[(i + 1) % 3];
  const unsigned far_away = work->limit + 1;
  size_t first = i > work->limit ? i - work->limit : 1;
  size_t last = i + work->limit < work->right_count ? i + work->limit : work->right_count;
  row[first - 1] = first == 1 ? s_least((unsigned)i, far_away) : far_away;
  unsigned least = row[first - 1];
  for (size_t j = first; j <= last; ++j) {
    bool same = work->left[i - 1] == work->right[j - 1];
    unsigned value = above[j - 1] + (same ? 0 : 1);
    value = s_least(value, above[j] + 1);
    value = s_least(value, row[j - 1] + 1);
    if (i > 1 && j > 1 && work->left[i - 1] == work->right[j - 2] && work->left[i - 2] == work->right[j - 1]) {
      value = s_least(value, above_that[j - 2] + 1);
    }
    row[j] = s_least(value, far_away);
    least = s_least(least, row[j]);
  }
  row[last + 1] = far_away;
  return least;
}

unsigned aski_text_distance(askiam_str left, askiam_str right, unsigned limit)
{
  limit = s_least(limit, LARGEST_LIMIT);
  if (aski_str_equal(left, right)) {
    return 0;
  }
  utf8proc_int32_t left_characters[LONGEST + 1];
  utf8proc_int32_t right_characters[LONGEST + 1];
  size_t left_count = 0;
  size_t right_count = 0;
  if (!s_decode(left, left_characters, &left_count) || !s_decode(right, right_characters, &right_count)) {
    return limit + 1;
  }
  size_t gap = left_count > right_count ? left_count - right_count : right_count - left_count;
  if (gap > limit) {
    return limit + 1;
  }
  band work = {.left = left_characters, .right = right_characters, .right_count = right_count, .limit = limit};
  for (size_t j = 0; j <= right_count + 1; ++j) {
    work.rows[0][j] = s_least((unsigned)j, limit + 1);
  }
  unsigned least_before = 0;
  for (size_t i = 1; i <= left_count; ++i) {
    unsigned least = s_fill_row(&work, i);
    if (least > limit && least_before > limit) {
      return limit + 1; /* a swap reaches back two rows at the most */
    }
    least_before = least;
  }
  return s_least(work.rows[left_count % 3][right_count], limit + 1);
}
