/* SPDX-License-Identifier: Apache-2.0
 *
 * A catalogue in memory over organisations.tsv, for tests of the extractor. */
#ifndef TESTS_EXTRACT_TABLE_H
#define TESTS_EXTRACT_TABLE_H

#include "backend/handles.h"

typedef struct test_entity {
  askiam_kind kind;
  askiam_str id, name, application_id;
  askiam_str forms[12]; /* id, name, aliases, e-mail */
  askiam_str keys[12];
  askiam_str compacts[12];
  size_t form_count;
  bool inactive;
} test_entity;

typedef struct test_table {
  aski_arena arena;
  char *text;
  struct {
    test_entity *items;
    size_t count, capacity;
  } entities;
  bool backwards;      /* answers in reverse order */
  askiam_status fails; /* what candidates gives instead of an answer */
  size_t calls;
} test_table;

/* Loads one organisation; false where the file is missing or has none of that name. */
bool test_table_load(test_table *table, const char *path, const char *organisation);
void test_table_clean_up(test_table *table);
aski_catalogue test_table_catalogue(test_table *table);
/* The whole file, NUL-terminated, by malloc; NULL where it cannot be read. */
char *test_read_file(const char *path);

#endif
