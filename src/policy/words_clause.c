/* SPDX-License-Identifier: Apache-2.0
 *
 * What a condition found, in words: a subject that knows the keys of access requests, and a relation that knows the operators. */
#include <strings.h>

#include "base/time.h"
#include "policy/hash.h"
#include "policy/pattern.h"
#include "policy/values.h"
#include "policy/words.h"

enum {
  RESOLVED_BYTES = 256, /* of a value with variables; more than is ever shown */
  SECONDS_PER_MINUTE = 60
};

/* How values of a key are shown. */
typedef enum show {
  SHOW_QUOTED,
  SHOW_PLAIN,
  SHOW_DURATION, /* seconds */
  SHOW_TIME,     /* RFC 3339 */
  SHOW_EPOCH     /* seconds since 1970 */
} show;

typedef struct key_words {
  const char *key;
  const char *subject;
  show show;
  const char *unknown; /* the whole clause where there is no value; NULL: "… is not known" */
  bool many;           /* the subject is a plural, whatever it has */
} key_words;

static const key_words s_keys[] = {
    {"aws:SourceIp", "the address", SHOW_PLAIN, NULL, false},
    {"aws:UserAgent", "the user agent", SHOW_QUOTED, NULL, false},
    {"aws:CurrentTime", "the time", SHOW_TIME, NULL, false},
    {"aws:EpochTime", "the time", SHOW_EPOCH, NULL, false},
    {"askiam:RequestedDurationSeconds", "the duration asked for", SHOW_DURATION, "no end is asked for", false},
    {"askiam:UserId", "the user", SHOW_QUOTED, NULL, false},
    {"askiam:RequesterId", "the requester", SHOW_QUOTED, NULL, false},
    {"askiam:UserStatus", "the user's status", SHOW_QUOTED, NULL, false},
    {"askiam:UserDepartment", "the user's department", SHOW_QUOTED, NULL, false},
    {"askiam:UserTitle", "the user's title", SHOW_QUOTED, NULL, false},
    {"askiam:UserManager", "the user's manager", SHOW_QUOTED, NULL, false},
    {"askiam:CurrentRoles", "the roles held", SHOW_QUOTED, "no role is held", true},
    {"askiam:AppId", "the application", SHOW_QUOTED, NULL, false},
    {"askiam:AppOwner", "the application's owner", SHOW_QUOTED, NULL, false},
    {"askiam:RoleId", "the role", SHOW_QUOTED, NULL, false},
    {"askiam:RoleRisk", "the role's risk", SHOW_QUOTED, NULL, false},
    {"askiam:RolePermissions", "the role's permissions", SHOW_QUOTED, "the role has no permissions", true},
};

static const char s_attribute[] = "askiam:User/";

/* What is known about a key; others are called by their names. */
static key_words s_words_of(aski_arena *arena, askiam_str key)
{
  for (size_t i = 0; i < sizeof s_keys / sizeof *s_keys; ++i) {
    if (aski_policy_words_same_key(key, s_keys[i].key)) {
      return s_keys[i];
    }
  }
  size_t prefix = sizeof s_attribute - 1;
  bool attribute = key.length > prefix && strncasecmp(key.data, s_attribute, prefix) == 0;
  askiam_str subject = attribute
                           ? aski_arena_format(arena, "the user's %.*s", (int)(key.length - prefix), key.data + prefix)
                           : aski_arena_copy(arena, key);
  return (key_words){.subject = subject.data == NULL ? "" : subject.data, .show = SHOW_QUOTED};
}

bool aski_policy_words_whole(askiam_str text, int64_t *out_number)
{
  int64_t number = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') {
      return false;
    }
    number = number * 10 + (text.data[i] - '0');
  }
  *out_number = number;
  return text.length > 0 && text.length <= 15;
}

/* "93 days 23 hours 4 minutes 4.614 seconds": what is no whole number of minutes, exactly, since it is told beside a
 * limit that it may exceed by little. */
