/* SPDX-License-Identifier: Apache-2.0
 *
 * Any texts as the turns of a conversation, a line each: what is confirmed is complete, only a yes to it submits it, and each state can be kept
 * and read back. The first line also as what a host calls a yes, or a no: it submits what is known, or nothing. */
#include <stdio.h>
#include <stdlib.h>

#include "dialogue/parts.h"
#include "extract/extract.h"
#include "unit/extract/table.h"

enum { TURNS_MAX = 12 };

static test_table s_table;
static aski_phrases *s_phrases;
static aski_catalogue s_catalogue;
static askiam_call s_call;

static void s_set_up(void)
{
  const char *source = getenv("ASKIAM_SOURCE_DIR");
  char path[1024];
  snprintf(path, sizeof path, "%s/tests/unit/extract/organisations.tsv", source == NULL ? "." : source);
  if (!test_table_load(&s_table, path, "acme") ||
      aski_phrases_new(&s_phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL) != ASKIAM_STATUS_OK) {
    fprintf(stderr, "run it in the source folder, or set ASKIAM_SOURCE_DIR\n");
    exit(1);
  }
  s_catalogue = test_table_catalogue(&s_table);
  s_call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = INT64_C(1793620800000)};
}

static askiam_status s_read(void *context, aski_arena *arena, askiam_str text, bool framed, aski_reading *out_reading,
                            askiam_error *error)
{
  (void)context;
  (void)framed;
  if (text.length == 0 || text.length > 4096 || !aski_text_valid(text)) {
    abort();
  }
  aski_extract_input input = {text, ASKI_STR("john.doe"), s_call.now_ms};
  return aski_extract_read(out_reading, arena, s_phrases, &s_catalogue, &s_call, &input, error);
}

static askiam_status s_candidates(void *context, askiam_terms *terms, askiam_candidates *candidates,
                                  askiam_error *error)
{
  (void)context;
  return aski_catalogue_candidates(&s_catalogue, &s_call, terms, candidates, error);
}

static bool s_is_complete(const aski_dialogue *dialogue)
{
  return aski_str_present(dialogue->application.id) && aski_str_present(dialogue->role.id) &&
         dialogue->doubt == ASKI_DIALOGUE_NO_DOUBT && !dialogue->duration_bad;
}

static void s_check(const aski_dialogue *before, const aski_dialogue *after, aski_arena *arena, askiam_str text)
{
  bool yes =
      aski_dialogue_steer(&aski_builtin_dialogue_words, aski_text_key(arena, aski_str_trim(text))) == ASKI_STEER_YES;
  bool confirmed = before->state == ASKI_DIALOGUE_CONFIRM && yes;
  bool open = after->state == ASKI_DIALOGUE_ASK || after->state == ASKI_DIALOGUE_CANCELLED;
  if ((!open && !s_is_complete(after)) || (after->state == ASKI_DIALOGUE_SUBMIT && !confirmed && !after->at_once) ||
      (after->state != ASKI_DIALOGUE_SUBMIT && after->message.length == 0) || !aski_text_valid(after->message) ||
      aski_text_has_invisible(after->message)) {
    abort();
  }
}

/* What is kept is what goes on. */
static void s_keep(aski_dialogue *dialogue, aski_arena *arena)
{
  aski_buffer text;
  aski_buffer_init(&text, arena->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &text);
  aski_json_open_object(&writer, NULL);
  aski_dialogue_write(dialogue, &writer);
  aski_json_close_object(&writer);
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, aski_buffer_view(&text), arena->allocator, ASKIAM_LAYER_STORE, NULL) !=
          ASKIAM_STATUS_OK ||
      aski_dialogue_read(dialogue, arena, aski_json_root(document), NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  aski_json_destroy(document);
  aski_buffer_clean_up(&text);
}

static aski_dialogue_world s_world(void)
{
  return (aski_dialogue_world){.words = &aski_builtin_dialogue_words,
                               .read = s_read,
                               .candidates = s_candidates,
                               .speaker = {ASKI_STR("john.doe"), ASKI_STR("John Doe")},
                               .confirms = true,
                               .now_ms = s_call.now_ms};
}

static void s_answer(aski_arena *arena, askiam_str text, bool confirmed)
{
  const aski_dialogue_words *words = &aski_builtin_dialogue_words;
  const aski_dialogue_world world = s_world();
  const aski_dialogue_known known = {.application = ASKI_STR("Workday"),
                                     .role = ASKI_STR("HR Analyst"),
                                     .confirmed = confirmed,
                                     .denied = !confirmed,
                                     .answer = text};
  aski_dialogue dialogue;
  if (aski_dialogue_fill(&dialogue, arena, &world, &known, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  askiam_str key = aski_text_key(arena, aski_str_trim(text));
  bool unclear = !confirmed || aski_dialogue_steer(words, key) == ASKI_STEER_NO ||
                 aski_dialogue_steer(words, key) == ASKI_STEER_CANCEL || aski_dialogue_is_doubtful(words, text, key) ||
                 aski_dialogue_adds(words, key);
  bool same = aski_str_equal_text(dialogue.application.id, "workday") &&
              aski_str_equal_text(dialogue.role.id, "hr_analyst") && !aski_str_present(dialogue.user.id) &&
              dialogue.expires_at_ms == 0;
  if (dialogue.state == ASKI_DIALOGUE_SUBMIT && (unclear || !same || !s_is_complete(&dialogue))) {
    abort();
  }
}

static bool s_say(aski_dialogue *dialogue, aski_arena *arena, askiam_str text)
{
  const aski_dialogue_world world = s_world();
  aski_dialogue before = *dialogue;
  if (aski_dialogue_take(dialogue, arena, &world, text, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  s_check(&before, dialogue, arena, text);
  bool open = dialogue->state == ASKI_DIALOGUE_ASK || dialogue->state == ASKI_DIALOGUE_CONFIRM;
  if (open) {
    s_keep(dialogue, arena);
  }
  return open;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (s_phrases == NULL) {
    s_set_up();
  }
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_dialogue dialogue = {.state = ASKI_DIALOGUE_ASK};
  askiam_str rest = {(const char *)data, size};
  for (int turn = 0; turn < TURNS_MAX && rest.length > 0; ++turn) {
    const char *end = memchr(rest.data, '\n', rest.length);
    size_t length = end == NULL ? rest.length : (size_t)(end - rest.data);
    askiam_str text = aski_str_slice(rest, 0, length);
    rest = aski_str_slice(rest, length + 1, rest.length);
    if (text.length > 4096 || !aski_text_valid(text) || aski_text_blank(text)) {
      continue;
    }
    if (turn == 0) {
      s_answer(&arena, text, true);
      s_answer(&arena, text, false);
    }
    if (!s_say(&dialogue, &arena, text)) {
      break;
    }
  }
  aski_arena_clean_up(&arena);
  return 0;
}
