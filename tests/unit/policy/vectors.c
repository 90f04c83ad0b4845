/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents that AWS was seen to refuse, with its messages, and to take: the lists of moto (Apache-2.0), where they lie beside the
 * checkout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "policy/document.h"
#include "json/json.h"

#define VECTORS ASKIAM_SOURCE_DIR "/../shared/vectors/moto-iam/policy_documents.json"

/* What our findings say where AWS says the left. Its "Syntax errors in policy." and "The policy failed legacy parsing" say nothing that
 * could correspond. */
static const struct {
  const char *theirs, *ours;
} s_messages[] = {
    {"Actions/Conditions must be prefaced by a vendor", "has no vendor before it"},
    {"Actions/Condition can contain only one colon.", "has more than one colon"},
    {"Vendor a a is not valid", "the vendor \"a a\" is not valid"},
    {"must be in ARN format or \"*\".", "must be in ARN format"},
    {"Partition \"error\" is not valid for resource", "the partition \"error\" is not valid for the resource"},
    {"Partition \"", "must be in ARN format"}, /* what does not begin with "arn:" is told so */
    {"Policy statement must contain resources.", "the statement must contain resources"},
    {"Policy statement must contain actions.", "the statement must contain actions"},
    {"IAM resource path must either be \"*\" or start with user/", "must be \"*\" or start with user/"},
    {"cannot contain region information", "cannot contain region information"},
    {"can not contain region information", "can not contain region information"},
    {"Resource vendor must be fully qualified and cannot contain regexes.", "must be fully qualified"},
    {"Statement IDs (SID) in a single policy must be unique.", "statement ids (Sid) must be unique"},
};

typedef struct s_seen {
  const char *wanted;
  size_t refusals;
  bool found;
  char first[512];
} s_seen;

static void s_see(void *context, const askiam_policy_finding *finding)
{
  s_seen *seen = context;
  if (finding->warning) {
    return;
  }
  if (seen->refusals++ == 0) {
    snprintf(seen->first, sizeof seen->first, "%.*s", (int)finding->message.length, finding->message.data);
  }
  assert_true(finding->line == 1 && finding->column >= 1);
  bool empty =
      strstr(finding->message.data, "must not be empty") != NULL; /* [] where AWS misses actions or resources */
  seen->found = seen->found || seen->wanted == NULL || empty || strstr(finding->message.data, seen->wanted) != NULL;
}

static const char *s_ours(askiam_str theirs)
{
  for (size_t i = 0; i < sizeof s_messages / sizeof *s_messages; ++i) {
    if (strstr(theirs.data, s_messages[i].theirs) != NULL) {
      return s_messages[i].ours;
    }
  }
  return NULL;
}

/* JSON again from a node; the lists hold documents, not their texts. */
static void s_write(aski_json_writer *writer, const aski_json *node, askiam_str name)
{
  char name_text[128];
  snprintf(name_text, sizeof name_text, "%.*s", ASKI_STR_ARG(name));
  const char *member = aski_str_present(name) ? name_text : NULL;
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_NULL:
    aski_json_write_null(writer, member);
    return;
  case ASKI_JSON_BOOL:
    aski_json_write_bool(writer, member, aski_json_bool(node, false));
    return;
  case ASKI_JSON_NUMBER:
    aski_json_write_raw(writer, member, aski_json_number_text(node));
    return;
  case ASKI_JSON_STRING:
    aski_json_write_string(writer, member, aski_json_string(node));
    return;
  case ASKI_JSON_ARRAY:
  case ASKI_JSON_OBJECT:
    break;
  }
  bool object = aski_json_type_of(node) == ASKI_JSON_OBJECT;
  (object ? aski_json_open_object : aski_json_open_array)(writer, member);
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    s_write(writer, item, aski_json_name(item));
  }
  (object ? aski_json_close_object : aski_json_close_array)(writer);
}

static askiam_status s_check(const aski_json *document, s_seen *seen)
{
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  aski_json_writer writer;
  aski_json_writer_init(&writer, &text);
  if (aski_json_type_of(document) == ASKI_JSON_STRING) {
    aski_buffer_append(&text, aski_json_string(document));
  } else {
    s_write(&writer, document, ASKI_STR_NONE);
  }
  askiam_status status = askiam_policy_check(aski_buffer_view(&text), ASKIAM_POLICY_IDENTITY, s_see, seen, NULL, NULL);
  aski_buffer_clean_up(&text);
  return status;
}

/* The only exceptions: both versions of the language are taken, so a document that is refused for no other reason than its version
 * is good. The lists have two such, and three that are wrong besides. */
static bool s_is_about_version(askiam_str theirs)
{
  return aski_str_equal_text(theirs, "Policy document must be version 2012-10-17 or greater.");
}

static aski_json_document *s_open(aski_buffer *text)
{
  aski_json_document *document = NULL;
  aski_buffer_init(text, aski_allocator_default());
  if (access(VECTORS, R_OK) != 0) {
    print_message("the documents are not there (%s): skipped\n", VECTORS);
    skip();
  }
  assert_int_equal(aski_file_read(text, VECTORS, 1024 * 1024, "vectors", ASKIAM_LAYER_ENGINE, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(
      aski_json_parse(&document, aski_buffer_view(text), aski_allocator_default(), ASKIAM_LAYER_ENGINE, NULL),
      ASKIAM_STATUS_OK);
  return document;
}

static void policy__what_aws_refuses_is_refused(void **state)
{
  (void)state;
  aski_buffer text;
  aski_json_document *document = s_open(&text);
  size_t count = 0;
  size_t taken = 0;
  const aski_json *list = aski_json_get(aski_json_root(document), "invalid_policy_document_test_cases");
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item), ++count) {
    askiam_str theirs = aski_json_string(aski_json_get(item, "error_message"));
    s_seen seen = {.wanted = s_ours(theirs)};
    askiam_status status = s_check(aski_json_get(item, "document"), &seen);
    if (s_is_about_version(theirs) && status == ASKIAM_STATUS_OK) {
      ++taken;
      continue;
    }
    if (status != ASKIAM_STATUS_BAD_DATA || !seen.found) {
      fail_msg("case %zu, \"%s\": %s, \"%s\"", count, theirs.data, askiam_status_name(status), seen.first);
    }
  }
  assert_int_equal(count, 78);
  assert_int_equal(taken, 2);
  aski_json_destroy(document);
  aski_buffer_clean_up(&text);
}

static void policy__what_aws_takes_is_taken(void **state)
{
  (void)state;
  aski_buffer text;
  aski_json_document *document = s_open(&text);
  size_t count = 0;
  const aski_json *list = aski_json_get(aski_json_root(document), "valid_policy_documents");
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item), ++count) {
    s_seen seen = {.wanted = NULL};
    if (s_check(item, &seen) != ASKIAM_STATUS_OK) {
      fail_msg("document %zu: %s", count, seen.first);
    }
  }
  assert_int_equal(count, 54);
  aski_json_destroy(document);
  aski_buffer_clean_up(&text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__what_aws_refuses_is_refused),
      cmocka_unit_test(policy__what_aws_takes_is_taken),
  };
  return cmocka_run_group_tests_name("policy__vectors", tests, NULL, NULL);
}
