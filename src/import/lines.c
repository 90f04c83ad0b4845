/* SPDX-License-Identifier: Apache-2.0 */
#include "import/lines.h"

bool aski_import_lines_add(aski_import_lines *lines, const askiam_allocator *allocator, uint64_t row, uint64_t line)
{
  if (lines->count > 0 && lines->items[lines->count - 1].line + (row - lines->items[lines->count - 1].row) == line) {
    return true;
  }
  if (lines->count == lines->capacity) {
    size_t larger = lines->capacity == 0 ? 4 : lines->capacity * 2;
    void *memory = allocator->resize(allocator->context, lines->items, larger * sizeof *lines->items);
    if (memory == NULL) {
      return false;
    }
    lines->items = memory;
    lines->capacity = larger;
  }
  lines->items[lines->count].row = row;
  lines->items[lines->count].line = line;
  ++lines->count;
  return true;
}

uint64_t aski_import_lines_find(const aski_import_lines *lines, uint64_t row)
{
  size_t low = 0;
  size_t high = lines->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (lines->items[middle].row <= row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? 1 : lines->items[low - 1].line + (row - lines->items[low - 1].row);
}

void aski_import_lines_clean_up(aski_import_lines *lines, const askiam_allocator *allocator)
{
  aski_release(allocator, lines->items);
  *lines = (aski_import_lines){0};
}
