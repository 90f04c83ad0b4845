/* SPDX-License-Identifier: Apache-2.0
 *
 * How far a sync is, as the text that an index keeps of it. It comes back from another machine: whatever is not as it was written means only
 * that the sync begins anew. */
#include "index/run.h"

enum { PLACE_FORM = 1 };

void aski_index_place_write(aski_buffer *text, const aski_index_place *place)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, text);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", PLACE_FORM);
  aski_json_write_unsigned(&writer, "catalogue", place->catalogue);
  aski_json_write_string(&writer, "model", place->model);
  aski_json_write_text(&writer, "table", aski_index_steps[place->step].name);
  aski_json_write_string(&writer, "after", (askiam_str){place->after, place->after_bytes});
  aski_json_write_unsigned(&writer, "roles", place->roles);
  aski_json_write_unsigned(&writer, "documents", place->documents);
  aski_json_write_unsigned(&writer, "patterns", place->patterns);
  aski_json_close_object(&writer);
}

static bool s_read_step(aski_index_place *place, askiam_str table)
{
  for (unsigned step = 0; step < ASKI_INDEX_STEPS; ++step) {
    if (aski_str_equal_text(table, aski_index_steps[step].name)) {
      place->step = step;
      return true;
    }
  }
  return false;
}

static bool s_read(aski_index_place *place, const aski_json *root)
{
  int64_t form = 0;
  uint64_t catalogue = 0;
  askiam_str model = aski_json_string(aski_json_get(root, "model"));
  askiam_str after = aski_json_string(aski_json_get(root, "after"));
  if (!aski_json_integer(aski_json_get(root, "v"), &form) || form != PLACE_FORM ||
      !aski_json_unsigned(aski_json_get(root, "catalogue"), &catalogue) || catalogue != place->catalogue ||
      !aski_str_present(model) || !aski_str_equal(model, place->model) || !aski_str_present(after) ||
      after.length > sizeof place->after || !s_read_step(place, aski_json_string(aski_json_get(root, "table"))) ||
      !aski_json_unsigned(aski_json_get(root, "roles"), &place->roles) ||
      !aski_json_unsigned(aski_json_get(root, "documents"), &place->documents) ||
      !aski_json_unsigned(aski_json_get(root, "patterns"), &place->patterns)) {
    return false;
  }
  place->after_bytes = after.length;
  memcpy(place->after, after.data, after.length);
  return true;
}

bool aski_index_place_read(aski_index_place *place, askiam_str text, const askiam_allocator *allocator)
{
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, text, allocator, ASKIAM_LAYER_SEARCH, NULL) != ASKIAM_STATUS_OK) {
    return false;
  }
  aski_index_place read = *place;
  bool good = s_read(&read, aski_json_root(document));
  if (good) {
    *place = read;
  }
  aski_json_destroy(document);
  return good;
}
