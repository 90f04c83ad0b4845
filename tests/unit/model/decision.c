/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "model/decision.h"
#include "support/allocator.h"

static void s_fill_rag(aski_decision *decision)
{
  decision->rag.outcome = ASKI_RAG_VALID;
  decision->rag.confidence = 0.97204;
  decision->rag.judge = ASKI_STR("evidence");
  decision->rag.reason = ASKI_STR("17 of 18 similar requests were approved");
  aski_document *document = ASKI_ARENA_PUSH(&decision->arena, &decision->rag.documents);
  if (document != NULL) {
    *document = (aski_document){ASKI_STR("doc-1"), ASKI_STR("HR \"access\""), ASKI_STR("not told"), 0.8};
  }
}

static void s_fill_rules(aski_decision *decision)
{
  decision->rules.outcome = ASKI_RULES_FAILED;
  decision->rules.reason = ASKI_STR("A prerequisite is missing");
  decision->rules.count = ASKI_CHECK_COUNT;
  for (int i = 0; i < ASKI_CHECK_COUNT; ++i) {
    decision->rules.checks[i] = (aski_check){.code = (aski_check_code)i, .passed = true, .hard = true};
  }
  decision->rules.checks[ASKI_CHECK_PREREQUISITES_HELD] =
      (aski_check){ASKI_CHECK_PREREQUISITES_HELD, false, false, ASKI_CODE_PREREQUISITE_MISSING, ASKI_STR("no Basics")};
  aski_query *query = ASKI_ARENA_PUSH(&decision->arena, &decision->rules.queries);
  if (query != NULL) {
    *query = (aski_query){ASKI_STR("facts"), 12};
  }
}

