/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sentence adds to what is known. A text that is no sentence by itself ("in Jira", "until Friday") is read as the end of the request
 * that is being made. Words that the reading cannot account for are never passed over: then nothing of it is taken. */
#include "dialogue/parts.h"

static bool s_has(const aski_reading *reading, aski_code code)
{
  for (size_t i = 0; i < reading->codes.count; ++i) {
    if (reading->codes.items[i] == code) {
      return true;
    }
  }
  return false;
}

static bool s_known(aski_dialogue_entity entity) { return aski_str_present(entity.id); }

void aski_dialogue_set_application(aski_dialogue *dialogue, aski_dialogue_entity application)
{
  if (s_known(dialogue->application) && aski_str_equal(dialogue->application.id, application.id)) {
    return;
  }
  dialogue->application = application;
  if (s_known(dialogue->role)) {
    dialogue->role_words = dialogue->role.name;
    dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  }
}

void aski_dialogue_set_user(aski_turn_work *work, aski_dialogue_entity user)
{
  bool self = aski_str_equal(user.id, work->world->speaker.id);
  work->dialogue->user = self ? (aski_dialogue_entity){.id = ASKI_STR_NONE} : user;
  work->dialogue->doubt = ASKI_DIALOGUE_NO_DOUBT;
}

void aski_dialogue_set_end(aski_dialogue *dialogue, int64_t expires_at_ms)
{
  dialogue->expires_at_ms = expires_at_ms;
  dialogue->duration_bad = false;
}

askiam_status aski_dialogue_set_role(aski_turn_work *work, const aski_dialogue_choice *role)
{
  aski_dialogue *dialogue = work->dialogue;
  aski_dialogue_entity application;
  askiam_status status = aski_dialogue_application(work, role->application_id, &application);
  if (status == ASKIAM_STATUS_OK && s_known(application)) {
    dialogue->application = application;
    dialogue->role = (aski_dialogue_entity){role->id, role->name};
    dialogue->role_words = ASKI_STR_NONE;
  }
  return status;
}

static void s_take_user(aski_turn_work *work, const aski_reading *reading)
{
  aski_dialogue *dialogue = work->dialogue;
  if (!reading->user.found) {
    dialogue->user = (aski_dialogue_entity){.id = ASKI_STR_NONE};
    dialogue->doubt = s_has(reading, ASKI_CODE_USER_UNKNOWN)     ? ASKI_DIALOGUE_UNKNOWN
                      : s_has(reading, ASKI_CODE_AMBIGUOUS_USER) ? ASKI_DIALOGUE_AMBIGUOUS
                                                                 : ASKI_DIALOGUE_UNNAMED;
  } else if (aski_str_present(reading->user.mention) || aski_dialogue_says_me(work->world->words, work->key)) {
    aski_dialogue_set_user(work, aski_dialogue_entity_of(work, reading->user.id, reading->user.name));
  }
}

/* The words by which a role was asked for that was not found, or not told from others. */
static askiam_str s_role_words(const aski_reading *reading)
{
  askiam_str words = ASKI_STR_NONE;
  for (size_t i = 0; i < reading->mentions.count; ++i) {
    const aski_mention *mention = &reading->mentions.items[i];
    if (mention->kind == ASKIAM_KIND_ROLE && (mention->chosen || !aski_str_present(words))) {
      words = mention->text;
    }
  }
  return words;
}

static void s_keep_role_words(aski_turn_work *work, const aski_reading *reading)
{
  askiam_str words = s_role_words(reading);
  if (aski_str_present(words)) {
    aski_dialogue *dialogue = work->dialogue;
    dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
    dialogue->role_words = aski_dialogue_clean(work->arena, words, ASKI_DIALOGUE_WORDS_MAX_BYTES);
  }
}

