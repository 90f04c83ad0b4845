/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a table part by part: the store is free again before a row is looked at, and memory is bounded whatever the rows hold. */
#include "index/run.h"

enum { ROWS_MAX = 256, PART_BYTES = 4 * 1024 * 1024 };

void aski_index_part_init(aski_index_part *part, const askiam_allocator *allocator)
{
  *part = (aski_index_part){.count = 0};
  aski_arena_init(&part->arena, allocator);
}

void aski_index_part_clean_up(aski_index_part *part) { aski_arena_clean_up(&part->arena); }

typedef struct part_walk {
  aski_index_part *part;
  bool full;
} part_walk;

/* The row that makes the part full is still of it; the walk ends there. */
static askiam_status s_keep(void *context, askiam_str position, const askiam_str *values, size_t count)
{
  part_walk *walk = context;
  aski_index_part *part = walk->part;
  aski_index_row *row = ASKI_ARENA_PUSH(&part->arena, part);
  if (row == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  row->position = aski_arena_copy(&part->arena, position);
  for (size_t i = 0; i < count; ++i) {
    row->values[i] = aski_arena_copy(&part->arena, values[i]);
    part->bytes += values[i].length;
  }
  walk->full = part->bytes >= PART_BYTES;
  return part->arena.failed ? ASKIAM_STATUS_NO_MEMORY : walk->full ? ASKIAM_STATUS_FULL : ASKIAM_STATUS_OK;
}

askiam_status aski_index_part_read(aski_index_part *part, const aski_index *index, const askiam_call *call,
                                   askiam_table table, askiam_str after, askiam_error *error)
{
  aski_index_part_clean_up(part);
  aski_index_part_init(part, index->allocator);
  part_walk walk = {.part = part};
  askiam_error own = ASKIAM_ERROR_INIT;
  askiam_status status = aski_admin_read_rows(index->admin, call, table, after, ROWS_MAX, s_keep, &walk, &own);
  if (status == ASKIAM_STATUS_OK || (status == ASKIAM_STATUS_FULL && walk.full && !part->arena.failed)) {
    return ASKIAM_STATUS_OK;
  }
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return aski_index_no_memory(error);
  }
  if (error != NULL) {
    *error = own;
  }
  return status;
}

askiam_status aski_index_each_row(const aski_index *index, const askiam_call *call, askiam_table table,
                                  aski_index_row_fn row, void *context, askiam_error *error)
{
  aski_index_part part;
  char after[ASKIAM_POSITION_MAX_BYTES];
  size_t after_bytes = 0;
  aski_index_part_init(&part, index->allocator);
  askiam_status status;
  do {
    status = aski_index_part_read(&part, index, call, table, (askiam_str){after, after_bytes}, error);
    for (size_t i = 0; i < part.count && status == ASKIAM_STATUS_OK; ++i) {
      status = row(context, &part.items[i]);
      status = status == ASKIAM_STATUS_NO_MEMORY ? aski_index_no_memory(error) : status;
      after_bytes = part.items[i].position.length;
      memcpy(after, part.items[i].position.data, after_bytes);
    }
  } while (status == ASKIAM_STATUS_OK && part.count > 0);
  aski_index_part_clean_up(&part);
  return status;
}