static askiam_str s_split_duration(aski_arena *arena, askiam_str text)
{
  static const int64_t units[] = {86400, 3600, SECONDS_PER_MINUTE};
  static const char *const names[] = {"day", "hour", "minute"};
  const char *point = memchr(text.data, '.', text.length);
  size_t whole = point == NULL ? text.length : (size_t)(point - text.data);
  int64_t rest = 0;
  if (!aski_policy_words_whole(aski_str_slice(text, 0, whole), &rest)) {
    return aski_arena_format(arena, "%.*s seconds", ASKI_STR_ARG(text));
  }
  askiam_str said = ASKI_STR("");
  for (size_t i = 0; i < sizeof units / sizeof *units; ++i) {
    int64_t number = rest / units[i];
    rest %= units[i];
    if (number > 0) {
      said = aski_arena_format(arena, "%.*s%lld %s%s ", ASKI_STR_ARG(said), (long long)number, names[i],
                               number == 1 ? "" : "s");
    }
  }
  askiam_str fraction = aski_str_slice(text, whole, text.length);
  bool one = rest == 1 && fraction.length == 0;
  return aski_arena_format(arena, "%.*s%lld%.*s second%s", ASKI_STR_ARG(said), (long long)rest, ASKI_STR_ARG(fraction),
                           one ? "" : "s");
}

/* A number that is compared as one is seconds since 1970, everything else a date as policies write it. False where it is neither, or cannot be told
 * to the millisecond. */
static bool s_read_moment(askiam_str text, show how, int64_t *out_ms)
{
  aski_policy_decimal number;
  aski_policy_moment moment;
  bool exact = false;
  *out_ms = 0;
  if (how == SHOW_EPOCH && aski_policy_decimal_read(&number, text)) {
    number.exponent += 3;
    *out_ms = aski_policy_decimal_floor(&number, &exact);
  } else if (aski_policy_moment_read(&moment, text) && moment.seconds >= ASKI_TIME_MIN_MS / 1000 &&
             moment.seconds <= ASKI_TIME_MAX_MS / 1000) {
    *out_ms = moment.seconds * 1000 + moment.nanoseconds / 1000000;
    exact = moment.nanoseconds % 1000000 == 0;
  }
  return exact && *out_ms >= ASKI_TIME_MIN_MS && *out_ms <= ASKI_TIME_MAX_MS;
}

static askiam_str s_value(aski_arena *arena, askiam_str text, show how)
{
  int64_t number = 0;
  if (how == SHOW_DURATION && aski_policy_words_whole(text, &number) &&
      (number % SECONDS_PER_MINUTE == 0 || number < 1000)) {
    return aski_policy_words_duration(arena, number);
  }
  if (how == SHOW_DURATION) {
    return s_split_duration(arena, text);
  }
  if ((how == SHOW_TIME || how == SHOW_EPOCH) && s_read_moment(text, how, &number)) {
    return aski_policy_words_moment(arena, number);
  }
  aski_policy_decimal decimal;
  bool seconds = how == SHOW_EPOCH && aski_policy_decimal_read(&decimal, text);
  return seconds ? aski_arena_format(arena, "%.*s seconds after 1970-01-01", ASKI_STR_ARG(text)) : text;
}

/* What is compared as a text is shown as one, and a date that is compared as a date may be four digits of a year. */
static show s_show(show how, aski_policy_operator op)
{
  aski_policy_family family = aski_policy_operator_family(op);
  bool dates = family == ASKI_POLICY_OF_DATES;
  bool numbers = family == ASKI_POLICY_OF_NUMBERS;
  if (how == SHOW_TIME || how == SHOW_EPOCH) {
    return dates ? SHOW_TIME : numbers ? how : SHOW_QUOTED;
  }
  bool own = how == SHOW_DURATION ? numbers : family == ASKI_POLICY_OF_ADDRESSES;
  return own ? how : SHOW_QUOTED;
}