/* The role by its name in the application that was agreed on, if it has one of that name; else another application's is only offered. */
static askiam_status s_take_other_role(aski_turn_work *work, const aski_reading *reading)
{
  aski_dialogue *dialogue = work->dialogue;
  aski_dialogue_found found;
  askiam_status status =
      aski_dialogue_find(work, ASKIAM_KIND_ROLE, reading->role.mention, dialogue->application.id, &found);
  if (status != ASKIAM_STATUS_OK || found.count > 0) {
    if (status == ASKIAM_STATUS_OK) {
      s_keep_role_words(work, reading);
    }
    return status;
  }
  aski_dialogue_entity role = aski_dialogue_entity_of(work, reading->role.id, reading->role.name);
  aski_dialogue_choice choice = {ASKIAM_KIND_ROLE, role.id, role.name,
                                 aski_arena_copy(work->arena, reading->application.id)};
  dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  aski_dialogue_add_choice(work, &choice);
  aski_dialogue_entity other = aski_dialogue_entity_of(work, reading->application.id, reading->application.name);
  dialogue->note =
      aski_arena_format(work->arena, "%.*s has no role \"%.*s\", but %.*s has.",
                        ASKI_STR_ARG(dialogue->application.name), ASKI_STR_ARG(role.name), ASKI_STR_ARG(other.name));
  return ASKIAM_STATUS_OK;
}

static askiam_status s_take_role(aski_turn_work *work, const aski_reading *reading)
{
  aski_dialogue *dialogue = work->dialogue;
  bool named = aski_str_present(reading->application.mention);
  bool elsewhere = s_known(dialogue->application) && !aski_str_equal(dialogue->application.id, reading->application.id);
  if (elsewhere && !named) {
    return s_take_other_role(work, reading);
  }
  dialogue->application = aski_dialogue_entity_of(work, reading->application.id, reading->application.name);
  dialogue->role = aski_dialogue_entity_of(work, reading->role.id, reading->role.name);
  dialogue->role_words = ASKI_STR_NONE;
  return ASKIAM_STATUS_OK;
}

static void s_take_suggestions(aski_turn_work *work, const aski_reading *reading, askiam_kind kind)
{
  for (size_t i = 0; i < reading->suggestions.count; ++i) {
    const aski_suggestion *suggestion = &reading->suggestions.items[i];
    if (suggestion->kind == kind) {
      aski_dialogue_entity entity = aski_dialogue_entity_of(work, suggestion->id, suggestion->name);
      aski_dialogue_choice choice = {kind, entity.id, entity.name,
                                     aski_arena_copy(work->arena, suggestion->application_id)};
      aski_dialogue_add_choice(work, &choice);
    }
  }
}

/* Of two roles at once, the application of both: it is named, though the reading chose nothing. */
static void s_take_mentioned_application(aski_turn_work *work, const aski_reading *reading)
{
  const aski_mention *named = NULL;
  size_t count = 0;
  for (size_t i = 0; i < reading->mentions.count; ++i) {
    const aski_mention *mention = &reading->mentions.items[i];
    if (mention->kind == ASKIAM_KIND_APPLICATION) {
      named = mention;
      ++count;
    }
  }
  if (count == 1 && named->chosen && aski_str_present(named->id)) {
    aski_dialogue_set_application(work->dialogue, aski_dialogue_entity_of(work, named->id, named->name));
  }
}

/* How many people it speaks of. */
static size_t s_count_people(const aski_turn_work *work, const aski_reading *reading)
{
  size_t count = aski_dialogue_says_me(work->world->words, work->key) ? 1 : 0;
  for (size_t i = 0; i < reading->mentions.count; ++i) {
    count += reading->mentions.items[i].kind == ASKIAM_KIND_USER ? 1 : 0;
  }
  return count;
}

/* Names that nothing has, and two requests at once. */
static void s_take_problems(aski_turn_work *work, const aski_reading *reading)
{
  aski_dialogue *dialogue = work->dialogue;
  if (s_has(reading, ASKI_CODE_APP_UNKNOWN)) {
    dialogue->application = dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
    dialogue->note = ASKI_STR("I know no application of that name.");
    s_take_suggestions(work, reading, ASKIAM_KIND_APPLICATION);
    s_keep_role_words(work, reading);
  } else if (s_has(reading, ASKI_CODE_ROLE_UNKNOWN)) {
    dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
    dialogue->role_words = ASKI_STR_NONE;
    dialogue->note = ASKI_STR("I know no role of that name.");
    s_take_suggestions(work, reading, ASKIAM_KIND_ROLE);
  } else if (s_has(reading, ASKI_CODE_MULTIPLE_REQUESTS)) {
    s_take_mentioned_application(work, reading);
    dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
    dialogue->role_words = ASKI_STR_NONE;
    dialogue->note = ASKI_STR("One role for one person at a time, please.");
    if (s_count_people(work, reading) > 1) {
      dialogue->user = (aski_dialogue_entity){.id = ASKI_STR_NONE};
      dialogue->doubt = ASKI_DIALOGUE_UNNAMED;
    }
  } else if (!reading->role.found) {
    s_keep_role_words(work, reading);
  }
}

