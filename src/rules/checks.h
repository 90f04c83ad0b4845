/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks, one function each: whether it passed, and a sentence. What they share is here. */
#ifndef ASKI_RULES_CHECKS_H
#define ASKI_RULES_CHECKS_H

#include "rules/rules.h"

typedef struct aski_check_scene {
  aski_arena *arena;
  const aski_facts *facts;
  const aski_rules_input *input;
  askiam_str user; /* names for sentences */
  askiam_str application;
  askiam_str role;
} aski_check_scene;

typedef struct aski_finding {
  bool passed;
  bool never_soft;  /* a failure that no configuration softens: nothing was there to check */
  bool not_allowed; /* of POLICY: no policy denies, but none allows where one must */
  askiam_str detail;
} aski_finding;

aski_finding aski_check_user_active(const aski_check_scene *scene);
aski_finding aski_check_app_active(const aski_check_scene *scene);
aski_finding aski_check_role_active(const aski_check_scene *scene);
aski_finding aski_check_role_in_app(const aski_check_scene *scene);
aski_finding aski_check_not_assigned(const aski_check_scene *scene);
aski_finding aski_check_prerequisites_held(const aski_check_scene *scene);
aski_finding aski_check_no_sod_conflict(const aski_check_scene *scene);
aski_finding aski_check_not_restricted(const aski_check_scene *scene);
aski_finding aski_check_policy(const aski_check_scene *scene);

#endif
