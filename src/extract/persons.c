/* SPDX-License-Identifier: Apache-2.0
 *
 * For whom: the speaker, or one who is named by id, e-mail, alias or full name. Nobody is guessed, and nobody who was named is
 * replaced by the speaker. */
#include "extract/beside.h"

enum { NAME_WORDS = 4 };

typedef struct person_finder {
  aski_work *work;
  const aski_part *part;
  uint64_t before; /* what the item before was, without articles and fillers */
  bool self, someone, several;
  bool subject_back;
  bool back;       /* "she": someone who may have been named before */
  bool object;     /* "me" beside the opener */
  bool named_self; /* the speaker by name, where a beneficiary stands */
} person_finder;

static const aski_span *s_longest_user(const aski_work *work, size_t index)
{
  return aski_extract_span_at(work, index, ASKIAM_KIND_USER);
}

static void s_account(const person_finder *finder, size_t first, size_t last)
{
  for (size_t i = first; i < last; ++i) {
    aski_token_at(finder->work, i)->account = ASKI_ACCOUNT_PERSON;
  }
}

static void s_name_unknown(person_finder *finder, size_t first, size_t last)
{
  aski_work *work = finder->work;
  s_account(finder, first, last);
  if (work->beneficiary == ASKI_FOR_NOBODY || work->beneficiary == ASKI_FOR_SELF) {
    work->beneficiary = ASKI_FOR_UNKNOWN;
    work->person_first = first;
    work->person_last = last;
  } else {
    finder->several = true;
  }
}

static void s_name_person(person_finder *finder, const aski_span *span)
{
  aski_work *work = finder->work;
  size_t last = span->first + span->count;
  if (!aski_extract_is_whole(work, span)) {
    size_t end = last;
    while (end < finder->part->last && (aski_token_at(work, end)->gap & ASKI_GAP_TIGHT) != 0) {
      ++end;
    }
    s_name_unknown(finder, span->first, end);
    return;
  }
  const aski_option *option = aski_extract_one_person(work, span);
  option = option == NULL ? aski_extract_told_apart(work, span) : option;
  s_account(finder, span->first, last);
  if (option != NULL && aski_str_equal(option->id, work->input->user_id)) {
    const aski_part *part = finder->part;
    bool subject = part->subject == ASKI_SUBJECT_NAMED && span->first >= part->subject_first;
    const uint64_t places = ASKI_IS(FOR) | ASKI_IS(TO) | ASKI_IS(GIVE) | ASKI_IS(AND) | ASKI_IS(BEHALF);
    subject = subject && span->first < part->subject_last;
    finder->self = true;
    finder->named_self = finder->named_self || (!subject && (finder->before & places) != 0);
    return;
  }
  if (work->beneficiary == ASKI_FOR_NOBODY) {
    work->beneficiary = option != NULL ? ASKI_FOR_NAMED : ASKI_FOR_AMBIGUOUS;
    work->person = span;
    work->person_first = span->first;
    work->person_last = last;
    if (option != NULL) {
      work->reading->user = (aski_entity){.found = true,
                                          .id = option->id,
                                          .name = option->name,
                                          .mention = aski_extract_words(work, span->first, last),
                                          .score = 1};
    }
    return;
  }
  bool same =
      work->beneficiary == ASKI_FOR_NAMED && option != NULL && aski_str_equal(option->id, work->reading->user.id);
  finder->several = finder->several || !same;
}

static bool s_has_other_name(const aski_work *work, size_t index, size_t count)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind != ASKIAM_KIND_USER && span->first == index && span->count >= count) {
      return true;
    }
  }
  return false;
}

/* A run of words that may be somebody's name: unknown or capitalised, not more than four. */
static size_t s_name_run(const person_finder *finder, size_t index)
{
  size_t i = index;
  while (i < finder->part->last && i - index < NAME_WORDS) {
    const aski_token *token = aski_token_at(finder->work, i);
    size_t words = 1;
    uint64_t what = aski_extract_item(finder->work, i, &words);
    unsigned walls = ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_LINE | ASKI_GAP_DASH;
    bool other = s_has_other_name(finder->work, i, 1);
    bool named = token->alone == NULL || (token->shape & ASKI_SHAPE_GUESSED) != 0 || token->alone->words == 0 ||
                 (token->shape & (ASKI_SHAPE_CAPITAL | ASKI_SHAPE_QUOTED)) != 0;
    bool tight = i > index && (token->gap & ASKI_GAP_TIGHT) != 0 && (token->gap & ASKI_GAP_SLASH) == 0;
    uint64_t nouns = ASKI_IS(ACCESS) | ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(IN) | ASKI_IS(TO) | ASKI_IS(AS);
    if (token->account != ASKI_ACCOUNT_NONE || (i > index && (token->gap & walls) != 0) ||
        aski_extract_is_possessive(token) || (!tight && (other || !named || (what & nouns) != 0))) {
      break;
    }
    ++i;
  }
  return i;
}

