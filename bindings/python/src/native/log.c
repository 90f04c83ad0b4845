/* SPDX-License-Identifier: Apache-2.0
 *
 * Log records of the library, for logging. */
#include "native.h"

static PyObject *s_fields(const askiam_log_record *record)
{
  static const struct {
    askiam_log_field field;
    const char *name;
  } names[] = {
      {ASKIAM_LOG_STAGE, "stage"},     {ASKIAM_LOG_MESSAGE, "message"},   {ASKIAM_LOG_REQUEST_ID, "request_id"},
      {ASKIAM_LOG_USER_ID, "user_id"}, {ASKIAM_LOG_TRACE_ID, "trace_id"}, {ASKIAM_LOG_SESSION_ID, "session_id"},
      {ASKIAM_LOG_IP, "ip"},           {ASKIAM_LOG_STATUS, "status"},     {ASKIAM_LOG_SENTENCE, "sentence"}};
  PyObject *fields = PyDict_New();
  for (size_t at = 0; fields != NULL && at < sizeof names / sizeof *names; ++at) {
    askiam_str text = askiam_log_record_field(record, names[at].field);
    PyObject *value = text.data == NULL ? NULL : PyUnicode_DecodeUTF8(text.data, (Py_ssize_t)text.length, "replace");
    if (text.data != NULL && (value == NULL || PyDict_SetItemString(fields, names[at].name, value) != 0)) {
      Py_CLEAR(fields);
    }
    Py_XDECREF(value);
  }
  return fields;
}

/* Asks first whether anybody listens: most records of most programs go nowhere. */
static PyObject *s_tell(PyObject *logger, const askiam_log_record *record)
{
  int level = (int)askiam_log_record_level(record);
  PyObject *wanted = PyObject_CallMethod(logger, "wants", "i", level);
  if (wanted == NULL || wanted != Py_True) {
    return wanted;
  }
  Py_DECREF(wanted);
  PyObject *fields = s_fields(record);
  return fields == NULL
             ? NULL
             : PyObject_CallMethod(logger, "tell", "iLdN", level, (long long)askiam_log_record_time_ms(record),
                                   askiam_log_record_duration_ms(record), fields);
}

void native_log(void *context, const askiam_log_record *record)
{
  const native_hooks *hooks = context;
  PyGILState_STATE state = native_python_begin();
  native_log_mark(true);
  PyObject *kind;
  PyObject *value;
  PyObject *trace;
  PyErr_Fetch(&kind, &value, &trace);
  PyObject *done = s_tell(hooks->log, record);
  if (done == NULL) {
    native_swallow_exception(hooks->log);
  }
  Py_XDECREF(done);
  PyErr_Restore(kind, value, trace);
  native_log_mark(false);
  native_python_end(state);
}
