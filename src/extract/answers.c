/* SPDX-License-Identifier: Apache-2.0
 *
 * From what was read to codes, questions and sentences that say what is wrong and what to do. */
#include "extract/answer.h"

#include "base/text.h"

static const char s_example[] = "for example \"I need the HR Analyst role in Workday for 30 days\"";

static void s_code(aski_answerer *answerer, aski_code code)
{
  aski_code_list_add(&answerer->work->reading->codes, code);
}

static askiam_str s_text(const aski_work *work, const char *format, askiam_str words)
{
  askiam_str cut = {words.data, aski_text_cut(words, 120)};
  size_t length = strlen(format) + cut.length + 1;
  char *text = aski_arena_acquire(work->arena, length, 1);
  if (text == NULL) {
    return ASKI_STR_NONE;
  }
  const char *hole = strstr(format, "%s");
  size_t before = hole == NULL ? strlen(format) : (size_t)(hole - format);
  memcpy(text, format, before);
  size_t at = before;
  if (hole != NULL) {
    if (cut.data != NULL && cut.length > 0) {
      memcpy(text + at, cut.data, cut.length);
      at += cut.length;
    }
    size_t rest = strlen(hole + 2);
    memcpy(text + at, hole + 2, rest);
    at += rest;
  }
  return (askiam_str){text, at};
}

/* The first question or reason stays: it belongs to the first code. */
static void s_ask(aski_answerer *answerer, aski_code code, const char *format, askiam_str words)
{
  aski_reading *reading = answerer->work->reading;
  s_code(answerer, code);
  if (!aski_str_present(reading->question)) {
    reading->question = s_text(answerer->work, format, words);
  }
}

static void s_refuse(aski_answerer *answerer, aski_code code, const char *format, askiam_str words)
{
  aski_reading *reading = answerer->work->reading;
  s_code(answerer, code);
  if (!aski_str_present(reading->reason)) {
    reading->reason = s_text(answerer->work, format, words);
  }
}

static askiam_str s_words_of(const aski_work *work, const aski_span *span)
{
  return aski_extract_words(work, span->first, span->first + span->count);
}

/* Act */

static bool s_answer_act(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  aski_reading *reading = work->reading;
  if (work->too_long) {
    reading->act = ASKI_ACT_UNCLEAR;
    s_ask(answerer, ASKI_CODE_UNCLEAR, "There is too much in that text. Say it in one sentence, please: %s",
          askiam_str_from(s_example));
    return false;
  }
  switch (reading->act) {
  case ASKI_ACT_REQUEST:
    return true;
  case ASKI_ACT_OTHER_INTENT:
    s_refuse(answerer, ASKI_CODE_UNSUPPORTED_INTENT,
             "Only access can be asked for here: not taken away, looked up, explained or repaired. Ask your "
             "administrators%s.",
             ASKI_STR_NONE);
    return false;
  case ASKI_ACT_NONE:
    s_refuse(answerer, ASKI_CODE_NOT_A_REQUEST,
             "This does not ask for access. Say who needs which role in which application, %s.",
             askiam_str_from(s_example));
    return false;
  case ASKI_ACT_UNCLEAR:
    s_ask(answerer, ASKI_CODE_UNCLEAR,
          "Is this a request for access, and for nothing else? Then say only that, please, %s.",
          askiam_str_from(s_example));
    return false;
  }
  return false;
}

/* Persons */

static void s_answer_speaker(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  if (!aski_str_present(work->input->user_id)) {
    return; /* only the words are asked about: "I" is nobody in particular */
  }
  if (!work->speaker_found) {
    s_refuse(answerer, ASKI_CODE_USER_UNKNOWN, "Nobody is known by the user id \"%s\". Use the id of an existing user.",
             work->input->user_id);
    return;
  }
  work->reading->user = (aski_entity){
      .found = true, .id = aski_arena_copy(work->arena, work->input->user_id), .name = work->speaker_name, .score = 1};
}

