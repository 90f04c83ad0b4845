/* SPDX-License-Identifier: Apache-2.0
 *
 * A JSON node as compact text, without recursion: the store gets the same bytes from a folder as from one file. */
#include "import/run.h"

static void s_scalar(aski_json_writer *writer, const char *name, const aski_json *node)
{
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_BOOL:
    aski_json_write_bool(writer, name, aski_json_bool(node, false));
    break;
  case ASKI_JSON_NUMBER:
    aski_json_write_raw(writer, name, aski_json_number_text(node));
    break;
  case ASKI_JSON_STRING:
    aski_json_write_string(writer, name, aski_json_string(node));
    break;
  case ASKI_JSON_NULL:
  case ASKI_JSON_ARRAY:
  case ASKI_JSON_OBJECT:
    aski_json_write_null(writer, name);
    break;
  }
}

/* Opens or writes `node`; true where its children come next. */
static bool s_open(aski_json_writer *writer, const aski_json *node, bool root)
{
  const char *name = root ? NULL : aski_json_name(node).data; /* ends with NUL, as the tree keeps it */
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_ARRAY:
    aski_json_open_array(writer, name);
    return true;
  case ASKI_JSON_OBJECT:
    aski_json_open_object(writer, name);
    return true;
  case ASKI_JSON_NULL:
  case ASKI_JSON_BOOL:
  case ASKI_JSON_NUMBER:
  case ASKI_JSON_STRING:
    s_scalar(writer, name, node);
    break;
  }
  return false;
}

static void s_close(aski_json_writer *writer, const aski_json *node)
{
  if (aski_json_type_of(node) == ASKI_JSON_ARRAY) {
    aski_json_close_array(writer);
  } else {
    aski_json_close_object(writer);
  }
}

void aski_import_write_json(aski_buffer *buffer, const aski_json *node)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  const aski_json *open[ASKI_JSON_MAX_DEPTH + 1]; /* no document is deeper */
  size_t depth = 0;
  const aski_json *at = node;
  while (at != NULL || depth > 0) {
    if (at == NULL) {
      at = open[--depth];
      s_close(&writer, at);
      at = depth == 0 ? NULL : aski_json_next(at);
    } else if (s_open(&writer, at, depth == 0)) {
      open[depth++] = at;
      at = aski_json_first(at);
    } else {
      at = depth == 0 ? NULL : aski_json_next(at);
    }
  }
}
