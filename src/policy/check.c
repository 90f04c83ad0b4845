/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks that keep nothing of the document. */
#include "policy/check.h"

#include "policy/reader.h"

askiam_status askiam_policy_check(askiam_str json, askiam_policy_kind kind, askiam_policy_finding_fn finding,
                                  void *context, const askiam_allocator *allocator, askiam_error *error)
{
  if (json.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_policy_check: no document was given");
  }
  aski_arena arena;
  aski_arena_init(&arena, allocator == NULL ? aski_allocator_default() : allocator);
  aski_policy_document document;
  askiam_status status = aski_policy_read(&document, &arena, json, kind, finding, context, error);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_policy_check_node(aski_json_document *document, const aski_json *node, aski_json_cursor *cursor,
                                     askiam_policy_kind kind, askiam_policy_finding_fn finding, void *context,
                                     const askiam_allocator *allocator, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, allocator);
  aski_policy_document read = {0};
  askiam_status status = aski_policy_read_within(&read, &arena, document, node, cursor, kind, finding, context, error);
  aski_arena_clean_up(&arena);
  return status;
}
