/* SPDX-License-Identifier: Apache-2.0
 *
 * From a status to an exception. Which class it is, askiam/_errors.py says. */
#include "native.h"

static PyObject *s_raise(const char *status, const askiam_error *error, PyObject *decision, PyObject *problems)
{
  PyObject *message = PyUnicode_DecodeUTF8(error->message, (Py_ssize_t)strlen(error->message), "replace");
  PyObject *raised =
      message == NULL
          ? NULL
          : PyObject_CallFunction(native_error_factory(), "ssOOOO", status, askiam_layer_name(error->layer),
                                  error->retryable ? Py_True : Py_False, message, decision == NULL ? Py_None : decision,
                                  problems == NULL ? Py_None : problems);
  Py_XDECREF(message);
  if (raised != NULL) {
    PyErr_SetObject((PyObject *)Py_TYPE(raised), raised);
    Py_DECREF(raised);
  }
  return NULL;
}

PyObject *native_raise(askiam_status status, const askiam_error *error, PyObject *decision, PyObject *problems)
{
  return s_raise(askiam_status_name(status), error, decision, problems);
}

PyObject *native_raise_closed(void)
{
  askiam_error error = {.layer = ASKIAM_LAYER_ENGINE, .message = "the engine is closed"};
  return s_raise("CLOSED", &error, NULL, NULL);
}
