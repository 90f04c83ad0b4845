/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/structured.h"

static askiam_str s_get(const aski_run *run, askiam_request_field field)
{
  return askiam_request_get(run->request, field);
}

bool aski_structured_is(const askiam_request *request)
{
  return aski_str_present(askiam_request_get(request, ASKIAM_REQUEST_APPLICATION_ID)) &&
         aski_str_present(askiam_request_get(request, ASKIAM_REQUEST_ROLE_ID));
}

static askiam_status s_check(aski_run *run)
{
  static const askiam_request_field fields[] = {ASKIAM_REQUEST_BENEFICIARY_ID, ASKIAM_REQUEST_APPLICATION_ID,
                                                ASKIAM_REQUEST_ROLE_ID, ASKIAM_REQUEST_EXPIRES_AT};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    if (aski_str_present(s_get(run, fields[i]))) {
      return askiam_error_set(&run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                              "application_id and role_id go together, and beneficiary_id and expires_at with both");
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_str s_beneficiary(const aski_run *run)
{
  askiam_str named = s_get(run, ASKIAM_REQUEST_BENEFICIARY_ID);
  return aski_str_present(named) ? named : run->speaker_id;
}

askiam_status aski_structured_begin(aski_run *run)
{
  aski_arena *arena = &run->decision->arena;
  bool structured = aski_structured_is(run->request);
  askiam_status status = structured ? ASKIAM_STATUS_OK : s_check(run);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  run->sentence = s_get(run, ASKIAM_REQUEST_TEXT);
  if (structured) {
    askiam_str end = s_get(run, ASKIAM_REQUEST_EXPIRES_AT);
    run->sentence = aski_arena_format(
        arena, "%.*s\n(user %.*s, application %.*s, role %.*s%s%.*s)", ASKI_STR_ARG(run->sentence),
        ASKI_STR_ARG(s_beneficiary(run)), ASKI_STR_ARG(s_get(run, ASKIAM_REQUEST_APPLICATION_ID)),
        ASKI_STR_ARG(s_get(run, ASKIAM_REQUEST_ROLE_ID)), aski_str_present(end) ? ", until " : "", ASKI_STR_ARG(end));
  }
  askiam_str why = s_get(run, ASKIAM_REQUEST_JUSTIFICATION);
  if (aski_str_present(why)) {
    run->sentence =
        aski_arena_format(arena, "%.*s\nJustification: %.*s", ASKI_STR_ARG(run->sentence), ASKI_STR_ARG(why));
  }
  return arena->failed ? askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
                       : ASKIAM_STATUS_OK;
}

static aski_entity s_entity(aski_run *run, askiam_str id)
{
  return (aski_entity){.found = true, .id = aski_arena_copy(&run->decision->arena, id), .score = 1};
}

static askiam_status s_read(aski_run *run)
{
  run->reading = (aski_reading){.act = ASKI_ACT_REQUEST,
                                .user = s_entity(run, s_beneficiary(run)),
                                .application = s_entity(run, s_get(run, ASKIAM_REQUEST_APPLICATION_ID)),
                                .role = s_entity(run, s_get(run, ASKIAM_REQUEST_ROLE_ID))};
  askiam_str end = s_get(run, ASKIAM_REQUEST_EXPIRES_AT);
  int64_t end_ms = 0;
  if (aski_str_present(end)) {
    bool future = aski_time_parse(end, &end_ms) && end_ms > run->visit.call.now_ms;
    run->reading.expires_at_ms = future ? end_ms : 0;
    if (!future) {
      aski_code_list_add(&run->reading.codes, ASKI_CODE_BAD_DURATION);
      run->reading.question = ASKI_STR("Until when shall the access last? Its end has passed.");
    }
  }
  return run->decision->arena.failed
             ? askiam_error_set(&run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
             : ASKIAM_STATUS_OK;
}

static void s_name(aski_entity *entity, bool found, askiam_str name)
{
  *entity = found ? (aski_entity){.found = true, .id = entity->id, .name = name, .score = entity->score}
                  : (aski_entity){.found = false};
}

/* What the facts do not have is not found. */
static void s_name_all(aski_run *run)
{
  aski_decision *decision = run->decision;
  const aski_facts *facts = &run->facts;
  s_name(&decision->user, facts->user.found, facts->user.name);
  s_name(&decision->application, facts->application.found, facts->application.name);
  s_name(&decision->role, facts->role.found, facts->role.name);
}

askiam_status aski_structured_understand(aski_run *run)
{
  askiam_status status = s_read(run);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_run_adopt(run);
  status = aski_stage_facts(&run->facts, &run->visit, &run->reading, run->requester_id, &run->error);
  if (status == ASKIAM_STATUS_OK) {
    s_name_all(run);
  }
  return status;
}