/* The present time has its milliseconds only where they matter: less than a second beside a limit. */
static askiam_str s_actual(aski_arena *arena, const aski_policy_clause *clause, askiam_str value, show how)
{
  int64_t now_ms = 0;
  int64_t limit_ms = 0;
  if (how != SHOW_TIME || !s_read_moment(value, how, &now_ms)) {
    return value;
  }
  for (size_t i = 0; i < clause->values.count; ++i) {
    if (s_read_moment(clause->values.items[i], how, &limit_ms) && now_ms - limit_ms < 1000 &&
        limit_ms - now_ms < 1000) {
      return value;
    }
  }
  char text[ASKI_TIME_TEXT_BYTES];
  aski_time_format(now_ms - now_ms % 1000, text);
  return aski_arena_copy(arena, askiam_str_from(text));
}

static askiam_str s_values(aski_arena *arena, const askiam_str *items, size_t count, show how, const char *last_word)
{
  askiam_str *shown = aski_arena_acquire(arena, count, sizeof *shown);
  if (shown == NULL) {
    return ASKI_STR("");
  }
  for (size_t i = 0; i < count; ++i) {
    shown[i] = s_value(arena, items[i], how);
  }
  return aski_policy_words_list(arena, shown, count, last_word, how == SHOW_QUOTED);
}

/* What stands between the value and those of the policy, where the clause holds and where it does not. */
typedef struct relation {
  const char *yes;
  const char *no;
  bool negated;   /* `yes` is where no value of the policy fits */
  bool tells_one; /* an equality that holds names the value once: `is "HR"` */
} relation;

static relation s_relation(aski_policy_operator op)
{
  switch (op) {
  case ASKI_POLICY_STRING_EQUALS:
  case ASKI_POLICY_STRING_EQUALS_IGNORE_CASE:
  case ASKI_POLICY_NUMERIC_EQUALS:
  case ASKI_POLICY_DATE_EQUALS:
  case ASKI_POLICY_ARN_EQUALS:
  case ASKI_POLICY_BINARY_EQUALS:
  case ASKI_POLICY_BOOL:
    return (relation){"is", "is not", false, true};
  case ASKI_POLICY_STRING_NOT_EQUALS:
  case ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE:
  case ASKI_POLICY_NUMERIC_NOT_EQUALS:
  case ASKI_POLICY_DATE_NOT_EQUALS:
  case ASKI_POLICY_ARN_NOT_EQUALS:
    return (relation){"is not", "is", true, true};
  case ASKI_POLICY_STRING_LIKE:
  case ASKI_POLICY_ARN_LIKE:
    return (relation){"is like", "is not like", false, false};
  case ASKI_POLICY_STRING_NOT_LIKE:
  case ASKI_POLICY_ARN_NOT_LIKE:
    return (relation){"is not like", "is like", true, false};
  case ASKI_POLICY_IP_ADDRESS:
    return (relation){"is in", "is not in", false, false};
  case ASKI_POLICY_NOT_IP_ADDRESS:
    return (relation){"is not in", "is in", true, false};
  case ASKI_POLICY_NUMERIC_LESS_THAN:
    return (relation){"is less than", "is not less than", false, false};
  case ASKI_POLICY_NUMERIC_LESS_THAN_EQUALS:
    return (relation){"is at most", "is more than", false, false};
  case ASKI_POLICY_NUMERIC_GREATER_THAN:
    return (relation){"is more than", "is not more than", false, false};
  case ASKI_POLICY_NUMERIC_GREATER_THAN_EQUALS:
    return (relation){"is at least", "is less than", false, false};
  case ASKI_POLICY_DATE_LESS_THAN:
    return (relation){"is before", "is not before", false, false};
  case ASKI_POLICY_DATE_LESS_THAN_EQUALS:
    return (relation){"is not after", "is after", false, false};
  case ASKI_POLICY_DATE_GREATER_THAN:
    return (relation){"is after", "is not after", false, false};
  case ASKI_POLICY_DATE_GREATER_THAN_EQUALS:
    return (relation){"is not before", "is before", false, false};
  case ASKI_POLICY_NULL:
  case ASKI_POLICY_OPERATOR_COUNT:
    break;
  }
  return (relation){"fits", "does not fit", false, false};
}

