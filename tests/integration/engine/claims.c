/* SPDX-License-Identifier: Apache-2.0
 *
 * What a stranger claims of his own call: kept beside his sentence as he said it, erased with it, and read by nothing that decides or answers. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#ifndef ASKIAM_FIXTURE_POSTGRES
#include <sqlite3.h>
#endif

#include "engine/engine.h"

/* Ann may have Editor from the office only, and with the one browser. */
#define ORGANISATION                                                                                                   \
  "{\"users\":[{\"user_id\":\"ann\",\"name\":\"Ann Lee\",\"email\":\"ann@x.io\"}],"                                    \
  "\"applications\":[{\"app_id\":\"crm\",\"name\":\"Crmix\"}],"                                                        \
  "\"roles\":[{\"role_id\":\"ed\",\"app_id\":\"crm\",\"name\":\"Editor\"}],"                                           \
  "\"policies\":{\"office\":{\"Version\":\"2012-10-17\",\"Statement\":["                                               \
  "{\"Effect\":\"Deny\",\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\","                                         \
  "\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}},"                                               \
  "{\"Effect\":\"Deny\",\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\","                                         \
  "\"Condition\":{\"StringNotEquals\":{\"aws:UserAgent\":\"browser\"}}}]}}}"
#define SENTENCE "I need Editor in Crmix"

/* "ip" and the others as in a body; "{…}" of the request_context. */
static askiam_request *s_admitted(const char *user, const char *text, const char *id, const char *claims)
{
  char json[1024];
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  snprintf(json, sizeof json, "{\"raw_request\":\"%s\",\"request_id\":\"%s\",\"request_context\":%s}", text, id,
           claims);
  if (askiam_request_from_json(&request, askiam_str_from(json), NULL, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  askiam_principal *principal = talk_principal(user, NULL);
  assert_int_equal(askiam_answer_admit(request, principal, NULL), ASKIAM_STATUS_OK);
  askiam_principal_destroy(principal);
  return request;
}

static void s_see(askiam_request *request, const char *ip, const char *agent)
{
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_IP, askiam_str_from(ip), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_USER_AGENT, askiam_str_from(agent), NULL),
                   ASKIAM_STATUS_OK);
}

/* What the store keeps of a request, on its own. */
typedef struct s_kept {
  char facts[65536];
  char rest[65536]; /* every other text of the request and of its entry */
} s_kept;

static void s_append(char *text, size_t size, askiam_str more)
{
  size_t length = strlen(text);
  assert_true(length + more.length < size);
  snprintf(text + length, size - length, "%.*s", (int)more.length, more.length > 0 ? more.data : "");
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  s_kept *kept = context;
  for (int field = 0; field < ASKIAM_RECORD_TEXT_COUNT; ++field) {
    askiam_str text = askiam_record_text(record, (askiam_record_field)field);
    if (field == ASKIAM_RECORD_FACTS) {
      s_append(kept->facts, sizeof kept->facts, text);
    } else if (text.data != NULL) {
      s_append(kept->rest, sizeof kept->rest, text);
    }
  }
  return ASKIAM_STATUS_OK;
}

