/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole document: "Grammar of the IAM JSON policy language" in the IAM User Guide. */
#include <stdlib.h>

#include "policy/reader.h"

static const char *const s_names[] = {"Version", "Id", "Statement"};

static void s_read_version(aski_policy_reader *reader, const aski_json *node)
{
  askiam_str version = aski_json_string(node);
  aski_policy_enter(reader, ASKI_STR("Version"));
  reader->has_variables = aski_str_equal_text(version, "2012-10-17");
  if (!aski_str_present(version)) {
    aski_policy_refuse_type(reader, node, "\"2012-10-17\" or \"2008-10-17\"");
  } else if (!reader->has_variables && !aski_str_equal_text(version, "2008-10-17")) {
    aski_policy_refuse(reader, node, "the version \"%s\" does not exist; write \"2012-10-17\"",
                       aski_policy_shown(reader, version));
  }
  aski_policy_leave(reader);
}

static void s_read_id(aski_policy_reader *reader, const aski_json *node, aski_policy_document *out_document)
{
  aski_policy_enter(reader, ASKI_STR("Id"));
  if (aski_json_type_of(node) != ASKI_JSON_STRING) {
    aski_policy_refuse_type(reader, node, "a string");
  }
  out_document->id = aski_arena_copy(reader->arena, aski_json_string(node));
  aski_policy_leave(reader);
}

typedef struct s_sid {
  const aski_json *node;
  askiam_str text;
  size_t statement;
} s_sid;

static int s_compare(const void *left, const void *right)
{
  const s_sid *one = left;
  const s_sid *other = right;
  int order = aski_str_compare(one->text, other->text);
  return order != 0 ? order : one->statement < other->statement ? -1 : one->statement > other->statement;
}

/* The empty one is no id. */
static void s_check_sids(aski_policy_reader *reader, const aski_json *list)
{
  struct {
    s_sid *items;
    size_t count, capacity;
  } sids = {0};
  size_t statement = 0;
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item), ++statement) {
    const aski_json *node = aski_json_get(item, "Sid");
    s_sid *sid = aski_json_string(node).length == 0 ? NULL : ASKI_ARENA_PUSH(&reader->scratch, &sids);
    if (sid != NULL) {
      *sid = (s_sid){node, aski_json_string(node), statement};
    }
  }
  if (sids.items == NULL) {
    return;
  }
  qsort(sids.items, sids.count, sizeof *sids.items, s_compare);
  for (size_t i = 1; i < sids.count; ++i) {
    if (aski_str_equal(sids.items[i - 1].text, sids.items[i].text)) {
      aski_policy_enter_item(reader, sids.items[i].statement);
      aski_policy_enter(reader, ASKI_STR("Sid"));
      aski_policy_refuse(reader, sids.items[i].node,
                         "statement ids (Sid) must be unique: Statement[%zu] has \"%s\" too",
                         sids.items[i - 1].statement, aski_policy_shown(reader, sids.items[i].text));
      aski_policy_leave(reader);
      aski_policy_leave(reader);
    }
  }
}

static void s_read_one(aski_policy_reader *reader, const aski_json *node, aski_policy_document *out_document)
{
  aski_policy_statement *statement = ASKI_ARENA_PUSH(reader->arena, &out_document->statements);
  if (statement != NULL) {
    aski_policy_read_statement(reader, node, statement);
  }
}

static void s_read_statements(aski_policy_reader *reader, const aski_json *node, aski_policy_document *out_document)
{
  aski_policy_enter(reader, ASKI_STR("Statement"));
  if (aski_json_type_of(node) == ASKI_JSON_OBJECT) {
    s_read_one(reader, node, out_document);
  } else if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    aski_policy_refuse_type(reader, node, "an object or a list of objects");
  } else if (aski_json_first(node) == NULL) {
    aski_policy_refuse(reader, node, "must not be empty: a policy has at least one statement");
  } else {
    size_t index = 0;
    for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
      aski_policy_enter_item(reader, index++);
      s_read_one(reader, item, out_document);
      aski_policy_leave(reader);
    }
    s_check_sids(reader, node);
  }
  aski_policy_leave(reader);
}

