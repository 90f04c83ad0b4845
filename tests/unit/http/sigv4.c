/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS's signing test suite, where a copy of it lies beside the sources, and cases of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "base/time.h"
#include "http/sigv4.h"
#include "support/allocator.h"
#include "json/json.h"

#define SUITE ASKIAM_SOURCE_DIR "/../shared/vectors/aws-sigv4/tests/aws-signing-test-suite/v4"
enum { SUITE_CASES = 38, HEADERS_MAX = 16, FILE_MAX_BYTES = 65536 };

/* One folder of the suite. */
typedef struct vector {
  const char *name;
  aski_arena *arena;
  aski_sigv4_settings settings;
  aski_aws_credentials credentials;
  int64_t time_ms;
  int64_t expires_s;
  aski_sigv4_message message;
  aski_http_header headers[HEADERS_MAX];
  askiam_str target;
} vector;

static askiam_str s_read(const vector *own, const char *file)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s/%s", SUITE, own->name, file);
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  assert_int_equal(aski_file_read(&text, path, FILE_MAX_BYTES, "a vector", ASKIAM_LAYER_REQUEST, NULL),
                   ASKIAM_STATUS_OK);
  askiam_str copy = aski_arena_copy(own->arena, aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
  return copy;
}

static askiam_str s_text(const vector *own, const aski_json *node, const char *name)
{
  return aski_arena_copy(own->arena, aski_json_string(aski_json_get(node, name)));
}

static void s_read_context(vector *own)
{
  aski_json_document *document = NULL;
  assert_int_equal(
      aski_json_parse(&document, s_read(own, "context.json"), aski_allocator_default(), ASKIAM_LAYER_REQUEST, NULL),
      ASKIAM_STATUS_OK);
  const aski_json *root = aski_json_root(document);
  const aski_json *credentials = aski_json_get(root, "credentials");
  own->credentials = (aski_aws_credentials){.access_key_id = s_text(own, credentials, "access_key_id"),
                                            .secret_access_key = s_text(own, credentials, "secret_access_key"),
                                            .session_token = s_text(own, credentials, "token")};
  own->settings = aski_sigv4_settings_for(s_text(own, root, "service"), s_text(own, root, "region"));
  own->settings.keep_path = !aski_json_bool(aski_json_get(root, "normalize"), true);
  own->settings.content_header = aski_json_bool(aski_json_get(root, "sign_body"), false);
  own->settings.token_unsigned = aski_json_bool(aski_json_get(root, "omit_session_token"), false);
  assert_true(aski_json_integer(aski_json_get(root, "expiration_in_seconds"), &own->expires_s));
  assert_true(aski_time_parse(aski_json_string(aski_json_get(root, "timestamp")), &own->time_ms));
  aski_json_destroy(document);
}

static askiam_str s_take_line(askiam_str *text)
{
  const char *end = memchr(text->data, '\n', text->length);
  size_t length = end == NULL ? text->length : (size_t)(end - text->data);
  askiam_str line = aski_str_slice(*text, 0, length);
  *text = aski_str_slice(*text, length + 1, text->length);
  return line;
}

static void s_read_line(vector *own, askiam_str line)
{
  size_t method = (size_t)((const char *)memchr(line.data, ' ', line.length) - line.data);
  own->message.method = aski_arena_format(own->arena, "%.*s", (int)method, line.data).data;
  own->target = aski_str_slice(line, method + 1, line.length - method - 1 - strlen(" HTTP/1.1"));
  const char *mark = memchr(own->target.data, '?', own->target.length);
  size_t at = mark == NULL ? own->target.length : (size_t)(mark - own->target.data);
  own->message.path = aski_str_slice(own->target, 0, at);
  own->message.query = mark == NULL ? ASKI_STR_NONE : aski_str_slice(own->target, at + 1, own->target.length);
}

/* A line that begins with a blank goes on with the header before it. */
static void s_read_header(vector *own, askiam_str line)
{
  size_t *count = &own->message.header_count;
  if (line.data[0] == ' ') {
    aski_http_header *last = &own->headers[*count - 1];
    last->value.length = (size_t)(line.data + line.length - last->value.data);
    return;
  }
  assert_true(*count < HEADERS_MAX);
  size_t colon = (size_t)((const char *)memchr(line.data, ':', line.length) - line.data);
  aski_http_header *header = &own->headers[*count];
  *header = (aski_http_header){aski_str_slice(line, 0, colon), aski_str_slice(line, colon + 1, line.length)};
  if (aski_str_equal_text(header->name, "Host")) {
    own->message.host = header->value;
  } else {
    ++*count;
  }
}