/* A whole request of one's own replaces what was said before. */
static bool s_replaces(const aski_turn_work *work, const aski_reading *reading)
{
  return reading->codes.count == 0 && aski_str_present(reading->application.mention) &&
         aski_str_present(reading->role.mention) && aski_dialogue_says_i(work->world->words, work->key) &&
         !aski_dialogue_corrects(work->world->words, work->key);
}

static askiam_status s_take(aski_turn_work *work, const aski_reading *reading)
{
  aski_dialogue *dialogue = work->dialogue;
  if (s_replaces(work, reading)) {
    *dialogue = (aski_dialogue){.misses = dialogue->misses};
  }
  s_take_user(work, reading);
  if (reading->application.found && !reading->role.found && aski_str_present(reading->application.mention)) {
    aski_dialogue_set_application(dialogue,
                                  aski_dialogue_entity_of(work, reading->application.id, reading->application.name));
  }
  s_take_problems(work, reading);
  if (dialogue->doubt == ASKI_DIALOGUE_AMBIGUOUS && work->world->sees_people) {
    s_take_suggestions(work, reading, ASKIAM_KIND_USER);
  }
  if (reading->expires_at_ms > 0) {
    aski_dialogue_set_end(dialogue, reading->expires_at_ms);
  }
  if (s_has(reading, ASKI_CODE_BAD_DURATION)) {
    aski_dialogue_set_end(dialogue, 0);
    dialogue->duration_bad = true;
  }
  return reading->role.found ? s_take_role(work, reading) : ASKIAM_STATUS_OK;
}

/* Whether there is anything in it that can be taken. */
static bool s_says_something(const aski_turn_work *work, const aski_reading *reading, bool framed)
{
  if (reading->act != ASKI_ACT_REQUEST || s_has(reading, ASKI_CODE_UNCLEAR)) {
    return false;
  }
  bool unknown = s_has(reading, ASKI_CODE_APP_UNKNOWN) || s_has(reading, ASKI_CODE_ROLE_UNKNOWN) ||
                 s_has(reading, ASKI_CODE_ROLE_NOT_IN_APP) || s_has(reading, ASKI_CODE_MULTIPLE_REQUESTS);
  if (framed && unknown) {
    return false; /* the words of the frame may be what was misunderstood */
  }
  bool other = reading->application.found && !aski_str_equal(reading->application.id, work->dialogue->application.id);
  bool named = aski_str_present(reading->user.mention) || aski_dialogue_says_me(work->world->words, work->key) ||
               !reading->user.found;
  bool role = reading->role.found || aski_str_present(s_role_words(reading));
  bool time = reading->expires_at_ms > 0 || s_has(reading, ASKI_CODE_BAD_DURATION);
  return unknown || other || named || role || time || (!framed && work->fresh);
}

static askiam_status s_read(aski_turn_work *work, askiam_str text, bool framed, aski_reading *out_reading)
{
  return text.length > 4096
             ? ASKIAM_STATUS_OK
             : work->world->read(work->world->context, work->arena, text, framed, out_reading, work->error);
}

/* Whether the words of the frame were taken for what they are: names in it, but for the application's own, were said by nobody. */
static bool s_is_framed_well(const aski_turn_work *work, const aski_reading *reading, size_t before)
{
  const aski_dialogue_entity *application = &work->dialogue->application;
  for (size_t i = 0; i < reading->mentions.count; ++i) {
    const aski_mention *mention = &reading->mentions.items[i];
    if (mention->start < before && mention->chosen && !aski_str_equal(mention->id, application->id)) {
      return false;
    }
  }
  return reading->application.found && aski_str_equal(reading->application.id, application->id);
}