static const s_kept *s_find(fixture *home, const char *request_id)
{
  static s_kept kept;
  aski_visit visit;
  memset(&kept, 0, sizeof kept);
  assert_int_equal(aski_enter(&visit, home->engine, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_journal_find(&home->engine->journal, &visit.call, ASKI_STR_NONE, askiam_str_from(request_id),
                                     s_row, &kept, NULL),
                   ASKIAM_STATUS_OK);
  aski_leave(&visit);
  assert_true(kept.rest[0] != 0);
  return &kept;
}

static void s_assert_claimed(fixture *home, const char *request_id, const char *claims)
{
  const char *facts = s_find(home, request_id)->facts;
  const char *member = strstr(facts, ",\"claimed\":");
  if (claims == NULL ? member != NULL : member == NULL || strncmp(member + 11, claims, strlen(claims)) != 0) {
    fail_msg("%s is not claimed in %s", claims == NULL ? "nothing" : claims, facts);
  }
}

static askiam_status s_line(void *context, askiam_str line)
{
  s_append(context, 65536, line);
  return ASKIAM_STATUS_OK;
}

#define LIES                                                                                                           \
  "{\"ip\":\"10.66.66.66\",\"user_agent\":\"liar \\\"7\\\" \\u00fc\\u0001\",\"timestamp\":\"2001-01-01T00:00:00Z\"}"
static const char *const s_lies[] = {"10.66.66.66", "liar", "2001-01-01"};
enum { LIES_COUNT = sizeof s_lies / sizeof *s_lies };

static void claims__are_kept_as_claimed_and_told_to_nobody(void **state)
{
  fixture *home = *state;
  static char told[65536];
  askiam_request *request = s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", LIES);
  s_see(request, "10.20.30.40", "browser");
  askiam_decision *decision = fixture_decide(home, request);
  s_assert_claimed(home, "r-1",
                   "{\"ip\":\"10.66.66.66\",\"user_agent\":\"liar \\\"7\\\" ü\\u0001\","
                   "\"timestamp\":\"2001-01-01T00:00:00Z\"}}");
  memset(told, 0, sizeof told);
  s_append(told, sizeof told, askiam_str_from(askiam_decision_to_json(decision, NULL)));
  s_append(told, sizeof told, askiam_str_from(s_find(home, "r-1")->rest));
  askiam_decision_destroy(decision);
  assert_non_null(strstr(told, "10.20.30.40"));
  char *json = NULL;
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from("r-1"), ASKI_STR_NONE, NULL),
                   ASKIAM_STATUS_OK);
  s_append(told, sizeof told, askiam_str_from(json));
  askiam_string_free(home->engine, json);
  assert_int_equal(askiam_audit_export(home->engine, s_line, told, NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < LIES_COUNT; ++i) {
    assert_null(strstr(told, s_lies[i]));
  }
  assert_int_equal(fixture_trail(home), 1);
}

static void claims__are_only_where_something_was_claimed(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", "{}")));
  s_assert_claimed(home, "r-1", NULL);
  /* Whom the host trusts claims nothing: what he says counts. */
  askiam_request *trusted = fixture_request("john.doe", FIXTURE_SENTENCE, "r-2");
  s_see(trusted, "10.66.66.66", "browser");
  askiam_decision_destroy(fixture_decide(home, trusted));
  s_assert_claimed(home, "r-2", NULL);
  /* Nor does a claim that the host saw nothing against count. */
  askiam_request *unseen = s_admitted("john.doe", FIXTURE_SENTENCE, "r-3", "{\"ip\":\"::1\",\"session_id\":\"s\"}");
  askiam_decision_destroy(fixture_decide(home, unseen));
  s_assert_claimed(home, "r-3", "{\"ip\":\"::1\"}}");
  assert_non_null(strstr(s_find(home, "r-3")->rest, "\"ip\":null"));
}

static void claims__no_policy_reads_them(void **state)
{
  fixture *home = *state;
  fixture_import(home, ORGANISATION);
  static const struct {
    const char *claims, *ip, *agent;
    askiam_verdict verdict;
  } cases[] = {{"{\"ip\":\"10.1.1.1\",\"user_agent\":\"browser\"}", "203.0.113.9", "browser", ASKIAM_VERDICT_INVALID},
               {"{\"ip\":\"10.1.1.1\",\"user_agent\":\"browser\"}", "10.1.1.1", "curl", ASKIAM_VERDICT_INVALID},
               {"{\"ip\":\"10.1.1.1\",\"user_agent\":\"browser\"}", NULL, NULL, ASKIAM_VERDICT_INVALID},
               {"{\"ip\":\"203.0.113.9\",\"user_agent\":\"curl\"}", "10.1.1.1", "browser", ASKIAM_VERDICT_VALID}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char id[16];
    snprintf(id, sizeof id, "r-%zu", i);
    askiam_request *request = s_admitted("ann", SENTENCE, id, cases[i].claims);
    s_see(request, cases[i].ip, cases[i].agent);
    askiam_decision *decision = fixture_decide(home, request);
    assert_int_equal(askiam_decision_verdict(decision), cases[i].verdict);
    askiam_decision_destroy(decision);
    char *json = NULL;
    int equal = 0;
    assert_int_equal(askiam_replay_decision(&equal, &json, home->engine, askiam_str_from(id), ASKI_STR_NONE, NULL),
                     ASKIAM_STATUS_OK);
    assert_int_equal(equal, 1);
    askiam_string_free(home->engine, json);
  }
}

