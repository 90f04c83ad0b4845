/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/texts.h"

#include "json/json.h"

typedef struct flat_reader {
  const char *at;
  const char *end;
} flat_reader;

static char s_next(flat_reader *reader)
{
  while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\t')) {
    ++reader->at;
  }
  return reader->at < reader->end ? *reader->at++ : 0;
}

static bool s_string(flat_reader *reader, askiam_str *out_text)
{
  if (s_next(reader) != '"') {
    return false;
  }
  const char *close = memchr(reader->at, '"', (size_t)(reader->end - reader->at));
  if (close == NULL) {
    return false;
  }
  *out_text = (askiam_str){reader->at, (size_t)(close - reader->at)};
  reader->at = close + 1;
  return true;
}

/* Walks over flat JSON without escapes; false where it is something else. Without `text` it only looks. */
static bool s_read_flat(askiam_str json, aski_store_text_fn text, void *context, askiam_status *out_status)
{
  flat_reader reader = {json.data, json.data + json.length};
  char open = s_next(&reader);
  char close = open == '{' ? '}' : open == '[' ? ']' : 0;
  if (close == 0 || memchr(json.data, '\\', json.length) != NULL) {
    return false;
  }
  flat_reader ahead = reader;
  if (s_next(&ahead) == close) {
    return s_next(&ahead) == 0;
  }
  for (;;) {
    askiam_str key = ASKI_STR_NONE;
    askiam_str value = ASKI_STR_NONE;
    if (open == '{' && !(s_string(&reader, &key) && s_next(&reader) == ':')) {
      return false;
    }
    if (!s_string(&reader, &value)) {
      return false;
    }
    if (text != NULL && *out_status == ASKIAM_STATUS_OK) {
      *out_status = text(context, key, value);
    }
    char next = s_next(&reader);
    if (next != ',') {
      return next == close && s_next(&reader) == 0;
    }
  }
}

static askiam_status s_read_tree(askiam_str json, const askiam_allocator *allocator, aski_store_text_fn text,
                                 void *context, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_STORE, error);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return status;
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                            "a list of texts in the store is no JSON; import that row again");
  }
  const aski_json *item = aski_json_first(aski_json_root(document));
  for (; item != NULL && status == ASKIAM_STATUS_OK; item = aski_json_next(item)) {
    if (aski_json_type_of(item) == ASKI_JSON_STRING) {
      status = text(context, aski_json_name(item), aski_json_string(item));
    }
  }
  aski_json_destroy(document);
  return status;
}

askiam_status aski_store_read_texts(askiam_str json, const askiam_allocator *allocator, aski_store_text_fn text,
                                    void *context, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (json.length == 0) {
    return status;
  }
  if (s_read_flat(json, NULL, NULL, &status)) {
    s_read_flat(json, text, context, &status);
    return status;
  }
  return s_read_tree(json, allocator, text, context, error);
}