static bool s_is_place_of_person(const person_finder *finder, size_t index, const aski_span *span)
{
  uint64_t cues =
      ASKI_IS(FOR) | ASKI_IS(BEHALF) | ASKI_IS(TO) | ASKI_IS(GIVE) | ASKI_IS(PERSON_NOUN) | ASKI_IS(LABEL_USER);
  size_t after = span->first + span->count;
  bool owns = after < finder->part->last && aski_extract_is_possessive(aski_token_at(finder->work, after));
  size_t words = 1;
  unsigned lists = ASKI_GAP_SLASH | ASKI_GAP_DASH | ASKI_GAP_PIPE | ASKI_GAP_COLON | ASKI_GAP_OPEN;
  bool listed = !finder->part->opened && (aski_token_at(finder->work, index)->gap & lists) != 0;
  bool object = (finder->before & ASKI_IS(NEED)) != 0 && after < finder->part->last &&
                (aski_extract_item(finder->work, after, &words) & ASKI_IS(TO)) != 0; /* "I need Li Wei to have" */
  bool joined = (finder->before & ASKI_IS(AND)) != 0 && (finder->self || finder->work->beneficiary != ASKI_FOR_NOBODY);
  return (finder->before & cues) != 0 || owns || joined || listed || object || index == finder->part->first ||
         (finder->part->subject == ASKI_SUBJECT_NAMED && index >= finder->part->subject_first &&
          index < finder->part->subject_last);
}

/* "the manager of Li Wei", "anyone but Li Wei": somebody else, who is not named. */
static bool s_is_somebody_else(const person_finder *finder, size_t index)
{
  const uint64_t people = ASKI_IS(PERSON_NOUN) | ASKI_IS(THIRD) | ASKI_IS(GROUP) | ASKI_IS(ALL);
  if (index == finder->part->first) {
    return false;
  }
  askiam_str word = aski_token_at(finder->work, index - 1)->key;
  bool of = (finder->before & people) != 0 && aski_str_equal_text(word, "of");
  return of || aski_str_equal_text(word, "but") || aski_str_equal_text(word, "except");
}

static void s_doubt_person(person_finder *finder, const aski_span *span)
{
  finder->work->person_problem = "person";
  finder->work->person_first = span->first;
  finder->work->person_last = span->first + span->count;
  s_account(finder, span->first, span->first + span->count);
}

static size_t s_take_span(person_finder *finder, size_t index, const aski_span *span)
{
  if (s_is_somebody_else(finder, index)) {
    s_doubt_person(finder, span);
    return span->count;
  }
  bool other = s_has_other_name(finder->work, index, span->count);
  bool surely = (finder->before & (ASKI_IS(BEHALF) | ASKI_IS(PERSON_NOUN))) != 0;
  bool place = s_is_place_of_person(finder, index, span);
  if (other && !surely) {
    return 1;
  }
  if (place && (span->strong || (finder->before & (ASKI_IS(FOR) | ASKI_IS(BEHALF))) != 0)) {
    s_name_person(finder, span);
    return span->count;
  }
  const aski_option *one = aski_extract_one_person(finder->work, span);
  if (span->strong && one != NULL && aski_str_equal(one->id, finder->work->input->user_id)) {
    finder->self = true; /* "my account jane.smith" */
    s_account(finder, span->first, span->first + span->count);
    return span->count;
  }
  if (span->strong && span->count > 1) {
    s_doubt_person(finder, span);
    return span->count;
  }
  return 1;
}

