/* SPDX-License-Identifier: Apache-2.0
 *
 * Turns of one conversation at the same time: none is lost, and there is one decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "talk.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, ROUNDS = 4 };

typedef struct speaker {
  askiam_engine *engine;
  const askiam_principal *principal;
  const char *session;
  const char *text;
  askiam_status status;
  char *json;
  pthread_t thread;
} speaker;

static void *s_speak(void *context)
{
  speaker *self = context;
  self->status = talk_say(&self->json, self->engine, self->principal, self->session, self->text, NULL);
  return NULL;
}

static void s_speak_together(speaker *speakers, size_t count, fixture *home, const askiam_principal *principal,
                             const char *session, const char *const *texts)
{
  for (size_t i = 0; i < count; ++i) {
    speakers[i] = (speaker){.engine = home->engine, .principal = principal, .session = session, .text = texts[i]};
    assert_int_equal(pthread_create(&speakers[i].thread, NULL, s_speak, &speakers[i]), 0);
  }
  for (size_t i = 0; i < count; ++i) {
    pthread_join(speakers[i].thread, NULL);
  }
}

static void s_free(speaker *speakers, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    askiam_string_free(speakers[i].engine, speakers[i].json);
  }
}

static void dialogue__turns_at_the_same_time_all_count(void **state)
{
  fixture *home = *state;
  askiam_principal *emma = talk_principal("emma.brown", NULL);
  static const char *const texts[THREADS] = {"until Friday", "for Priya Nair", "Project Lead", "what?"};
  for (int round = 0; round < ROUNDS; ++round) {
    char session[TALK_ID_BYTES];
    char *json = talk_hear(home->engine, emma, NULL, "I need access to Jira");
    talk_member(json, "session_id", session);
    askiam_string_free(home->engine, json);
    speaker speakers[THREADS];
    s_speak_together(speakers, THREADS, home, emma, session, texts);
    for (int i = 0; i < THREADS; ++i) {
      assert_int_equal(speakers[i].status, ASKIAM_STATUS_OK);
    }
    s_free(speakers, THREADS);
    json = talk_hear(home->engine, emma, session, "hm");
    assert_non_null(strstr(json, "\"state\":\"confirm\""));
    assert_non_null(strstr(json, "\"id\":\"jira-lead\""));
    assert_non_null(strstr(json, "\"id\":\"priya.nair\""));
    assert_non_null(strstr(json, "\"expires_at\":\"2026-11-28T00:00:00.000Z\""));
    askiam_string_free(home->engine, json);
  }
  askiam_principal_destroy(emma);
}

static void dialogue__several_confirmations_at_the_same_time_are_one_decision(void **state)
{
  fixture *home = *state;
  askiam_principal *emma = talk_principal("emma.brown", NULL);
  static const char *const texts[THREADS] = {"yes", "yes", "YES", "yes please"};
  for (int round = 0; round < ROUNDS; ++round) {
    char session[TALK_ID_BYTES];
    char first[TALK_ID_BYTES];
    char other[TALK_ID_BYTES];
    talk_until_confirm(home->engine, emma, session);
    speaker speakers[THREADS];
    s_speak_together(speakers, THREADS, home, emma, session, texts);
    const char *decided = NULL;
    for (int i = 0; i < THREADS; ++i) {
      /* One that comes when it is all over, in other words, is told that it is over. */
      assert_true(speakers[i].status == ASKIAM_STATUS_OK || speakers[i].status == ASKIAM_STATUS_NOT_FOUND);
      if (speakers[i].json != NULL) {
        talk_member(speakers[i].json, "request_id", other);
        talk_member(decided == NULL ? speakers[i].json : decided, "request_id", first);
        assert_string_equal(first, other);
        decided = decided == NULL ? speakers[i].json : decided;
      }
    }
    assert_non_null(decided);
    s_free(speakers, THREADS);
  }
  assert_int_equal(fixture_trail(home), ROUNDS);
  askiam_principal_destroy(emma);
}

static void dialogue__confirming_and_cancelling_at_the_same_time_is_one_of_both(void **state)
{
  fixture *home = *state;
  askiam_principal *emma = talk_principal("emma.brown", NULL);
  static const char *const texts[2] = {"yes", "cancel"};
  size_t decided = 0;
  for (int round = 0; round < 2 * ROUNDS; ++round) {
    char session[TALK_ID_BYTES];
    talk_until_confirm(home->engine, emma, session);
    speaker speakers[2];
    s_speak_together(speakers, 2, home, emma, session, texts);
    int cancelled = speakers[1].json != NULL && strstr(speakers[1].json, "\"state\":\"cancelled\"") != NULL;
    int answered = speakers[0].json != NULL && strstr(speakers[0].json, "\"state\":\"decided\"") != NULL;
    assert_true(cancelled != answered);
    decided += answered != 0;
    s_free(speakers, 2);
  }
  assert_int_equal(fixture_trail(home), decided);
  askiam_principal_destroy(emma);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(dialogue__turns_at_the_same_time_all_count, fixture_set_up, fixture_tear_down),
      cmocka_unit_test_setup_teardown(dialogue__several_confirmations_at_the_same_time_are_one_decision, fixture_set_up,
                                      fixture_tear_down),
      cmocka_unit_test_setup_teardown(dialogue__confirming_and_cancelling_at_the_same_time_is_one_of_both,
                                      fixture_set_up, fixture_tear_down),
  };
  return cmocka_run_group_tests_name("dialogue_threads", tests, NULL, NULL);
}
