/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as a kept dialogue: what is taken is written as one that is taken again, and written the same. */
#include <stdlib.h>

#include "dialogue/dialogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool s_read(aski_dialogue *out_dialogue, aski_arena *arena, askiam_str text)
{
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, text, arena->allocator, ASKIAM_LAYER_STORE, NULL) != ASKIAM_STATUS_OK) {
    return false;
  }
  bool good = aski_dialogue_read(out_dialogue, arena, aski_json_root(document), NULL) == ASKIAM_STATUS_OK;
  aski_json_destroy(document);
  return good;
}

static askiam_str s_write(const aski_dialogue *dialogue, aski_arena *arena)
{
  aski_buffer text;
  aski_buffer_init(&text, arena->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &text);
  aski_json_open_object(&writer, NULL);
  aski_dialogue_write(dialogue, &writer);
  aski_json_close_object(&writer);
  askiam_str copy = aski_arena_copy(arena, aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
  return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_dialogue dialogue;
  if (s_read(&dialogue, &arena, (askiam_str){(const char *)data, size})) {
    askiam_str once = s_write(&dialogue, &arena);
    if (!s_read(&dialogue, &arena, once) || !aski_str_equal(once, s_write(&dialogue, &arena))) {
      abort();
    }
  }
  aski_arena_clean_up(&arena);
  return 0;
}