static void s_answer_person(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  askiam_str words = aski_extract_words(work, work->person_first, work->person_last);
  switch (work->beneficiary) {
  case ASKI_FOR_NOBODY:
  case ASKI_FOR_SELF:
    s_answer_speaker(answerer);
    break;
  case ASKI_FOR_NAMED:
    break;
  case ASKI_FOR_UNKNOWN:
    aski_answer_suggest(answerer, ASKIAM_KIND_USER, work->person_first, work->person_last);
    s_refuse(answerer, ASKI_CODE_USER_UNKNOWN,
             "Nobody is known as \"%s\". Name the person by user id, e-mail address or full name.", words);
    break;
  case ASKI_FOR_AMBIGUOUS:
    aski_answer_suggest_options(answerer, work->person);
    s_ask(answerer, ASKI_CODE_AMBIGUOUS_USER, "Several people are called that: %s. Which one, by id or e-mail address?",
          aski_answer_list_options(answerer, work->person, false));
    break;
  case ASKI_FOR_SOMEONE:
    s_ask(answerer, ASKI_CODE_MISSING_USER,
          "Who is the access for? Give a user id, an e-mail address or a full name%s.", ASKI_STR_NONE);
    break;
  case ASKI_FOR_SEVERAL:
    s_ask(answerer, ASKI_CODE_MULTIPLE_REQUESTS,
          "One person at a time, please: for whom shall this request be? Give a user id, an e-mail address or a full "
          "name%s.",
          ASKI_STR_NONE);
    break;
  }
}

/* Applications and roles */

static bool s_touches_role(const aski_work *work, const aski_leftover *leftover)
{
  const aski_span *role = work->role_span;
  return role != NULL && (leftover->last == role->first || leftover->first == role->first + role->count);
}

static void s_unknown_role(aski_answerer *answerer, const aski_leftover *leftover)
{
  aski_work *work = answerer->work;
  askiam_str words = aski_extract_words(work, leftover->first, leftover->last);
  aski_answer_suggest(answerer, ASKIAM_KIND_ROLE, leftover->first, leftover->last);
  s_refuse(answerer, ASKI_CODE_ROLE_UNKNOWN,
           "There is no role called \"%s\". Name the role as it is called in its application.", words);
}

static void s_unknown_application(aski_answerer *answerer, const aski_leftover *leftover)
{
  askiam_str words = aski_extract_words(answerer->work, leftover->first, leftover->last);
  aski_answer_suggest(answerer, ASKIAM_KIND_APPLICATION, leftover->first, leftover->last);
  s_refuse(answerer, ASKI_CODE_APP_UNKNOWN,
           "There is no application called \"%s\". Name the application as it is called here.", words);
}

static bool s_has_code(const aski_answerer *answerer, aski_code code)
{
  const aski_code_list *codes = &answerer->work->reading->codes;
  for (size_t i = 0; i < codes->count; ++i) {
    if (codes->items[i] == code) {
      return true;
    }
  }
  return false;
}

/* Words that may name the missing part are an unknown name; the rest is merely not understood. */
static bool s_answer_leftover(aski_answerer *answerer, const aski_leftover *leftover)
{
  aski_work *work = answerer->work;
  bool has_role = work->role_span != NULL || s_has_code(answerer, ASKI_CODE_ROLE_UNKNOWN);
  bool has_application = work->application_span != NULL || s_has_code(answerer, ASKI_CODE_APP_UNKNOWN);
  if (leftover->kinds == ASKIAM_KIND_USER ||
      ((leftover->kinds & ASKIAM_KIND_USER) != 0 && (has_application || work->role != NULL))) {
    aski_answer_suggest(answerer, ASKIAM_KIND_USER, leftover->first, leftover->last);
    s_refuse(answerer, ASKI_CODE_USER_UNKNOWN,
             "Nobody is known as \"%s\". Name the person by user id, e-mail address or full name.",
             aski_extract_words(work, leftover->first, leftover->last));
    return true;
  }
  bool role = (leftover->kinds & ASKIAM_KIND_ROLE) != 0;
  bool application = (leftover->kinds & ASKIAM_KIND_APPLICATION) != 0;
  if (application && !has_application && !(role && s_touches_role(work, leftover)) && (!role || !has_role)) {
    s_unknown_application(answerer, leftover);
    return true;
  }
  if (role && !has_role) {
    s_unknown_role(answerer, leftover);
    return true;
  }
  return false;
}

