/* SPDX-License-Identifier: Apache-2.0 */
#include "extract/guess.h"

#include "base/text.h"

enum { NAMES_MAX = 64, NAMED_MAX = 3, WORDS_MAX = 64 };
/* Of a suggestion that a model made: below what is tried out for a remedy, so that nobody is led to it but by the question. */
#define GUESSED_SCORE 0.5

static bool s_is_open(aski_code code)
{
  switch ((int)code) {
  case ASKI_CODE_MISSING_ROLE:
  case ASKI_CODE_MISSING_APP:
  case ASKI_CODE_AMBIGUOUS_ROLE:
  case ASKI_CODE_AMBIGUOUS_APP:
  case ASKI_CODE_ROLE_UNKNOWN:
  case ASKI_CODE_APP_UNKNOWN:
  case ASKI_CODE_UNCLEAR:
    return true;
  default:
    return false;
  }
}

bool aski_extract_wants_guess(const aski_reading *reading)
{
  bool open = reading->codes.count > 0 && (reading->act == ASKI_ACT_REQUEST || reading->act == ASKI_ACT_UNCLEAR);
  for (size_t i = 0; i < reading->codes.count; ++i) {
    open = open && s_is_open(reading->codes.items[i]);
  }
  return open;
}

static void s_append_name(aski_buffer *names, const char *kind, askiam_str name, askiam_str application)
{
  aski_buffer_append_format(names, "%s: %.*s", kind, ASKI_STR_ARG(name));
  if (application.length > 0) {
    aski_buffer_append_format(names, " (application: %.*s)", ASKI_STR_ARG(application));
  }
  aski_buffer_append_byte(names, '\n');
}

/* Looks one term up. */
static askiam_status s_look_up(askiam_candidates *out_candidates, aski_arena *arena, const aski_term *term,
                               const aski_extract_means *means, askiam_error *error)
{
  askiam_terms terms;
  aski_terms_init(&terms, arena);
  aski_terms_add(&terms, term);
  aski_candidates_init(out_candidates, arena, 1);
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY
                       : aski_catalogue_candidates(means->catalogue, means->call, &terms, out_candidates, error);
}

static askiam_status s_list_roles(aski_buffer *names, aski_arena *arena, askiam_str application_id,
                                  askiam_str application, const aski_extract_means *means, askiam_error *error)
{
  const aski_term term = {.mode = ASKIAM_TERM_SIMILAR,
                          .kinds = ASKIAM_KIND_ROLE,
                          .key = ASKI_STR(""),
                          .application_id = application_id,
                          .limit = NAMES_MAX};
  askiam_candidates candidates;
  askiam_status status = s_look_up(&candidates, arena, &term, means, error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < candidates.count; ++i) {
    if (!candidates.items[i].inactive) {
      s_append_name(names, "role", candidates.items[i].name, application);
    }
  }
  return status;
}

/* A term for each word of the sentence that may be an application's name. */
static void s_add_words(askiam_terms *terms, aski_arena *arena, askiam_str sentence)
{
  askiam_str key = aski_text_key(arena, sentence);
  for (size_t at = 0; at < key.length && terms->count < WORDS_MAX;) {
    const char *space = memchr(key.data + at, ' ', key.length - at);
    size_t length = space == NULL ? key.length - at : (size_t)(space - key.data) - at;
    const aski_term term = {.mode = ASKIAM_TERM_EXACT,
                            .kinds = ASKIAM_KIND_APPLICATION,
                            .key = aski_str_slice(key, at, length),
                            .limit = 1};
    aski_terms_add(terms, &term);
    at += length + 1;
  }
}