/* As the end of a frame. `names`: the frame holds the name of the application. */
static askiam_status s_hear_in(aski_turn_work *work, askiam_str frame, bool names, askiam_str text, bool *out_heard)
{
  askiam_str sentence = aski_arena_format(work->arena, "%.*s %.*s", ASKI_STR_ARG(frame), ASKI_STR_ARG(text));
  aski_reading reading = {.act = ASKI_ACT_NONE};
  askiam_status status = s_read(work, sentence, true, &reading);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  bool framed_well = !names || s_is_framed_well(work, &reading, sentence.length - text.length);
  *out_heard = framed_well && s_says_something(work, &reading, true);
  return *out_heard ? s_take(work, &reading) : ASKIAM_STATUS_OK;
}

/* As the end of "I need access to …", or of "I need it …" where no application is known by a name that reads so. */
static askiam_status s_hear_framed(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  const aski_dialogue_words *words = work->world->words;
  const aski_dialogue_entity application = work->dialogue->application;
  askiam_status status = ASKIAM_STATUS_OK;
  const bool named = s_known(application);
  for (size_t i = words->firsts[ASKI_LIST_NEED_ACCESS];
       named && i < words->firsts[ASKI_LIST_NEED_ACCESS + 1] && status == ASKIAM_STATUS_OK && !*out_heard; ++i) {
    askiam_str frame = aski_arena_format(work->arena, "%.*s %.*s", ASKI_STR_ARG(aski_dialogue_phrase(words, i)),
                                         ASKI_STR_ARG(application.name));
    status = s_hear_in(work, frame, true, text, out_heard);
  }
  for (size_t i = words->firsts[ASKI_LIST_NEED_IT];
       i < words->firsts[ASKI_LIST_NEED_IT + 1] && status == ASKIAM_STATUS_OK && !*out_heard; ++i) {
    status = s_hear_in(work, aski_dialogue_phrase(words, i), false, text, out_heard);
  }
  return status;
}

/* Of a first text, why it is none that can be served: in words that quote nobody but the speaker. */
static void s_note_act(aski_turn_work *work, const aski_reading *reading)
{
  bool unclear = reading->act == ASKI_ACT_UNCLEAR || s_has(reading, ASKI_CODE_UNCLEAR);
  work->dialogue->note =
      reading->act == ASKI_ACT_OTHER_INTENT
          ? ASKI_STR("I can only take requests for access: nothing is taken away, looked up or repaired here.")
      : unclear && aski_str_present(reading->question)
          ? aski_dialogue_clean(work->arena, reading->question, ASKI_DIALOGUE_REASON_MAX_BYTES)
          : ASKI_STR_NONE;
}

askiam_status aski_dialogue_hear_sentence(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  aski_reading reading = {.act = ASKI_ACT_NONE};
  *out_heard = false;
  askiam_status status = s_read(work, text, false, &reading);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  work->complete = reading.act == ASKI_ACT_REQUEST && reading.codes.count == 0;
  if (s_says_something(work, &reading, false)) {
    *out_heard = true;
    return s_take(work, &reading);
  }
  s_note_act(work, &reading);
  bool framed =
      reading.act == ASKI_ACT_NONE && !aski_dialogue_asks_nothing(work->world->words, aski_text_key(work->arena, text));
  return framed ? s_hear_framed(work, text, out_heard) : ASKIAM_STATUS_OK;
}

/* The first frame of a list; empty where the language has none. */
static askiam_str s_frame(const aski_turn_work *work, aski_list list)
{
  const aski_dialogue_words *words = work->world->words;
  bool none = words->firsts[list] == words->firsts[list + 1];
  return none ? ASKI_STR("") : aski_dialogue_phrase(words, words->firsts[list]);
}