static void s_answer_leftovers(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  const aski_leftover *unclear = NULL;
  for (size_t i = 0; i < work->leftovers.count; ++i) {
    const aski_leftover *leftover = &work->leftovers.items[i];
    if (!s_answer_leftover(answerer, leftover) && unclear == NULL) {
      unclear = leftover;
    }
  }
  answerer->unclear = unclear;
}

static void s_answer_misfit(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  bool misfit = work->role_span != NULL && work->application_span != NULL && work->role == NULL &&
                !work->role_ambiguous && !work->application_ambiguous;
  if (misfit) {
    aski_answer_suggest(answerer, ASKIAM_KIND_ROLE, work->role_span->first,
                        work->role_span->first + work->role_span->count);
    askiam_str name = work->application == NULL ? s_words_of(work, work->application_span) : work->application->name;
    askiam_str both = aski_arena_format(work->arena, "%.*s has no role \"%.*s\"", ASKI_STR_ARG(name),
                                        ASKI_STR_ARG(s_words_of(work, work->role_span)));
    s_refuse(answerer, ASKI_CODE_ROLE_NOT_IN_APP, "%s. Ask for one of its own roles.", both);
  }
}

static void s_answer_missing_role(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  if (work->all || s_has_code(answerer, ASKI_CODE_ROLE_UNKNOWN) || s_has_code(answerer, ASKI_CODE_APP_UNKNOWN)) {
    return;
  }
  if (work->application == NULL && !work->application_ambiguous) {
    s_ask(answerer, ASKI_CODE_MISSING_ROLE, "Which role, and in which application? Say it, %s.",
          askiam_str_from(s_example));
    s_code(answerer, ASKI_CODE_MISSING_APP);
    return;
  }
  askiam_str roles =
      work->application == NULL ? ASKI_STR_NONE : aski_answer_list_roles(answerer, work->application->id);
  s_ask(answerer, ASKI_CODE_MISSING_ROLE, roles.length > 0 ? "Which role? There are: %s." : "Which role%s?", roles);
}

static void s_answer_names(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  s_answer_misfit(answerer);
  s_answer_leftovers(answerer);
  if (work->application_ambiguous) {
    bool by_role = work->application_span == NULL;
    askiam_str list = by_role ? aski_answer_list_applications(answerer, work->role_span)
                              : aski_answer_list_options(answerer, work->application_span, true);
    if (!s_has_code(answerer, ASKI_CODE_APP_UNKNOWN)) {
      s_ask(answerer, ASKI_CODE_AMBIGUOUS_APP, "In which application? It could be: %s.", list);
    }
  }
  if (work->role_ambiguous || work->other_fit) {
    aski_answer_suggest_options(answerer, work->role_span);
    s_ask(answerer, ASKI_CODE_AMBIGUOUS_ROLE, "Which role exactly? It could be: %s.",
          aski_answer_list_options(answerer, work->role_span, true));
  }
  if (work->role_span == NULL) {
    s_answer_missing_role(answerer);
  }
}

static void s_answer_rest(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  if (work->time_state == ASKI_TIME_BAD) {
    s_ask(answerer, ASKI_CODE_BAD_DURATION,
          "Until when shall the access last (%s)? Say for example \"for 30 days\" or \"until 2027-03-31\".",
          askiam_str_from(work->time_problem));
  }
  if (work->person_problem != NULL) {
    s_ask(answerer, ASKI_CODE_UNCLEAR, "Is the access for \"%s\"? Say for whom it is, please.",
          aski_extract_words(work, work->person_first, work->person_last));
  }
  if (work->objection_last > 0 && work->reading->codes.count == 0) {
    s_ask(answerer, ASKI_CODE_UNCLEAR,
          "Does \"%s\" change what you ask for? Say in one sentence only what is to be granted, please.",
          aski_extract_words(work, work->objection_first, work->objection_last));
  }
  if (answerer->unclear != NULL) {
    s_ask(answerer, ASKI_CODE_UNCLEAR, "What does \"%s\" mean here? Say the request without it, or explain it, please.",
          aski_extract_words(work, answerer->unclear->first, answerer->unclear->last));
  }
}

static double s_score(const aski_span *span) { return span == NULL ? 1 : span->score; }