/* A number that is a time is before another, not less. The operators of both kinds are in the same order. */
static aski_policy_operator s_of_dates(aski_policy_operator op)
{
  bool number = aski_policy_operator_family(op) == ASKI_POLICY_OF_NUMBERS;
  return number ? (aski_policy_operator)(op - ASKI_POLICY_NUMERIC_EQUALS + ASKI_POLICY_DATE_EQUALS) : op;
}

/* "the user's department "Sales" is not "HR"" */
static askiam_str s_one(aski_arena *arena, const key_words *words, const aski_policy_clause *clause, askiam_str value,
                        bool holds)
{
  relation is = s_relation(words->show == SHOW_EPOCH ? s_of_dates(clause->op) : clause->op);
  const char *verb = holds ? is.yes : is.no;
  value = s_actual(arena, clause, value, words->show);
  askiam_str actual = s_values(arena, &value, 1, words->show, "or");
  bool fits = holds != is.negated; /* one of the policy's values */
  if (is.tells_one && fits) {
    return aski_arena_format(arena, "%s is %.*s", words->subject, ASKI_STR_ARG(actual));
  }
  askiam_str wanted = s_values(arena, clause->values.items, clause->values.count, words->show, "or");
  bool several = is.tells_one && clause->values.count > 1;
  const char *comma = words->show == SHOW_PLAIN || words->show == SHOW_QUOTED ? "" : ",";
  return aski_arena_format(arena, "%s%s %.*s%s %s%s %.*s", words->subject, comma, ASKI_STR_ARG(actual), comma, verb,
                           several ? " one of" : "", ASKI_STR_ARG(wanted));
}

/* "the roles held, "a" and "b", include "a"". Without a set operator one value that fits is a fit. */
static askiam_str s_many(aski_arena *arena, const key_words *words, const aski_policy_clause *clause,
                         aski_policy_actual actual, bool holds)
{
  bool negated = s_relation(clause->op).negated;
  bool all = clause->quantifier == ASKI_POLICY_FOR_ALL_VALUES;
  bool plain = clause->quantifier == ASKI_POLICY_PLAIN;
  bool among = !plain && all != negated; /* about whether all values fit; else whether one does */
  bool several = clause->values.count > 1;
  const char *verb = among              ? (holds != negated ? "are all among" : "are not all among")
                     : holds != negated ? (several ? "include one of" : "include")
                                        : (several ? "include none of" : "do not include");
  askiam_str given = s_values(arena, actual.items, actual.count, words->show, "and");
  askiam_str wanted = s_values(arena, clause->values.items, clause->values.count, words->show, "and");
  return aski_arena_format(arena, "%s, %.*s, %s %.*s", words->subject, ASKI_STR_ARG(given), verb, ASKI_STR_ARG(wanted));
}

/* Null asks only whether there is a value, and so does a clause about a key that has none. */
static askiam_str s_whether_known(aski_arena *arena, const key_words *words, bool known)
{
  if (known) {
    return words->show == SHOW_DURATION ? ASKI_STR("an end is asked for")
                                        : aski_arena_format(arena, "%s is known", words->subject);
  }
  return words->unknown != NULL ? askiam_str_from(words->unknown)
                                : aski_arena_format(arena, "%s is not known", words->subject);
}

askiam_str aski_policy_words_clause(aski_arena *arena, const aski_policy_clause *clause, aski_policy_actual actual,
                                    bool holds)
{
  key_words words = s_words_of(arena, clause->key);
  if (clause->op == ASKI_POLICY_NULL || actual.count == 0) {
    return s_whether_known(arena, &words, actual.count > 0);
  }
  words.show = s_show(words.show, clause->op);
  if (actual.count > 1 || words.many) { /* of one value all set operators say the same */
    return s_many(arena, &words, clause, actual, holds);
  }
  return s_one(arena, &words, clause, actual.items[0], holds);
}