static void s_read_request(vector *own)
{
  askiam_str rest = s_read(own, "request.txt");
  s_read_line(own, s_take_line(&rest));
  own->message.headers = own->headers;
  while (rest.length > 0) {
    askiam_str line = s_take_line(&rest);
    if (line.length == 0) {
      break;
    }
    s_read_header(own, line);
  }
  own->message.body = rest;
}

static void s_assert_file(const vector *own, const char *file, askiam_str found)
{
  askiam_str wanted = aski_str_trim(s_read(own, file));
  if (!aski_str_equal(wanted, aski_str_trim(found))) {
    fail_msg("%s/%s\n%.*s\n--- is not ---\n%.*s", own->name, file, ASKI_STR_ARG(found), ASKI_STR_ARG(wanted));
  }
}

static askiam_str s_after(askiam_str text, const char *mark)
{
  size_t length = strlen(mark);
  for (size_t i = 0; i + length <= text.length; ++i) {
    if (memcmp(text.data + i, mark, length) == 0) {
      return aski_str_slice(text, i + length, text.length);
    }
  }
  fail_msg("%s is not there", mark);
  return ASKI_STR_NONE;
}

static void s_check_headers(const vector *own)
{
  aski_sigv4_signed made;
  assert_int_equal(aski_sigv4_sign(&made, own->arena, &own->settings, &own->credentials, &own->message, own->time_ms,
                                   ASKIAM_LAYER_SEARCH, NULL),
                   ASKIAM_STATUS_OK);
  s_assert_file(own, "header-canonical-request.txt", made.canonical_request);
  s_assert_file(own, "header-string-to-sign.txt", made.string_to_sign);
  askiam_str line = made.headers[made.header_count - 1].value;
  s_assert_file(own, "header-signature.txt", s_after(line, "Signature="));
  /* Every header that was made is in the signed request, with this value. */
  askiam_str sent = s_read(own, "header-signed-request.txt");
  for (size_t i = 0; i < made.header_count; ++i) {
    s_after(sent, aski_arena_format(own->arena, ":%.*s\n", ASKI_STR_ARG(made.headers[i].value)).data);
  }
}

static void s_check_query(const vector *own)
{
  aski_sigv4_signed made;
  assert_int_equal(aski_sigv4_sign_query(&made, own->arena, &own->settings, &own->credentials, &own->message,
                                         own->time_ms, own->expires_s, ASKIAM_LAYER_SEARCH, NULL),
                   ASKIAM_STATUS_OK);
  s_assert_file(own, "query-canonical-request.txt", made.canonical_request);
  s_assert_file(own, "query-string-to-sign.txt", made.string_to_sign);
  s_assert_file(own, "query-signature.txt", s_after(made.query, "X-Amz-Signature="));
  askiam_str sent = s_read(own, "query-signed-request.txt");
  askiam_str line = s_take_line(&sent);
  s_after(line,
          aski_arena_format(own->arena, "%.*s?%.*s HTTP/1.1", ASKI_STR_ARG(own->message.path), ASKI_STR_ARG(made.query))
              .data);
}

static void s_check(const char *name)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  vector own = {.name = name, .arena = &arena};
  s_read_context(&own);
  s_read_request(&own);
  s_check_headers(&own);
  s_check_query(&own);
  aski_arena_clean_up(&arena);
}

static void http__sigv4_passes_the_suite_of_aws(void **state)
{
  (void)state;
  DIR *folder = opendir(SUITE);
  if (folder == NULL) {
    print_message("the suite is not there: only our own cases are run\n");
    skip();
  }
  int count = 0;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] != '.') {
      s_check(entry->d_name);
      ++count;
    }
  }
  closedir(folder);
  assert_int_equal(count, SUITE_CASES);
}

