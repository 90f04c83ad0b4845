/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept for a replay comes back as it was, and nothing that was never written is taken for it. */
#include "fixture.h"

#include "audit/replay.h"

static void s_fill_facts(aski_facts *facts, aski_arena *arena, askiam_str role_id)
{
  aski_facts_init(facts, arena);
  askiam_facts_set_version(facts, 9);
  askiam_facts_set_user(facts, ASKI_STR("ann"), ASKI_STR("Ann \"A\" Lee"), ASKI_STR("ann@example.org"),
                        ASKIAM_ENTITY_SUSPENDED);
  askiam_facts_add_user_attribute(facts, ASKI_STR("department"), ASKI_STR("HR"));
  askiam_facts_set_requester(facts, ASKI_STR("boss"), ASKI_STR("Boss"), ASKIAM_ENTITY_INACTIVE);
  askiam_facts_set_application(facts, ASKI_STR("crm"), ASKI_STR("Crmix"), ASKI_STR("boss"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(facts, role_id, ASKI_STR("crm"), ASKI_STR("Editor"), ASKI_STR("edits"), ASKI_STR("high"),
                        ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_permission(facts, ASKI_STR("write"));
  askiam_facts_add_grant(facts, ASKI_STR("viewer"), ASKI_STR("Viewer"), 5, 6, ASKIAM_GRANT_EXPIRED);
  askiam_facts_add_prerequisite(facts, ASKI_STR("base"), ASKI_STR("Base"));
  askiam_facts_add_conflict(facts, ASKI_STR("foe"), ASKI_STR("Foe"), ASKI_STR("kept apart"));
  askiam_facts_set_restriction(facts, ASKI_STR("barred"));
  askiam_facts_set_policies(facts, 2, ASKI_STR("abcd"));
  askiam_facts_add_query(facts, "facts.user", 1);
}

/* A replay with every member set. */
typedef struct whole {
  aski_facts facts, other;
  aski_look looks[2];
  aski_looks list;
  aski_replay replay;
} whole;

static void s_fill(whole *made, aski_arena *arena)
{
  s_fill_facts(&made->facts, arena, ASKI_STR("editor"));
  s_fill_facts(&made->other, arena, ASKI_STR("base"));
  made->looks[0] = (aski_look){.remedy = ASKI_REMEDY_HOLD_PREREQUISITE,
                               .role_id = ASKI_STR("base"),
                               .facts = &made->other,
                               .rag = {.confidence = -1}};
  made->looks[1] = (aski_look){.remedy = ASKI_REMEDY_CHOOSE_ROLE,
                               .role_id = ASKI_STR("editor"),
                               .application_id = ASKI_STR("crm"),
                               .facts = &made->facts,
                               .rag = {.outcome = ASKI_RAG_INVALID, .confidence = 0.12345678901234567},
                               .policies_problem = ASKI_STR("gone")};
  made->list = (aski_looks){made->looks, 2, 2};
  made->replay = (aski_replay){
      .now_ms = FIXTURE_NOW_MS,
      .expires_at_ms = FIXTURE_NOW_MS + 1,
      .speaker_id = ASKI_STR("ann"),
      .requester_id = ASKI_STR("boss"),
      .ip = ASKI_STR("10.0.0.1"),
      .user = {true, ASKI_STR("ann"), ASKI_STR("Ann"), ASKI_STR("me"), 0.5},
      .application = {.found = true, .id = ASKI_STR("crm")},
      .reading = {{ASKI_CODE_ROLE_UNKNOWN, ASKI_CODE_BAD_DURATION}, 2},
      .facts = &made->facts,
      .rag = {.outcome = ASKI_RAG_ABSTAINED, .cause = ASKI_RAG_CAUSE_TIMEOUT, .confidence = 0.95000000000000007},
      .policies_problem = ASKI_STR("not to be had"),
      .settings = ASKI_STR("{\"mode\":\"guarded\",\"threshold\":0.95}"),
      .looks = &made->list,
      .claims = {.ip = ASKI_STR("10.66.66.66"), .user_agent = ASKI_STR("a \"liar\"\x01")}};
}

static void s_assert_same(const aski_replay *read, const aski_replay *wrote)
{
  assert_int_equal(read->version, ASKI_REPLAY_VERSION);
  assert_int_equal(read->now_ms, wrote->now_ms);
  assert_int_equal(read->expires_at_ms, wrote->expires_at_ms);
  assert_true(aski_str_equal(read->speaker_id, wrote->speaker_id));
  assert_true(aski_str_equal(read->requester_id, wrote->requester_id));
  assert_true(aski_str_equal(read->ip, wrote->ip));
  assert_false(aski_str_present(read->user_agent));
  assert_true(read->user.found && read->application.found && !read->role.found);
  assert_true(aski_str_equal(read->user.mention, wrote->user.mention));
  assert_int_equal(read->reading.count, 2);
  assert_int_equal(read->reading.items[1], ASKI_CODE_BAD_DURATION);
  assert_true(read->rag.confidence == wrote->rag.confidence);
  assert_int_equal(read->rag.outcome, ASKI_RAG_ABSTAINED);
  assert_int_equal(read->rag.cause, ASKI_RAG_CAUSE_TIMEOUT);
  assert_true(aski_str_equal(read->settings, wrote->settings));
  assert_true(aski_str_equal(read->policies_problem, wrote->policies_problem));
  assert_int_equal(read->looks->count, 2);
  assert_false(aski_str_present(read->looks->items[0].policies_problem));
  assert_true(aski_str_equal_text(read->looks->items[1].policies_problem, "gone"));
  assert_int_equal(read->looks->items[0].remedy, ASKI_REMEDY_HOLD_PREREQUISITE);
  assert_true(aski_str_equal_text(read->looks->items[0].facts->role.id, "base"));
  assert_true(aski_str_equal(read->claims.ip, wrote->claims.ip));
  assert_true(aski_str_equal(read->claims.user_agent, wrote->claims.user_agent));
  assert_false(aski_str_present(read->claims.session_id));
  assert_false(aski_str_present(read->claims.timestamp));
  assert_true(read->looks->items[1].rag.confidence == wrote->looks->items[1].rag.confidence);
}

/* Written, read, and written again it is the same text. */
static askiam_status s_round_trip(const askiam_allocator *allocator)
{
  aski_arena arena;
  aski_buffer first;
  aski_buffer second;
  aski_arena_init(&arena, allocator);
  aski_buffer_init(&first, allocator);
  aski_buffer_init(&second, allocator);
  whole made;
  aski_replay read;
  s_fill(&made, &arena);
  aski_replay_write_json(&made.replay, &first);
  askiam_status status = arena.failed || first.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK) {
    status = aski_replay_read_json(&read, &arena, aski_buffer_view(&first), allocator, NULL);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_assert_same(&read, &made.replay);
    aski_replay_write_json(&read, &second);
    status = second.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  if (status == ASKIAM_STATUS_OK) {
    assert_string_equal(first.data, second.data);
  }
  aski_buffer_clean_up(&second);
  aski_buffer_clean_up(&first);
  aski_arena_clean_up(&arena);
  return status;
}

static void audit_replay__comes_back_as_it_was_written(void **state)
{
  (void)state;
  assert_int_equal(s_round_trip(aski_allocator_default()), ASKIAM_STATUS_OK);
}

static void audit_replay__failing_memory_is_said_and_leaks_nothing(void **state)
{
  (void)state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, at);
    status = s_round_trip(&allocator.base);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
}

#define HEAD_1 "{\"v\":1,\"now_ms\":1769000000123,\"expires_at_ms\":0,\"speaker_id\":\"ann\",\"requester_id\":\"ann\","
#define HEAD_2 "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\","
#define REST_2 ",\"reading_codes\":[],\"looks\":[]"
#define REST_1                                                                                                         \
  "\"ip\":null,\"user_agent\":null,\"entities\":{\"user\":null,\"application\":null,\"role\":null},\"facts\":null,"
#define RAG                                                                                                            \
  "\"rag\":{\"result\":\"SKIPPED\",\"is_valid\":null,\"confidence\":null,\"judge\":null,\"reason\":null,"              \
  "\"documents\":[],\"cause\":null},\"rag_exact\":{\"confidence\":null,\"cause\":\"none\"}"

static askiam_status s_read(const char *json, aski_replay *out_replay, askiam_error *error)
{
  static aski_arena arena;
  aski_arena_clean_up(&arena);
  aski_arena_init(&arena, aski_allocator_default());
  askiam_status status =
      aski_replay_read_json(out_replay, &arena, askiam_str_from(json), aski_allocator_default(), error);
  if (status != ASKIAM_STATUS_OK) {
    aski_arena_clean_up(&arena);
  }
  return status;
}

static void audit_replay__reads_the_first_version(void **state)
{
  (void)state;
  aski_replay replay;
  assert_int_equal(s_read(HEAD_1 REST_1 RAG ",\"settings\":{\"mode\":\"guarded\"}}", &replay, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(replay.version, 1);
  assert_null(replay.facts);
  assert_null(replay.looks);
  assert_int_equal(replay.reading.count, 0);
  assert_true(replay.rag.confidence < 0);
  assert_true(aski_str_equal_text(replay.settings, "{\"mode\":\"guarded\"}"));
  s_read("", &replay, NULL); /* releases */
}

/* The text is then the one that libraries wrote which did not know of claims. */
static void audit_replay__nothing_claimed_is_not_written(void **state)
{
  (void)state;
  aski_replay replay;
  assert_int_equal(s_read(HEAD_2 REST_1 RAG REST_2 ",\"claimed\":{\"ip\":null,\"other\":7}}", &replay, NULL),
                   ASKIAM_STATUS_OK);
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  aski_replay_write_json(&replay, &text);
  assert_non_null(text.data);
  assert_null(strstr(text.data, "claimed"));
  aski_buffer_clean_up(&text);
  s_read("", &replay, NULL); /* releases */
}

static void audit_replay__says_what_it_cannot_know(void **state)
{
  (void)state;
  aski_replay replay;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(s_read("{\"v\":3}", &replay, &error), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_non_null(strstr(error.message, "version 3"));
}

static void audit_replay__refuses_what_was_never_written(void **state)
{
  (void)state;
  static const char *const bad[] = {
      "",
      "[]",
      "null",
      "{}",
      "{\"v\":0}",
      "{\"v\":\"1\"}",
      "{\"v\":1.0}",
      "{\"v\":1,\"v\":1}",
      HEAD_1 REST_1 RAG,
      HEAD_1 REST_1 RAG ",\"settings\":7}",
      HEAD_1 REST_1 "\"rag\":null,\"settings\":null}",
      HEAD_1 REST_1 "\"rag\":{\"result\":\"VALID\",\"confidence\":1,\"documents\":[]},\"settings\":null}",
      HEAD_1 REST_1
      "\"rag\":{\"result\":\"VALID\",\"confidence\":1,\"documents\":[]},\"rag_exact\":{\"confidence\":1.5,"
      "\"cause\":\"none\"}}",
      HEAD_1 REST_1 "\"rag\":{\"result\":\"VALID\",\"confidence\":1,\"documents\":[]},\"rag_exact\":{\"confidence\":-1,"
                    "\"cause\":\"none\"}}",
      HEAD_1 REST_1 "\"rag\":{\"result\":\"VALID\",\"confidence\":1,\"documents\":[]},\"rag_exact\":{\"confidence\":1,"
                    "\"cause\":\"moon\"}}",
      HEAD_1 REST_1 "\"rag\":{\"result\":\"SURE\",\"documents\":[]},\"rag_exact\":{\"cause\":\"none\"}}",
      HEAD_1 "\"entities\":{\"user\":7},\"facts\":null," RAG "}",
      HEAD_1 "\"entities\":[],\"facts\":null," RAG "}",
      HEAD_1 "\"entities\":{},\"facts\":[]," RAG "}",
      HEAD_1 "\"entities\":{},\"facts\":{\"version\":1}," RAG "}",
      "{\"v\":1,\"now_ms\":9223372036854775807,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":"
      "\"a\"," REST_1 RAG "}",
      "{\"v\":1,\"now_ms\":0,\"expires_at_ms\":-9223372036854775808,\"speaker_id\":\"a\",\"requester_id\":"
      "\"a\"," REST_1 RAG "}",
      "{\"v\":1,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":null,\"requester_id\":\"a\"," REST_1 RAG "}",
      "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\"," REST_1 RAG "}",
      HEAD_2 REST_1 RAG REST_2 ",\"claimed\":[]}",
      HEAD_2 REST_1 RAG REST_2 ",\"claimed\":\"10.0.0.1\"}",
      HEAD_2 REST_1 RAG REST_2 ",\"claimed\":{\"ip\":7}}",
      HEAD_2 REST_1 RAG REST_2 ",\"claimed\":{\"timestamp\":[\"2001-01-01T00:00:00Z\"]}}",
      "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\"," REST_1 RAG
      ",\"reading_codes\":[\"NO_SUCH_CODE\"],\"looks\":[]}",
      "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\"," REST_1 RAG
      ",\"reading_codes\":[],\"looks\":[7]}",
      "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\"," REST_1 RAG
      ",\"reading_codes\":[],\"looks\":[{\"remedy\":\"LIFT_RESTRICTION\",\"role_id\":\"r\",\"facts\":null," RAG "}]}",
      "{\"v\":2,\"now_ms\":0,\"expires_at_ms\":0,\"speaker_id\":\"a\",\"requester_id\":\"a\"," REST_1 RAG
      ",\"reading_codes\":[],\"looks\":[{\"remedy\":\"CHOOSE_ROLE\",\"role_id\":\"r\",\"facts\":null," RAG "}]}",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    aski_replay replay;
    askiam_error error = ASKIAM_ERROR_INIT;
    if (s_read(bad[i], &replay, &error) != ASKIAM_STATUS_BAD_DATA) {
      fail_msg("it was read: %s", bad[i]);
    }
    assert_true(error.message[0] != 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(audit_replay__comes_back_as_it_was_written),
      cmocka_unit_test(audit_replay__failing_memory_is_said_and_leaks_nothing),
      cmocka_unit_test(audit_replay__reads_the_first_version),
      cmocka_unit_test(audit_replay__nothing_claimed_is_not_written),
      cmocka_unit_test(audit_replay__says_what_it_cannot_know),
      cmocka_unit_test(audit_replay__refuses_what_was_never_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
