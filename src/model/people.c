/* SPDX-License-Identifier: Apache-2.0
 *
 * People, for likeness: askiam_people_… of backend/catalogue.h. */
#include "model/candidates.h"

bool aski_people_init(askiam_people *people, aski_arena *arena, const askiam_str *ids, size_t count)
{
  *people = (askiam_people){.arena = arena, .items = aski_arena_acquire(arena, count, sizeof *people->items)};
  if (people->items == NULL) {
    return false;
  }
  people->count = count;
  for (size_t i = 0; i < count; ++i) {
    people->items[i].id = ids[i];
  }
  return true;
}

static aski_person *s_person(askiam_people *people, size_t index)
{
  return people != NULL && index < people->count ? &people->items[index] : NULL;
}

size_t askiam_people_count(const askiam_people *people) { return people == NULL ? 0 : people->count; }

askiam_str askiam_people_id(const askiam_people *people, size_t index)
{
  return people != NULL && index < people->count ? people->items[index].id : ASKI_STR_NONE;
}

void askiam_people_found(askiam_people *people, size_t index)
{
  aski_person *person = s_person(people, index);
  if (person != NULL) {
    person->found = true;
  }
}

askiam_status askiam_people_add_attribute(askiam_people *people, size_t index, askiam_str key, askiam_str value)
{
  aski_person *person = s_person(people, index);
  if (person == NULL) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  struct aski_person_attribute *added = ASKI_ARENA_PUSH(people->arena, &person->attributes);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  person->found = true;
  added->key = aski_arena_copy(people->arena, key);
  added->value = aski_arena_copy(people->arena, value);
  return people->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status askiam_people_add_role(askiam_people *people, size_t index, askiam_str role_id)
{
  aski_person *person = s_person(people, index);
  if (person == NULL) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  askiam_str *added = ASKI_ARENA_PUSH(people->arena, &person->roles);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  person->found = true;
  *added = aski_arena_copy(people->arena, role_id);
  return people->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
