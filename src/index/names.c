/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of applications and roles, kept for the whole sync: entries of roles and documents tell them. */
#include "index/run.h"

#include <stdlib.h>

static askiam_status s_add_application(void *context, const aski_index_row *row)
{
  aski_index_names *names = context;
  aski_index_application *added = ASKI_ARENA_PUSH(&names->arena, &names->applications);
  if (added != NULL) {
    added->id = aski_arena_copy(&names->arena, row->values[0]);
    added->name = aski_arena_copy(&names->arena, row->values[1]);
    added->description = aski_arena_copy(&names->arena, row->values[2]);
    added->owner = aski_arena_copy(&names->arena, row->values[3]);
  }
  return names->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_add_role(void *context, const aski_index_row *row)
{
  aski_index_names *names = context;
  aski_index_role *added = ASKI_ARENA_PUSH(&names->arena, &names->roles);
  if (added != NULL) {
    added->id = aski_arena_copy(&names->arena, row->values[0]);
    added->name = aski_arena_copy(&names->arena, row->values[2]);
    added->risk = aski_arena_copy(&names->arena, row->values[5]);
  }
  return names->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static int s_compare_applications(const void *left, const void *right)
{
  return aski_str_compare(((const aski_index_application *)left)->id, ((const aski_index_application *)right)->id);
}

static int s_compare_roles(const void *left, const void *right)
{
  return aski_str_compare(((const aski_index_role *)left)->id, ((const aski_index_role *)right)->id);
}

askiam_status aski_index_names_load(aski_index_names *names, const aski_index *index, const askiam_call *call,
                                    askiam_error *error)
{
  *names = (aski_index_names){.applications = {.count = 0}};
  aski_arena_init(&names->arena, index->allocator);
  askiam_status status = aski_index_each_row(index, call, ASKIAM_TABLE_APPLICATIONS, s_add_application, names, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_index_each_row(index, call, ASKIAM_TABLE_ROLES, s_add_role, names, error);
  }
  if (status == ASKIAM_STATUS_OK && names->applications.count > 0) {
    qsort(names->applications.items, names->applications.count, sizeof *names->applications.items,
          s_compare_applications);
  }
  if (status == ASKIAM_STATUS_OK && names->roles.count > 0) {
    qsort(names->roles.items, names->roles.count, sizeof *names->roles.items, s_compare_roles);
  }
  return status;
}

void aski_index_names_clean_up(aski_index_names *names) { aski_arena_clean_up(&names->arena); }

const aski_index_application *aski_index_application_of(const aski_index_names *names, askiam_str id)
{
  const aski_index_application wanted = {.id = id};
  return names->applications.count == 0 ? NULL
                                        : bsearch(&wanted, names->applications.items, names->applications.count,
                                                  sizeof wanted, s_compare_applications);
}

const aski_index_role *aski_index_role_of(const aski_index_names *names, askiam_str id)
{
  const aski_index_role wanted = {.id = id};
  return names->roles.count == 0
             ? NULL
             : bsearch(&wanted, names->roles.items, names->roles.count, sizeof wanted, s_compare_roles);
}
