/* SPDX-License-Identifier: Apache-2.0
 *
 * From Python values to what the library takes, and back. */
#include "native.h"

bool native_arity(const char *name, Py_ssize_t given, Py_ssize_t wanted)
{
  if (given != wanted) {
    PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", name, wanted, given);
  }
  return given == wanted;
}

bool native_text(askiam_str *out_text, PyObject *value, const char *name, bool optional)
{
  *out_text = (askiam_str){NULL, 0};
  if (optional && value == Py_None) {
    return true;
  }
  if (!PyUnicode_Check(value)) {
    PyErr_Format(PyExc_TypeError, "%s must be a str%s, not %R", name, optional ? " or None" : "",
                 (PyObject *)Py_TYPE(value));
    return false;
  }
  Py_ssize_t length = 0;
  const char *data = PyUnicode_AsUTF8AndSize(value, &length);
  *out_text = (askiam_str){data, (size_t)length};
  return data != NULL;
}

bool native_flag(bool *out_flag, PyObject *value, const char *name)
{
  *out_flag = value == Py_True;
  if (!PyBool_Check(value)) {
    PyErr_Format(PyExc_TypeError, "%s must be a bool, not %R", name, (PyObject *)Py_TYPE(value));
    return false;
  }
  return true;
}

bool native_path(const char **out_path, PyObject *value)
{
  char *path = NULL;
  bool good = value == Py_None || PyBytes_AsStringAndSize(value, &path, NULL) == 0;
  *out_path = path;
  return good;
}

static bool s_set(askiam_request *request, askiam_request_field field, PyObject *value, const char *name, bool optional)
{
  askiam_str text;
  if (!native_text(&text, value, name, optional)) {
    return false;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = text.data == NULL ? ASKIAM_STATUS_OK : askiam_request_set(request, field, text, &error);
  if (status != ASKIAM_STATUS_OK) {
    native_raise(status, &error, NULL, NULL);
  }
  return status == ASKIAM_STATUS_OK;
}

/* What the host knows of the call; members that are not in this list are ignored, as they are in a request's JSON. */
static bool s_set_context(askiam_request *request, PyObject *context)
{
  static const struct {
    askiam_request_field field;
    const char *name;
  } members[] = {{ASKIAM_REQUEST_IP, "ip"},
                 {ASKIAM_REQUEST_TIMESTAMP, "timestamp"},
                 {ASKIAM_REQUEST_SESSION_ID, "session_id"},
                 {ASKIAM_REQUEST_USER_AGENT, "user_agent"},
                 {ASKIAM_REQUEST_TRACE_ID, "trace_id"}};
  for (size_t at = 0; at < sizeof members / sizeof *members; ++at) {
    PyObject *value = PyDict_GetItemString(context, members[at].name); /* borrowed */
    if (value != NULL && !s_set(request, members[at].field, value, members[at].name, true)) {
      return false;
    }
  }
  return true;
}

static bool s_fill(askiam_request *request, PyObject *const *arguments)
{
  PyObject *context = arguments[4];
  if (context != Py_None && !PyDict_Check(context)) {
    PyErr_Format(PyExc_TypeError, "context must be a dict or None, not %R", (PyObject *)Py_TYPE(context));
    return false;
  }
  bool dry_run;
  long long timeout_ms = PyLong_AsLongLong(arguments[6]);
  if (PyErr_Occurred() || !native_flag(&dry_run, arguments[5], "dry_run")) {
    return false;
  }
  askiam_request_set_dry_run(request, dry_run);
  askiam_request_set_timeout_ms(request, timeout_ms);
  return s_set(request, ASKIAM_REQUEST_TEXT, arguments[0], "text", false) &&
         s_set(request, ASKIAM_REQUEST_USER_ID, arguments[1], "user", true) &&
         s_set(request, ASKIAM_REQUEST_REQUESTER_ID, arguments[2], "requester", true) &&
         s_set(request, ASKIAM_REQUEST_ID, arguments[3], "request_id", true) &&
         (context == Py_None || s_set_context(request, context));
}

askiam_request *native_request(PyObject *const *arguments)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  askiam_status status = askiam_request_new(&request, NULL, &error);
  if (status != ASKIAM_STATUS_OK) {
    native_raise(status, &error, NULL, NULL);
  } else if (!s_fill(request, arguments)) {
    askiam_request_destroy(request);
    request = NULL;
  }
  return request;
}

PyObject *native_decision(const askiam_decision *decision)
{
  size_t length = 0;
  const char *json = decision == NULL ? NULL : askiam_decision_to_json(decision, &length);
  if (json == NULL) {
    return PyErr_NoMemory();
  }
  PyObject *bytes = PyBytes_FromStringAndSize(json, (Py_ssize_t)length);
  return bytes == NULL ? NULL : Py_BuildValue("(iN)", (int)askiam_decision_verdict(decision), bytes);
}

PyObject *native_owned(const native_engine *self, char *text)
{
  PyObject *bytes = PyBytes_FromString(text);
  askiam_string_free(self->engine, text);
  return bytes;
}
