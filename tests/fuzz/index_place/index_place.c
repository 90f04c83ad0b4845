/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what an index kept of a sync, and as the position of a past decision: what is read is written the same again. */
#include <stdlib.h>

#include "index/run.h"
#include "store/common/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_sync(askiam_str text)
{
  aski_index_place place = {.catalogue = 7, .model = ASKI_STR("m")};
  if (!aski_index_place_read(&place, text, aski_allocator_default())) {
    return;
  }
  aski_buffer written;
  aski_index_place again = {.catalogue = 7, .model = ASKI_STR("m")};
  aski_buffer_init(&written, aski_allocator_default());
  aski_index_place_write(&written, &place);
  if (place.step >= ASKI_INDEX_STEPS ||
      !aski_index_place_read(&again, aski_buffer_view(&written), aski_allocator_default()) ||
      again.after_bytes != place.after_bytes || memcmp(again.after, place.after, place.after_bytes) != 0 ||
      again.step != place.step || again.roles != place.roles) {
    abort();
  }
  aski_buffer_clean_up(&written);
}

static void s_pattern(askiam_str text)
{
  aski_store_place place;
  aski_store_place again;
  if (!aski_store_place_read(&place, text)) {
    return;
  }
  aski_buffer written;
  aski_buffer_init(&written, aski_allocator_default());
  aski_store_place_write(&written, &place);
  if (!aski_store_place_read(&again, aski_buffer_view(&written)) || !aski_str_equal(place.role_id, again.role_id) ||
      !aski_str_equal(place.user_id, again.user_id) || !aski_str_equal(place.origin, again.origin) ||
      place.human != again.human || place.timestamp_ms != again.timestamp_ms) {
    abort();
  }
  aski_buffer_clean_up(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  s_sync((askiam_str){(const char *)data, size});
  s_pattern((askiam_str){(const char *)data, size});
  return 0;
}