static void s_fill(aski_decision *decision)
{
  decision->request_id = ASKI_STR("req-1");
  decision->reason = ASKI_STR("Approved by evidence.");
  aski_code_list_add(&decision->codes, ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_code_list_add(&decision->codes, ASKI_CODE_LOW_CONFIDENCE);
  aski_decision_conclude(decision);
  decision->dry_run = true;
  decision->time_ms = 1768991445123;
  decision->duration_ms = 0.0404;
  decision->mode = ASKI_MODE_RAG_FIRST;
  decision->requester = (aski_entity){.found = true, .id = ASKI_STR("jane"), .name = ASKI_STR("Jane")};
  decision->user = (aski_entity){true, ASKI_STR("john.doe"), ASKI_STR("John Doe"), ASKI_STR_NONE, 1};
  decision->application = (aski_entity){true, ASKI_STR("workday"), ASKI_STR("Workday"), ASKI_STR("Workdy"), 0.91119};
  decision->role = (aski_entity){true, ASKI_STR("hr"), ASKI_STR("HR Analyst"), ASKI_STR("HR Analyst"), 1};
  decision->expires_at_ms = 1771583445000;
  s_fill_rag(decision);
  s_fill_rules(decision);
  decision->suggestions.items[0] =
      (aski_suggestion){ASKIAM_KIND_ROLE, ASKI_STR("r"), ASKI_STR("R"), ASKI_STR("a"), 0.5};
  decision->suggestions.items[1] =
      (aski_suggestion){ASKIAM_KIND_USER, ASKI_STR("u"), ASKI_STR("U"), ASKI_STR_NONE, 0.25};
  decision->suggestions.count = 2;
  decision->remedies.items[0] = (aski_remedy){
      .code = ASKI_REMEDY_HOLD_PREREQUISITE, .detail = ASKI_STR("Hold Basics"), .role_id = ASKI_STR("basics")};
  decision->remedies.count = 1;
  decision->audit = (aski_audit_place){ASKI_STR("main"), 7, ASKI_STR("abcd")};
}

static const char s_expected[] =
    "{\"request_id\":\"req-1\",\"status\":\"VALID\",\"reason\":\"Approved by evidence.\",\"reason_codes\":"
    "[\"APPROVED_BY_EVIDENCE\",\"LOW_CONFIDENCE\"],\"dry_run\":true,\"timestamp\":\"2026-01-21T10:30:45.123Z\","
    "\"duration_ms\":0.04,\"method\":\"RAG\",\"mode\":\"rag_first\",\"requester\":{\"id\":\"jane\",\"name\":\"Jane\"},"
    "\"entities\":{\"user\":{\"id\":\"john.doe\",\"name\":\"John Doe\",\"mention\":null,\"score\":1},\"application\":"
    "{\"id\":\"workday\",\"name\":\"Workday\",\"mention\":\"Workdy\",\"score\":0.9112},\"role\":{\"id\":\"hr\","
    "\"name\":"
    "\"HR Analyst\",\"mention\":\"HR "
    "Analyst\",\"score\":1}},\"duration\":{\"expires_at\":\"2026-02-20T10:30:45.000Z\"},"
    "\"rag\":{\"result\":\"VALID\",\"is_valid\":true,\"confidence\":0.972,\"judge\":\"evidence\",\"reason\":"
    "\"17 of 18 similar requests were approved\",\"documents\":[{\"id\":\"doc-1\",\"title\":\"HR \\\"access\\\"\","
    "\"score\":0.8}],\"cause\":null},\"mcp\":{\"result\":\"FAILED\",\"is_valid\":false,\"reason\":"
    "\"A prerequisite is missing\",\"checks\":["
    "{\"code\":\"USER_ACTIVE\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"APP_ACTIVE\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"ROLE_ACTIVE\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"ROLE_IN_APP\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"NOT_ASSIGNED\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"PREREQUISITES_HELD\",\"passed\":false,\"hard\":false,\"detail\":\"no Basics\",\"reason_code\":"
    "\"PREREQUISITE_MISSING\"},"
    "{\"code\":\"NO_SOD_CONFLICT\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"NOT_RESTRICTED\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null},"
    "{\"code\":\"POLICY\",\"passed\":true,\"hard\":true,\"detail\":null,\"reason_code\":null}],"
    "\"queries_executed\":[{\"name\":\"facts\",\"rows\":12}]},\"suggestions\":[{\"kind\":\"role\",\"id\":\"r\","
    "\"name\":"
    "\"R\",\"app_id\":\"a\",\"score\":0.5},{\"kind\":\"user\",\"id\":\"u\",\"name\":\"U\",\"app_id\":null,\"score\":0."
    "25}],"
    "\"remedies\":[{\"code\":\"HOLD_PREREQUISITE\",\"detail\":\"Hold Basics\",\"role_id\":\"basics\",\"app_id\":null,"
    "\"user_id\":null}],\"question\":null,\"audit\":{\"chain\":\"main\",\"seq\":7,\"hash\":\"abcd\"}}";

static const char s_empty[] =
    "{\"request_id\":null,\"status\":\"ERROR\",\"reason\":null,\"reason_codes\":[],\"dry_run\":false,\"timestamp\":"
    "null,"
    "\"duration_ms\":0,\"method\":\"NONE\",\"mode\":\"guarded\",\"requester\":{\"id\":null,\"name\":null},\"entities\":"
    "{\"user\":null,\"application\":null,\"role\":null},\"duration\":{\"expires_at\":null},\"rag\":{\"result\":"
    "\"SKIPPED\",\"is_valid\":null,\"confidence\":null,\"judge\":null,\"reason\":null,\"documents\":[],\"cause\":null},"
    "\"mcp\":{\"result\":\"SKIPPED\",\"is_valid\":null,\"reason\":null,\"checks\":[],\"queries_executed\":[]},"
    "\"suggestions\":[],\"remedies\":[],\"question\":null,\"audit\":{\"chain\":null,\"seq\":null,\"hash\":null}}";

static aski_decision *s_new(test_allocator *allocator)
{
  test_allocator_init(allocator);
  aski_decision *decision = aski_decision_new(&allocator->base);
  assert_non_null(decision);
  return decision;
}

static void s_end(test_allocator *allocator, aski_decision *decision)
{
  askiam_decision_destroy(decision);
  assert_int_equal(allocator->outstanding, 0);
}

