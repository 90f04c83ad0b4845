/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies: checked in the language of AWS IAM before they come in, with line and column of all that is wrong or doubtful. */
#include <stdio.h>

#include "base/text.h"
#include "import/run.h"
#include "policy/check.h"

enum { POLICY_BYTES = 256 * 1024 };

typedef struct s_policy {
  aski_import_job *run;
  uint64_t row;
  char id[ASKI_IMPORT_SHOWN_BYTES];
} s_policy;

static void s_doubt(s_policy *policy, const char *file, size_t line, const char *message)
{
  aski_import_job *run = policy->run;
  if (++run->doubts > ASKI_IMPORT_MAX_DOUBTS) {
    return;
  }
  char place[256];
  snprintf(place, sizeof place, "%s:%zu", file, line);
  aski_import_warning(run, place, message);
  if (run->doubts == ASKI_IMPORT_MAX_DOUBTS) {
    aski_import_warning(run, file, "more may be doubtful; askiam policy check tells all of it");
  }
}

/* A file has one policy, which its name says; one JSON text has many. */
static void s_tell(void *context, const askiam_policy_finding *finding)
{
  s_policy *policy = context;
  aski_import_job *run = policy->run;
  const char *file = aski_import_file_of(run, ASKIAM_TABLE_POLICIES, policy->row);
  bool named = run->json_name != NULL;
  char message[512];
  snprintf(message, sizeof message, "column %zu: %s%s%s%.*s%s%.*s", finding->column, named ? "policy \"" : "",
           named ? policy->id : "", named ? "\": " : "", ASKI_STR_ARG(finding->path),
           finding->path.length > 0 ? ": " : "", ASKI_STR_ARG(finding->message));
  if (finding->warning) {
    s_doubt(policy, file, finding->line, message);
  } else {
    aski_import_problem_at(run, file, finding->line, "%s", message);
  }
}

static askiam_status s_send(aski_import_job *run, uint64_t row, askiam_str id, const aski_json *node, const char *shown)
{
  aski_buffer_clear(&run->scratch);
  aski_import_write_json(&run->scratch, node);
  if (run->scratch.failed) {
    return aski_import_no_memory(run);
  }
  if (run->scratch.length > POLICY_BYTES) {
    aski_import_problem(run, ASKIAM_TABLE_POLICIES, row, "policy \"%s\" is larger than 256 KiB", shown);
    return ASKIAM_STATUS_OK;
  }
  askiam_str values[2] = {id, aski_buffer_view(&run->scratch)};
  return aski_import_send(run, ASKIAM_TABLE_POLICIES, row, values, 2);
}

askiam_status aski_import_add_policy(aski_import_job *run, uint64_t row, askiam_str id, const aski_json *node)
{
  s_policy policy = {.run = run, .row = row};
  const char *wrong = aski_text_valid(id) ? aski_import_check_id(id) : "is not UTF-8"; /* it may be a file's name */
  aski_import_check_show(id, policy.id);
  if (wrong != NULL) {
    aski_import_problem(run, ASKIAM_TABLE_POLICIES, row, "the policy's id \"%s\" %s", policy.id, wrong);
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_import_problem(run, ASKIAM_TABLE_POLICIES, row, "policy \"%s\" is %s; a policy is an object", policy.id,
                        aski_json_type_name(node));
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_policy_check_node(run->policy_text, node, &run->policy_cursor,
                                                ASKIAM_POLICY_ACCESS_REQUEST, s_tell, &policy, run->allocator, NULL);
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return aski_import_no_memory(run);
  }
  return status == ASKIAM_STATUS_OK ? s_send(run, row, id, node, policy.id) : ASKIAM_STATUS_OK;
}