static void s_refuse_unknown(aski_policy_reader *reader, const aski_json *root)
{
  enum { NAMES = sizeof s_names / sizeof *s_names };
  for (const aski_json *item = aski_json_first(root); item != NULL; item = aski_json_next(item)) {
    askiam_str name = aski_json_name(item);
    size_t i = 0;
    while (i < NAMES && !aski_str_equal_text(name, s_names[i])) {
      ++i;
    }
    if (i == NAMES) {
      aski_policy_enter(reader, name);
      aski_policy_refuse_name(reader, item, "a policy has no member \"%s\", only Version, Id and Statement%s",
                              aski_policy_shown(reader, name), aski_policy_suggestion(reader, name, s_names, NAMES));
      aski_policy_leave(reader);
    }
  }
}

static void s_read_document(aski_policy_reader *reader, const aski_json *root, aski_policy_document *out_document)
{
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT) {
    aski_policy_refuse(reader, root,
                       "a policy is an object such as {\"Version\": \"2012-10-17\", \"Statement\": […]}, not %s",
                       aski_json_type_name(root));
    return;
  }
  const aski_json *version = aski_json_get(root, "Version");
  const aski_json *id = aski_json_get(root, "Id");
  const aski_json *statements = aski_json_get(root, "Statement");
  s_refuse_unknown(reader, root);
  if (version != NULL) {
    s_read_version(reader, version);
  } else if (reader->rules->current_version) {
    aski_policy_warn(reader, root, "%s needs \"Version\": \"2012-10-17\"", reader->rules->phrase);
  }
  out_document->has_variables = reader->has_variables;
  if (id != NULL) {
    s_read_id(reader, id, out_document);
  }
  if (statements == NULL) {
    aski_policy_refuse(reader, root, "a policy must contain a Statement");
    return;
  }
  s_read_statements(reader, statements, out_document);
}

/* What is no policy at all is one finding. */
static void s_tell_one(const aski_json_place *place, askiam_policy_finding_fn finding, void *context)
{
  askiam_policy_finding told = {0, place->line, place->column, ASKI_STR(""), askiam_str_from(place->message)};
  if (finding != NULL) {
    finding(context, &told);
  }
}

static askiam_status s_refuse_size(askiam_policy_finding_fn finding, void *context, askiam_error *error)
{
  static const aski_json_place place = {1, 1, "a policy has at most 256 KiB"};
  s_tell_one(&place, finding, context);
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE, "line 1, column 1: %s", place.message);
}

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                          "memory ran out while a policy was read");
}

askiam_status aski_policy_read_within(aski_policy_document *out_document, aski_arena *arena, aski_json_document *json,
                                      const aski_json *node, aski_json_cursor *cursor, askiam_policy_kind kind,
                                      askiam_policy_finding_fn finding, void *context, askiam_error *error)
{
  aski_policy_reader reader;
  aski_policy_reader_init(&reader, arena, kind);
  s_read_document(&reader, node, out_document);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  if (!aski_policy_reader_failed(&reader)) {
    status = aski_policy_tell(&reader, json, cursor, finding, context, error);
  }
  aski_policy_reader_clean_up(&reader);
  return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : status;
}

askiam_status aski_policy_read(aski_policy_document *out_document, aski_arena *arena, askiam_str json,
                               askiam_policy_kind kind, askiam_policy_finding_fn finding, void *context,
                               askiam_error *error)
{
  *out_document = (aski_policy_document){0};
  if (aski_policy_rules_of(kind) == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "no such kind of policy");
  }
  if (json.length > ASKI_POLICY_MAX_BYTES) {
    return s_refuse_size(finding, context, error);
  }
  aski_json_document *document = NULL;
  aski_json_place place;
  aski_json_cursor cursor;
  aski_json_cursor_init(&cursor, json);
  askiam_status status = aski_json_parse_place(&document, json, arena->allocator, ASKIAM_LAYER_ENGINE, &place, error);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    s_tell_one(&place, finding, context);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_policy_read_within(out_document, arena, document, aski_json_root(document), &cursor, kind, finding,
                                     context, error);
  }
  aski_json_destroy(document);
  return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : status;
}