static void decision__the_json_is_the_contracts(void **state)
{
  (void)state;
  test_allocator allocator;
  aski_decision *decision = s_new(&allocator);
  size_t length = 0;
  assert_null(askiam_decision_to_json(decision, &length));
  s_fill(decision);
  assert_true(aski_decision_seal(decision));
  assert_string_equal(askiam_decision_to_json(decision, &length), s_expected);
  assert_int_equal(length, strlen(s_expected));
  s_end(&allocator, decision);
}

static void decision__what_is_absent_is_null_and_groups_stay_objects(void **state)
{
  (void)state;
  test_allocator allocator;
  aski_decision *decision = s_new(&allocator);
  assert_true(aski_decision_seal(decision));
  assert_string_equal(askiam_decision_to_json(decision, NULL), s_empty);
  s_end(&allocator, decision);
}

static void decision__it_can_be_written_without_its_place_in_the_trail(void **state)
{
  (void)state;
  test_allocator allocator;
  aski_decision *decision = s_new(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_decision_write_json(decision, &buffer, false);
  assert_null(strstr(buffer.data, "\"audit\""));
  assert_true(aski_json_check(aski_buffer_view(&buffer), &allocator.base, NULL));
  aski_buffer_clean_up(&buffer);
  s_end(&allocator, decision);
}

static void s_assert_text(askiam_str text, const char *expected)
{
  if (expected == NULL) {
    assert_false(aski_str_present(text));
    return;
  }
  assert_true(aski_str_equal_text(text, expected));
}

static bool s_near(double value, double expected) { return fabs(value - expected) < 1e-9; }

static void s_assert_fields(const aski_decision *decision)
{
  static const char *const fields[] = {"req-1",
                                       "Approved by evidence.",
                                       "RAG",
                                       "rag_first",
                                       NULL,
                                       "jane",
                                       "john.doe",
                                       "workday",
                                       "hr",
                                       "17 of 18 similar requests were approved",
                                       "A prerequisite is missing",
                                       "main",
                                       "abcd",
                                       NULL};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    s_assert_text(askiam_decision_get(decision, (askiam_decision_field)i), fields[i]);
  }
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  assert_int_equal(askiam_decision_dry_run(decision), 1);
  assert_int_equal(askiam_decision_time_ms(decision), 1768991445123);
  assert_true(s_near(askiam_decision_duration_ms(decision), 0.04));
  assert_int_equal(askiam_decision_expires_at_ms(decision), 1771583445000);
  assert_true(s_near(askiam_decision_confidence(decision), 0.972));
  assert_int_equal(askiam_decision_audit_seq(decision), 7);
}

static void s_assert_lists(const aski_decision *decision)
{
  assert_int_equal(askiam_decision_code_count(decision), 2);
  s_assert_text(askiam_decision_code(decision, 1), "LOW_CONFIDENCE");
  s_assert_text(askiam_decision_code(decision, 2), NULL);
  assert_int_equal(askiam_decision_check_count(decision), 9);
  s_assert_text(askiam_decision_check_code(decision, 5), "PREREQUISITES_HELD");
  s_assert_text(askiam_decision_check_detail(decision, 5), "no Basics");
  assert_int_equal(askiam_decision_check_passed(decision, 5), 0);
  assert_int_equal(askiam_decision_check_hard(decision, 5), 0);
  assert_int_equal(decision->rules.checks[5].reason, ASKI_CODE_PREREQUISITE_MISSING);
  assert_int_equal(askiam_decision_check_passed(decision, 8), 1);
  s_assert_text(askiam_decision_check_code(decision, 9), NULL);
  assert_int_equal(askiam_decision_check_passed(decision, 9), 0);
  assert_int_equal(askiam_decision_document_count(decision), 1);
  s_assert_text(askiam_decision_document_id(decision, 0), "doc-1");
  s_assert_text(askiam_decision_document_title(decision, 0), "HR \"access\"");
  assert_true(s_near(askiam_decision_document_score(decision, 0), 0.8));
  s_assert_text(askiam_decision_document_id(decision, 1), NULL);
  assert_int_equal(askiam_decision_suggestion_count(decision), 2);
  s_assert_text(askiam_decision_suggestion_kind(decision, 0), "role");
  s_assert_text(askiam_decision_suggestion_kind(decision, 1), "user");
  s_assert_text(askiam_decision_suggestion_id(decision, 1), "u");
  s_assert_text(askiam_decision_suggestion_name(decision, 0), "R");
  assert_true(s_near(askiam_decision_suggestion_score(decision, 1), 0.25));
  s_assert_text(askiam_decision_suggestion_kind(decision, 2), NULL);
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  s_assert_text(askiam_decision_remedy_code(decision, 0), "HOLD_PREREQUISITE");
  s_assert_text(askiam_decision_remedy_detail(decision, 0), "Hold Basics");
  s_assert_text(askiam_decision_remedy_code(decision, 1), NULL);
}

