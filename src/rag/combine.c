/* SPDX-License-Identifier: Apache-2.0 */
#include "combine.h"

#include <math.h>

/* Nothing that was said is surer than this: what no past and no document shows may still be so. */
#define MOST_SURE 0.9925

static double s_log_odds(double probability)
{
  double bounded = fmin(fmax(probability, 1 - MOST_SURE), MOST_SURE);
  return log(bounded / (1 - bounded));
}

double aski_rag_combine(double evidence, double other)
{
  double past = s_log_odds(evidence);
  double more = s_log_odds(other);
  double sum = past + more;
  if (past * more > 0) {
    double agreed = fmax(fabs(more), fabs(past) + fmin(fabs(past), fabs(more)));
    sum = copysign(agreed, past);
  }
  double probability = 1 / (1 + exp(-sum));
  return fmin(fmax(probability, 1 - MOST_SURE), MOST_SURE);
}

aski_rag_voice aski_rag_join(aski_arena *arena, const aski_rag_voice *evidence, const aski_rag_voice *other)
{
  aski_rag_voice joined = other->opinion.given || !evidence->opinion.given ? *other : *evidence;
  joined.opinion.reason = aski_arena_format(arena, "%.*s; %.*s", ASKI_STR_ARG(evidence->opinion.reason),
                                            ASKI_STR_ARG(other->opinion.reason));
  if (evidence->opinion.given && other->opinion.given) {
    joined.kind = "both";
    joined.opinion.probability = aski_rag_combine(evidence->opinion.probability, other->opinion.probability);
  }
  return joined;
}
