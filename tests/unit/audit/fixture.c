/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700
#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char fixture_private_key[] = "-----BEGIN PRIVATE KEY-----\n"
                                   "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                                   "-----END PRIVATE KEY-----\n";
const char fixture_public_key[] = "-----BEGIN PUBLIC KEY-----\n"
                                  "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                                  "-----END PUBLIC KEY-----\n";
const char fixture_other_public_key[] = "-----BEGIN PUBLIC KEY-----\n"
                                        "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
                                        "-----END PUBLIC KEY-----\n";

static void s_make_facts(audit_fixture *fixture)
{
  aski_facts *facts = &fixture->facts;
  aski_facts_init(facts, &fixture->arena);
  askiam_facts_set_version(facts, 7);
  askiam_facts_set_user(facts, ASKI_STR("john.doe"), ASKI_STR("John Doe"), ASKI_STR("john@example.org"),
                        ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_application(facts, ASKI_STR("workday"), ASKI_STR("Workday"), ASKI_STR("ann"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(facts, ASKI_STR("hr-analyst"), ASKI_STR("workday"), ASKI_STR("HR Analyst"), ASKI_STR(""),
                        ASKI_STR("high"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_policies(facts, 1, ASKI_STR("abcd"));
}

int fixture_set_up(void **state)
{
  audit_fixture *made = calloc(1, sizeof *made);
  test_allocator_init(&made->allocator);
  memory_journal_init(&made->journal, 1);
  made->handle = memory_journal_handle(&made->journal);
  made->audit = (aski_audit){
      .journal = &made->handle, .allocator = &made->allocator.base, .config_hash = ASKI_STR("0123456789abcdef")};
  made->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = FIXTURE_NOW_MS};
  aski_arena_init(&made->arena, aski_allocator_default());
  s_make_facts(made);
  aski_buffer_init(&made->out, &made->allocator.base);
  snprintf(made->folder, sizeof made->folder, "/tmp/askiam-audit-XXXXXX");
  *state = made;
  return mkdtemp(made->folder) == NULL;
}

static int s_remove(const char *path, const struct stat *info, int kind, struct FTW *place)
{
  (void)info;
  (void)kind;
  (void)place;
  return remove(path);
}

int fixture_tear_down(void **state)
{
  audit_fixture *gone = *state;
  aski_buffer_clean_up(&gone->out);
  aski_arena_clean_up(&gone->arena);
  memory_journal_clean_up(&gone->journal);
  nftw(gone->folder, s_remove, 8, FTW_DEPTH | FTW_PHYS);
  long outstanding = gone->allocator.outstanding;
  free(gone);
  return outstanding != 0;
}

static aski_entity s_entity(askiam_str id, askiam_str name)
{
  return (aski_entity){.found = true, .id = id, .name = name, .mention = ASKI_STR("sesame"), .score = 1};
}

aski_decision *fixture_decision(audit_fixture *fixture, const char *request_id, aski_code code)
{
  aski_decision *decision = aski_decision_new(&fixture->allocator.base);
  if (decision == NULL) {
    return NULL;
  }
  aski_code_list_add(&decision->codes, code);
  aski_decision_conclude(decision);
  decision->request_id = aski_arena_copy(&decision->arena, askiam_str_from(request_id));
  decision->reason = ASKI_STR("Because.");
  decision->time_ms = fixture->call.now_ms;
  decision->duration_ms = 0.25;
  decision->requester = s_entity(ASKI_STR("john.doe"), ASKI_STR("John Doe"));
  decision->user = decision->requester;
  decision->application = s_entity(ASKI_STR("workday"), ASKI_STR("Workday"));
  decision->role = s_entity(ASKI_STR("hr-analyst"), ASKI_STR("HR Analyst"));
  decision->expires_at_ms = FIXTURE_NOW_MS + ASKI_MS_PER_DAY;
  decision->rag.outcome = ASKI_RAG_VALID;
  decision->rag.confidence = 0.9712345678901234;
  decision->rag.judge = ASKI_STR("evidence");
  if (decision->verdict == ASKIAM_VERDICT_NEEDS_INFO) {
    decision->question = ASKI_STR("Which role?");
  }
  return decision;
}

aski_audit_entry fixture_entry(audit_fixture *fixture, aski_decision *decision)
{
  return (aski_audit_entry){.decision = decision,
                            .speaker_id = ASKI_STR("john.doe"),
                            .sentence = ASKI_STR(FIXTURE_SENTENCE),
                            .facts = &fixture->facts,
                            .settings = ASKI_STR("{\"threshold\":0.95}"),
                            .ip = ASKI_STR("10.0.0.1"),
                            .user_agent = ASKI_STR("curl/8 \"x\""),
                            .session_id = ASKI_STR("sess-1"),
                            .trace_id = ASKI_STR("trace-1")};
}

void fixture_record(audit_fixture *fixture, const char *request_id, aski_code code)
{
  aski_decision *decision = fixture_decision(fixture, request_id, code);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  askiam_status status = aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error);
  askiam_decision_destroy(decision);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("recording %s failed: %s", request_id, fixture->error.message);
  }
}

void fixture_record_many(audit_fixture *fixture, int count)
{
  for (int i = 1; i <= count; ++i) {
    char id[16];
    snprintf(id, sizeof id, "r%d", i);
    fixture_record(fixture, id, i % 2 == 0 ? ASKI_CODE_SOD_CONFLICT : ASKI_CODE_APPROVED_BY_EVIDENCE);
  }
}

bool fixture_verify(audit_fixture *fixture, const char *checkpoint, const char *public_key)
{
  int sound = -1;
  askiam_status status = aski_audit_verify(&sound, &fixture->out, &fixture->audit, &fixture->call, checkpoint,
                                           public_key, &fixture->error);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("verifying failed: %s", fixture->error.message);
  }
  return sound == 1;
}

const char *fixture_first_break(audit_fixture *fixture)
{
  static char what[32];
  const char *found = strstr(fixture->out.data, "\"what\":\"");
  what[0] = 0;
  if (found != NULL) {
    sscanf(found + 8, "%31[A-Z]", what);
  }
  return what;
}

bool fixture_out_has(const audit_fixture *fixture, const char *text)
{
  return fixture->out.data != NULL && strstr(fixture->out.data, text) != NULL;
}

const char *fixture_path(audit_fixture *fixture, const char *name)
{
  static char paths[8][128];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", fixture->folder, name);
  return path;
}

const char *fixture_file(audit_fixture *fixture, const char *name, const char *text)
{
  const char *path = fixture_path(fixture, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_true(fwrite(text, 1, strlen(text), file) == strlen(text));
  assert_int_equal(fclose(file), 0);
  return path;
}

char *fixture_read(const char *path)
{
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = malloc(1 << 20);
  size_t length = fread(text, 1, (1 << 20) - 1, file);
  text[length] = 0;
  fclose(file);
  return text;
}

askiam_status fixture_collect(void *buffer, askiam_str line)
{
  aski_buffer_append(buffer, line);
  aski_buffer_append_byte(buffer, '\n');
  return ((aski_buffer *)buffer)->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
