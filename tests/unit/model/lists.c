/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "model/case.h"
#include "model/reading.h"
#include "model/record.h"
#include "support/allocator.h"

typedef struct s_world {
  test_allocator allocator;
  aski_arena arena;
} s_world;

static void s_begin(s_world *world)
{
  test_allocator_init(&world->allocator);
  aski_arena_init(&world->arena, &world->allocator.base);
}

static void s_end(s_world *world)
{
  aski_arena_clean_up(&world->arena);
  assert_int_equal(world->allocator.outstanding, 0);
}

static void codes__names_lead_back_to_their_codes(void **state)
{
  (void)state;
  for (int code = 0; code < ASKI_CODE_COUNT; ++code) {
    assert_int_equal(aski_code_from_name(askiam_str_from(aski_code_name((aski_code)code))), code);
  }
  assert_int_equal(aski_code_from_name(ASKI_STR("NO_SUCH")), ASKI_CODE_COUNT);
  assert_int_equal(aski_code_from_name(ASKI_STR_NONE), ASKI_CODE_COUNT);
  assert_string_equal(aski_code_name(ASKI_CODE_COUNT), "UNKNOWN");
  assert_string_equal(aski_code_name(ASKI_CODE_SOD_CONFLICT), "SOD_CONFLICT");
  assert_string_equal(askiam_verdict_name(ASKIAM_VERDICT_NEEDS_INFO), "NEEDS_INFO");
  assert_string_equal(askiam_verdict_name((askiam_verdict)77), "ERROR");
}

static void candidates__terms_are_sorted_and_keep_their_tags(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_terms terms;
  aski_terms_init(&terms, &world.arena);
  static const char *const keys[] = {"work day", "hr", "box", "hr"};
  for (size_t i = 0; i < 4; ++i) {
    aski_term term = {.mode = i == 2 ? ASKIAM_TERM_NEAR : ASKIAM_TERM_EXACT,
                      .kinds = 7,
                      .key = askiam_str_from(keys[i]),
                      .distance = 1,
                      .limit = 5,
                      .tag = i};
    assert_true(aski_terms_add(&terms, &term));
  }
  aski_terms_sort(&terms);
  static const size_t tags[] = {1, 3, 0, 2};
  assert_int_equal(askiam_terms_count(&terms), 4);
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(terms.items[i].tag, tags[i]);
    assert_true(aski_str_equal_text(askiam_terms_key(&terms, i), keys[tags[i]]));
  }
  assert_int_equal(askiam_terms_mode(&terms, 3), ASKIAM_TERM_NEAR);
  assert_int_equal(askiam_terms_limit(&terms, 0), 5);
  assert_int_equal(askiam_terms_kinds(&terms, 4), 0);
  assert_false(aski_str_present(askiam_terms_key(&terms, 4)));
  assert_false(aski_str_present(askiam_terms_application_id(&terms, 0)));
  s_end(&world);
}