static void claims__a_repeat_is_told_the_same_whatever_it_claims(void **state)
{
  fixture *home = *state;
  static const char *const claims[] = {"{\"user_agent\":\"first\"}", "{\"user_agent\":\"second\"}", "{}"};
  char *first = NULL;
  for (size_t i = 0; i < 3; ++i) {
    askiam_decision *decision = fixture_decide(home, s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", claims[i]));
    const char *json = askiam_decision_to_json(decision, NULL);
    if (first != NULL) {
      assert_string_equal(json, first);
    }
    first = first == NULL ? strdup(json) : first;
    askiam_decision_destroy(decision);
  }
  free(first);
  s_assert_claimed(home, "r-1", "{\"user_agent\":\"first\"}}");
  assert_int_equal(fixture_trail(home), 1);
}

static void claims__are_erased_with_the_words(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", LIES)));
  uint64_t erased = 0;
  assert_int_equal(askiam_admin_erase_user(&erased, home->engine, askiam_str_from("john.doe"), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(erased, 1);
  assert_string_equal(s_find(home, "r-1")->facts, "");
  assert_int_equal(fixture_trail(home), 1);
}

#ifndef ASKIAM_FIXTURE_POSTGRES
static void claims__who_alters_one_is_found_out(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", LIES)));
  assert_int_equal(fixture_trail(home), 1);
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(db, "UPDATE requests SET facts = replace(facts, '10.66.66.66', '10.20.30.40')", NULL, NULL, NULL),
      SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
  int sound = 1;
  char *report = NULL;
  assert_int_equal(askiam_audit_verify(&sound, &report, home->engine, NULL, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(sound, 0);
  assert_non_null(strstr(report, "\"what\":\"FACTS\""));
  askiam_string_free(home->engine, report);
}

/* The store's file and its log hold the words before, and not after. */
static bool s_files_have(const fixture *home, const char *word)
{
  static const char *const names[] = {"iam.db", "iam.db-wal"};
  bool found = false;
  for (size_t i = 0; i < 2; ++i) {
    char path[160];
    static char bytes[8 << 20];
    snprintf(path, sizeof path, "%s/%s", home->folder, names[i]);
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    assert_true(length < sizeof bytes);
    found = found || memmem(bytes, length, word, strlen(word)) != NULL;
    if (file != NULL) {
      fclose(file);
    }
  }
  return found;
}

static void claims__nothing_of_them_is_left_in_the_file(void **state)
{
  fixture *home = *state;
  askiam_decision_destroy(fixture_decide(home, s_admitted("john.doe", FIXTURE_SENTENCE, "r-1", LIES)));
  assert_true(s_files_have(home, "10.66.66.66"));
  assert_int_equal(askiam_admin_erase_user(NULL, home->engine, askiam_str_from("john.doe"), NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < LIES_COUNT; ++i) {
    assert_false(s_files_have(home, s_lies[i]));
  }
}
#endif

/* Says it with a claim of its own; the session of the answer. */
static void s_say(fixture *home, const askiam_turn *turn, const char *wanted, char session[TALK_ID_BYTES])
{
  char *json = NULL;
  char found[TALK_ID_BYTES];
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_dialogue_turn(&json, home->engine, turn, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  talk_member(json, "state", found);
  assert_string_equal(found, wanted);
  talk_member(json, "session_id", session);
  askiam_string_free(home->engine, json);
}

static void claims__of_a_conversation_are_those_of_the_turn_that_decided(void **state)
{
  fixture *home = *state;
  askiam_principal *emma = talk_principal("emma.brown", NULL);
  char session[TALK_ID_BYTES];
  askiam_turn turn = {.size = sizeof turn, .principal = emma};
  turn.request_id = askiam_str_from("r-1");
  turn.text = askiam_str_from("I need access to Jira");
  turn.claimed_user_agent = askiam_str_from("first");
  s_say(home, &turn, "ask", session);
  turn.session_id = askiam_str_from(session);
  turn.text = askiam_str_from("Project Member");
  turn.claimed_user_agent = askiam_str_from("second");
  s_say(home, &turn, "confirm", session);
  turn.text = askiam_str_from("yes");
  turn.ip = askiam_str_from("10.20.30.40");
  turn.claimed_ip = askiam_str_from("10.66.66.66");
  turn.claimed_session_id = askiam_str_from("mine");
  turn.claimed_user_agent = askiam_str_from("third");
  turn.claimed_timestamp = askiam_str_from("2001-01-01T00:00:00Z");
  s_say(home, &turn, "decided", session);
  s_assert_claimed(home, "r-1",
                   "{\"ip\":\"10.66.66.66\",\"session_id\":\"mine\",\"user_agent\":\"third\","
                   "\"timestamp\":\"2001-01-01T00:00:00Z\"}}");
  assert_non_null(strstr(s_find(home, "r-1")->rest, "\"ip\":\"10.20.30.40\""));
  assert_null(strstr(s_find(home, "r-1")->rest, "mine"));
  assert_int_equal(fixture_trail(home), 1);
  askiam_principal_destroy(emma);
}

static void claims__of_a_turn_keep_the_rules_of_what_they_claim(void **state)
{
  fixture *home = *state;
  askiam_principal *john = talk_principal("john.doe", NULL);
  char *json = NULL;
  askiam_turn turn = {.size = sizeof turn, .principal = john, .text = askiam_str_from(FIXTURE_SENTENCE)};
  turn.claimed_ip = askiam_str_from("somewhere");
  assert_int_equal(askiam_dialogue_turn(&json, home->engine, &turn, NULL), ASKIAM_STATUS_BAD_DATA);
  turn.claimed_ip = ASKI_STR_NONE;
  turn.claimed_timestamp = askiam_str_from("yesterday");
  assert_int_equal(askiam_dialogue_turn(&json, home->engine, &turn, NULL), ASKIAM_STATUS_BAD_DATA);
  assert_null(json);
  /* A caller who was built before there were claims has none, whatever lies behind his turn. */
  char session[TALK_ID_BYTES];
  turn.size = offsetof(askiam_turn, claimed_ip);
  turn.request_id = askiam_str_from("r-1");
  s_say(home, &turn, "decided", session);
  s_assert_claimed(home, "r-1", NULL);
  askiam_principal_destroy(john);
}

int main(void)
{
#define CLAIMS_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      CLAIMS_TEST(claims__are_kept_as_claimed_and_told_to_nobody),
      CLAIMS_TEST(claims__are_only_where_something_was_claimed),
      CLAIMS_TEST(claims__no_policy_reads_them),
      CLAIMS_TEST(claims__a_repeat_is_told_the_same_whatever_it_claims),
      CLAIMS_TEST(claims__are_erased_with_the_words),
#ifndef ASKIAM_FIXTURE_POSTGRES
      CLAIMS_TEST(claims__who_alters_one_is_found_out),
      CLAIMS_TEST(claims__nothing_of_them_is_left_in_the_file),
#endif
      CLAIMS_TEST(claims__of_a_conversation_are_those_of_the_turn_that_decided),
      CLAIMS_TEST(claims__of_a_turn_keep_the_rules_of_what_they_claim),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
