/* SPDX-License-Identifier: Apache-2.0
 *
 * The six parts of an ARN, arn:partition:service:region:account:resource. */
#ifndef ASKI_POLICY_ARN_H
#define ASKI_POLICY_ARN_H

#include "base/str.h"

typedef enum aski_policy_arn_part {
  ASKI_POLICY_ARN_PREFIX, /* "arn" */
  ASKI_POLICY_ARN_PARTITION,
  ASKI_POLICY_ARN_SERVICE,
  ASKI_POLICY_ARN_REGION,
  ASKI_POLICY_ARN_ACCOUNT,
  ASKI_POLICY_ARN_RESOURCE,
  ASKI_POLICY_ARN_PARTS
} aski_policy_arn_part;

/* Views of the parts; those that are not there are absent. The last one takes the rest, colons and all. `variables`: a colon within
 * ${…} is none. Gives the number of parts. */
size_t aski_policy_arn_split(askiam_str text, bool variables, askiam_str out_parts[ASKI_POLICY_ARN_PARTS]);

#endif
