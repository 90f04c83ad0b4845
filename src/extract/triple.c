/* SPDX-License-Identifier: Apache-2.0
 *
 * Role and application, chosen together: the reading that accounts for the most words wins, and among those the pair that
 * fits. A longer name is never cut so that a shorter one fits. */
#include "extract/work.h"

enum { CHOICES_MAX = 64, WORD_WEIGHT = 16, FIT_WEIGHT = 6, SPAN_WEIGHT = 2, EDIT_WEIGHT = 4 };

typedef struct choice {
  const aski_span *role;
  const aski_span *application;
  bool fits;
  int value;
  size_t words;
} choice;

typedef struct role_chooser {
  aski_work *work;
  const aski_span *roles[CHOICES_MAX];
  size_t role_count;
  const aski_span *applications[CHOICES_MAX];
  size_t application_count;
} role_chooser;

bool aski_extract_asks(const aski_part *part) { return part->kind == ASKI_PART_CORE || part->kind == ASKI_PART_FIELD; }

static bool s_is_free(const aski_work *work, const aski_part *part, const aski_span *span)
{
  for (size_t i = span->first; i < span->first + span->count; ++i) {
    unsigned char account = aski_token_at(work, i)->account;
    if (account == ASKI_ACCOUNT_PERSON || account == ASKI_ACCOUNT_TIME || account == ASKI_ACCOUNT_EXCLUDED ||
        (i >= part->first && i < part->body && part->subject != ASKI_SUBJECT_NAMED && !span->strong)) {
      return false;
    }
  }
  return true;
}

static bool s_label_allows(const aski_part *part, const aski_span *span)
{
  if (part->kind != ASKI_PART_FIELD) {
    return true;
  }
  uint64_t wanted = span->kind == ASKIAM_KIND_ROLE ? ASKI_IS(LABEL_ROLE) : ASKI_IS(LABEL_APP);
  uint64_t either = span->strong ? ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_APP) : 0; /* "Access: GitHub / Contributor" */
  return (part->label & (wanted | either)) != 0;
}

static void s_collect(role_chooser *chooser)
{
  aski_work *work = chooser->work;
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    const aski_part *part = aski_extract_part_of(work, span->first);
    if (span->kind == ASKIAM_KIND_USER || part == NULL || !aski_extract_asks(part) || !s_label_allows(part, span) ||
        !s_is_free(work, part, span) || (!span->strong && aski_extract_cue(work, part, span) < (span->plain ? 2 : 1))) {
      continue;
    }
    if (span->kind == ASKIAM_KIND_ROLE && chooser->role_count < CHOICES_MAX) {
      chooser->roles[chooser->role_count++] = span;
    } else if (span->kind == ASKIAM_KIND_APPLICATION && chooser->application_count < CHOICES_MAX) {
      chooser->applications[chooser->application_count++] = span;
    } else {
      work->too_long = true;
    }
  }
}

/* "for the audit in Workday": an application in a purpose counts where what asks names none. */
static bool s_is_plain_purpose(const aski_work *work, const aski_part *part)
{
  uint64_t asks = ASKI_IS(NEED) | ASKI_IS(START) | ASKI_IS(GIVE) | ASKI_IS(ACCESS) | ASKI_IS(ROLE_NOUN) | ASKI_IS(NOT) |
                  ASKI_IS(LEAD) | ASKI_IS(OTHER);
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind == ASKIAM_KIND_ROLE && span->strong && span->first >= part->first && span->first < part->last) {
      return false;
    }
  }
  return part->kind == ASKI_PART_SOFT && (part->marks & asks) == 0;
}

static void s_collect_from_purposes(role_chooser *chooser)
{
  aski_work *work = chooser->work;
  for (size_t i = 0; i < work->spans.count && chooser->role_count > 0; ++i) {
    const aski_span *span = &work->spans.items[i];
    const aski_part *part = aski_extract_part_of(work, span->first);
    if (span->kind == ASKIAM_KIND_APPLICATION && span->strong && part != NULL && s_is_plain_purpose(work, part) &&
        (aski_extract_before(work, part, span->first) & ASKI_IS(IN)) != 0 && chooser->application_count < CHOICES_MAX) {
      chooser->applications[chooser->application_count++] = span;
    }
  }
}

static bool s_overlap(const aski_span *left, const aski_span *right)
{
  return left->first < right->first + right->count && right->first < left->first + left->count;
}

static bool s_fit(const aski_span *role, const aski_span *application)
{
  for (size_t i = 0; i < role->option_count; ++i) {
    for (size_t j = 0; j < application->option_count; ++j) {
      if (aski_str_equal(role->options[i].application_id, application->options[j].id)) {
        return true;
      }
    }
  }
  return false;
}

static int s_value_of(const aski_work *work, const aski_span *span)
{
  if (span == NULL) {
    return 0;
  }
  int value = (int)span->count * WORD_WEIGHT - SPAN_WEIGHT - (span->score < 1 ? EDIT_WEIGHT : 0);
  int cue = aski_extract_cue(work, aski_extract_part_of(work, span->first), span);
  return value + (cue > 3 ? 3 : cue);
}

