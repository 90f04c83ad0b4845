/* SPDX-License-Identifier: Apache-2.0
 *
 * On which line each row of a table stands. Only the rows are kept that do not stand on the line after the one before. */
#ifndef ASKI_IMPORT_LINES_H
#define ASKI_IMPORT_LINES_H

#include "base/memory.h"

typedef struct aski_import_lines {
  struct {
    uint64_t row;
    uint64_t line;
  } *items;
  size_t count, capacity;
} aski_import_lines;

/* Rows come in order, from 1. False when memory ran out. */
bool aski_import_lines_add(aski_import_lines *lines, const askiam_allocator *allocator, uint64_t row, uint64_t line);
uint64_t aski_import_lines_find(const aski_import_lines *lines, uint64_t row);
void aski_import_lines_clean_up(aski_import_lines *lines, const askiam_allocator *allocator);

#endif