/* "for Jon Smyth", "give Jon Smyth access", "my colleague Jon Smyth": a name in a person's place that nobody has. */
static bool s_is_unknown_person(const person_finder *finder, size_t index, size_t last)
{
  const aski_work *work = finder->work;
  if (last == index) {
    return false;
  }
  size_t words = 1;
  uint64_t next = last < finder->part->last ? aski_extract_item(work, last, &words) : 0;
  bool ends = last >= finder->part->last;
  if ((finder->before & (ASKI_IS(BEHALF) | ASKI_IS(PERSON_NOUN))) != 0) {
    return true;
  }
  if ((finder->before & ASKI_IS(GIVE)) != 0) {
    bool object = (next & (ASKI_IS(ACCESS) | ASKI_IS(DETERMINER) | ASKI_IS(TO) | ASKI_IS(AS))) != 0 ||
                  (!ends && aski_token_at(work, last)->names > 0);
    return object && last - index <= 3 && (aski_token_at(work, index)->shape & ASKI_SHAPE_QUOTED) == 0;
  }
  if ((finder->before & ASKI_IS(FOR)) != 0) {
    bool role_follows = (next & (ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN))) != 0;
    const aski_token *token = aski_token_at(work, index);
    bool id = token->key.length > 3 && (token->shape & (ASKI_SHAPE_DIGIT | ASKI_SHAPE_NUMBER)) == ASKI_SHAPE_DIGIT;
    return !role_follows && (last - index > 1 || id || work->application_span != NULL ||
                             aski_extract_is_possessive(aski_token_at(work, last - 1)));
  }
  return false;
}

static size_t s_take_people_word(person_finder *finder, size_t index, uint64_t what, size_t words)
{
  aski_work *work = finder->work;
  size_t after = index + words;
  if ((what & ASKI_IS(ME)) != 0) {
    finder->self = true;
    finder->object = true;
    s_account(finder, index, after);
    return words;
  }
  if ((what & ASKI_IS(ALL)) != 0) {
    work->all = true;
    s_account(finder, index, after);
    return words;
  }
  if ((what & (ASKI_IS(WE) | ASKI_IS(GROUP))) != 0) {
    finder->several = true;
    s_account(finder, index, after);
    return words;
  }
  bool back = aski_beside_signal(work, index) == ASKI_SIGNAL_BACK;
  s_account(finder, index, after);
  bool named =
      after < finder->part->last && (s_longest_user(work, after) != NULL ||
                                     ((what & ASKI_IS(PERSON_NOUN)) != 0 && s_name_run(finder, after) > after));
  finder->back = finder->back || (back && !named);
  finder->someone = finder->someone || (!back && !named);
  return words;
}

/* "Jane Smith in Finance needs": where somebody works. */
static bool s_is_department(const person_finder *finder, size_t index, uint64_t what)
{
  const aski_part *part = finder->part;
  if (part->subject != ASKI_SUBJECT_NAMED || index <= part->subject_first || index >= part->subject_last ||
      (what & ASKI_IS(IN)) == 0) {
    return false;
  }
  for (size_t i = index; i < part->subject_last; ++i) {
    if (aski_token_at(finder->work, i)->alone == NULL) {
      return false;
    }
  }
  return true;
}

/* "for my paralegal Li Wei": what somebody is, before a full name. */
static bool s_is_title(const person_finder *finder, size_t index)
{
  const aski_work *work = finder->work;
  const uint64_t places = ASKI_IS(FOR) | ASKI_IS(BEHALF) | ASKI_IS(GIVE) | ASKI_IS(TO);
  const aski_span *person = index + 1 < finder->part->last ? s_longest_user(work, index + 1) : NULL;
  return (finder->before & places) != 0 && person != NULL && person->strong && person->count > 1 &&
         index > finder->part->first && (aski_token_at(work, index - 1)->single & ASKI_IS(DETERMINER)) != 0 &&
         (aski_token_at(work, index)->shape & ASKI_SHAPE_CAPITAL) == 0 && aski_token_at(work, index)->names == 0;
}

