/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries as lines of _bulk. Where the cluster takes ids, an entry's is a hash of its kind and its own id, and the generation is its version
 * ("external_gte"), so that a filling that was overtaken can replace nothing. */
#include "indexing.h"

#include "base/hash.h"

enum { DECIMALS = 9 };

void aski_opensearch_generation_text(char out[ASKI_OPENSEARCH_GENERATION_BYTES], int64_t generation)
{
  uint64_t left = generation < 0 ? 0 : (uint64_t)generation;
  out[ASKI_OPENSEARCH_GENERATION_BYTES - 1] = 0;
  for (int i = ASKI_OPENSEARCH_GENERATION_BYTES - 2; i >= 0; --i) {
    out[i] = (char)('0' + left % 10);
    left /= 10;
  }
}

static const char *s_kind(askiam_index_kind kind)
{
  return kind == ASKIAM_INDEX_ROLE ? "role" : kind == ASKIAM_INDEX_DOCUMENT ? "document" : "pattern";
}

/* 64 digits; empty where OpenSSL has none to give. */
static void s_hash(char out[ASKI_SHA256_HEX_BYTES], const askiam_index_entry *entry)
{
  unsigned char bytes[ASKI_SHA256_BYTES];
  const askiam_str parts[] = {askiam_str_from(s_kind(askiam_index_entry_kind(entry))), ASKI_STR("\n"),
                              askiam_index_entry_text(entry, ASKIAM_INDEX_ID)};
  out[0] = 0;
  if (aski_sha256(parts, sizeof parts / sizeof *parts, bytes)) {
    aski_hex(bytes, sizeof bytes, out);
  }
}

static void s_write_action(aski_buffer *out, const aski_opensearch_settings *settings, const char *id,
                           int64_t generation)
{
  if (settings->serverless) {
    aski_buffer_append_text(out, "{\"index\":{}}\n");
  } else {
    aski_buffer_append_format(out, "{\"index\":{\"_id\":\"%s\",\"version\":%lld,\"version_type\":\"external_gte\"}}\n",
                              id, (long long)generation);
  }
}

static void s_write_text(aski_json_writer *writer, const char *name, const askiam_index_entry *entry,
                         askiam_index_text text)
{
  if (aski_str_present(askiam_index_entry_text(entry, text))) {
    aski_json_write_string(writer, name, askiam_index_entry_text(entry, text));
  }
}

static void s_write_list(aski_json_writer *writer, const char *name, const askiam_index_entry *entry,
                         askiam_index_list list)
{
  aski_json_open_array(writer, name);
  for (size_t i = 0; i < askiam_index_entry_count(entry, list); ++i) {
    aski_json_write_string(writer, NULL, askiam_index_entry_item(entry, list, i));
  }
  aski_json_close_array(writer);
}

static void s_write_scope_of(aski_json_writer *writer, const char *prefix, askiam_str id)
{
  aski_buffer *out = writer->buffer;
  aski_buffer scope;
  aski_buffer_init(&scope, out->allocator);
  aski_buffer_append_text(&scope, prefix);
  aski_buffer_append(&scope, id);
  aski_json_write_string(writer, NULL, aski_buffer_view(&scope));
  out->failed = out->failed || scope.failed;
  aski_buffer_clean_up(&scope);
}

/* What searches are filtered by. A role is found where that role is asked for, not where another one of its application is. */
static void s_write_scope(aski_json_writer *writer, const askiam_index_entry *entry)
{
  size_t applications = askiam_index_entry_count(entry, ASKIAM_INDEX_APPLICATION_IDS);
  size_t roles = askiam_index_entry_count(entry, ASKIAM_INDEX_ROLE_IDS);
  aski_json_open_array(writer, "scope");
  if (applications + roles == 0) {
    aski_json_write_text(writer, NULL, "global");
  }
  for (size_t i = 0; i < applications && askiam_index_entry_kind(entry) != ASKIAM_INDEX_ROLE; ++i) {
    s_write_scope_of(writer, "app:", askiam_index_entry_item(entry, ASKIAM_INDEX_APPLICATION_IDS, i));
  }
  for (size_t i = 0; i < roles; ++i) {
    s_write_scope_of(writer, "role:", askiam_index_entry_item(entry, ASKIAM_INDEX_ROLE_IDS, i));
  }
  aski_json_close_array(writer);
}