/* "get-vanilla" of the suite, as a case that is always there. */
static const aski_aws_credentials s_credentials = {
    .access_key_id = {"AKIDEXAMPLE", 11}, .secret_access_key = {"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 40}};
#define TIME_MS INT64_C(1440938160000)

static askiam_str s_sign(aski_arena *arena, const aski_sigv4_settings *settings, const aski_sigv4_message *message,
                         aski_sigv4_signed *made)
{
  assert_int_equal(aski_sigv4_sign(made, arena, settings, &s_credentials, message, TIME_MS, ASKIAM_LAYER_SEARCH, NULL),
                   ASKIAM_STATUS_OK);
  return made->headers[made->header_count - 1].value;
}

static void http__sigv4_gives_the_published_signature(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("service"), ASKI_STR("us-east-1"));
  const aski_sigv4_message message = {.method = "GET", .host = ASKI_STR("example.amazonaws.com")};
  aski_sigv4_signed made;
  askiam_str line = s_sign(&arena, &settings, &message, &made);
  assert_true(aski_str_equal_text(line,
                                  "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                                  "SignedHeaders=host;x-amz-date, "
                                  "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"));
  assert_true(aski_str_equal_text(made.headers[0].value, "20150830T123600Z"));
  aski_arena_clean_up(&arena);
}

/* docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object" and "PUT Object". */
static void http__sigv4_signs_for_s3_as_published(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("s3"), ASKI_STR("us-east-1"));
  const aski_aws_credentials credentials = {.access_key_id = ASKI_STR("AKIAIOSFODNN7EXAMPLE"),
                                            .secret_access_key = ASKI_STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  const aski_http_header range = {ASKI_STR("Range"), ASKI_STR("bytes=0-9")};
  const aski_sigv4_message get = {.method = "GET",
                                  .host = ASKI_STR("examplebucket.s3.amazonaws.com"),
                                  .path = ASKI_STR("/test.txt"),
                                  .headers = &range,
                                  .header_count = 1};
  aski_sigv4_signed made;
  int64_t time_ms = INT64_C(1369353600000);
  assert_int_equal(aski_sigv4_sign(&made, &arena, &settings, &credentials, &get, time_ms, ASKIAM_LAYER_SEARCH, NULL),
                   ASKIAM_STATUS_OK);
  s_after(made.headers[2].value, "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
                                 "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  const aski_http_header headers[] = {{ASKI_STR("Date"), ASKI_STR("Fri, 24 May 2013 00:00:00 GMT")},
                                      {ASKI_STR("x-amz-storage-class"), ASKI_STR("REDUCED_REDUNDANCY")}};
  const aski_sigv4_message put = {.method = "PUT",
                                  .host = ASKI_STR("examplebucket.s3.amazonaws.com"),
                                  .path = ASKI_STR("/test%24file.text"),
                                  .headers = headers,
                                  .header_count = 2,
                                  .body = ASKI_STR("Welcome to Amazon S3.")};
  assert_int_equal(aski_sigv4_sign(&made, &arena, &settings, &credentials, &put, time_ms, ASKIAM_LAYER_SEARCH, NULL),
                   ASKIAM_STATUS_OK);
  s_after(made.headers[2].value, "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  aski_arena_clean_up(&arena);
}

static void http__sigv4_encodes_twice_but_for_s3(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_sigv4_message message = {
      .method = "GET", .host = ASKI_STR("a"), .path = ASKI_STR("/a%3ab//./c"), .query = ASKI_STR("b=%7e&&a+=%2F&a")};
  aski_sigv4_signed made;
  aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("es"), ASKI_STR("eu-west-1"));
  s_sign(&arena, &settings, &message, &made);
  assert_true(aski_str_starts(made.canonical_request, ASKI_STR("GET\n/a%253ab/c\na=&a%2B=%2F&b=~\nhost:a\n")));
  settings = aski_sigv4_settings_for(ASKI_STR("s3"), ASKI_STR("eu-west-1"));
  s_sign(&arena, &settings, &message, &made);
  assert_true(aski_str_starts(made.canonical_request, ASKI_STR("GET\n/a%3Ab//./c\na=&a%2B=%2F&b=~\nhost:a\n")));
  aski_arena_clean_up(&arena);
}

static void http__sigv4_signs_what_is_sent(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_http_header headers[] = {{ASKI_STR("Content-Type"), ASKI_STR("application/json")},
                                      {ASKI_STR("User-Agent"), ASKI_STR("x")}};
  aski_http_request request = {.method = ASKI_HTTP_POST,
                               .url = ASKI_STR("https://a.eu-west-1.aoss.amazonaws.com:8443/i/_search?q=1"),
                               .headers = headers,
                               .header_count = 2,
                               .body = ASKI_STR("{}")};
  const aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("aoss"), ASKI_STR("eu-west-1"));
  aski_aws_credentials credentials = s_credentials;
  credentials.session_token = ASKI_STR("token");
  const aski_aws_credentials_source source = aski_aws_credentials_fixed(&credentials);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  assert_int_equal(aski_sigv4_sign_request(&request, &arena, &settings, &source, &call, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(request.header_count, 6);
  assert_true(aski_str_equal_text(request.headers[0].name, "Content-Type"));
  assert_true(aski_str_equal_text(request.headers[3].value, /* SHA-256 of {} */
                                  "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
  s_after(request.headers[5].value,
          "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ");
  request.url = ASKI_STR("no url");
  assert_int_equal(aski_sigv4_sign_request(&request, &arena, &settings, &source, &call, NULL), ASKIAM_STATUS_CONFIG);
  aski_arena_clean_up(&arena);
}

static void http__sigv4_refuses_what_cannot_be_signed(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_sigv4_message message = {.method = "GET", .host = ASKI_STR("a")};
  aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("es"), ASKI_STR(""));
  aski_sigv4_signed made;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(
      aski_sigv4_sign(&made, &arena, &settings, &s_credentials, &message, TIME_MS, ASKIAM_LAYER_SEARCH, &error),
      ASKIAM_STATUS_CONFIG);
  settings.region = ASKI_STR("eu-west-1");
  aski_aws_credentials none = {.access_key_id = ASKI_STR("AKIDEXAMPLE")};
  assert_int_equal(aski_sigv4_sign(&made, &arena, &settings, &none, &message, TIME_MS, ASKIAM_LAYER_SEARCH, &error),
                   ASKIAM_STATUS_CONFIG);
  assert_null(strstr(error.message, "AKID"));
  const int64_t bad[] = {0, -1, 604801};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(aski_sigv4_sign_query(&made, &arena, &settings, &s_credentials, &message, TIME_MS, bad[i],
                                           ASKIAM_LAYER_SEARCH, &error),
                     ASKIAM_STATUS_INVALID_ARGUMENT);
  }
  assert_int_equal(aski_sigv4_sign_query(&made, &arena, &settings, &s_credentials, &message, TIME_MS, 604800,
                                         ASKIAM_LAYER_SEARCH, &error),
                   ASKIAM_STATUS_OK);
  s_after(made.query, "&X-Amz-Expires=604800&");
  aski_arena_clean_up(&arena);
}

static void http__sigv4_survives_every_lack_of_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  const aski_http_header header = {ASKI_STR("X-A"), ASKI_STR("b")};
  aski_aws_credentials credentials = s_credentials;
  credentials.session_token = ASKI_STR("token");
  const aski_aws_credentials_source source = aski_aws_credentials_fixed(&credentials);
  const aski_sigv4_settings settings = aski_sigv4_settings_for(ASKI_STR("aoss"), ASKI_STR("eu-west-1"));
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  bool done = false;
  for (long at = 1; !done; ++at) {
    assert_true(at < 200);
    test_allocator_fail_at(&allocator, at);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    aski_http_request request = {
        .url = ASKI_STR("https://a:1/b?c=d"), .headers = &header, .header_count = 1, .body = ASKI_STR("x")};
    aski_sigv4_message message = {
        .method = "GET", .host = ASKI_STR("a"), .path = ASKI_STR("/b"), .query = ASKI_STR("c")};
    aski_sigv4_signed made;
    askiam_status status = aski_sigv4_sign_request(&request, &arena, &settings, &source, &call, NULL);
    if (status == ASKIAM_STATUS_OK) {
      status = aski_sigv4_sign_query(&made, &arena, &settings, &credentials, &message, TIME_MS, 60, ASKIAM_LAYER_SEARCH,
                                     NULL);
    }
    aski_arena_clean_up(&arena);
    done = status == ASKIAM_STATUS_OK;
    assert_true(done || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(http__sigv4_gives_the_published_signature),
      cmocka_unit_test(http__sigv4_passes_the_suite_of_aws),
      cmocka_unit_test(http__sigv4_signs_for_s3_as_published),
      cmocka_unit_test(http__sigv4_encodes_twice_but_for_s3),
      cmocka_unit_test(http__sigv4_signs_what_is_sent),
      cmocka_unit_test(http__sigv4_refuses_what_cannot_be_signed),
      cmocka_unit_test(http__sigv4_survives_every_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