static void candidates__what_a_store_adds_is_checked_and_put_in_order(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_candidates found;
  aski_candidates_init(&found, &world.arena, 2);
  askiam_str none = ASKI_STR_NONE;
  assert_int_equal(
      askiam_candidates_add(&found, 1, ASKIAM_KIND_ROLE, ASKI_STR("b"), ASKI_STR("B"), ASKI_STR("f"), ASKI_STR("a")),
      ASKIAM_STATUS_OK);
  assert_int_equal(askiam_candidates_add(&found, 0, ASKIAM_KIND_ROLE, ASKI_STR("z"), none, none, none),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_candidates_add(&found, 0, ASKIAM_KIND_USER, ASKI_STR("z"), none, ASKI_STR("2"), none),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_candidates_add(&found, 0, ASKIAM_KIND_USER, ASKI_STR("z"), none, ASKI_STR("1"), none),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_candidates_add(&found, 2, ASKIAM_KIND_USER, ASKI_STR("z"), none, none, none),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_candidates_add(&found, 0, (askiam_kind)3, ASKI_STR("z"), none, none, none),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_candidates_add(&found, 0, ASKIAM_KIND_USER, none, none, none, none),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  aski_candidates_sort(&found);
  assert_int_equal(found.count, 4);
  assert_true(aski_str_equal_text(found.items[0].form, "1"));
  assert_true(aski_str_equal_text(found.items[1].form, "2"));
  assert_int_equal(found.items[2].kind, ASKIAM_KIND_ROLE);
  assert_int_equal(found.items[3].term, 1);
  askiam_candidates_inactive(&found);
  askiam_candidates_inactive(NULL);
  assert_true(found.items[3].inactive);
  assert_false(found.items[2].inactive);
  askiam_candidates_truncated(&found, 1, ASKIAM_KIND_ROLE);
  askiam_candidates_truncated(&found, 9, ASKIAM_KIND_ROLE);
  assert_true(aski_candidates_is_truncated(&found, 1, ASKIAM_KIND_ROLE));
  assert_false(aski_candidates_is_truncated(&found, 1, ASKIAM_KIND_USER));
  assert_false(aski_candidates_is_truncated(&found, 0, ASKIAM_KIND_ROLE));
  assert_false(aski_candidates_is_truncated(&found, 9, ASKIAM_KIND_ROLE));
  s_end(&world);
}

static void people__are_found_by_what_is_added_of_them(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_str ids[] = {ASKI_STR("a"), ASKI_STR("b"), ASKI_STR("c")};
  askiam_people people;
  assert_true(aski_people_init(&people, &world.arena, ids, 3));
  assert_int_equal(askiam_people_count(&people), 3);
  assert_true(aski_str_equal_text(askiam_people_id(&people, 1), "b"));
  askiam_people_found(&people, 0);
  askiam_people_found(&people, 3);
  assert_int_equal(askiam_people_add_attribute(&people, 1, ASKI_STR("title"), ASKI_STR("t")), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_people_add_role(&people, 1, ASKI_STR("r")), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_people_add_role(&people, 3, ASKI_STR("r")), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_true(people.items[0].found && people.items[1].found && !people.items[2].found);
  assert_int_equal(people.items[1].roles.count, 1);
  s_end(&world);
}

static void record__members_events_and_clearing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_record *record = askiam_record_new(&allocator.base);
  assert_non_null(record);
  assert_int_equal(askiam_record_set_text(record, ASKIAM_RECORD_HASH, ASKI_STR("h")), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_record_set_text(record, ASKIAM_RECORD_TIME_MS, ASKI_STR("h")),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, 42);
  askiam_record_set_number(record, ASKIAM_RECORD_HASH, 43);
  assert_true(aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_HASH), "h"));
  assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_SEQ), 42);
  assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_TIME_MS), 0);
  assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_NUMBER_END), 0);
  assert_false(aski_str_present(askiam_record_text(record, ASKIAM_RECORD_TEXT_COUNT)));
  for (int i = 0; i < ASKI_EVENTS_MAX; ++i) {
    assert_int_equal(aski_record_add_event(record, ASKI_STR("i"), ASKI_STR("t"), ASKI_STR("{}")), ASKIAM_STATUS_OK);
  }
  assert_int_equal(aski_record_add_event(record, ASKI_STR("i"), ASKI_STR("t"), ASKI_STR("{}")), ASKIAM_STATUS_INTERNAL);
  assert_int_equal(askiam_record_event_count(record), ASKI_EVENTS_MAX);
  assert_true(aski_str_equal_text(askiam_record_event_body(record, 3), "{}"));
  assert_false(aski_str_present(askiam_record_event_id(record, 4)));
  const askiam_record *const items[] = {record};
  askiam_records records = {items, 1};
  assert_ptr_equal(askiam_records_at(&records, 0), record);
  assert_null(askiam_records_at(&records, 1));
  askiam_record_clear(record);
  assert_false(aski_str_present(askiam_record_text(record, ASKIAM_RECORD_HASH)));
  assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_SEQ), 0);
  assert_int_equal(askiam_record_event_count(record), 0);
  askiam_record_destroy(record);
  askiam_record_destroy(NULL);
  assert_int_equal(allocator.outstanding, 0);
}

static void record__out_of_memory_keeps_what_was_there(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  test_allocator_fail_at(&allocator, 1);
  assert_null(askiam_record_new(&allocator.base));
  test_allocator_fail_at(&allocator, 2);
  askiam_record *record = askiam_record_new(&allocator.base);
  assert_int_equal(askiam_record_set_text(record, ASKIAM_RECORD_HASH, ASKI_STR("h")), ASKIAM_STATUS_NO_MEMORY);
  assert_int_equal(aski_record_add_event(record, ASKI_STR("i"), ASKI_STR("t"), ASKI_STR("b")), ASKIAM_STATUS_NO_MEMORY);
  assert_int_equal(askiam_record_event_count(record), 0);
  test_allocator_fail_at(&allocator, 0);
  askiam_record_clear(record);
  assert_int_equal(askiam_record_set_text(record, ASKIAM_RECORD_HASH, ASKI_STR("h")), ASKIAM_STATUS_OK);
  askiam_record_destroy(record);
  assert_int_equal(allocator.outstanding, 0);
}

