/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of an ARN as somebody wrote it, who may have left some out: arn:partition:service:region:account:resource. */
#ifndef ASKI_POLICY_SEGMENTS_H
#define ASKI_POLICY_SEGMENTS_H

#include "base/str.h"

typedef enum aski_policy_segment {
  ASKI_POLICY_SEGMENT_PREFIX, /* "arn" */
  ASKI_POLICY_SEGMENT_PARTITION,
  ASKI_POLICY_SEGMENT_SERVICE,
  ASKI_POLICY_SEGMENT_REGION,
  ASKI_POLICY_SEGMENT_ACCOUNT,
  ASKI_POLICY_SEGMENT_RESOURCE,
  ASKI_POLICY_SEGMENTS
} aski_policy_segment;

/* Views of the parts; those that are not there are absent. The last one takes the rest, colons and all. `variables`: a colon within
 * ${…} is none. Gives the number of parts. */
size_t aski_policy_split(askiam_str text, bool variables, askiam_str out_parts[ASKI_POLICY_SEGMENTS]);

/* Whether the text has one of these bytes. */
bool aski_policy_has_any(askiam_str text, const char *bytes);

#endif