static size_t s_walk_item(person_finder *finder, size_t index)
{
  aski_work *work = finder->work;
  size_t words = 1;
  uint64_t what = aski_extract_item(work, index, &words);
  const aski_token *token = aski_token_at(work, index);
  if (token->account != ASKI_ACCOUNT_NONE) {
    finder->before = 0;
    return 1;
  }
  if ((token->single & ASKI_IS(ABBREVIATION)) != 0 && index + 1 < finder->part->last &&
      s_longest_user(work, index + 1) != NULL) {
    s_account(finder, index, index + 1); /* "Dr. Jane Smith" */
    return 1;
  }
  const aski_span *span = s_longest_user(work, index);
  if (span != NULL) {
    size_t taken = s_take_span(finder, index, span);
    if (taken > 1 || aski_token_at(work, index)->account != ASKI_ACCOUNT_NONE) {
      finder->before = 0;
      return taken;
    }
  }
  uint64_t people = ASKI_IS(ME) | ASKI_IS(WE) | ASKI_IS(GROUP) | ASKI_IS(ALL) | ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN);
  if ((what & people) != 0) {
    bool team_name = (what & ASKI_IS(GROUP)) != 0 && words == 1 && index + 1 < finder->part->last &&
                     aski_token_at(work, index + 1)->alone == NULL && aski_token_at(work, index + 1)->names == 0;
    bool role_word = team_name || s_has_other_name(work, index, (what & ASKI_IS(PERSON_NOUN)) != 0 ? words : words + 1);
    if (!role_word) {
      words = s_take_people_word(finder, index, what, words);
      finder->before = what;
      return words;
    }
  }
  if (s_is_department(finder, index, what)) {
    while (index < finder->part->subject_last) {
      aski_token_at(work, index++)->account = ASKI_ACCOUNT_IGNORED;
      ++words;
    }
    return words - 1;
  }
  if (s_is_title(finder, index)) {
    s_account(finder, index, index + 1);
    return 1;
  }
  size_t last = s_name_run(finder, index);
  if (s_is_unknown_person(finder, index, last)) {
    s_name_unknown(finder, index, last);
    finder->before = 0;
    return last - index;
  }
  if ((what & (ASKI_IS(DETERMINER) | ASKI_IS(FILLER))) == 0) {
    finder->before = what;
  }
  return words;
}

static void s_walk_part(person_finder *finder, const aski_part *part)
{
  finder->part = part;
  finder->before = 0;
  if (part->kind == ASKI_PART_FIELD) {
    if ((part->label & ASKI_IS(LABEL_USER)) == 0) {
      return;
    }
    finder->before = ASKI_IS(LABEL_USER) | ASKI_IS(BEHALF);
  }
  finder->self = finder->self || part->subject == ASKI_SUBJECT_SELF;
  if (part->subject == ASKI_SUBJECT_NAMED && part->subject_last <= part->first) {
    const aski_span *span = s_longest_user(finder->work, part->subject_first);
    if (span != NULL) {
      s_name_person(finder, span); /* "Li Wei has joined and needs" */
    }
  }
  for (size_t i = part->first; i < part->last;) {
    if (part->subject == ASKI_SUBJECT_NAMED && i == part->subject_first) {
      finder->before = ASKI_IS(BEHALF);
    }
    bool opening = part->subject != ASKI_SUBJECT_NAMED || i < part->subject_first || i >= part->subject_last;
    if (opening && i < part->body) {
      const aski_token *token = aski_token_at(finder->work, i);
      finder->self = finder->self || (token->single & (ASKI_IS(ME) | ASKI_IS(SELF))) != 0;
      finder->before = i + 1 == part->body ? ASKI_IS(GIVE) & token->single : 0;
      size_t words = 1;
      uint64_t what = aski_extract_item(finder->work, i, &words);
      finder->before =
          (what & (ASKI_IS(GIVE) | ASKI_IS(NEED))) != 0 ? what & (ASKI_IS(GIVE) | ASKI_IS(NEED)) : finder->before;
      i += i + words <= part->body ? words : 1;
      continue;
    }
    i += s_walk_item(finder, i);
  }
}

/* Who only explains ("my manager Jane Smith approved it") is ordinary; but "I am Jane Smith", said by somebody else, is not, nor is
 * "because Jane Smith needs it" where nobody else is named. */
static void s_check_explaining(aski_work *work, const aski_part *part, bool explicit)
{
  for (size_t i = part->first; i < part->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_span *span = s_longest_user(work, i);
    size_t after = i + (span != NULL && span->count > words ? span->count : words);
    bool person = span != NULL && span->strong && span->count > 1;
    bool somebody = person || (what & (ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN))) != 0;
    size_t verb = aski_extract_skip(work, after, part->last, ASKI_IS(FILLER));
    size_t more = 1;
    bool needs = somebody && verb < part->last && (aski_extract_item(work, verb, &more) & ASKI_IS(NEED)) != 0;
    bool claims = person && (part->marks & ASKI_IS(INTRODUCE)) != 0 && i <= part->first + 4 &&
                  aski_extract_one_person(work, span) != NULL &&
                  !aski_str_equal(aski_extract_one_person(work, span)->id, work->input->user_id) &&
                  !(after < part->last && aski_extract_is_possessive(aski_token_at(work, after)));
    if ((needs && !explicit) || claims) {
      work->person_problem = "person";
      work->person_first = i;
      work->person_last = after;
    }
    i = after;
  }
}

