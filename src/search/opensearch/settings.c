/* SPDX-License-Identifier: Apache-2.0 */
#include "settings.h"

#include "base/str.h"

enum { DIMENSION_PRESET = 256, DIMENSION_MAX = 4096, BULK_ENTRIES_PRESET = 1000, BULK_ENTRIES_MAX = 10000 };

/* One of `names`, which end with NULL; the first where nothing is said. False for all else. */
static bool s_choose(size_t *out_index, askiam_str value, const char *const *names)
{
  *out_index = 0;
  for (size_t i = 0; names[i] != NULL && value.length > 0; ++i) {
    if (aski_str_equal_text(value, names[i])) {
      *out_index = i;
      return true;
    }
  }
  return value.length == 0;
}

/* What OpenSearch takes for an index, but for what would need escaping in a path or names several. */
static bool s_is_index(askiam_str name)
{
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    bool inside = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
    if (!inside && (i == 0 || (byte != '_' && byte != '-' && byte != '.'))) {
      return false;
    }
  }
  return name.length > 0 && name.length <= ASKI_OPENSEARCH_INDEX_MAX_BYTES;
}

static askiam_status s_read_index(char *out_name, const askiam_backend_options *options, const char *key,
                                  const char *preset, askiam_error *error)
{
  askiam_str name = askiam_backend_options_get(options, key);
  name = name.length == 0 ? askiam_str_from(preset) : name;
  if (!s_is_index(name)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH,
                            "%s: an index's name is 1 to %d of a-z, 0-9 and, but at its begin, '_', '-' and '.'", key,
                            ASKI_OPENSEARCH_INDEX_MAX_BYTES);
  }
  memcpy(out_name, name.data, name.length);
  out_name[name.length] = 0;
  return ASKIAM_STATUS_OK;
}

/* A whole number from 1 to `most`, or what is preset. */
static bool s_read_number(size_t *out_number, askiam_str text, size_t preset, size_t most)
{
  size_t number = text.length == 0 ? preset : 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9' || number > most) {
      return false;
    }
    number = number * 10 + (size_t)(text.data[i] - '0');
  }
  *out_number = number;
  return number >= 1 && number <= most;
}

static const char *const s_engines[] = {"lucene", "faiss", NULL};
static const char *const s_spaces[] = {"cosinesimil", "innerproduct", "l2", NULL};

const char *aski_opensearch_space_name(aski_opensearch_space space) { return s_spaces[space]; }

static askiam_status s_read_choices(aski_opensearch_settings *settings, const askiam_backend_options *options,
                                    askiam_error *error)
{
  size_t engine = 0;
  size_t space = 0;
  bool good = s_choose(&engine, askiam_backend_options_get(options, "opensearch.engine"), s_engines) &&
              s_choose(&space, askiam_backend_options_get(options, "opensearch.space"), s_spaces) &&
              s_read_number(&settings->dimension, askiam_backend_options_get(options, "embedder.dimension"),
                            DIMENSION_PRESET, DIMENSION_MAX) &&
              s_read_number(&settings->bulk_entries, askiam_backend_options_get(options, "opensearch.bulk_entries"),
                            BULK_ENTRIES_PRESET, BULK_ENTRIES_MAX);
  settings->engine = s_engines[engine];
  settings->space = (aski_opensearch_space)space;
  settings->with_roles = aski_str_equal_text(askiam_backend_options_get(options, "opensearch.search_roles"), "true");
  settings->serverless = aski_str_equal_text(askiam_backend_options_get(options, "opensearch.auth"), "sigv4") &&
                         aski_str_equal_text(askiam_backend_options_get(options, "opensearch.service"), "aoss");
  if (good && settings->serverless && engine == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH,
                            "OpenSearch Serverless has no engine lucene: set opensearch.engine to faiss");
  }
  return good ? ASKIAM_STATUS_OK
              : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_SEARCH,
                                 "opensearch.engine is lucene or faiss, opensearch.space cosinesimil, innerproduct or "
                                 "l2, embedder.dimension 1 to %d, opensearch.bulk_entries 1 to %d",
                                 DIMENSION_MAX, BULK_ENTRIES_MAX);
}

askiam_status aski_opensearch_read_settings(aski_opensearch_settings *out_settings,
                                            const askiam_backend_options *options, askiam_error *error)
{
  *out_settings = (aski_opensearch_settings){.dimension = DIMENSION_PRESET};
  askiam_status status =
      s_read_index(out_settings->metadata_index, options, "opensearch.metadata_index", "iam_metadata", error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_index(out_settings->patterns_index, options, "opensearch.patterns_index", "access_patterns", error);
  }
  return status == ASKIAM_STATUS_OK ? s_read_choices(out_settings, options, error) : status;
}
