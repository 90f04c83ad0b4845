/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of applications and roles, kept for the whole sync: entries of roles and documents tell them. */
#include "index/run.h"

#include <stdlib.h>

static askiam_status s_read_table(aski_index_names *names, const aski_index *index, const askiam_call *call,
                                  askiam_table table, void (*add)(aski_index_names *names, const aski_index_row *row),
                                  askiam_error *error)
{
  aski_index_part part;
  char after[ASKIAM_POSITION_MAX_BYTES];
  size_t after_bytes = 0;
  aski_index_part_init(&part, index->allocator);
  askiam_status status;
  do {
    status = aski_index_part_read(&part, index, call, table, (askiam_str){after, after_bytes}, error);
    for (size_t i = 0; i < part.count && status == ASKIAM_STATUS_OK; ++i) {
      add(names, &part.items[i]);
      after_bytes = part.items[i].position.length;
      memcpy(after, part.items[i].position.data, after_bytes);
    }
    if (status == ASKIAM_STATUS_OK && names->arena.failed) {
      status = aski_index_no_memory(error);
    }
  } while (status == ASKIAM_STATUS_OK && part.count > 0);
  aski_index_part_clean_up(&part);
  return status;
}

static void s_add_application(aski_index_names *names, const aski_index_row *row)
{
  aski_index_application *added = ASKI_ARENA_PUSH(&names->arena, &names->applications);
  if (added != NULL) {
    added->id = aski_arena_copy(&names->arena, row->values[0]);
    added->name = aski_arena_copy(&names->arena, row->values[1]);
    added->description = aski_arena_copy(&names->arena, row->values[2]);
    added->owner = aski_arena_copy(&names->arena, row->values[3]);
  }
}

static void s_add_role(aski_index_names *names, const aski_index_row *row)
{
  aski_index_role *added = ASKI_ARENA_PUSH(&names->arena, &names->roles);
  if (added != NULL) {
    added->id = aski_arena_copy(&names->arena, row->values[0]);
    added->name = aski_arena_copy(&names->arena, row->values[2]);
    added->risk = aski_arena_copy(&names->arena, row->values[5]);
  }
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
  askiam_status status = s_read_table(names, index, call, ASKIAM_TABLE_APPLICATIONS, s_add_application, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_table(names, index, call, ASKIAM_TABLE_ROLES, s_add_role, error);
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