static aski_policy_values s_find(aski_arena *arena, const askiam_policy_request *request, askiam_str key)
{
  askiam_str lower = aski_policy_lower_copy(arena, key);
  return aski_policy_request_find(request, lower, aski_policy_hash_text(lower));
}

/* What a variable stands for in this request; itself, as it is written, where it stands for nothing, which `unresolved` then says. */
static askiam_str s_variable(aski_arena *arena, const askiam_policy_request *request, const aski_policy_part *part,
                             askiam_str *unresolved)
{
  aski_policy_values values = s_find(arena, request, part->text);
  if (values.count == 1) {
    return aski_policy_values_next(&values);
  }
  if (values.count == 0 && aski_str_present(part->default_text)) {
    return part->default_text;
  }
  askiam_str written = aski_arena_format(arena, "${%.*s}", ASKI_STR_ARG(part->text));
  askiam_str shown = aski_policy_words_list(arena, &written, 1, "", false);
  *unresolved = aski_arena_format(arena, "%.*s has %s here", ASKI_STR_ARG(shown),
                                  values.count == 0 ? "no value" : "several values");
  return written;
}

/* The beginning at least, which is all that is shown of a long one. */
static askiam_str s_resolved(aski_arena *arena, const askiam_policy_request *request, askiam_str text,
                             askiam_str *unresolved)
{
  aski_policy_template parts;
  if (aski_policy_template_read(&parts, arena, text, false, true) != NULL) {
    return text;
  }
  askiam_str resolved = ASKI_STR("");
  for (size_t i = 0; i < parts.count && resolved.length < RESOLVED_BYTES; ++i) {
    bool variable = parts.items[i].kind == ASKI_POLICY_PART_VARIABLE;
    askiam_str said = variable ? s_variable(arena, request, &parts.items[i], unresolved) : parts.items[i].text;
    said = aski_str_slice(said, 0, RESOLVED_BYTES);
    resolved = aski_arena_format(arena, "%.*s%.*s", ASKI_STR_ARG(resolved), ASKI_STR_ARG(said));
  }
  return resolved;
}

static aski_policy_texts s_resolved_values(aski_arena *arena, const askiam_policy_request *request,
                                           const aski_policy_clause *clause, askiam_str *unresolved)
{
  size_t count = clause->values.count;
  askiam_str *items = clause->has_variables ? aski_arena_acquire(arena, count, sizeof *items) : NULL;
  for (size_t i = 0; items != NULL && i < count; ++i) {
    items[i] = s_resolved(arena, request, clause->values.items[i], unresolved);
  }
  return items == NULL ? clause->values : (aski_policy_texts){items, count, count};
}

askiam_str aski_policy_words_found(aski_arena *arena, const aski_policy_clause *clause,
                                   const askiam_policy_request *request, bool holds)
{
  aski_policy_values values = s_find(arena, request, clause->key);
  aski_policy_actual actual = {.count = values.count};
  askiam_str *items = aski_arena_acquire(arena, values.count, sizeof *items);
  for (size_t i = 0; items != NULL && i < actual.count; ++i) {
    items[i] = aski_policy_values_next(&values);
  }
  actual.items = items;
  aski_policy_clause shown = *clause;
  askiam_str unresolved = ASKI_STR("");
  shown.values = s_resolved_values(arena, request, clause, &unresolved);
  if (items == NULL) {
    return ASKI_STR("");
  }
  bool fits = holds != s_relation(clause->op).negated; /* by another value than the one that stands for nothing */
  askiam_str found = aski_policy_words_clause(arena, &shown, actual, holds);
  return fits || actual.count == 0 || unresolved.length == 0
             ? found
             : aski_arena_format(arena, "%.*s, as %.*s", ASKI_STR_ARG(found), ASKI_STR_ARG(unresolved));
}
