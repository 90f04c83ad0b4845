/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an event: what is taken names a request, its requester and what it is about; all else is refused and says why. */
#include <stdlib.h>

#include "base/text.h"
#include "grants/grants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  aski_grants_event event;
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_status status =
      aski_grants_read_event(&event, &arena, (askiam_str){(const char *)data, size}, arena.allocator, &error);
  if (status == ASKIAM_STATUS_OK) {
    const askiam_str ids[] = {event.request_id, event.requester_id, event.user_id, event.application_id, event.role_id};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; ++i) {
      if (ids[i].length == 0 || !aski_text_valid(ids[i])) {
        abort();
      }
    }
  } else if (status != ASKIAM_STATUS_BAD_DATA || error.message[0] == 0) {
    abort();
  }
  aski_arena_clean_up(&arena);
  return 0;
}