askiam_status aski_dialogue_offer_application(aski_turn_work *work, askiam_str words)
{
  aski_reading reading = {.act = ASKI_ACT_NONE};
  askiam_str sentence = aski_arena_format(work->arena, "%.*s %.*s", ASKI_STR_ARG(s_frame(work, ASKI_LIST_NEED_ACCESS)),
                                          ASKI_STR_ARG(words));
  askiam_status status = s_read(work, sentence, true, &reading);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (reading.act == ASKI_ACT_REQUEST && reading.application.found) {
    aski_dialogue_entity entity = aski_dialogue_entity_of(work, reading.application.id, reading.application.name);
    aski_dialogue_choice choice = {ASKIAM_KIND_APPLICATION, entity.id, entity.name, ASKI_STR_NONE};
    aski_dialogue_add_choice(work, &choice);
  }
  return work->dialogue->choices.count > 0 ? ASKIAM_STATUS_OK
                                           : aski_dialogue_offer(work, ASKIAM_KIND_APPLICATION, words, ASKI_STR_NONE);
}

/* "P3D", as slots of the type AMAZON.Duration have it, in words: one unit and its number; other texts as they are. */
static askiam_str s_duration_words(const aski_turn_work *work, askiam_str text)
{
  static const struct {
    char unit;
    bool time;
    const char *name;
  } units[] = {{'D', false, "days"},  {'W', false, "weeks"}, {'M', false, "months"},
               {'Y', false, "years"}, {'H', true, "hours"},  {'M', true, "minutes"}};
  bool time = aski_str_starts(text, ASKI_STR("PT"));
  size_t start = time ? 2 : aski_str_starts(text, ASKI_STR("P")) ? 1 : text.length;
  size_t end = start;
  while (end < text.length && text.data[end] >= '0' && text.data[end] <= '9') {
    ++end;
  }
  for (size_t i = 0; i < sizeof units / sizeof *units && end > start && end + 1 == text.length; ++i) {
    if (units[i].time == time && units[i].unit == text.data[end]) {
      askiam_str number = aski_str_slice(text, start, end - start);
      return aski_arena_format(work->arena, "%.*s %s", ASKI_STR_ARG(number), units[i].name);
    }
  }
  return text;
}

/* Whether a sentence asks for nothing but an end that can be read. */
static askiam_status s_read_end(aski_turn_work *work, askiam_str sentence, int64_t *out_end_ms)
{
  aski_reading reading = {.act = ASKI_ACT_NONE};
  askiam_status status = s_read(work, sentence, true, &reading);
  bool only = reading.act == ASKI_ACT_REQUEST && reading.user.found && !s_has(&reading, ASKI_CODE_APP_UNKNOWN) &&
              !s_has(&reading, ASKI_CODE_UNCLEAR) && !s_has(&reading, ASKI_CODE_BAD_DURATION);
  *out_end_ms = status == ASKIAM_STATUS_OK && only ? reading.expires_at_ms : 0;
  return status;
}

askiam_status aski_dialogue_hear_duration(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  const aski_dialogue_words *words = work->world->words;
  const askiam_str frame = s_frame(work, ASKI_LIST_NEED_IT);
  askiam_status status = ASKIAM_STATUS_OK;
  int64_t end_ms = 0;
  text = s_duration_words(work, text);
  if (!(text.length > sizeof "2026-01-01" && aski_time_parse(text, &end_ms))) {
    end_ms = 0;
    status =
        s_read_end(work, aski_arena_format(work->arena, "%.*s %.*s", ASKI_STR_ARG(frame), ASKI_STR_ARG(text)), &end_ms);
  }
  for (size_t i = words->firsts[ASKI_LIST_BEFORE_TIME];
       i < words->firsts[ASKI_LIST_BEFORE_TIME + 1] && status == ASKIAM_STATUS_OK && end_ms <= 0; ++i) {
    askiam_str before = aski_dialogue_phrase(words, i);
    status = s_read_end(
        work,
        aski_arena_format(work->arena, "%.*s %.*s %.*s", ASKI_STR_ARG(frame), ASKI_STR_ARG(before), ASKI_STR_ARG(text)),
        &end_ms);
  }
  *out_heard = status == ASKIAM_STATUS_OK && end_ms > 0;
  if (*out_heard) {
    aski_dialogue_set_end(work->dialogue, end_ms);
  }
  return status;
}
