/* SPDX-License-Identifier: Apache-2.0
 *
 * All that waits, or all that has come to its end: page after page, each grant in a transaction of its own. What
 * concerns one request alone is told as its line, and the others go on; an outage ends the walk. */
#include "grants/change.h"

enum { PAGE = 64 };

typedef struct page_item {
  askiam_str requester_id;
  askiam_str request_id;
  int64_t at_ms;
} page_item;

typedef struct page {
  aski_arena arena;
  page_item *items;
  size_t count, capacity;
} page;

typedef struct list_walk {
  const aski_grants *grants;
  const askiam_call *call;
  aski_grants_act act;
  askiam_line_fn line;
  void *context;
  askiam_error *error;
  int64_t began_ms;
  page_item last; /* strings in the page before */
} list_walk;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory for grants");
}

static askiam_status s_add(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms)
{
  page *taken = context;
  page_item *item = ASKI_ARENA_PUSH(&taken->arena, taken);
  if (item == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *item = (page_item){aski_arena_copy(&taken->arena, requester_id), aski_arena_copy(&taken->arena, request_id), at_ms};
  return taken->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_take(page *taken, const list_walk *walk)
{
  const askiam_grant_query query = {.size = sizeof query,
                                    .list =
                                        walk->act == ASKI_GRANTS_FULFIL ? ASKIAM_GRANTS_WAITING : ASKIAM_GRANTS_ENDED,
                                    .now_ms = walk->began_ms,
                                    .after_ms = walk->last.at_ms,
                                    .after_request_id = walk->last.request_id,
                                    .after_requester_id = walk->last.requester_id,
                                    .limit = PAGE};
  return aski_state_grants(walk->grants->state, walk->call, &query, s_add, taken, walk->error);
}

static askiam_status s_tell(const list_walk *walk, const aski_grants_result *result, const askiam_error *failure)
{
  aski_buffer text;
  aski_buffer_init(&text, walk->grants->audit->allocator);
  aski_grants_write_json(result, failure, &text);
  askiam_status status = text.failed ? s_no_memory(walk->error) : walk->line(walk->context, aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
  return status;
}

static askiam_status s_do(list_walk *walk, const page_item *item)
{
  const aski_grants_order order = {
      .act = walk->act, .request_id = item->request_id, .requester_id = item->requester_id};
  aski_arena arena;
  aski_arena_init(&arena, walk->grants->audit->allocator);
  aski_grants_result result;
  askiam_error said = ASKIAM_ERROR_INIT;
  bool alone = false;
  askiam_status status = aski_grants_change(&result, &alone, &arena, walk->grants, walk->call, &order, &said);
  if (status == ASKIAM_STATUS_OK) {
    status = s_tell(walk, &result, NULL);
  } else if (alone) {
    result.request.request_id = item->request_id;
    result.request.requester_id = item->requester_id;
    said.status = status;
    status = s_tell(walk, &result, &said);
  } else if (walk->error != NULL) {
    *walk->error = said;
    walk->error->status = status;
  }
  aski_arena_clean_up(&arena);
  return status;
}

/* What was approved after the walk began is for the next one, so that it ends. */
static askiam_status s_do_page(list_walk *walk, const page *taken, bool *out_more)
{
  *out_more = taken->count == PAGE;
  for (size_t i = 0; i < taken->count; ++i) {
    if (taken->items[i].at_ms > walk->began_ms) {
      *out_more = false;
      return ASKIAM_STATUS_OK;
    }
    askiam_status status = s_do(walk, &taken->items[i]);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_grants_run_all(const aski_grants *grants, const askiam_call *call, aski_grants_act act,
                                  askiam_line_fn line, void *context, askiam_error *error)
{
  list_walk walk = {.grants = grants,
                    .call = call,
                    .act = act,
                    .line = line,
                    .context = context,
                    .error = error,
                    .began_ms = call->now_ms};
  page pages[2] = {{.items = NULL}, {.items = NULL}};
  aski_arena_init(&pages[0].arena, grants->audit->allocator);
  aski_arena_init(&pages[1].arena, grants->audit->allocator);
  bool more = true;
  askiam_status status = aski_grants_check_stores(grants, error);
  for (unsigned turn = 0; more && status == ASKIAM_STATUS_OK; ++turn) {
    page *taken = &pages[turn % 2]; /* the other one holds the place where this one begins */
    aski_arena_clean_up(&taken->arena);
    aski_arena_init(&taken->arena, grants->audit->allocator);
    taken->items = NULL;
    taken->count = taken->capacity = 0;
    status = s_take(taken, &walk);
    status = status == ASKIAM_STATUS_OK ? s_do_page(&walk, taken, &more) : status;
    if (taken->count > 0) {
      walk.last = taken->items[taken->count - 1];
    }
  }
  aski_arena_clean_up(&pages[0].arena);
  aski_arena_clean_up(&pages[1].arena);
  return status;
}
