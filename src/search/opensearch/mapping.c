/* SPDX-License-Identifier: Apache-2.0 */
#include "mapping.h"

#include "json/json.h"

typedef struct field {
  const char *name;
  const char *type;
} field;

/* Words are those of the embedded search (docs/data.md): letters, digits and marks make a word, in lower case, without diacritics, reduced to its
 * stem by Porter's algorithm. */
static const char s_analysis[] =
    "{\"tokenizer\":{\"askiam_words\":{\"type\":\"pattern\",\"pattern\":\"[^\\\\p{L}\\\\p{N}\\\\p{M}]+\"}},"
    "\"analyzer\":{\"askiam\":{\"type\":\"custom\",\"tokenizer\":\"askiam_words\","
    "\"filter\":[\"lowercase\",\"asciifolding\",\"porter_stem\"]}}}";

static const field s_metadata_fields[] = {
    {"doc_id", "keyword"},           {"kind", "keyword"},  {"user_name", "keyword"},
    {"app_id", "keyword"},           {"app_name", "text"}, {"role_id", "keyword"},
    {"role_name", "text"},           {"words", "text"},    {"scope", "keyword"},
    {"compliance_level", "keyword"}, {"model", "keyword"}, {"generation", "keyword"},
};
static const field s_patterns_fields[] = {
    {"pattern_id", "keyword"}, {"user_id", "keyword"}, {"role_id", "keyword"},    {"app_id", "keyword"},
    {"approved", "boolean"},   {"source", "keyword"},  {"generation", "keyword"},
};

/* One shard, so that what is rare is rare in the whole index: the numbers of one organisation are small. Serverless shards by itself. */
static void s_write_settings(aski_json_writer *writer, const aski_opensearch_settings *settings, bool vectors)
{
  aski_json_open_object(writer, "settings");
  aski_json_open_object(writer, "index");
  if (vectors) {
    aski_json_write_bool(writer, "knn", true);
  }
  if (!settings->serverless) {
    aski_json_write_integer(writer, "number_of_shards", 1);
    aski_json_write_text(writer, "auto_expand_replicas", "0-1");
  }
  aski_json_close_object(writer);
  if (vectors) {
    aski_json_write_raw(writer, "analysis", askiam_str_from(s_analysis));
  }
  aski_json_close_object(writer);
}

static void s_open_mappings(aski_json_writer *writer)
{
  aski_json_open_object(writer, "mappings");
  aski_json_write_text(writer, "dynamic", "strict");
  aski_json_open_object(writer, "_meta");
  aski_json_write_integer(writer, "askiam_schema", ASKI_OPENSEARCH_SCHEMA);
  aski_json_close_object(writer);
  aski_json_open_object(writer, "properties");
}

static void s_write_fields(aski_json_writer *writer, const field *fields, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    aski_json_open_object(writer, fields[i].name);
    aski_json_write_text(writer, "type", fields[i].type);
    if (strcmp(fields[i].type, "text") == 0) {
      aski_json_write_text(writer, "analyzer", "askiam");
    }
    aski_json_close_object(writer);
  }
}

/* Kept and shown, not searched; but for its words, which are, where `copies` says so. */
static void s_write_shown(aski_json_writer *writer, const char *name, const char *copies)
{
  aski_json_open_object(writer, name);
  aski_json_write_text(writer, "type", "text");
  aski_json_write_bool(writer, "index", false);
  if (copies != NULL) {
    aski_json_write_raw(writer, "copy_to", askiam_str_from(copies));
  }
  aski_json_close_object(writer);
}

/* The engine is always named: a node that lacks its default engine would hang at the first refresh. */
static void s_write_vector(aski_json_writer *writer, const aski_opensearch_settings *settings)
{
  aski_json_open_object(writer, "embedding");
  aski_json_write_text(writer, "type", "knn_vector");
  aski_json_write_unsigned(writer, "dimension", settings->dimension);
  aski_json_open_object(writer, "method");
  aski_json_write_text(writer, "name", "hnsw");
  aski_json_write_text(writer, "engine", settings->engine);
  aski_json_write_text(writer, "space_type", aski_opensearch_space_name(settings->space));
  aski_json_close_object(writer);
  aski_json_close_object(writer);
}

static void s_close_all(aski_json_writer *writer)
{
  aski_json_close_object(writer); /* properties */
  aski_json_close_object(writer); /* mappings */
  aski_json_close_object(writer);
}

void aski_opensearch_metadata_mapping(aski_buffer *out, const aski_opensearch_settings *settings)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  s_write_settings(&writer, settings, true);
  s_open_mappings(&writer);
  s_write_fields(&writer, s_metadata_fields, sizeof s_metadata_fields / sizeof *s_metadata_fields);
  s_write_shown(&writer, "title", "[\"words\",\"words\"]"); /* a word in the title counts twice */
  s_write_shown(&writer, "text", "[\"words\"]");
  s_write_shown(&writer, "policy_json", NULL);
  s_write_vector(&writer, settings);
  s_close_all(&writer);
}

void aski_opensearch_patterns_mapping(aski_buffer *out, const aski_opensearch_settings *settings)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  s_write_settings(&writer, settings, false);
  s_open_mappings(&writer);
  s_write_fields(&writer, s_patterns_fields, sizeof s_patterns_fields / sizeof *s_patterns_fields);
  aski_json_open_object(&writer, "timestamp");
  aski_json_write_text(&writer, "type", "date");
  aski_json_write_text(&writer, "format", "epoch_millis");
  aski_json_close_object(&writer);
  s_close_all(&writer);
}