/* Of a sentence that was not understood: the roles of the first applications that a word of it names. */
static askiam_status s_list_named(aski_buffer *names, aski_arena *arena, const aski_extract_means *means,
                                  askiam_error *error)
{
  askiam_terms terms;
  aski_terms_init(&terms, arena);
  s_add_words(&terms, arena, means->input->text);
  askiam_candidates found;
  aski_candidates_init(&found, arena, terms.count);
  if (arena->failed || terms.count == 0) {
    return arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_catalogue_candidates(means->catalogue, means->call, &terms, &found, error);
  for (size_t i = 0; i < found.count && i < NAMED_MAX && status == ASKIAM_STATUS_OK; ++i) {
    status = s_list_roles(names, arena, found.items[i].id, found.items[i].name, means, error);
  }
  return status;
}

askiam_status aski_extract_list_names(aski_buffer *names, aski_arena *arena, const aski_reading *reading,
                                      const aski_extract_means *means, askiam_error *error)
{
  for (size_t i = 0; i < reading->suggestions.count; ++i) {
    const aski_suggestion *item = &reading->suggestions.items[i];
    if (item->kind != ASKIAM_KIND_USER) {
      s_append_name(names, aski_kind_name(item->kind), item->name, item->application_id);
    }
  }
  const aski_entity *application = &reading->application;
  return application->found ? s_list_roles(names, arena, application->id, application->name, means, error)
                            : s_list_named(names, arena, means, error);
}

/* One work on a guess. */
typedef struct taking {
  aski_reading *reading;
  aski_arena *arena;
  const aski_extract_means *means;
  const aski_guess *guess;
  askiam_error *error;
} taking;

static bool s_same_name(const taking *work, askiam_str left, askiam_str right)
{
  return aski_str_equal(aski_text_key(work->arena, left), aski_text_key(work->arena, right));
}

/* People are never guessed: the model may only mean who was read, the author where nobody was named. */
static bool s_means_the_same_person(const taking *work)
{
  const aski_entity *user = &work->reading->user;
  askiam_str said = work->guess->beneficiary;
  if (said.length == 0) {
    return !aski_str_present(user->mention);
  }
  return user->found && (s_same_name(work, said, user->id) || s_same_name(work, said, user->name) ||
                         (aski_str_present(user->mention) && s_same_name(work, said, user->mention)));
}

static bool s_holds(askiam_str text, askiam_str part)
{
  for (size_t at = 0; part.length > 0 && at + part.length <= text.length; ++at) {
    if (memcmp(text.data + at, part.data, part.length) == 0) {
      return true;
    }
  }
  return false;
}

/* For how long is said in the person's own words, or not at all. */
static bool s_is_in_the_sentence(const taking *work, askiam_str words)
{
  askiam_str sentence = aski_text_key(work->arena, work->means->input->text);
  askiam_str key = aski_text_key(work->arena, words);
  return words.length == 0 || s_holds(sentence, key);
}

static askiam_str s_write_sentence(const taking *work, askiam_str role, askiam_str application)
{
  const aski_entity *user = &work->reading->user;
  askiam_str person = aski_str_present(user->mention) ? user->id : ASKI_STR("");
  askiam_str duration = work->guess->duration;
  return aski_arena_format(work->arena, "I need the %.*s role%s%.*s%s%.*s%s%.*s", ASKI_STR_ARG(role),
                           application.length > 0 ? " in " : "", ASKI_STR_ARG(application),
                           person.length > 0 ? " for " : "", ASKI_STR_ARG(person), duration.length > 0 ? " " : "",
                           ASKI_STR_ARG(duration));
}

/* Somebody else is named where somebody else was read, and nowhere else. */
static bool s_names_as_before(const aski_entity *before, const aski_entity *now)
{
  return aski_str_present(before->mention) == aski_str_present(now->mention);
}

/* Whether what was firmly read before is read again. */
static bool s_agrees(const aski_entity *before, const aski_entity *now)
{
  return !before->found || aski_str_equal(before->id, now->id);
}

/* Reads a sentence that is to be offered. *out_good is whether it is complete, exact, and agrees with the reading. */
static askiam_status s_try(const taking *work, askiam_str sentence, aski_reading *out_tried, bool *out_good)
{
  const aski_reading *reading = work->reading;
  const aski_extract_means *means = work->means;
  const aski_extract_input input = {.text = sentence, .user_id = means->input->user_id, .now_ms = means->input->now_ms};
  *out_good = false;
  if (!aski_str_present(sentence)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  askiam_status status =
      aski_extract_read(out_tried, work->arena, means->phrases, means->catalogue, means->call, &input, work->error);
  *out_good = status == ASKIAM_STATUS_OK && out_tried->act == ASKI_ACT_REQUEST && out_tried->codes.count == 0 &&
              out_tried->role.found && out_tried->application.found && out_tried->role.score >= 1 &&
              out_tried->application.score >= 1 && s_agrees(&reading->role, &out_tried->role) &&
              s_agrees(&reading->application, &out_tried->application) && s_agrees(&reading->user, &out_tried->user) &&
              s_names_as_before(&reading->user, &out_tried->user) &&
              (reading->expires_at_ms == 0 || reading->expires_at_ms == out_tried->expires_at_ms);
  return status;
}

/* Whether what the model named was read as names, whole, and as nothing besides. */
static bool s_are_names(const taking *work, const aski_reading *tried)
{
  const aski_guess *guess = work->guess;
  return s_same_name(work, guess->role, tried->role.mention) &&
         (guess->application.length == 0 || s_same_name(work, guess->application, tried->application.mention));
}

/* *io_good becomes false where the role or its application is not active. */
static askiam_status s_check_active(const taking *work, const aski_reading *tried, bool *io_good)
{
  const aski_entity *entities[] = {&tried->role, &tried->application};
  const askiam_kind kinds[] = {ASKIAM_KIND_ROLE, ASKIAM_KIND_APPLICATION};
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < 2 && *io_good && status == ASKIAM_STATUS_OK; ++i) {
    const aski_term term = {.mode = ASKIAM_TERM_EXACT,
                            .kinds = kinds[i],
                            .key = aski_text_key(work->arena, entities[i]->name),
                            .limit = NAMES_MAX};
    askiam_candidates candidates;
    status = s_look_up(&candidates, work->arena, &term, work->means, work->error);
    for (size_t j = 0; status == ASKIAM_STATUS_OK && j < candidates.count; ++j) {
      bool this_one = aski_str_equal(candidates.items[j].id, entities[i]->id);
      *io_good = *io_good && !(this_one && candidates.items[j].inactive);
    }
  }
  return status;
}

/* As the last of the suggestions, in place of the one that is least like what was said where there are enough. */
static void s_suggest(aski_suggestions *suggestions, const aski_reading *tried)
{
  for (size_t i = 0; i < suggestions->count; ++i) {
    if (suggestions->items[i].kind == ASKIAM_KIND_ROLE && aski_str_equal(suggestions->items[i].id, tried->role.id)) {
      return;
    }
  }
  size_t at = suggestions->count < ASKI_SUGGESTIONS_MAX ? suggestions->count++ : ASKI_SUGGESTIONS_MAX - 1;
  while (at > 0 && suggestions->items[at - 1].score < GUESSED_SCORE) {
    suggestions->items[at] = suggestions->items[at - 1];
    --at;
  }
  suggestions->items[at] = (aski_suggestion){.kind = ASKIAM_KIND_ROLE,
                                             .id = tried->role.id,
                                             .name = tried->role.name,
                                             .application_id = tried->application.id,
                                             .score = GUESSED_SCORE};
}

static void s_offer(const taking *work, const aski_reading *tried, askiam_str sentence)
{
  aski_reading *reading = work->reading;
  s_suggest(&reading->suggestions, tried);
  if (aski_str_present(reading->question)) {
    reading->question =
        aski_arena_format(work->arena, "Do you mean \"%.*s\"? Then ask in these words, please. If not: %.*s",
                          ASKI_STR_ARG(sentence), ASKI_STR_ARG(reading->question));
  }
}

askiam_status aski_extract_take_guess(aski_reading *reading, aski_arena *arena, const aski_extract_means *means,
                                      const aski_guess *guess, askiam_error *error)
{
  const taking work = {.reading = reading, .arena = arena, .means = means, .guess = guess, .error = error};
  if (!aski_extract_wants_guess(reading) || guess->role.length == 0 || !s_means_the_same_person(&work) ||
      !s_is_in_the_sentence(&work, guess->duration)) {
    return ASKIAM_STATUS_OK;
  }
  aski_reading tried;
  aski_reading again;
  bool good = false;
  askiam_status status = s_try(&work, s_write_sentence(&work, guess->role, guess->application), &tried, &good);
  if (status != ASKIAM_STATUS_OK || !good || !s_are_names(&work, &tried)) {
    return status;
  }
  /* What is offered has the catalogue's names, not the model's; it must read the same. */
  askiam_str sentence = s_write_sentence(&work, tried.role.name, tried.application.name);
  status = s_try(&work, sentence, &again, &good);
  good = good && aski_str_equal(tried.role.id, again.role.id) &&
         aski_str_equal(tried.application.id, again.application.id) && tried.expires_at_ms == again.expires_at_ms;
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_active(&work, &again, &good);
  }
  if (status == ASKIAM_STATUS_OK && good) {
    s_offer(&work, &again, sentence);
  }
  return status == ASKIAM_STATUS_OK && arena->failed ? ASKIAM_STATUS_NO_MEMORY : status;
}
