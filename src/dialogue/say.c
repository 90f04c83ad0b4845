/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a conversation: short and plain, for a person. Names in them come from the catalogue or from the speaker, and are cleaned. */
#include "dialogue/parts.h"

static size_t s_character_length(askiam_str text, size_t at)
{
  size_t length = 1;
  while (at + length < text.length && ((unsigned char)text.data[at + length] & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

static bool s_is_control(askiam_str character)
{
  unsigned char first = (unsigned char)character.data[0];
  bool upper = character.length == 2 && first == 0xC2 && (unsigned char)character.data[1] < 0xA0;
  return first < 0x20 || first == 0x7F || upper;
}

askiam_str aski_dialogue_clean(aski_arena *arena, askiam_str text, size_t most)
{
  static const char more[] = "…";
  char *clean = aski_arena_acquire(arena, text.length + sizeof more, 1);
  if (clean == NULL || !aski_text_valid(text)) {
    return clean == NULL ? ASKI_STR_NONE : ASKI_STR("?");
  }
  size_t length = 0;
  for (size_t at = 0; at < text.length;) {
    askiam_str character = aski_str_slice(text, at, s_character_length(text, at));
    at += character.length;
    bool control = s_is_control(character);
    bool space = control || aski_str_equal_text(character, " ");
    if (space && length > 0 && clean[length - 1] != ' ') {
      clean[length++] = ' ';
    } else if (!space && !aski_text_has_invisible(character)) {
      memcpy(clean + length, character.data, character.length);
      length += character.length;
    }
  }
  askiam_str whole = aski_str_trim((askiam_str){clean, length});
  if (whole.length <= most) {
    return whole;
  }
  askiam_str cut = aski_str_slice(whole, 0, aski_text_cut(whole, most - (sizeof more - 1)));
  return aski_arena_format(arena, "%.*s%s", ASKI_STR_ARG(cut), more);
}

static bool s_known(aski_dialogue_entity entity) { return aski_str_present(entity.id); }

aski_dialogue_entity aski_dialogue_user(const aski_dialogue *dialogue, const aski_dialogue_world *world)
{
  return dialogue->doubt != ASKI_DIALOGUE_NO_DOUBT ? (aski_dialogue_entity){.id = ASKI_STR_NONE}
         : s_known(dialogue->user)                 ? dialogue->user
                                                   : world->speaker;
}

const char *aski_dialogue_slot_name(aski_dialogue_slot slot)
{
  static const char *const names[] = {NULL, "user", "application", "role", "duration", "justification"};
  return names[slot];
}

static askiam_str s_question_of_user(const aski_dialogue *dialogue)
{
  switch (dialogue->doubt) {
  case ASKI_DIALOGUE_UNKNOWN:
    return ASKI_STR("I know nobody of that name. For whom is the access? Give a user id, an e-mail address or a full "
                    "name.");
  case ASKI_DIALOGUE_AMBIGUOUS:
    return ASKI_STR("Several people have that name. Which one is it? Give a user id or an e-mail address.");
  case ASKI_DIALOGUE_NO_DOUBT:
  case ASKI_DIALOGUE_UNNAMED:
    break;
  }
  return ASKI_STR("For whom is the access? Give a user id, an e-mail address or a full name.");
}

static askiam_str s_question_of_application(const aski_turn_work *work)
{
  const aski_dialogue *dialogue = work->dialogue;
  if (aski_str_present(dialogue->role_words)) {
    return aski_arena_format(work->arena, "In which application do you need the role \"%.*s\"?",
                             ASKI_STR_ARG(dialogue->role_words));
  }
  return dialogue->misses > 0 ? ASKI_STR("Please name the application, as it is called here.")
                              : ASKI_STR("Which application do you need access to?");
}

static askiam_str s_question(const aski_turn_work *work)
{
  const aski_dialogue *dialogue = work->dialogue;
  switch (dialogue->asked) {
  case ASKI_DIALOGUE_USER:
    return s_question_of_user(dialogue);
  case ASKI_DIALOGUE_APPLICATION:
    return s_question_of_application(work);
  case ASKI_DIALOGUE_ROLE:
    return aski_arena_format(work->arena,
                             dialogue->misses > 0 ? "Please name a role of %.*s." : "Which role in %.*s do you need?",
                             ASKI_STR_ARG(dialogue->application.name));
  case ASKI_DIALOGUE_DURATION:
    return ASKI_STR("Until when shall the access last? Say for example \"for 30 days\", \"until 2027-03-31\" or \"no "
                    "end\".");
  case ASKI_DIALOGUE_JUSTIFICATION:
    return ASKI_STR("Why is the access needed?");
  case ASKI_DIALOGUE_NOTHING:
    break;
  }
  return ASKI_STR("What shall be different: the application, the role, the person or the time?");
}

/* " 1. HR Analyst, 2. Recruiter", or " Did you mean HR Analyst?" */
static void s_list(aski_buffer *out, const aski_dialogue_choices *choices)
{
  if (choices->count == 1 && !choices->more) {
    aski_buffer_append_format(out, " Did you mean %.*s?", ASKI_STR_ARG(choices->items[0].name));
    return;
  }
  for (size_t i = 0; i < choices->count; ++i) {
    aski_buffer_append_format(out, "%s%zu. %.*s", i == 0 ? " " : ", ", i + 1, ASKI_STR_ARG(choices->items[i].name));
    if (choices->items[i].kind == ASKIAM_KIND_USER) {
      aski_buffer_append_format(out, " (%.*s)", ASKI_STR_ARG(choices->items[i].id));
    }
  }
  aski_buffer_append_text(out, choices->count == 0 ? "" : choices->more ? ", or another one: say its name." : ".");
}

static void s_begin(aski_buffer *out, const aski_turn_work *work)
{
  aski_buffer_init(out, work->arena->allocator);
  if (aski_str_present(work->dialogue->note)) {
    aski_buffer_append(out, work->dialogue->note);
    aski_buffer_append_byte(out, ' ');
  }
}

static void s_end(aski_buffer *out, const aski_turn_work *work)
{
  if (work->dialogue->misses > 1) {
    aski_buffer_append_text(out, " You can also say \"start over\" or \"cancel\".");
  }
  work->arena->failed = work->arena->failed || out->failed;
  work->dialogue->message = aski_arena_copy(work->arena, aski_buffer_view(out));
  aski_buffer_clean_up(out);
}

void aski_dialogue_say_question(aski_turn_work *work)
{
  aski_buffer out;
  s_begin(&out, work);
  aski_buffer_append(&out, s_question(work));
  s_list(&out, &work->dialogue->choices);
  s_end(&out, work);
}

/* ", until 2026-12-05 00:00 UTC" */
static void s_write_end(aski_buffer *out, int64_t expires_at_ms)
{
  if (expires_at_ms != 0) {
    char text[ASKI_TIME_TEXT_BYTES];
    aski_time_format(expires_at_ms, text);
    aski_buffer_append_format(out, " until %.10s %.5s UTC", text, text + sizeof "2026-12-05");
  }
}

void aski_dialogue_say_confirm(aski_turn_work *work)
{
  const aski_dialogue *dialogue = work->dialogue;
  aski_buffer out;
  s_begin(&out, work);
  aski_buffer_append_format(&out, "You ask for the role %.*s in %.*s", ASKI_STR_ARG(dialogue->role.name),
                            ASKI_STR_ARG(dialogue->application.name));
  if (s_known(dialogue->user)) {
    aski_buffer_append_format(&out, " for %.*s", ASKI_STR_ARG(dialogue->user.name));
    aski_buffer_append_format(&out, " (%.*s)", ASKI_STR_ARG(dialogue->user.id));
  } else {
    aski_buffer_append_text(&out, " for yourself");
  }
  s_write_end(&out, dialogue->expires_at_ms);
  aski_buffer_append_text(&out, dialogue->expires_at_ms == 0 ? ", without an end." : ".");
  if (dialogue->justification.length > 0) {
    aski_buffer_append_format(&out, " Reason: %.*s.", ASKI_STR_ARG(dialogue->justification));
  }
  aski_buffer_append_text(&out, " Is that right? Say yes, no, or what to change.");
  s_end(&out, work);
}

void aski_dialogue_confirm(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world)
{
  aski_turn_work work = {.dialogue = dialogue, .arena = arena, .world = world};
  dialogue->state = ASKI_DIALOGUE_CONFIRM;
  aski_dialogue_say_confirm(&work);
}

askiam_str aski_dialogue_sentence(const aski_dialogue *dialogue, const aski_dialogue_world *world, aski_arena *arena)
{
  aski_buffer out;
  aski_buffer_init(&out, arena->allocator);
  aski_buffer_append_format(&out, "Access to %.*s in %.*s for %.*s", ASKI_STR_ARG(dialogue->role.name),
                            ASKI_STR_ARG(dialogue->application.name),
                            ASKI_STR_ARG(aski_dialogue_user(dialogue, world).name));
  s_write_end(&out, dialogue->expires_at_ms);
  aski_buffer_append_byte(&out, '.');
  arena->failed = arena->failed || out.failed;
  askiam_str sentence = aski_arena_copy(arena, aski_buffer_view(&out));
  aski_buffer_clean_up(&out);
  return sentence;
}
