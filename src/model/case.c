/* SPDX-License-Identifier: Apache-2.0
 *
 * What a judge is shown and says: askiam_case_… and askiam_opinion_… of backend/judge.h. */
#include "model/case.h"

askiam_str askiam_case_get(const askiam_case *judged, askiam_case_field field)
{
  const aski_facts *facts = judged->facts;
  switch (field) {
  case ASKIAM_CASE_USER_ID:
    return facts->user.id;
  case ASKIAM_CASE_USER_NAME:
    return facts->user.name;
  case ASKIAM_CASE_APPLICATION_ID:
    return facts->application.id;
  case ASKIAM_CASE_APPLICATION_NAME:
    return facts->application.name;
  case ASKIAM_CASE_ROLE_ID:
    return facts->role.id;
  case ASKIAM_CASE_ROLE_NAME:
    return facts->role.name;
  case ASKIAM_CASE_ROLE_DESCRIPTION:
    return facts->role.description;
  case ASKIAM_CASE_ROLE_RISK:
    return facts->role.risk;
  }
  return ASKI_STR_NONE;
}

static const aski_attribute *s_attribute(const askiam_case *judged, size_t index)
{
  static const aski_attribute none = {{NULL, 0}, {NULL, 0}};
  return index < judged->facts->user.attributes.count ? &judged->facts->user.attributes.items[index] : &none;
}

size_t askiam_case_attribute_count(const askiam_case *judged) { return judged->facts->user.attributes.count; }
askiam_str askiam_case_attribute_key(const askiam_case *judged, size_t index)
{
  return s_attribute(judged, index)->key;
}
askiam_str askiam_case_attribute_value(const askiam_case *judged, size_t index)
{
  return s_attribute(judged, index)->value;
}

size_t askiam_case_role_count(const askiam_case *judged) { return judged->held_role_count; }
askiam_str askiam_case_role_id(const askiam_case *judged, size_t index)
{
  return index < judged->held_role_count ? judged->held_roles[index] : ASKI_STR_NONE;
}

static const aski_document *s_document(const askiam_case *judged, size_t index)
{
  static const aski_document none = {.score = 0};
  return index < judged->document_count ? &judged->documents[index] : &none;
}

size_t askiam_case_document_count(const askiam_case *judged) { return judged->document_count; }
askiam_str askiam_case_document_id(const askiam_case *judged, size_t index) { return s_document(judged, index)->id; }
askiam_str askiam_case_document_title(const askiam_case *judged, size_t index)
{
  return s_document(judged, index)->title;
}
askiam_str askiam_case_document_text(const askiam_case *judged, size_t index)
{
  return s_document(judged, index)->text;
}

static const aski_pattern *s_pattern(const askiam_case *judged, size_t index)
{
  static const aski_pattern none = {.person = NULL};
  return index < judged->pattern_count ? &judged->patterns[index] : &none;
}

/* The pattern's person, NULL where nothing is known. */
static const aski_person *s_person(const askiam_case *judged, size_t index)
{
  const aski_person *person = s_pattern(judged, index)->person;
  return person != NULL && person->found ? person : NULL;
}

size_t askiam_case_pattern_count(const askiam_case *judged) { return judged->pattern_count; }
int askiam_case_pattern_approved(const askiam_case *judged, size_t index)
{
  return s_pattern(judged, index)->approved ? 1 : 0;
}
int64_t askiam_case_pattern_time_ms(const askiam_case *judged, size_t index)
{
  return s_pattern(judged, index)->timestamp_ms;
}
int askiam_case_pattern_known(const askiam_case *judged, size_t index) { return s_person(judged, index) != NULL; }

askiam_str askiam_case_pattern_attribute(const askiam_case *judged, size_t index, askiam_str key)
{
  const aski_person *person = s_person(judged, index);
  for (size_t i = 0; person != NULL && i < person->attributes.count; ++i) {
    if (aski_str_equal(person->attributes.items[i].key, key)) {
      return person->attributes.items[i].value;
    }
  }
  return ASKI_STR_NONE;
}

/* The person's roles but the one asked for: index `role` among them. Gives how many there are. */
static size_t s_pattern_roles(const askiam_case *judged, size_t index, size_t role, askiam_str *out_id)
{
  const aski_person *person = s_person(judged, index);
  size_t count = 0;
  *out_id = ASKI_STR_NONE;
  for (size_t i = 0; person != NULL && i < person->roles.count; ++i) {
    if (!aski_str_equal(person->roles.items[i], judged->facts->role.id)) {
      *out_id = count == role ? person->roles.items[i] : *out_id;
      ++count;
    }
  }
  return count;
}

size_t askiam_case_pattern_role_count(const askiam_case *judged, size_t index)
{
  askiam_str id;
  return s_pattern_roles(judged, index, 0, &id);
}

askiam_str askiam_case_pattern_role_id(const askiam_case *judged, size_t index, size_t role)
{
  askiam_str id;
  s_pattern_roles(judged, index, role, &id);
  return id;
}

static askiam_status s_opine(askiam_opinion *opinion, bool given, double probability, askiam_str reason)
{
  if (opinion == NULL) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  askiam_str copy = aski_arena_copy(opinion->arena, reason);
  if (opinion->arena->failed) {
    opinion->given = false;
    return ASKIAM_STATUS_NO_MEMORY;
  }
  opinion->given = given;
  opinion->malformed = false;
  opinion->probability = probability;
  opinion->reason = copy;
  return ASKIAM_STATUS_OK;
}

askiam_status askiam_opinion_set(askiam_opinion *opinion, double probability, askiam_str reason)
{
  bool given = probability >= 0 && probability <= 1; /* false for NaN too */
  askiam_status status = s_opine(opinion, given, given ? probability : 0, reason);
  if (status == ASKIAM_STATUS_OK) {
    opinion->malformed = !given;
  }
  return status;
}

askiam_status askiam_opinion_abstain(askiam_opinion *opinion, askiam_str reason)
{
  return s_opine(opinion, false, 0, reason);
}
