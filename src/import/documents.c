/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents: rows that are made from JSON. */
#include "import/documents.h"

#include "base/text.h"

enum { DOCUMENT_TEXT_BYTES = 1024 * 1024 };

typedef struct s_document {
  aski_import_job *run;
  uint64_t row;
  aski_arena arena; /* of this row */
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
} s_document;

static void s_bad(s_document *document, const char *name, const char *wrong)
{
  aski_import_problem(document->run, ASKIAM_TABLE_DOCUMENTS, document->row, "%s %s", name, wrong);
}

/* A member that is a text, or a number taken as its text; absent where it is neither. */
static askiam_str s_text(const aski_json *node)
{
  askiam_str text = aski_json_string(node);
  return aski_str_present(text) ? text : aski_json_number_text(node);
}

/* "app_id" of the metadata: a text or a list, as a JSON list. */
static askiam_str s_ids(s_document *document, const aski_json *metadata, const char *name)
{
  const aski_json *node = aski_json_get(metadata, name);
  bool list = node != NULL && aski_json_type_of(node) == ASKI_JSON_ARRAY;
  const char *shown = strcmp(name, "app_id") == 0 ? "metadata.app_id" : "metadata.role_id";
  aski_buffer buffer;
  aski_buffer_init(&buffer, document->run->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &buffer);
  aski_json_open_array(&writer, NULL);
  bool nothing = node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL;
  for (const aski_json *item = list      ? aski_json_first(node)
                               : nothing ? NULL
                                         : node;
       item != NULL; item = list ? aski_json_next(item) : NULL) {
    askiam_str id = s_text(item);
    const char *wrong = aski_str_present(id) ? aski_import_check_id(id) : "is neither a text nor a list of texts";
    if (wrong != NULL) {
      s_bad(document, shown, wrong);
    }
    aski_json_write_string(&writer, NULL, id);
  }
  aski_json_close_array(&writer);
  askiam_str ids = aski_arena_copy(&document->arena, aski_buffer_view(&buffer));
  document->arena.failed = document->arena.failed || buffer.failed;
  aski_buffer_clean_up(&buffer);
  return ids;
}

static void s_metadata(s_document *document, const aski_json *node)
{
  const aski_json *metadata = aski_json_get(node, "metadata");
  document->values[ASKI_DOCUMENT_METADATA] = ASKI_STR("{}");
  if (metadata != NULL && aski_json_type_of(metadata) == ASKI_JSON_OBJECT) {
    aski_buffer *scratch = &document->run->scratch;
    aski_buffer_clear(scratch);
    aski_import_write_json(scratch, metadata);
    document->values[ASKI_DOCUMENT_METADATA] = aski_arena_copy(&document->arena, aski_buffer_view(scratch));
    document->arena.failed = document->arena.failed || scratch->failed;
  } else if (metadata != NULL && aski_json_type_of(metadata) != ASKI_JSON_NULL) {
    s_bad(document, "metadata", "is no object");
  }
  document->values[ASKI_DOCUMENT_APPS] = s_ids(document, metadata, "app_id");
  document->values[ASKI_DOCUMENT_ROLES] = s_ids(document, metadata, "role_id");
}

static void s_texts(s_document *document, const aski_json *node)
{
  askiam_str id = s_text(aski_json_get(node, "id"));
  const char *wrong = aski_import_check_id(id);
  if (wrong != NULL) {
    s_bad(document, "id", wrong);
  }
  const aski_json *title_node = aski_json_get(node, "title");
  askiam_str title = aski_json_string(title_node);
  if (title_node != NULL && !aski_str_present(title) && aski_json_type_of(title_node) != ASKI_JSON_NULL) {
    s_bad(document, "title", "is no text");
  }
  wrong = aski_import_check_name(title, true);
  if (wrong != NULL) {
    s_bad(document, "title", wrong);
  }
  askiam_str text = aski_json_string(aski_json_get(node, "text"));
  if (!aski_str_present(text) || aski_text_blank(text)) {
    s_bad(document, "text", aski_json_get(node, "text") == NULL ? "is missing" : "is no text, or an empty one");
  } else if (text.length > DOCUMENT_TEXT_BYTES) {
    s_bad(document, "text", "is longer than 1 MiB; cut the document into several");
  }
  document->values[ASKI_DOCUMENT_ID] = id;
  document->values[ASKI_DOCUMENT_TITLE] = aski_text_blank(title) ? id : title;
  document->values[ASKI_DOCUMENT_TEXT] = text;
}

static askiam_status s_send(s_document *document)
{
  aski_import_job *run = document->run;
  askiam_status status = aski_import_check_key(run, ASKIAM_TABLE_DOCUMENTS, document->row, document->values, 1);
  return status == ASKIAM_STATUS_OK && run->problems == 0
             ? aski_import_embed_document(run, document->row, document->values)
             : status;
}

askiam_status aski_import_add_document(aski_import_job *run, uint64_t row, const aski_json *node)
{
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_import_problem(run, ASKIAM_TABLE_DOCUMENTS, row, "a document is an object, not %s", aski_json_type_name(node));
    return ASKIAM_STATUS_OK;
  }
  s_document document = {.run = run, .row = row};
  aski_arena_init(&document.arena, run->allocator);
  size_t problems = run->problems;
  s_texts(&document, node);
  s_metadata(&document, node);
  askiam_status status = ASKIAM_STATUS_OK;
  if (document.arena.failed) {
    status = aski_import_no_memory(run);
  } else if (run->problems == problems) {
    status = s_send(&document);
  }
  aski_arena_clean_up(&document.arena);
  return status;
}
