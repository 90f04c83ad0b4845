/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an organisation in one JSON text: either every row is well formed and it is committed, or nothing is. */
#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct store {
  int begun, committed, aborted;
} store;

static askiam_status s_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error)
{
  (void)call;
  (void)error;
  ++((store *)self)->begun;
  *out_session = self;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_row(void *session, askiam_table table, uint64_t row, const askiam_str *values, size_t count,
                           askiam_error *error)
{
  (void)session;
  (void)error;
  if ((unsigned)table >= ASKIAM_TABLE_COUNT || row == 0 || count < 2 || count > ASKIAM_ROW_MAX_COLUMNS) {
    abort();
  }
  for (size_t i = 0; i < count; ++i) {
    if (values[i].data == NULL || !aski_text_valid(values[i])) {
      abort();
    }
  }
  if (values[0].length == 0 || values[0].length > 256) {
    abort();
  }
  return ASKIAM_STATUS_OK;
}

/* References are missed now and then, so that places are looked up too. */
static askiam_status s_commit(void *session, askiam_import_report_fn report, void *context, askiam_error *error)
{
  store *self = session;
  ++self->committed;
  report(context, ASKIAM_TABLE_USERS, 1, "missing");
  report(context, ASKIAM_TABLE_POLICIES, 2, "missing");
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_STORE, "references");
}

static void s_abort(void *session) { ++((store *)session)->aborted; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  store self = {0};
  aski_admin admin = {.table = {.size = sizeof(askiam_admin_vtable),
                                .import_begin = s_begin,
                                .import_row = s_row,
                                .import_commit = s_commit,
                                .import_abort = s_abort},
                      .self = &self,
                      .provided = true};
  aski_import import = {.admin = &admin, .allocator = aski_allocator_default()};
  askiam_call call = {.deadline_ticks_ns = UINT64_MAX, .now_ms = 1};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status =
      aski_import_run_json(NULL, &import, &call, (askiam_str){(const char *)data, size}, "fuzz", NULL, &error);
  if (status != ASKIAM_STATUS_BAD_DATA || self.begun != 1 || self.committed + self.aborted != 1 ||
      !aski_text_valid(askiam_str_from(error.message))) {
    abort();
  }
  return 0;
}
