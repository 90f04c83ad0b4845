/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two indexes are created with: the body of PUT /INDEX. docs/opensearch.md lists the fields. */
#ifndef ASKI_SEARCH_OPENSEARCH_MAPPING_H
#define ASKI_SEARCH_OPENSEARCH_MAPPING_H

#include "base/str.h"
#include "settings.h"

/* Raised when the fields change: an index of another version is to be created anew. In the mapping's _meta as "askiam_schema". */
enum { ASKI_OPENSEARCH_SCHEMA = 1 };

/* iam_metadata: roles and documents, with words and vectors. Appends; out->failed tells of lack of memory. */
void aski_opensearch_metadata_mapping(aski_buffer *out, const aski_opensearch_settings *settings);
/* access_patterns: past decisions. */
void aski_opensearch_patterns_mapping(aski_buffer *out, const aski_opensearch_settings *settings);

#endif