static void s_weigh(const aski_work *work, choice *candidate)
{
  candidate->fits =
      candidate->role != NULL && candidate->application != NULL && s_fit(candidate->role, candidate->application);
  candidate->words = (candidate->role == NULL ? 0 : candidate->role->count) +
                     (candidate->application == NULL ? 0 : candidate->application->count);
  candidate->value =
      s_value_of(work, candidate->role) + s_value_of(work, candidate->application) + (candidate->fits ? FIT_WEIGHT : 0);
}

static void s_consider(const aski_work *work, choice *best, const aski_span *role, const aski_span *application)
{
  if (role != NULL && application != NULL && s_overlap(role, application)) {
    return;
  }
  choice candidate = {.role = role, .application = application};
  s_weigh(work, &candidate);
  if (candidate.words > 0 && (best->words == 0 || candidate.value > best->value)) {
    *best = candidate;
  }
}

static choice s_best(const role_chooser *chooser)
{
  choice best = {0};
  for (size_t i = 0; i < chooser->role_count; ++i) {
    s_consider(chooser->work, &best, chooser->roles[i], NULL);
    for (size_t j = 0; j < chooser->application_count; ++j) {
      s_consider(chooser->work, &best, chooser->roles[i], chooser->applications[j]);
    }
  }
  for (size_t j = 0; j < chooser->application_count; ++j) {
    s_consider(chooser->work, &best, NULL, chooser->applications[j]);
  }
  return best;
}

/* Options of a role within one application (absent: any); *out_one is the only one, or the only one written just so. */
static size_t s_count_roles(const aski_span *role, askiam_str application_id, const aski_option **out_one)
{
  size_t count = 0;
  size_t same = 0;
  const aski_option *exact = NULL;
  for (size_t i = 0; i < role->option_count; ++i) {
    const aski_option *option = &role->options[i];
    if (aski_str_present(application_id) && !aski_str_equal(option->application_id, application_id)) {
      continue;
    }
    *out_one = ++count == 1 ? option : *out_one;
    same += option->same_text;
    exact = option->same_text ? option : exact;
  }
  if (count > 1 && same == 1) {
    *out_one = exact;
    return 1;
  }
  return count;
}

static const aski_option *s_pick_application(const aski_span *application, const aski_span *role, bool *out_ambiguous)
{
  const aski_option *one = NULL;
  size_t count = 0;
  size_t same = 0;
  const aski_option *exact = NULL;
  for (size_t i = 0; i < application->option_count; ++i) {
    const aski_option *option = &application->options[i];
    const aski_option *unused = NULL;
    if (role != NULL && s_count_roles(role, option->id, &unused) == 0) {
      continue;
    }
    one = ++count == 1 ? option : one;
    same += option->same_text;
    exact = option->same_text ? option : exact;
  }
  *out_ambiguous = count > 1 && same != 1;
  return count > 1 && same == 1 ? exact : one;
}

static void s_resolve_pair(aski_work *work, const choice *best)
{
  bool ambiguous = false;
  work->application = s_pick_application(best->application, best->fits ? best->role : NULL, &ambiguous);
  work->application_ambiguous = ambiguous;
  if (!best->fits || ambiguous) {
    return;
  }
  work->role_ambiguous = s_count_roles(best->role, work->application->id, &work->role) > 1;
}

static void s_resolve_role(aski_work *work, const aski_span *role)
{
  size_t count = s_count_roles(role, ASKI_STR_NONE, &work->role);
  if (role->option_count > 1) {
    bool one_application = true;
    for (size_t i = 1; i < role->option_count; ++i) {
      one_application =
          one_application && aski_str_equal(role->options[i].application_id, role->options[0].application_id);
    }
    if (one_application) {
      work->role_ambiguous = count > 1;
    } else {
      work->application_ambiguous = true;
    }
  }
  if (work->role_ambiguous || work->application_ambiguous || role->truncated) {
    work->application_ambiguous = work->application_ambiguous || role->truncated;
    work->role = NULL;
  }
}

/* Whether the same words can be read as another role: "Salesforce Admin", a role of Okta, or "Admin" of Salesforce. */
static bool s_has_rival(const role_chooser *chooser, const choice *best)
{
  const aski_option *chosen = chooser->work->role;
  if (chosen == NULL) {
    return false;
  }
  for (size_t i = 0; i < chooser->role_count; ++i) {
    const aski_span *role = chooser->roles[i];
    for (size_t j = 0; j <= chooser->application_count; ++j) {
      const aski_span *application = j < chooser->application_count ? chooser->applications[j] : NULL;
      size_t words = role->count + (application == NULL ? 0 : application->count);
      if (words != best->words ||
          (application != NULL && (s_overlap(role, application) || !s_fit(role, application)))) {
        continue;
      }
      size_t begin = best->role->first;
      if (best->application != NULL && best->application->first < begin) {
        begin = best->application->first;
      }
      bool covers = role->first >= begin;
      const aski_option *one = NULL;
      bool same = false;
      for (size_t k = 0; k < role->option_count; ++k) {
        same = same || aski_str_equal(role->options[k].id, chosen->id);
      }
      (void)s_count_roles(role, ASKI_STR_NONE, &one);
      bool other_application = one != NULL && !aski_str_equal(one->application_id, chosen->application_id);
      if (!same && covers && s_overlap(role, best->role) &&
          (application == NULL ? other_application : best->application == NULL && other_application)) {
        return true;
      }
    }
  }
  return false;
}

