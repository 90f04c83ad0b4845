/* SPDX-License-Identifier: Apache-2.0
 *
 * Values on their way to and from PostgreSQL, all in its binary format: texts are their bytes, numbers eight bytes in network order, so
 * that nothing is quoted, escaped or parsed. */
#ifndef ASKI_STORE_POSTGRES_VALUES_H
#define ASKI_STORE_POSTGRES_VALUES_H

#include <libpq-fe.h>

#include "base/memory.h"

enum { ASKI_PG_VALUES_MOST = 40 };

/* The parameters of one statement, in order. Texts are borrowed; numbers and arrays live in the arena, whose `failed` says that memory ran
 * out. */
typedef struct aski_pg_values {
  aski_arena *arena;
  int count;
  const char *data[ASKI_PG_VALUES_MOST];
  int lengths[ASKI_PG_VALUES_MOST];
  int formats[ASKI_PG_VALUES_MOST];
  Oid types[ASKI_PG_VALUES_MOST];
} aski_pg_values;

void aski_pg_values_init(aski_pg_values *values, aski_arena *arena);
/* An absent text is NULL. */
void aski_pg_add_text(aski_pg_values *values, askiam_str text);
void aski_pg_add_number(aski_pg_values *values, int64_t number);
/* text[] and bigint[]; absent texts are NULL elements. */
void aski_pg_add_texts(aski_pg_values *values, const askiam_str *texts, size_t count);
void aski_pg_add_numbers(aski_pg_values *values, const int64_t *numbers, size_t count);

/* Big-endian integers at the end of a buffer, as a binary COPY has them. */
void aski_pg_append_int16(aski_buffer *buffer, int value);
void aski_pg_append_int32(aski_buffer *buffer, int64_t value);
void aski_pg_append_int64(aski_buffer *buffer, int64_t value);

/* A column of a result: borrowed from it, ended by NUL; absent for NULL. */
askiam_str aski_pg_text(const PGresult *result, int row, int column);
/* A bigint column; 0 for NULL. */
int64_t aski_pg_number(const PGresult *result, int row, int column);

#endif
