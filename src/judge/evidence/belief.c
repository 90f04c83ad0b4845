/* SPDX-License-Identifier: Apache-2.0
 *
 * Bayesian model averaging. A model says which traits matter: people who are alike in them share one unknown approval rate. Its
 * likelihood is exact (beta-binomial, group by group), so that neither a fit nor a held-out sample is needed. The models
 * are all single traits, then what goes best with the best ones: a greedy walk in place of 2^traits sets. */
#include "belief.h"

#include <math.h>

#include "partition.h"

/* How often the past is no guide at all, whatever it looks like: nothing is surer than 1 - DOUBT / 2. */
#define DOUBT 0.015

/* e to this power is one in 400 million: what is further behind the best changes no digit that counts. */
#define NEGLIGIBLE 20.0

enum { STEPS = 3, MODELS_MAX = 1 + STEPS * ASKI_EVIDENCE_TRAITS_MAX };

typedef struct model {
  uint32_t traits;
  double log_prior;
  aski_fit fit;
} model;

typedef struct model_walk {
  aski_workspace workspace;
  model models[MODELS_MAX];
  size_t count;
} model_walk;

/* Odds that a trait matters, before anything was seen. */
static double s_odds(aski_trait_kind kind)
{
  static const double odds[ASKI_TRAIT_KINDS] = {
      [ASKI_TRAIT_DEPARTMENT] = 1.0, [ASKI_TRAIT_TITLE] = 0.7,     [ASKI_TRAIT_MANAGER] = 0.4,
      [ASKI_TRAIT_LOCATION] = 0.15,  [ASKI_TRAIT_ATTRIBUTE] = 0.1, [ASKI_TRAIT_ROLE] = 0.1,
      [ASKI_TRAIT_ROLES] = 0.1,      [ASKI_TRAIT_LIKENESS] = 0.2,  [ASKI_TRAIT_RECENT] = 0.1,
  };
  return odds[kind];
}

/* Adds a model whose fit is known; gives the best log score over its priors. */
static double s_add_model(model_walk *walk, uint32_t traits, double log_prior, const aski_fit *fit)
{
  walk->models[walk->count++] = (model){.traits = traits, .log_prior = log_prior, .fit = *fit};
  double best = fit->log_likelihood[0];
  for (size_t prior = 1; prior < ASKI_PRIORS; ++prior) {
    best = fit->log_likelihood[prior] > best ? fit->log_likelihood[prior] : best;
  }
  return best + log_prior;
}

static bool s_seen(const model_walk *walk, uint32_t traits)
{
  for (size_t i = 0; i < walk->count; ++i) {
    if (walk->models[i].traits == traits) {
      return true;
    }
  }
  return false;
}

/* Tries each trait on top of `base`, and gives the best result in `base` itself. `trial` and `best` are space for partitions. */
static void s_step(model_walk *walk, aski_partition *base, double *log_prior, aski_partition *trial,
                   aski_partition *best)
{
  double best_score = -HUGE_VAL;
  double best_prior = *log_prior;
  const aski_evidence *evidence = walk->workspace.evidence;
  for (size_t trait = 0; trait < evidence->trait_count; ++trait) {
    if (s_seen(walk, base->traits | UINT32_C(1) << trait)) {
      continue;
    }
    aski_fit fit;
    aski_partition_split(trial, &fit, base, trait, &walk->workspace);
    double prior = *log_prior + log(s_odds(evidence->traits[trait].kind));
    double score = s_add_model(walk, trial->traits, prior, &fit);
    if (score > best_score) {
      best_score = score;
      best_prior = prior;
      aski_partition swap = *best;
      *best = *trial;
      *trial = swap;
    }
  }
  if (best_score == -HUGE_VAL) {
    return;
  }
  aski_partition swap = *base;
  *base = *best;
  *best = swap;
  *log_prior = best_prior;
}

/* Averages what the models say, and notes the likeliest. */
static void s_average(model_walk *walk, aski_belief *out_belief)
{
  double top = -HUGE_VAL;
  for (size_t i = 0; i < walk->count; ++i) {
    model *each = &walk->models[i];
    for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
      each->fit.log_likelihood[prior] += each->log_prior;
      top = each->fit.log_likelihood[prior] > top ? each->fit.log_likelihood[prior] : top;
    }
  }
  double sum = 0.0;
  double approved = 0.0;
  double heaviest = -1.0;
  for (size_t i = 0; i < walk->count; ++i) {
    const model *each = &walk->models[i];
    double mine = 0.0;
    for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
      const aski_prior *beta = &aski_evidence_priors[prior];
      double behind = top - each->fit.log_likelihood[prior];
      if (behind > NEGLIGIBLE) {
        continue;
      }
      double weight = beta->share * exp(-behind);
      mine += weight;
      approved += weight * (beta->approvals + each->fit.own_approved) /
                  (beta->approvals + beta->refusals + each->fit.own_count);
    }
    sum += mine;
    if (mine > heaviest) {
      heaviest = mine;
      *out_belief =
          (aski_belief){.traits = each->traits, .alike = each->fit.own_count, .alike_approved = each->fit.own_approved};
    }
  }
  out_belief->probability = 0.5 * DOUBT + (1.0 - DOUBT) * approved / sum;
}

bool aski_evidence_weigh(aski_belief *out_belief, aski_arena *arena, const aski_evidence *evidence,
                         const aski_evidence_tables *tables)
{
  model_walk *walk = aski_arena_acquire(arena, 1, sizeof *walk);
  aski_partition base;
  aski_partition trial;
  aski_partition best;
  if (walk == NULL || !aski_workspace_init(&walk->workspace, arena, evidence, tables) ||
      !aski_partition_init(&base, arena, evidence->count) || !aski_partition_init(&trial, arena, evidence->count) ||
      !aski_partition_init(&best, arena, evidence->count)) {
    return false;
  }
  double log_prior = 0.0;
  aski_fit fit;
  aski_partition_fit(&fit, &base, &walk->workspace);
  s_add_model(walk, base.traits, log_prior, &fit);
  for (int step = 0; step < STEPS; ++step) {
    s_step(walk, &base, &log_prior, &trial, &best);
  }
  s_average(walk, out_belief);
  return true;
}