/* A vector without a direction is like no other, and refused by most spaces. */
static void s_write_vector(aski_json_writer *writer, const askiam_index_entry *entry)
{
  size_t dimension = 0;
  const float *vector = askiam_index_entry_vector(entry, &dimension);
  bool directed = false;
  for (size_t i = 0; i < dimension && !directed; ++i) {
    directed = vector[i] < 0.0F || vector[i] > 0.0F;
  }
  if (!directed) {
    return;
  }
  aski_json_open_array(writer, "embedding");
  for (size_t i = 0; i < dimension; ++i) {
    aski_json_write_number(writer, NULL, (double)vector[i], DECIMALS);
  }
  aski_json_close_array(writer);
  s_write_text(writer, "model", entry, ASKIAM_INDEX_MODEL);
}

static void s_write_metadata(aski_json_writer *writer, const askiam_index_entry *entry)
{
  s_write_text(writer, "doc_id", entry, ASKIAM_INDEX_ID);
  aski_json_write_text(writer, "kind", s_kind(askiam_index_entry_kind(entry)));
  s_write_text(writer, "title", entry, ASKIAM_INDEX_TITLE);
  s_write_text(writer, "text", entry, ASKIAM_INDEX_BODY);
  s_write_text(writer, "user_name", entry, ASKIAM_INDEX_USER_NAME);
  s_write_list(writer, "app_id", entry, ASKIAM_INDEX_APPLICATION_IDS);
  s_write_list(writer, "app_name", entry, ASKIAM_INDEX_APPLICATION_NAMES);
  s_write_list(writer, "role_id", entry, ASKIAM_INDEX_ROLE_IDS);
  s_write_list(writer, "role_name", entry, ASKIAM_INDEX_ROLE_NAMES);
  s_write_scope(writer, entry);
  s_write_text(writer, "policy_json", entry, ASKIAM_INDEX_POLICY_JSON);
  s_write_text(writer, "compliance_level", entry, ASKIAM_INDEX_COMPLIANCE_LEVEL);
  s_write_vector(writer, entry);
}

static void s_write_pattern(aski_json_writer *writer, const askiam_index_entry *entry, const char *id)
{
  aski_json_write_text(writer, "pattern_id", id);
  s_write_text(writer, "user_id", entry, ASKIAM_INDEX_USER_ID);
  aski_json_write_string(writer, "role_id", askiam_index_entry_item(entry, ASKIAM_INDEX_ROLE_IDS, 0));
  aski_json_write_string(writer, "app_id", askiam_index_entry_item(entry, ASKIAM_INDEX_APPLICATION_IDS, 0));
  aski_json_write_integer(writer, "timestamp", askiam_index_entry_time_ms(entry));
  aski_json_write_bool(writer, "approved", askiam_index_entry_approved(entry) != 0);
  s_write_text(writer, "source", entry, ASKIAM_INDEX_SOURCE);
}

bool aski_opensearch_write_entry(aski_buffer *out, const char **out_index, const aski_opensearch_settings *settings,
                                 const askiam_index_entry *entry, int64_t generation)
{
  char id[ASKI_SHA256_HEX_BYTES];
  char text[ASKI_OPENSEARCH_GENERATION_BYTES];
  askiam_index_kind kind = askiam_index_entry_kind(entry);
  bool pattern = kind == ASKIAM_INDEX_PATTERN;
  if (!pattern && kind != ASKIAM_INDEX_ROLE && kind != ASKIAM_INDEX_DOCUMENT) {
    return false;
  }
  *out_index = pattern ? settings->patterns_index : settings->metadata_index;
  s_hash(id, entry);
  aski_opensearch_generation_text(text, generation);
  s_write_action(out, settings, id, generation);
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  if (pattern) {
    s_write_pattern(&writer, entry, id);
  } else {
    s_write_metadata(&writer, entry);
  }
  aski_json_write_text(&writer, "generation", text);
  aski_json_close_object(&writer);
  aski_buffer_append_byte(out, '\n');
  out->failed = out->failed || id[0] == 0;
  return true;
}
