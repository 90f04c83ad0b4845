/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "import/csv.h"
#include "support/allocator.h"

typedef struct source {
  const char *data;
  size_t length;
  size_t chunk; /* at most so many bytes at once */
} source;

static ssize_t s_read(void *context, char *buffer, size_t size_bytes)
{
  source *from = context;
  size_t length = from->length < from->chunk ? from->length : from->chunk;
  length = length < size_bytes ? length : size_bytes;
  memcpy(buffer, from->data, length);
  from->data += length;
  from->length -= length;
  return (ssize_t)length;
}

/* All records as "line:field|field;" and the error, if any, as "!line:message". */
static void s_all(aski_buffer *out, const char *text, size_t length, size_t window, size_t chunk,
                  const askiam_allocator *allocator)
{
  source from = {text, length, chunk};
  aski_csv csv;
  aski_csv_init(&csv, allocator, s_read, &from, window);
  aski_csv_outcome outcome = ASKI_CSV_RECORD;
  while ((outcome = aski_csv_next(&csv)) == ASKI_CSV_RECORD || outcome == ASKI_CSV_BAD_RECORD) {
    if (outcome == ASKI_CSV_BAD_RECORD) {
      aski_buffer_append_format(out, "!%llu:%.24s;", (unsigned long long)csv.message_line, csv.message);
      continue;
    }
    aski_buffer_append_format(out, "%llu:", (unsigned long long)csv.line);
    for (size_t i = 0; i < csv.count; ++i) {
      aski_buffer_append(out, i == 0 ? ASKI_STR("") : ASKI_STR("|"));
      aski_buffer_append(out, csv.fields[i]);
    }
    aski_buffer_append_byte(out, ';');
  }
  if (outcome == ASKI_CSV_BAD_FILE) {
    aski_buffer_append_format(out, "!!%llu:%.24s", (unsigned long long)csv.message_line, csv.message);
  }
  if (outcome == ASKI_CSV_NO_MEMORY) {
    aski_buffer_append_text(out, "no memory");
  }
  aski_csv_clean_up(&csv);
}

typedef struct sample {
  const char *text;
  size_t length;
  const char *expected;
} sample;
#define SAMPLE(text, expected) {text, sizeof(text) - 1, expected}

static const sample s_samples[] = {
    SAMPLE("", ""),
    SAMPLE("a,b\n1,2\n", "1:a|b;2:1|2;"),
    SAMPLE("a,b\r\n1,2\r\n", "1:a|b;2:1|2;"),
    SAMPLE("a,b\n1,2", "1:a|b;2:1|2;"),
    SAMPLE("\xef\xbb\xbf"
           "a,b\n",
           "1:a|b;"),
    SAMPLE("\xef\xbb\xbf\"a\",b\n", "1:a|b;"),
    SAMPLE("\xef\xbb\xbf", ""),
    SAMPLE("\xef\xbb", "!1:bytes that are not UTF-8;"),
    SAMPLE("a,\"b,c\"\n", "1:a|b,c;"),
    SAMPLE("a,\"b\nc\"\nd,e\n", "1:a|b\nc;3:d|e;"),
    SAMPLE("a,\"b\r\nc\"\r\nd,e\r\n", "1:a|b\r\nc;3:d|e;"),
    SAMPLE("\"say \"\"hi\"\"\",x\n", "1:say \"hi\"|x;"),
    SAMPLE("\"\"\"\",\"\"\n", "1:\"|;"),
    SAMPLE("\"\"\n", "1:;"),
    SAMPLE("\n\na,b\n\n\n1,2\n\n", "3:a|b;6:1|2;"),
    SAMPLE("a,\n,\n", "1:a|;2:|;"),
    SAMPLE("a,b", "1:a|b;"),
    SAMPLE("a,\"b\"", "1:a|b;"),
    SAMPLE("Zo\xc3\xab,\xe6\x9d\x8e\n", "1:Zo\xc3\xab|\xe6\x9d\x8e;"),
    SAMPLE("a,\"b\nc,d\ne", "!!1:a quoted field begins he"),
    SAMPLE("a\nb,\"c\n", "1:a;!!2:a quoted field begins he"),
    SAMPLE("a,\"b\"c\n", "!!1:text after a closing quo"),
    SAMPLE("a\n\"x\ny\"z\n", "1:a;!!2:text after a closing quo"),
    SAMPLE("a,b\"c\nd,e\n", "!1:a quote within an unquot;2:d|e;"),
    SAMPLE("a\rb\n", "!!1:a carriage return withou"),
    SAMPLE("a\r", "!!1:a carriage return withou"),
    SAMPLE("a,b\0c\nd\n", "!1:a NUL byte; the file mus;2:d;"),
    SAMPLE("a,\"b\0c\"\nd\n", "!1:a NUL byte; the file mus;2:d;"),
    SAMPLE("a\n\xff,b\nc\n", "1:a;!2:bytes that are not UTF-8;3:c;"),
    SAMPLE("a\n\xed\xa0\x80\n", "1:a;!2:bytes that are not UTF-8;"),
    SAMPLE("a\n\xc0\xaf\n", "1:a;!2:bytes that are not UTF-8;"),
};