/* "Li Wei joined us. She needs" */
static void s_refer_back(person_finder *finder)
{
  aski_work *work = finder->work;
  bool once = finder->back != finder->subject_back; /* not "he needs it for her" */
  bool alone = !finder->someone && !finder->several && !finder->object && work->beneficiary == ASKI_FOR_NOBODY;
  const aski_span *person = once && alone ? aski_extract_referent(work) : NULL;
  if (person != NULL) {
    finder->part = aski_extract_part_of(work, person->first);
    finder->before = 0;
    s_name_person(finder, person);
  }
  finder->someone = finder->someone || finder->back || finder->subject_back;
}

/* The speaker needs it, and somebody else is said to need it elsewhere: "I need Teller. Li Wei needs it too." */
static bool s_is_needed_twice(const aski_work *work)
{
  bool self = false;
  bool other = false;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    self = self || (part->kind == ASKI_PART_CORE && part->opened && part->subject == ASKI_SUBJECT_SELF);
    other = other || (part->kind == ASKI_PART_CORE && part->opened && part->subject == ASKI_SUBJECT_NAMED &&
                      !aski_extract_is_speaker(work, part->subject_first));
  }
  return self && other;
}

static void s_conclude(person_finder *finder, bool subject_we, bool subject_someone, bool joint)
{
  aski_work *work = finder->work;
  finder->someone = finder->someone || subject_someone;
  s_refer_back(finder);
  bool named = work->beneficiary != ASKI_FOR_NOBODY;
  if (finder->several || ((joint || finder->named_self) && named) || (subject_we && !named && !finder->self)) {
    work->beneficiary = ASKI_FOR_SEVERAL;
  } else if (!named && finder->someone) {
    work->beneficiary = ASKI_FOR_SOMEONE;
  } else if (!named && finder->self) {
    work->beneficiary = ASKI_FOR_SELF;
  }
}

/* "me and Li Wei": the speaker is named beside somebody, as an object and not only as the subject. */
static bool s_is_joint(const aski_work *work)
{
  for (size_t i = 0; i + 1 < work->tokens.count; ++i) {
    const aski_token *token = aski_token_at(work, i);
    const aski_token *next = aski_token_at(work, i + 1);
    bool me = token->account == ASKI_ACCOUNT_PERSON && (token->single & ASKI_IS(ME)) != 0;
    bool and = (next->single & ASKI_IS(AND)) != 0 || (next->gap & (ASKI_GAP_AMPERSAND | ASKI_GAP_COMMA)) != 0;
    bool person_after = i + 2 < work->tokens.count && aski_token_at(work, i + 2)->account == ASKI_ACCOUNT_PERSON;
    bool and_me = token->account == ASKI_ACCOUNT_PERSON && (next->single & ASKI_IS(AND)) != 0 && person_after &&
                  ((aski_token_at(work, i + 2)->single & ASKI_IS(ME)) != 0 ||
                   aski_extract_is_speaker(work, i) != aski_extract_is_speaker(work, i + 2));
    if ((me && and && (person_after || next->account == ASKI_ACCOUNT_PERSON)) || and_me) {
      return true;
    }
  }
  return false;
}

askiam_status aski_extract_persons(aski_work *work)
{
  person_finder finder = {.work = work};
  bool we = false;
  bool someone = false;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (aski_extract_asks(part)) {
      we = we || part->subject == ASKI_SUBJECT_WE;
      bool back = aski_beside_signals(work, part->first, part->body, ASKI_SIGNAL_BACK);
      finder.subject_back = finder.subject_back || (part->subject == ASKI_SUBJECT_SOMEONE && back);
      someone = someone || (part->subject == ASKI_SUBJECT_SOMEONE && !back);
      s_walk_part(&finder, part);
    }
  }
  bool explicit = finder.self || work->beneficiary != ASKI_FOR_NOBODY;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (part->kind == ASKI_PART_BACKGROUND || part->kind == ASKI_PART_HARD || part->kind == ASKI_PART_SOFT) {
      s_check_explaining(work, part, explicit);
    }
  }
  s_conclude(&finder, we, someone, finder.object || s_is_joint(work) || s_is_needed_twice(work));
  return work->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