/* In "Salesforce Admin" the full name of Salesforce's own role beats its parts. */
static choice s_prefer_full_name(const role_chooser *chooser, choice best)
{
  if (best.role == NULL || best.application == NULL || !best.fits) {
    return best;
  }
  for (size_t i = 0; i < chooser->role_count; ++i) {
    const aski_span *role = chooser->roles[i];
    size_t first = best.role->first < best.application->first ? best.role->first : best.application->first;
    if (role->count == best.words && role->first == first && s_overlap(role, best.role) &&
        s_overlap(role, best.application) && s_fit(role, best.application)) {
      choice whole = {.role = role};
      s_weigh(chooser->work, &whole);
      return whole;
    }
  }
  return best;
}

static bool s_names_chosen(const aski_work *work, const aski_span *span)
{
  const aski_option *chosen = span->kind == ASKIAM_KIND_ROLE ? work->role : work->application;
  for (size_t i = 0; chosen != NULL && i < span->option_count; ++i) {
    if (aski_str_equal(span->options[i].id, chosen->id)) {
      return true;
    }
  }
  /* The application of a chosen role that is named again, or was named elsewhere. */
  for (size_t i = 0; work->role != NULL && span->kind == ASKIAM_KIND_APPLICATION && i < span->option_count; ++i) {
    if (aski_str_equal(span->options[i].id, work->role->application_id)) {
      return true;
    }
  }
  return false;
}

static void s_account_span(aski_work *work, const aski_span *span)
{
  for (size_t i = span->first; i < span->first + span->count; ++i) {
    aski_token_at(work, i)->account = ASKI_ACCOUNT_ENTITY;
  }
}

static bool s_is_covered(const aski_work *work, const aski_span *span, bool wholly)
{
  size_t covered = 0;
  for (size_t i = span->first; i < span->first + span->count; ++i) {
    covered += aski_token_at(work, i)->account == ASKI_ACCOUNT_ENTITY;
  }
  return wholly ? covered == span->count : covered > 0;
}

/* The longest span of the sentence that holds this one: "Payroll Admin" over "Admin". */
static const aski_span *s_longest_over(const role_chooser *chooser, const aski_span *span)
{
  const aski_span *longest = span;
  for (size_t i = 0; i < chooser->role_count; ++i) {
    const aski_span *other = chooser->roles[i];
    bool holds = other->first <= span->first && other->first + other->count >= span->first + span->count;
    longest = holds && other->count > longest->count ? other : longest;
  }
  return longest;
}

static void s_check_others(const role_chooser *chooser)
{
  aski_work *work = chooser->work;
  const aski_span *const *lists[] = {chooser->roles, chooser->applications};
  const size_t counts[] = {chooser->role_count, chooser->application_count};
  for (int pass = 0; pass < 2; ++pass) {
    for (size_t list = 0; list < 2; ++list) {
      for (size_t i = 0; i < counts[list]; ++i) {
        const aski_span *span = lists[list][i];
        if (s_is_covered(work, span, false)) {
          continue;
        }
        if (pass == 0 && s_names_chosen(work, span)) {
          s_account_span(work, span);
        } else if (pass == 1 && span->strong && span->score >= 1) {
          work->several = true;
          s_account_span(work, s_longest_over(chooser, span));
        }
      }
    }
  }
}

void aski_extract_triple(aski_work *work)
{
  role_chooser chooser = {.work = work};
  work->role = work->application = NULL;
  work->role_ambiguous = work->application_ambiguous = work->several = work->other_fit = false;
  for (size_t i = 0; i < work->tokens.count; ++i) {
    aski_token *token = aski_token_at(work, i);
    token->account = token->account == ASKI_ACCOUNT_ENTITY || token->account == ASKI_ACCOUNT_GLUE ? ASKI_ACCOUNT_NONE
                                                                                                  : token->account;
  }
  s_collect(&chooser);
  if (chooser.application_count == 0) {
    s_collect_from_purposes(&chooser);
  }
  choice best = s_prefer_full_name(&chooser, s_best(&chooser));
  work->role_span = best.role;
  work->application_span = best.application;
  if (best.application != NULL) {
    s_account_span(work, best.application);
  }
  if (best.role != NULL) {
    s_account_span(work, best.role);
  }
  if (best.application != NULL) {
    s_resolve_pair(work, &best);
  } else if (best.role != NULL) {
    s_resolve_role(work, best.role);
  }
  work->other_fit = best.role != NULL && s_has_rival(&chooser, &best);
  s_check_others(&chooser);
}
