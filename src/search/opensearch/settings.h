/* SPDX-License-Identifier: Apache-2.0
 *
 * What the configuration says about the indexes: their names, how vectors are kept, what is searched. */
#ifndef ASKI_SEARCH_OPENSEARCH_SETTINGS_H
#define ASKI_SEARCH_OPENSEARCH_SETTINGS_H

#include <askiam/backend/backend.h>

#include <stdbool.h>

enum { ASKI_OPENSEARCH_INDEX_MAX_BYTES = 255 };

/* How the distance of two vectors is taken (opensearch.space): "cosinesimil", "innerproduct", "l2". */
typedef enum aski_opensearch_space {
  ASKI_OPENSEARCH_COSINE,
  ASKI_OPENSEARCH_INNER_PRODUCT,
  ASKI_OPENSEARCH_L2
} aski_opensearch_space;

typedef struct aski_opensearch_settings {
  char metadata_index[ASKI_OPENSEARCH_INDEX_MAX_BYTES + 1];
  char patterns_index[ASKI_OPENSEARCH_INDEX_MAX_BYTES + 1];
  const char *engine; /* "lucene" or "faiss"; static */
  aski_opensearch_space space;
  size_t dimension;    /* of the embedder's vectors */
  bool with_roles;     /* whether roles' own entries are searched beside documents */
  size_t bulk_entries; /* of one _bulk, at most */
  bool serverless;     /* OpenSearch Serverless: SigV4 for the service aoss */
} aski_opensearch_settings;

/* The space's name in a mapping. Static. */
const char *aski_opensearch_space_name(aski_opensearch_space space);
/* CONFIG for a value that is none. */
askiam_status aski_opensearch_read_settings(aski_opensearch_settings *out_settings,
                                            const askiam_backend_options *options, askiam_error *error);

#endif
