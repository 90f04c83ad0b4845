/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres/values.h"

/* Object ids of types, which are part of PostgreSQL's protocol (pg_type.dat). */
enum { OID_INT8 = 20, OID_TEXT = 25, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016 };
enum { ARRAY_HEADER_BYTES = 20 };

void aski_pg_values_init(aski_pg_values *values, aski_arena *arena)
{
  values->arena = arena;
  values->count = 0;
}

static void s_add(aski_pg_values *values, Oid type, const char *data, size_t length)
{
  if (values->count == ASKI_PG_VALUES_MOST || length > INT32_MAX) {
    values->arena->failed = true;
    return;
  }
  values->data[values->count] = data;
  values->lengths[values->count] = (int)length;
  values->formats[values->count] = 1;
  values->types[values->count] = type;
  ++values->count;
}

void aski_pg_add_text(aski_pg_values *values, askiam_str text) { s_add(values, OID_TEXT, text.data, text.length); }

static void s_write(unsigned char *out, uint64_t value, size_t bytes)
{
  for (size_t i = 0; i < bytes; ++i) {
    out[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
  }
}

void aski_pg_add_number(aski_pg_values *values, int64_t number)
{
  unsigned char *bytes = aski_arena_acquire(values->arena, 1, 8);
  if (bytes != NULL) {
    s_write(bytes, (uint64_t)number, 8);
  }
  s_add(values, OID_INT8, (const char *)bytes, 8);
}

/* One dimension from 1; none where it is empty. Returns where the elements go. */
static unsigned char *s_array(unsigned char *out, Oid element, bool has_null, size_t count)
{
  s_write(out, count > 0 ? 1 : 0, 4);
  s_write(out + 4, has_null ? 1 : 0, 4);
  s_write(out + 8, element, 4);
  s_write(out + 12, count, 4);
  s_write(out + 16, 1, 4);
  return out + ARRAY_HEADER_BYTES;
}

static size_t s_array_bytes(size_t count, size_t element_bytes)
{
  return count == 0 ? ARRAY_HEADER_BYTES - 8 : ARRAY_HEADER_BYTES + element_bytes;
}

void aski_pg_add_texts(aski_pg_values *values, const askiam_str *texts, size_t count)
{
  size_t bytes = 4 * count;
  bool has_null = false;
  for (size_t i = 0; i < count; ++i) {
    bytes += texts[i].length;
    has_null |= texts[i].data == NULL;
  }
  unsigned char *array = aski_arena_acquire(values->arena, 1, ARRAY_HEADER_BYTES + bytes);
  if (array != NULL) {
    unsigned char *at = s_array(array, OID_TEXT, has_null, count);
    for (size_t i = 0; i < count; ++i) {
      s_write(at, texts[i].data == NULL ? UINT32_MAX : texts[i].length, 4);
      at += 4;
      if (texts[i].data != NULL && texts[i].length > 0) {
        memcpy(at, texts[i].data, texts[i].length);
        at += texts[i].length;
      }
    }
  }
  s_add(values, OID_TEXT_ARRAY, (const char *)array, s_array_bytes(count, bytes));
}

void aski_pg_add_numbers(aski_pg_values *values, const int64_t *numbers, size_t count)
{
  unsigned char *array = aski_arena_acquire(values->arena, 1, ARRAY_HEADER_BYTES + 12 * count);
  if (array != NULL) {
    unsigned char *at = s_array(array, OID_INT8, false, count);
    for (size_t i = 0; i < count; ++i) {
      s_write(at, 8, 4);
      s_write(at + 4, (uint64_t)numbers[i], 8);
      at += 12;
    }
  }
  s_add(values, OID_INT8_ARRAY, (const char *)array, s_array_bytes(count, 12 * count));
}

static void s_append(aski_buffer *buffer, uint64_t value, size_t bytes)
{
  unsigned char out[8];
  s_write(out, value, bytes);
  aski_buffer_append(buffer, (askiam_str){(const char *)out, bytes});
}

void aski_pg_append_int16(aski_buffer *buffer, int value) { s_append(buffer, (uint64_t)value, 2); }

void aski_pg_append_int32(aski_buffer *buffer, int64_t value) { s_append(buffer, (uint64_t)value, 4); }

void aski_pg_append_int64(aski_buffer *buffer, int64_t value) { s_append(buffer, (uint64_t)value, 8); }

askiam_str aski_pg_text(const PGresult *result, int row, int column)
{
  if (PQgetisnull(result, row, column)) {
    return ASKI_STR_NONE;
  }
  return (askiam_str){PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column)};
}

int64_t aski_pg_number(const PGresult *result, int row, int column)
{
  if (PQgetisnull(result, row, column) || PQgetlength(result, row, column) != 8) {
    return 0;
  }
  const char *bytes = PQgetvalue(result, row, column);
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) {
    value = value << 8 | (unsigned char)bytes[i];
  }
  return (int64_t)value;
}
