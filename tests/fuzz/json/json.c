/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as JSON: what the scanner takes the tree takes too, walked whole, and what is written of it reads back. */
#include <stdlib.h>

#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes what the tree holds, by a walk without recursion, as one flat list of strings and numbers. */
static void s_flatten(const aski_json *root, aski_json_writer *writer)
{
  const aski_json *open[ASKI_JSON_MAX_DEPTH + 1];
  size_t depth = 0;
  const aski_json *node = root;
  while (node != NULL) {
    aski_json_write_string(writer, NULL, aski_json_name(node));
    aski_json_write_string(writer, NULL, aski_json_string(node));
    aski_json_write_number(writer, NULL, aski_json_number(node, 0), -1);
    if (aski_json_first(node) != NULL) {
      open[depth++] = node;
      node = aski_json_first(node);
      continue;
    }
    while (aski_json_next(node) == NULL && depth > 0) {
      node = open[--depth];
    }
    node = aski_json_next(node);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  const askiam_allocator *allocator = aski_allocator_default();
  aski_json_document *document = NULL;
  aski_json_place place;
  bool good = aski_json_check(text, allocator, &place);
  askiam_status status = aski_json_parse(&document, text, allocator, ASKIAM_LAYER_REQUEST, NULL);
  if (good != (status == ASKIAM_STATUS_OK)) {
    abort();
  }
  if (good) {
    aski_buffer buffer;
    aski_buffer_init(&buffer, allocator);
    aski_json_writer writer;
    aski_json_writer_init(&writer, &buffer);
    aski_json_open_array(&writer, NULL);
    s_flatten(aski_json_root(document), &writer);
    aski_json_close_array(&writer);
    if (buffer.length <= ASKI_JSON_MAX_BYTES && !aski_json_check(aski_buffer_view(&buffer), allocator, &place)) {
      abort();
    }
    aski_buffer_clean_up(&buffer);
  }
  aski_json_destroy(document);
  return 0;
}
