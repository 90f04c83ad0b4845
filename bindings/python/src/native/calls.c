/* SPDX-License-Identifier: Apache-2.0
 *
 * The methods that ask the library once: enter, release the GIL, call, take it again, leave. */
#include "native.h"

/* Ends a call that gives a text: the text, or NULL with the exception set. */
static PyObject *s_leave(native_engine *self, askiam_status status, char *json, const askiam_error *error)
{
  PyObject *answer = status == ASKIAM_STATUS_OK ? native_owned(self, json) : native_raise(status, error, NULL, NULL);
  native_leave(self);
  return answer;
}

PyObject *native_validate(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  if (!native_arity("validate", count, NATIVE_REQUEST_ARGUMENTS)) {
    return NULL;
  }
  askiam_request *request = native_request(arguments);
  if (request == NULL || !native_enter(self)) {
    askiam_request_destroy(request);
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_decision *decision = NULL;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_validate(&decision, self->engine, request, &error);
  askiam_request_destroy(request);
  Py_END_ALLOW_THREADS native_leave(self);
  PyObject *answer = decision == NULL && status != ASKIAM_STATUS_OK ? NULL : native_decision(decision);
  askiam_decision_destroy(decision);
  if (status != ASKIAM_STATUS_OK) {
    PyErr_Clear(); /* the failure itself matters more than that its decision does not fit into memory */
    native_raise(status, &error, answer, NULL);
    Py_CLEAR(answer);
  }
  return answer;
}

PyObject *native_extract(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  if (!native_arity("extract", count, NATIVE_REQUEST_ARGUMENTS)) {
    return NULL;
  }
  askiam_request *request = native_request(arguments);
  if (request == NULL || !native_enter(self)) {
    askiam_request_destroy(request);
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_extract(&json, self->engine, request, &error);
  askiam_request_destroy(request);
  Py_END_ALLOW_THREADS return s_leave(self, status, json, &error);
}

PyObject *native_status(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  askiam_str request_id;
  askiam_str requester;
  if (!native_arity("status", count, 2) || !native_text(&request_id, arguments[0], "request_id", false) ||
      !native_text(&requester, arguments[1], "requester", true) || !native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_status_json(&json, self->engine, request_id, requester, &error);
  Py_END_ALLOW_THREADS return s_leave(self, status, json, &error);
}

PyObject *native_audit_verify(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  const char *checkpoint;
  const char *public_key;
  if (!native_arity("audit_verify", count, 2) || !native_path(&checkpoint, arguments[0]) ||
      !native_path(&public_key, arguments[1]) || !native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  int sound = 0;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_audit_verify(&sound, &json, self->engine, checkpoint, public_key, &error);
  Py_END_ALLOW_THREADS PyObject *report = s_leave(self, status, json, &error);
  return report == NULL ? NULL : Py_BuildValue("(ON)", sound ? Py_True : Py_False, report);
}

PyObject *native_migrate(PyObject *object, PyObject *unused)
{
  (void)unused;
  native_engine *self = (native_engine *)object;
  if (!native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  int from = 0;
  int to = 0;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_admin_migrate(&from, &to, self->engine, &error);
  Py_END_ALLOW_THREADS native_leave(self);
  return status == ASKIAM_STATUS_OK ? Py_BuildValue("(ii)", from, to) : native_raise(status, &error, NULL, NULL);
}

PyObject *native_describe(PyObject *object, PyObject *unused)
{
  (void)unused;
  native_engine *self = (native_engine *)object;
  if (!native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_admin_describe(&json, self->engine, &error);
  Py_END_ALLOW_THREADS return s_leave(self, status, json, &error);
}

PyObject *native_erase_user(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
  native_engine *self = (native_engine *)object;
  askiam_str user_id;
  if (!native_arity("erase_user", count, 1) || !native_text(&user_id, arguments[0], "user", false) ||
      !native_enter(self)) {
    return NULL;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  uint64_t requests = 0;
  askiam_status status;
  Py_BEGIN_ALLOW_THREADS status = askiam_admin_erase_user(&requests, self->engine, user_id, &error);
  Py_END_ALLOW_THREADS native_leave(self);
  return status == ASKIAM_STATUS_OK ? PyLong_FromUnsignedLongLong(requests) : native_raise(status, &error, NULL, NULL);
}