static void s_fill_entities(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  aski_reading *reading = work->reading;
  if (work->several || s_has_code(answerer, ASKI_CODE_APP_UNKNOWN)) {
    return;
  }
  if (work->role != NULL) {
    reading->role = (aski_entity){true, work->role->id, work->role->name, s_words_of(work, work->role_span),
                                  s_score(work->role_span)};
  }
  if (work->application != NULL && !work->application_ambiguous) {
    reading->application = (aski_entity){true, work->application->id, work->application->name,
                                         s_words_of(work, work->application_span), s_score(work->application_span)};
  } else if (work->role != NULL && !work->application_ambiguous) {
    reading->application =
        (aski_entity){true, work->role->application_id,
                      aski_answer_application_name(answerer, work->role->application_id), ASKI_STR_NONE, 1};
  }
}

static void s_fill_mentions(aski_work *work)
{
  for (size_t i = 0; i < work->spans.count && !work->arena->failed; ++i) {
    const aski_span *span = &work->spans.items[i];
    bool chosen = span == work->role_span || span == work->application_span || span == work->person;
    if (!chosen && (!span->strong || (span->kind == ASKIAM_KIND_USER && span->count < 2))) {
      continue;
    }
    aski_mention *mention = ASKI_ARENA_PUSH(work->arena, &work->reading->mentions);
    if (mention != NULL) {
      const aski_option *option = span == work->role_span && work->role != NULL                 ? work->role
                                  : span == work->application_span && work->application != NULL ? work->application
                                                                                                : &span->options[0];
      bool one = span->option_count == 1 || chosen;
      *mention = (aski_mention){.kind = span->kind,
                                .text = s_words_of(work, span),
                                .start = aski_token_at(work, span->first)->start,
                                .id = one ? option->id : ASKI_STR_NONE,
                                .name = option->name,
                                .score = span->score,
                                .chosen = chosen};
    }
  }
}

static void s_check_several(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  if (work->several || work->all) {
    s_ask(answerer, ASKI_CODE_MULTIPLE_REQUESTS,
          work->several ? "One role for one person at a time, please. Which of these: %s?"
                        : "One role at a time, please: which one%s?",
          work->several ? aski_answer_list_mentions(answerer) : ASKI_STR_NONE);
  }
}

/* Where it is open who the person is, the speaker is not shown in his place. */
static void s_forget_unnamed(aski_reading *reading)
{
  for (size_t i = 0; i < reading->codes.count; ++i) {
    aski_code code = reading->codes.items[i];
    if (code == ASKI_CODE_USER_UNKNOWN || code == ASKI_CODE_AMBIGUOUS_USER || code == ASKI_CODE_MISSING_USER) {
      reading->user = (aski_entity){.found = false};
    }
  }
}

askiam_status aski_extract_answer(aski_work *work)
{
  aski_answerer answerer = {.work = work, .status = ASKIAM_STATUS_OK};
  if (work->reading->act == ASKI_ACT_REQUEST && work->tentative && work->role_span == NULL &&
      work->application_span == NULL) {
    work->reading->act = ASKI_ACT_NONE;
  }
  if (s_answer_act(&answerer)) {
    s_check_several(&answerer);
    if (work->beneficiary == ASKI_FOR_SEVERAL) {
      s_answer_person(&answerer);
    }
    s_answer_person(&answerer);
    s_answer_names(&answerer);
    s_answer_rest(&answerer);
    s_fill_entities(&answerer);
    s_fill_mentions(work);
  }
  s_forget_unnamed(work->reading);
  if (work->reading->codes.count > 0 && aski_code_verdict(work->reading->codes.items[0]) != ASKIAM_VERDICT_NEEDS_INFO) {
    work->reading->question = ASKI_STR_NONE;
  } else if (work->reading->codes.count > 0) {
    work->reading->reason = ASKI_STR_NONE;
  }
  if (work->reading->codes.count > 0) {
    work->reading->expires_at_ms = work->time_state == ASKI_TIME_GOOD ? work->reading->expires_at_ms : 0;
  }
  return answerer.status != ASKIAM_STATUS_OK ? answerer.status
         : work->arena->failed               ? ASKIAM_STATUS_NO_MEMORY
                                             : ASKIAM_STATUS_OK;
}