static void import__csv_reads_alike_whatever_the_window(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_samples / sizeof *s_samples; ++i) {
    const sample *each = &s_samples[i];

    for (size_t window = 1; window <= 40; ++window) {
      aski_buffer out;
      aski_buffer_init(&out, aski_allocator_default());
      aski_buffer_append(&out, ASKI_STR(""));
      s_all(&out, each->text, each->length, window, 1 + window % 7, aski_allocator_default());
      assert_string_equal(out.data == NULL ? "" : out.data, each->expected);
      aski_buffer_clean_up(&out);
    }
  }
}

/* "x" × count, then `tail`. */
static char *s_long(const char *head, size_t count, const char *tail, size_t *out_length)
{
  size_t before = strlen(head);
  *out_length = before + count + strlen(tail);
  char *text = aski_acquire(aski_allocator_default(), *out_length + 1);
  memcpy(text, head, before);
  memset(text + before, 'x', count);
  memcpy(text + before + count, tail, strlen(tail) + 1);
  return text;
}

static void s_expect_long(const char *head, size_t count, const char *tail, const char *expected_end)
{
  size_t length = 0;
  char *text = s_long(head, count, tail, &length);
  aski_buffer out;
  aski_buffer_init(&out, aski_allocator_default());
  s_all(&out, text, length, 4096, 4096, aski_allocator_default());
  size_t wanted = strlen(expected_end);
  assert_true(out.length >= wanted);
  assert_string_equal(out.data + out.length - wanted, expected_end);
  aski_buffer_clean_up(&out);
  aski_release(aski_allocator_default(), text);
}

static void import__csv_takes_a_field_of_64_kib_and_no_more(void **state)
{
  (void)state;
  s_expect_long("a,", ASKI_CSV_MAX_FIELD_BYTES, ",z\n", "x|z;");
  s_expect_long("a,", ASKI_CSV_MAX_FIELD_BYTES + 1, ",z\n", "!!1:a field of more than 64 ");
  s_expect_long("a,\"", ASKI_CSV_MAX_FIELD_BYTES, "\",z\n", "x|z;");
  s_expect_long("a,\"", ASKI_CSV_MAX_FIELD_BYTES + 1, "\",z\n", "!!1:a quoted field of more t");
  s_expect_long("a\nb,\"", 300000, "", "!!2:a quoted field of more t");
}

static void import__csv_refuses_more_than_256_fields(void **state)
{
  (void)state;
  char text[600];
  memset(text, ',', sizeof text);
  text[255] = '\n';
  text[300] = 0;
  aski_buffer out;
  aski_buffer_init(&out, aski_allocator_default());
  s_all(&out, text, 256, 64, 64, aski_allocator_default());
  assert_int_equal(out.data[out.length - 1], ';');
  aski_buffer_clear(&out);
  text[255] = ',';
  text[256] = '\n';
  s_all(&out, text, 257, 64, 64, aski_allocator_default());
  assert_string_equal(out.data, "!!1:more than 256 fields in ");
  aski_buffer_clean_up(&out);
}

static ssize_t s_broken(void *context, char *buffer, size_t size_bytes)
{
  (void)context;
  (void)buffer;
  (void)size_bytes;
  return -1;
}

static void import__csv_tells_a_read_error(void **state)
{
  (void)state;
  aski_csv csv;
  aski_csv_init(&csv, aski_allocator_default(), s_broken, NULL, 64);
  assert_int_equal(aski_csv_next(&csv), ASKI_CSV_IO_ERROR);
  aski_csv_clean_up(&csv);
}

static void import__csv_survives_a_failing_allocator(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  const sample *each = &s_samples[10];
  for (long fail_at = 1;; ++fail_at) {
    test_allocator_fail_at(&allocator, fail_at);
    aski_buffer out;
    aski_buffer_init(&out, aski_allocator_default());
    s_all(&out, each->text, each->length, 2, 2, &allocator.base);
    assert_int_equal(allocator.outstanding, 0);
    bool succeeded = strcmp(out.data, each->expected) == 0;
    assert_true(succeeded || strstr(out.data, "no memory") != NULL);
    aski_buffer_clean_up(&out);
    if (succeeded) {
      assert_true(fail_at > 1);
      break;
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(import__csv_reads_alike_whatever_the_window),
      cmocka_unit_test(import__csv_takes_a_field_of_64_kib_and_no_more),
      cmocka_unit_test(import__csv_refuses_more_than_256_fields),
      cmocka_unit_test(import__csv_tells_a_read_error),
      cmocka_unit_test(import__csv_survives_a_failing_allocator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