static void record__heads_need_a_chain_and_a_hash(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_heads heads = {.arena = &world.arena};
  askiam_str zeros = ASKI_STR("0000000000000000000000000000000000000000000000000000000000000000");
  assert_int_equal(askiam_heads_add(&heads, ASKI_STR("main"), 0, zeros), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_heads_add(&heads, ASKI_STR_NONE, 0, zeros), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_heads_add(&heads, ASKI_STR("main"), -1, zeros), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_heads_add(&heads, ASKI_STR("main"), 0, ASKI_STR("00")), ASKIAM_STATUS_INVALID_ARGUMENT);
  char bad[65];
  memset(bad, 'F', 64);
  assert_int_equal(askiam_heads_add(&heads, ASKI_STR("main"), 0, (askiam_str){bad, 64}),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(heads.count, 1);
  assert_string_equal(heads.items[0].hash, zeros.data);
  s_end(&world);
}

static void case__a_judge_sees_people_without_the_role_asked_for(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  aski_facts facts;
  aski_facts_init(&facts, &world.arena);
  askiam_facts_set_role(&facts, ASKI_STR("hr"), ASKI_STR("w"), ASKI_STR("HR"), ASKI_STR("d"), ASKI_STR("low"),
                        ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_user_attribute(&facts, ASKI_STR("title"), ASKI_STR("t"));
  askiam_str ids[] = {ASKI_STR("a"), ASKI_STR("b")};
  askiam_people people;
  aski_people_init(&people, &world.arena, ids, 2);
  askiam_people_add_role(&people, 0, ASKI_STR("x"));
  askiam_people_add_role(&people, 0, ASKI_STR("hr"));
  askiam_people_add_role(&people, 0, ASKI_STR("y"));
  askiam_people_add_attribute(&people, 0, ASKI_STR("title"), ASKI_STR("boss"));
  askiam_patterns patterns = {.arena = &world.arena};
  askiam_patterns_add(&patterns, ASKI_STR("a"), 5, 1);
  askiam_patterns_add(&patterns, ASKI_STR("b"), 6, 0);
  patterns.items[0].person = &people.items[0];
  patterns.items[1].person = &people.items[1];
  askiam_case judged = {.facts = &facts, .patterns = patterns.items, .pattern_count = patterns.count};
  assert_int_equal(askiam_case_pattern_role_count(&judged, 0), 2);
  assert_true(aski_str_equal_text(askiam_case_pattern_role_id(&judged, 0, 1), "y"));
  assert_false(aski_str_present(askiam_case_pattern_role_id(&judged, 0, 2)));
  assert_true(aski_str_equal_text(askiam_case_pattern_attribute(&judged, 0, ASKI_STR("title")), "boss"));
  assert_int_equal(askiam_case_pattern_known(&judged, 0), 1);
  assert_int_equal(askiam_case_pattern_known(&judged, 1), 0);
  assert_int_equal(askiam_case_pattern_known(&judged, 2), 0);
  assert_int_equal(askiam_case_pattern_approved(&judged, 0), 1);
  assert_int_equal(askiam_case_pattern_time_ms(&judged, 1), 6);
  assert_true(aski_str_equal_text(askiam_case_get(&judged, ASKIAM_CASE_ROLE_RISK), "low"));
  assert_false(aski_str_present(askiam_case_get(&judged, ASKIAM_CASE_USER_ID)));
  assert_true(aski_str_equal_text(askiam_case_attribute_key(&judged, 0), "title"));
  assert_false(aski_str_present(askiam_case_attribute_value(&judged, 1)));
  assert_false(aski_str_present(askiam_case_document_id(&judged, 0)));
  assert_false(aski_str_present(askiam_case_role_id(&judged, 0)));
  s_end(&world);
}

static void case__an_opinion_that_is_no_probability_is_an_abstention(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_opinion opinion = {.arena = &world.arena};
  static const double good[] = {0, 0.5, 1};
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(askiam_opinion_set(&opinion, good[i], ASKI_STR("r")), ASKIAM_STATUS_OK);
    assert_true(opinion.given);
  }
  const double bad[] = {(double)NAN, -0.001, 1.001, (double)INFINITY};
  for (size_t i = 0; i < 4; ++i) {
    opinion.given = true;
    assert_int_equal(askiam_opinion_set(&opinion, bad[i], ASKI_STR("r")), ASKIAM_STATUS_OK);
    assert_false(opinion.given);
  }
  opinion.given = true;
  assert_int_equal(askiam_opinion_abstain(&opinion, ASKI_STR("no evidence")), ASKIAM_STATUS_OK);
  assert_false(opinion.given);
  assert_true(aski_str_equal_text(opinion.reason, "no evidence"));
  test_allocator_fail_at(&world.allocator, 1);
  opinion.given = true;
  char large[9000];
  memset(large, 'x', sizeof large);
  assert_int_equal(askiam_opinion_set(&opinion, 1, (askiam_str){large, sizeof large}), ASKIAM_STATUS_NO_MEMORY);
  assert_false(opinion.given);
  s_end(&world);
}

static void search__scores_are_kept_between_0_and_1(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  askiam_documents documents = {.arena = &world.arena};
  const double scores[] = {2, -1, (double)NAN, 0.5};
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(askiam_documents_add(&documents, ASKI_STR("d"), ASKI_STR("t"), ASKI_STR("x"), scores[i]),
                     ASKIAM_STATUS_OK);
  }
  assert_true(documents.items[0].score >= 1 && documents.items[0].score <= 1);
  assert_true(documents.items[1].score <= 0 && documents.items[2].score <= 0);
  assert_int_equal(askiam_documents_add(&documents, ASKI_STR_NONE, ASKI_STR_NONE, ASKI_STR_NONE, 0),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  askiam_grant_state grant = {.arena = &world.arena};
  assert_int_equal(askiam_grant_state_set(&grant, "granted", 1, 2, ASKI_STR_NONE), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_grant_state_set(&grant, "maybe", 1, 2, ASKI_STR_NONE), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_grant_state_set(&grant, NULL, 1, 2, ASKI_STR_NONE), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_true(aski_str_equal_text(grant.state, "granted"));
  size_t dimension = 9;
  askiam_search_query query = {.dimension = 3};
  assert_null(askiam_search_query_vector(&query, &dimension));
  assert_int_equal(dimension, 0);
  s_end(&world);
}

static void reading__the_json_is_the_extractors_answer(void **state)
{
  (void)state;
  s_world world;
  s_begin(&world);
  aski_reading reading = {.act = ASKI_ACT_REQUEST, .question = ASKI_STR("Which role?")};
  reading.user = (aski_entity){true, ASKI_STR("u"), ASKI_STR("U"), ASKI_STR_NONE, 1};
  aski_code_list_add(&reading.codes, ASKI_CODE_MISSING_ROLE);
  aski_mention *mention = ASKI_ARENA_PUSH(&world.arena, &reading.mentions);
  *mention = (aski_mention){ASKIAM_KIND_APPLICATION, ASKI_STR("wd"), 4, ASKI_STR_NONE, ASKI_STR_NONE, 0.33333, false};
  aski_buffer buffer;
  aski_buffer_init(&buffer, &world.allocator.base);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_reading_write_json(&reading, &writer);
  assert_string_equal(
      buffer.data,
      "{\"act\":\"request\",\"mentions\":[{\"kind\":\"application\",\"text\":\"wd\",\"start\":4,\"id\":null,\"name\":"
      "null,"
      "\"score\":0.3333,\"chosen\":false}],\"user_id\":\"u\",\"app_id\":null,\"role_id\":null,\"entities\":{\"user\":"
      "{\"id\":\"u\",\"name\":\"U\",\"mention\":null,\"score\":1},\"application\":null,\"role\":null},\"duration\":"
      "{\"expires_at\":null},\"suggestions\":[],\"question\":\"Which role?\",\"reason_codes\":[\"MISSING_ROLE\"]}");
  aski_buffer_clean_up(&buffer);
  s_end(&world);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(codes__names_lead_back_to_their_codes),
      cmocka_unit_test(candidates__terms_are_sorted_and_keep_their_tags),
      cmocka_unit_test(candidates__what_a_store_adds_is_checked_and_put_in_order),
      cmocka_unit_test(people__are_found_by_what_is_added_of_them),
      cmocka_unit_test(record__members_events_and_clearing),
      cmocka_unit_test(record__out_of_memory_keeps_what_was_there),
      cmocka_unit_test(record__heads_need_a_chain_and_a_hash),
      cmocka_unit_test(case__a_judge_sees_people_without_the_role_asked_for),
      cmocka_unit_test(case__an_opinion_that_is_no_probability_is_an_abstention),
      cmocka_unit_test(search__scores_are_kept_between_0_and_1),
      cmocka_unit_test(reading__the_json_is_the_extractors_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
