/* SPDX-License-Identifier: Apache-2.0
 *
 * Many requests at once: JSON texts in, a list of decisions out, in their order. A text that is no request is answered with a
 * decision of verdict ERROR, and does not stop the others. */
#include "native.h"

typedef struct s_batch {
  size_t count;
  size_t good;
  askiam_request **requests; /* by index; NULL where nothing could be read */
  askiam_error *problems;    /* by index; OK where there is none */
  const askiam_request **asked;
  askiam_decision **decisions; /* of `asked` */
  askiam_decision **rejected;  /* by index */
} s_batch;

static void s_release(s_batch *batch)
{
  for (size_t at = 0; at < batch->count; ++at) {
    askiam_request_destroy(batch->requests == NULL ? NULL : batch->requests[at]);
    askiam_decision_destroy(batch->decisions == NULL ? NULL : batch->decisions[at]);
    askiam_decision_destroy(batch->rejected == NULL ? NULL : batch->rejected[at]);
  }
  PyMem_Free(batch->requests);
  PyMem_Free(batch->problems);
  PyMem_Free(batch->asked);
  PyMem_Free(batch->decisions);
  PyMem_Free(batch->rejected);
}

static bool s_reserve(s_batch *batch, size_t count)
{
  *batch = (s_batch){.count = count,
                     .requests = PyMem_Calloc(count, sizeof *batch->requests),
                     .problems = PyMem_Calloc(count, sizeof *batch->problems),
                     .asked = PyMem_Calloc(count, sizeof *batch->asked),
                     .decisions = PyMem_Calloc(count, sizeof *batch->decisions),
                     .rejected = PyMem_Calloc(count, sizeof *batch->rejected)};
  bool good = batch->requests != NULL && batch->problems != NULL && batch->asked != NULL && batch->decisions != NULL &&
              batch->rejected != NULL;
  if (!good) {
    PyErr_NoMemory();
  }
  return good;
}

/* The JSON of one request: bytes, or a str. */
static bool s_json(askiam_str *out_json, PyObject *item)
{
  if (!PyBytes_Check(item)) {
    return native_text(out_json, item, "a request", false);
  }
  char *data = NULL;
  Py_ssize_t length = 0;
  bool good = PyBytes_AsStringAndSize(item, &data, &length) == 0;
  *out_json = (askiam_str){data, (size_t)length};
  return good;
}

/* `user` and `requester` stand where a request names nobody. */
typedef struct s_common {
  askiam_str user;
  askiam_str requester;
  bool dry_run;
  int64_t timeout_ms;
} s_common;

static askiam_status s_default(askiam_request *request, askiam_request_field field, askiam_str value,
                               askiam_error *error)
{
  bool wanted = value.data != NULL && askiam_request_get(request, field).data == NULL;
  return wanted ? askiam_request_set(request, field, value, error) : ASKIAM_STATUS_OK;
}

static void s_read(s_batch *batch, size_t index, askiam_str json, const s_common *common)
{
  askiam_error *problem = &batch->problems[index];
  askiam_request **request = &batch->requests[index];
  askiam_status status = askiam_request_from_json(request, json, NULL, problem);
  if (status == ASKIAM_STATUS_OK) {
    status = s_default(*request, ASKIAM_REQUEST_USER_ID, common->user, problem);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_default(*request, ASKIAM_REQUEST_REQUESTER_ID, common->requester, problem);
  }
  if (*request != NULL) {
    askiam_request_set_dry_run(*request, common->dry_run);
    askiam_request_set_timeout_ms(*request, common->timeout_ms);
  }
  if (status == ASKIAM_STATUS_OK) {
    batch->asked[batch->good++] = *request;
  } else {
    problem->status = status;
  }
}

/* Without the GIL. The status tells of a failure that left no decisions; what failed for one request is in its decision. */
static askiam_status s_decide(s_batch *batch, askiam_engine *engine, askiam_error *error)
{
  if (batch->good > 0) {
    askiam_status status = askiam_validate_batch(batch->decisions, engine, batch->asked, batch->good, error);
    if (status != ASKIAM_STATUS_OK && batch->decisions[0] == NULL) {
      return status;
    }
  }
  for (size_t at = 0; at < batch->count; ++at) {
    askiam_status status =
        batch->problems[at].status == ASKIAM_STATUS_OK
            ? ASKIAM_STATUS_OK
            : askiam_reject(&batch->rejected[at], engine, batch->requests[at], &batch->problems[at], error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static PyObject *s_answers(const s_batch *batch)
{
  PyObject *list = PyList_New((Py_ssize_t)batch->count);
  for (size_t at = 0, good = 0; list != NULL && at < batch->count; ++at) {
    bool asked = batch->problems[at].status == ASKIAM_STATUS_OK;
    PyObject *answer = native_decision(asked ? batch->decisions[good++] : batch->rejected[at]);
    if (answer == NULL || PyList_SetItem(list, (Py_ssize_t)at, answer) != 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

static PyObject *s_run(native_engine *self, s_batch *batch, PyObject *list, const s_common *common)
{
  for (size_t at = 0; at < batch->count; ++at) {
    askiam_str json;
    if (!s_json(&json, PyList_GetItem(list, (Py_ssize_t)at))) {
      return NULL;
    }
    s_read(batch, at, json, common);
  }
  if (!native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = s_decide(batch, self->engine, &error);
  Py_END_ALLOW_THREADS native_leave(self);
  return status == ASKIAM_STATUS_OK ? s_answers(batch) : native_raise(status, &error, NULL, NULL);
}

/* requests (a list of bytes or str), user, requester, dry_run, timeout_ms */
PyObject *native_validate_batch(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  s_common common;
  if (!native_arity("validate_batch", count, 5) || !native_text(&common.user, arguments[1], "user", true) ||
      !native_text(&common.requester, arguments[2], "requester", true)) {
    return NULL;
  }
  if (!PyList_Check(arguments[0])) {
    PyErr_SetString(PyExc_TypeError, "requests must be a list");
    return NULL;
  }
  common.timeout_ms = PyLong_AsLongLong(arguments[4]);
  if (PyErr_Occurred() || !native_flag(&common.dry_run, arguments[3], "dry_run")) {
    return NULL;
  }
  s_batch batch;
  PyObject *answers = s_reserve(&batch, (size_t)PyList_Size(arguments[0]))
                          ? s_run((native_engine *)object, &batch, arguments[0], &common)
                          : NULL;
  s_release(&batch);
  return answers;
}