static void decision__every_accessor_survives_json(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_decision *decision = NULL;
  if (aski_decision_from_json(&decision, askiam_str_from(s_expected), &allocator.base, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_string_equal(askiam_decision_to_json(decision, NULL), s_expected);
  s_assert_fields(decision);
  s_assert_lists(decision);
  assert_true(aski_decision_seal(decision));
  assert_string_equal(askiam_decision_to_json(decision, NULL), s_expected);
  s_end(&allocator, decision);
}

static void decision__an_empty_one_survives_json(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_decision *decision = NULL;
  assert_int_equal(aski_decision_from_json(&decision, askiam_str_from(s_empty), &allocator.base, NULL),
                   ASKIAM_STATUS_OK);
  assert_true(askiam_decision_confidence(decision) < 0);
  assert_int_equal(askiam_decision_audit_seq(decision), 0);
  assert_true(aski_decision_seal(decision));
  assert_string_equal(askiam_decision_to_json(decision, NULL), s_empty);
  s_end(&allocator, decision);
}

static void decision__codes_of_a_newer_version_are_left_out(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  char json[4096];
  strcpy(json, s_expected);
  memcpy(strstr(json, "LOW_CONFIDENCE"), "NEW_CONFIDENCE", 14);
  aski_decision *decision = NULL;
  assert_int_equal(aski_decision_from_json(&decision, askiam_str_from(json), &allocator.base, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_code_count(decision), 1);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  assert_string_equal(askiam_decision_to_json(decision, NULL), json);
  s_end(&allocator, decision);
}

/* One part of the good text is replaced by something else of the same length. */
static const char *const s_damages[][2] = {
    {"\"VALID\",\"reason\"", "\"VALIT\",\"reason\""}, {"\"status\"", "\"statos\""},
    {"\"dry_run\":true", "\"dry_run\":null"},         {"\"score\":0.8", "\"score\":\"x\""},
    {"\"method\":\"RAG\"", "\"method\":\"RAX\""},     {"2026-01-21T10:30:45.123Z", "2026-13-21T10:30:45.123Z"},
    {"\"code\":\"POLICY\"", "\"code\":\"POLICI\""},   {"\"seq\":7", "\"seq\":x"},
    {"\"kind\":\"role\"", "\"kind\":\"rule\""},       {"\"rows\":12", "\"rows\":-1"},
    {"\"documents\":[", "\"dokuments\":["},           {"\"result\":\"FAILED\"", "\"result\":\"FAULTY\""},
    {"\"confidence\":0.972", "\"confidence\":1e999"}};

static void decision__a_damaged_one_is_refused(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_damages / sizeof *s_damages; ++i) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    char json[4096];
    strcpy(json, s_expected);
    char *at = strstr(json, s_damages[i][0]);
    assert_non_null(at);
    memcpy(at, s_damages[i][1], strlen(s_damages[i][1]));
    aski_decision *decision = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    if (aski_decision_from_json(&decision, askiam_str_from(json), &allocator.base, &error) != ASKIAM_STATUS_BAD_DATA) {
      fail_msg("%s was taken", s_damages[i][1]);
    }
    assert_true(error.message[0] != 0);
    assert_null(decision);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void decision__the_first_code_says_verdict_and_method(void **state)
{
  (void)state;
  static const struct {
    aski_code code;
    askiam_verdict verdict;
    aski_method method;
  } rows[] = {{ASKI_CODE_APPROVED_BY_RULES, ASKIAM_VERDICT_VALID, ASKI_METHOD_MCP},
              {ASKI_CODE_USER_INACTIVE, ASKIAM_VERDICT_INVALID, ASKI_METHOD_MCP},
              {ASKI_CODE_USER_UNKNOWN, ASKIAM_VERDICT_INVALID, ASKI_METHOD_NONE},
              {ASKI_CODE_REJECTED_BY_EVIDENCE, ASKIAM_VERDICT_INVALID, ASKI_METHOD_RAG},
              {ASKI_CODE_UNCLEAR, ASKIAM_VERDICT_NEEDS_INFO, ASKI_METHOD_NONE},
              {ASKI_CODE_AUDIT_UNAVAILABLE, ASKIAM_VERDICT_ERROR, ASKI_METHOD_NONE},
              {ASKI_CODE_LOW_CONFIDENCE, ASKIAM_VERDICT_ERROR, ASKI_METHOD_NONE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
    test_allocator allocator;
    aski_decision *decision = s_new(&allocator);
    aski_code_list_add(&decision->codes, rows[i].code);
    aski_code_list_add(&decision->codes, ASKI_CODE_APPROVED_BY_EVIDENCE);
    aski_code_list_add(&decision->codes, rows[i].code);
    assert_int_equal(decision->codes.count, 2);
    aski_decision_conclude(decision);
    assert_int_equal(decision->verdict, rows[i].verdict);
    assert_int_equal(decision->method, rows[i].method);
    s_end(&allocator, decision);
  }
}

static void decision__without_a_code_it_is_an_error(void **state)
{
  (void)state;
  test_allocator allocator;
  aski_decision *decision = s_new(&allocator);
  decision->verdict = ASKIAM_VERDICT_VALID;
  decision->method = ASKI_METHOD_RAG;
  aski_decision_conclude(decision);
  assert_int_equal(decision->verdict, ASKIAM_VERDICT_ERROR);
  assert_int_equal(decision->method, ASKI_METHOD_NONE);
  s_end(&allocator, decision);
}

static void decision__null_is_an_empty_error(void **state)
{
  (void)state;
  size_t length = 9;
  assert_int_equal(askiam_decision_verdict(NULL), ASKIAM_VERDICT_ERROR);
  s_assert_text(askiam_decision_get(NULL, ASKIAM_DECISION_REASON), NULL);
  s_assert_text(askiam_decision_code(NULL, 0), NULL);
  s_assert_text(askiam_decision_check_detail(NULL, 0), NULL);
  s_assert_text(askiam_decision_document_title(NULL, 0), NULL);
  s_assert_text(askiam_decision_suggestion_name(NULL, 0), NULL);
  s_assert_text(askiam_decision_remedy_detail(NULL, 0), NULL);
  assert_true(askiam_decision_confidence(NULL) < 0);
  assert_null(askiam_decision_to_json(NULL, &length));
  assert_int_equal(length, 0);
  askiam_decision_destroy(NULL);
}

static void decision__out_of_memory_is_told_and_leaks_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_decision *decision = NULL;
    status = aski_decision_from_json(&decision, askiam_str_from(s_expected), &allocator.base, NULL);
    if (status == ASKIAM_STATUS_OK && !aski_decision_seal(decision)) {
      assert_string_equal(askiam_decision_to_json(decision, NULL), s_expected);
      status = ASKIAM_STATUS_NO_MEMORY;
    }
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    askiam_decision_destroy(decision);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decision__the_json_is_the_contracts),
      cmocka_unit_test(decision__what_is_absent_is_null_and_groups_stay_objects),
      cmocka_unit_test(decision__it_can_be_written_without_its_place_in_the_trail),
      cmocka_unit_test(decision__every_accessor_survives_json),
      cmocka_unit_test(decision__an_empty_one_survives_json),
      cmocka_unit_test(decision__codes_of_a_newer_version_are_left_out),
      cmocka_unit_test(decision__a_damaged_one_is_refused),
      cmocka_unit_test(decision__the_first_code_says_verdict_and_method),
      cmocka_unit_test(decision__without_a_code_it_is_an_error),
      cmocka_unit_test(decision__null_is_an_empty_error),
      cmocka_unit_test(decision__out_of_memory_is_told_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
