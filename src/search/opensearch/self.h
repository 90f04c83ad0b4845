/* SPDX-License-Identifier: Apache-2.0
 *
 * The opened backend, as the files of this room share it. Unchanged after opening. */
#ifndef ASKI_SEARCH_OPENSEARCH_SELF_H
#define ASKI_SEARCH_OPENSEARCH_SELF_H

#include "cluster.h"
#include "settings.h"

typedef struct aski_opensearch_search_self {
  aski_opensearch cluster;
  aski_opensearch_settings settings;
} aski_opensearch_search_self;

#endif
