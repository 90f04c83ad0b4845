/* SPDX-License-Identifier: Apache-2.0 */
#include "organisations.h"

#include <math.h>

enum { DEPARTMENTS = 6, TITLES = 5, MANAGERS_EACH = 3, LOCATIONS = 4, COST_CENTRES = 9, ROLES = 12 };

typedef struct made_person {
  unsigned department, title, manager, location, cost_centre, roles;
} made_person;

typedef struct made_organisation {
  test_process process;
  double noise;
  double rate;
  unsigned home; /* the department most requests come from */
  bool departments[2][DEPARTMENTS];
  bool titles[TITLES];
  bool managers[DEPARTMENTS * MANAGERS_EACH];
  double rates[DEPARTMENTS];
  double department_scores[DEPARTMENTS], title_scores[TITLES], location_scores[LOCATIONS];
  unsigned needed;
} made_organisation;

const char *test_process_name(test_process process)
{
  static const char *const names[] = {"rate only",  "department 5%", "department 20%", "department strict",
                                      "dept+title", "manager 10%",   "role held 5%",   "rate by department",
                                      "score",      "changing"};
  return names[process];
}

uint64_t test_random_next(test_random *random)
{
  uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

double test_random_unit(test_random *random) { return (double)(test_random_next(random) >> 11) * 0x1p-53; }

static unsigned s_below(test_random *random, unsigned limit) { return (unsigned)(test_random_next(random) % limit); }

static bool s_chance(test_random *random, double probability) { return test_random_unit(random) < probability; }

static void s_make_organisation(made_organisation *made, test_random *random, test_process process)
{
  static const double noises[] = {0, 0.05, 0.2, 0, 0.1, 0.1, 0.05, 0, 0, 0.05};
  *made = (made_organisation){.process = process, .noise = noises[process]};
  made->rate = 0.05 + 0.92 * test_random_unit(random);
  made->home = s_below(random, DEPARTMENTS);
  made->needed = s_below(random, ROLES);
  for (size_t i = 0; i < DEPARTMENTS; ++i) {
    made->departments[0][i] = s_chance(random, 0.5);
    made->departments[1][i] = s_chance(random, 0.5);
    made->rates[i] = 0.02 + 0.96 * test_random_unit(random);
    made->department_scores[i] = 4.0 * test_random_unit(random) - 2.0;
  }
  for (size_t i = 0; i < TITLES; ++i) {
    made->titles[i] = s_chance(random, 0.6);
    made->title_scores[i] = 3.0 * test_random_unit(random) - 1.5;
  }
  for (size_t i = 0; i < DEPARTMENTS * MANAGERS_EACH; ++i) {
    made->managers[i] = s_chance(random, 0.6);
  }
  for (size_t i = 0; i < LOCATIONS; ++i) {
    made->location_scores[i] = 2.0 * test_random_unit(random) - 1.0;
  }
}

static made_person s_make_person(const made_organisation *of, test_random *random)
{
  made_person made = {0};
  made.department = s_chance(random, 0.5) ? of->home : s_below(random, DEPARTMENTS);
  made.title = s_chance(random, 0.5) ? made.department % TITLES : s_below(random, TITLES);
  made.manager = made.department * MANAGERS_EACH + s_below(random, MANAGERS_EACH);
  made.location = s_chance(random, 0.6) ? 0 : s_below(random, LOCATIONS);
  made.cost_centre = s_below(random, COST_CENTRES);
  for (unsigned role = 0; role < ROLES; ++role) {
    double likely = role == of->needed ? 0.45 : role % DEPARTMENTS == made.department ? 0.6 : 0.12;
    made.roles |= s_chance(random, likely) ? 1u << role : 0;
  }
  return made;
}

/* The probability that a request is approved before noise. */
static double s_right(const made_organisation *of, const made_person *who, bool later)
{
  switch (of->process) {
  case PROCESS_DEPARTMENT:
  case PROCESS_NOISY:
  case PROCESS_STRICT:
    return of->departments[0][who->department];
  case PROCESS_CONJUNCTION:
    return of->departments[0][who->department] && of->titles[who->title];
  case PROCESS_MANAGER:
    return of->managers[who->manager];
  case PROCESS_ROLE:
    return who->roles >> of->needed & 1u;
  case PROCESS_RATES:
    return of->rates[who->department];
  case PROCESS_SCORE:
    return 1.0 / (1.0 + exp(-of->department_scores[who->department] - of->title_scores[who->title] -
                            of->location_scores[who->location]));
  case PROCESS_CHANGING:
    return of->departments[later][who->department];
  case PROCESS_RATE:
  case PROCESS_COUNT:
    break;
  }
  return of->rate;
}

static bool s_decide(const made_organisation *of, test_random *random, const made_person *who, bool later)
{
  double right = s_right(of, who, later);
  return s_chance(random, right * (1.0 - of->noise) + (1.0 - right) * of->noise);
}

static void s_tell(aski_arena *arena, aski_person *person, const made_person *made)
{
  const struct {
    askiam_str key;
    unsigned value;
  } attributes[] = {{ASKI_STR("department"), made->department},
                    {ASKI_STR("title"), made->title},
                    {ASKI_STR("manager"), made->manager},
                    {ASKI_STR("location"), made->location},
                    {ASKI_STR("cost_centre"), made->cost_centre}};
  person->found = true;
  for (size_t i = 0; i < sizeof attributes / sizeof *attributes; ++i) {
    *ASKI_ARENA_PUSH(arena, &person->attributes) = (struct aski_person_attribute){
        attributes[i].key, aski_arena_format(arena, "%.*s %u", ASKI_STR_ARG(attributes[i].key), attributes[i].value)};
  }
  for (unsigned role = 0; role < ROLES; ++role) {
    if ((made->roles >> role & 1u) != 0) {
      *ASKI_ARENA_PUSH(arena, &person->roles) = aski_arena_format(arena, "role-%u", role);
    }
  }
}

static void s_fill_case(test_request *request, aski_arena *arena, const made_person *who, aski_pattern *patterns,
                        size_t rows)
{
  aski_person self = {0};
  s_tell(arena, &self, who);
  aski_facts_init(&request->facts, arena);
  askiam_facts_set_user(&request->facts, ASKI_STR("u"), ASKI_STR("U"), ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(&request->facts, ASKI_STR("asked"), ASKI_STR("app"), ASKI_STR("Asked Role"), ASKI_STR(""),
                        ASKI_STR("low"), ASKIAM_ENTITY_ACTIVE);
  for (size_t i = 0; i < self.attributes.count; ++i) {
    askiam_facts_add_user_attribute(&request->facts, self.attributes.items[i].key, self.attributes.items[i].value);
  }
  request->judged = (askiam_case){.facts = &request->facts,
                                  .now_ms = 1000000,
                                  .held_roles = self.roles.items,
                                  .held_role_count = self.roles.count,
                                  .patterns = patterns,
                                  .pattern_count = rows};
}

void test_request_make(test_request *out_request, aski_arena *arena, test_random *random, test_process process,
                       size_t rows)
{
  made_organisation of;
  s_make_organisation(&of, random, process);
  aski_pattern *patterns = aski_arena_acquire(arena, rows, sizeof *patterns);
  aski_person *people = aski_arena_acquire(arena, rows, sizeof *people);
  for (size_t i = 0; i < rows; ++i) {
    made_person who = s_make_person(&of, random);
    patterns[i] = (aski_pattern){.timestamp_ms = (int64_t)(rows - i),
                                 .approved = s_decide(&of, random, &who, i < rows / 2),
                                 .person = &people[i]};
    s_tell(arena, &people[i], &who);
    people[i].found = s_chance(random, 0.95); /* the others left */
    patterns[i].person = people[i].found ? &people[i] : NULL;
  }
  made_person who = s_make_person(&of, random);
  *out_request = (test_request){0};
  s_fill_case(out_request, arena, &who, patterns, rows);
  out_request->approved = s_decide(&of, random, &who, true);
}
