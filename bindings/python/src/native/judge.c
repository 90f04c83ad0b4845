/* SPDX-License-Identifier: Apache-2.0
 *
 * A judge written in Python: the case as a dict of plain values in, (probability, reason) or None out. */
#include "native.h"

typedef PyObject *(*s_item_fn)(const askiam_case *judged, size_t index);

static PyObject *s_list(const askiam_case *judged, size_t count, s_item_fn item)
{
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (size_t at = 0; list != NULL && at < count; ++at) {
    PyObject *value = item(judged, at);
    if (value == NULL || PyList_SetItem(list, (Py_ssize_t)at, value) != 0) {
      Py_CLEAR(list);
    }
  }
  return list;
}

static PyObject *s_role(const askiam_case *judged, size_t index)
{
  return native_str(askiam_case_role_id(judged, index));
}

static PyObject *s_document(const askiam_case *judged, size_t index)
{
  return Py_BuildValue("(NNN)", native_str(askiam_case_document_id(judged, index)),
                       native_str(askiam_case_document_title(judged, index)),
                       native_str(askiam_case_document_text(judged, index)));
}

/* Attributes of the beneficiary, or where `pattern` is one, of the person of a past decision: those that are known. */
static PyObject *s_attributes(const askiam_case *judged, bool of_pattern, size_t pattern)
{
  PyObject *attributes = PyDict_New();
  for (size_t at = 0; attributes != NULL && at < askiam_case_attribute_count(judged); ++at) {
    askiam_str key = askiam_case_attribute_key(judged, at);
    askiam_str value =
        of_pattern ? askiam_case_pattern_attribute(judged, pattern, key) : askiam_case_attribute_value(judged, at);
    if (value.data == NULL) {
      continue;
    }
    PyObject *name = native_str(key);
    PyObject *text = native_str(value);
    if (name == NULL || text == NULL || PyDict_SetItem(attributes, name, text) != 0) {
      Py_CLEAR(attributes);
    }
    Py_XDECREF(name);
    Py_XDECREF(text);
  }
  return attributes;
}

static PyObject *s_pattern_roles(const askiam_case *judged, size_t pattern)
{
  size_t count = askiam_case_pattern_role_count(judged, pattern);
  PyObject *roles = PyList_New((Py_ssize_t)count);
  for (size_t at = 0; roles != NULL && at < count; ++at) {
    PyObject *role = native_str(askiam_case_pattern_role_id(judged, pattern, at));
    if (role == NULL || PyList_SetItem(roles, (Py_ssize_t)at, role) != 0) {
      Py_CLEAR(roles);
    }
  }
  return roles;
}

static PyObject *s_pattern(const askiam_case *judged, size_t index)
{
  return Py_BuildValue("(OLONN)", askiam_case_pattern_approved(judged, index) ? Py_True : Py_False,
                       (long long)askiam_case_pattern_time_ms(judged, index),
                       askiam_case_pattern_known(judged, index) ? Py_True : Py_False, s_attributes(judged, true, index),
                       s_pattern_roles(judged, index));
}

static PyObject *s_case(const askiam_case *judged, const askiam_call *call)
{
  return Py_BuildValue(
      "{sNsNsNsNsNsNsNsNsNsNsNsNsN}", "user_id", native_str(askiam_case_get(judged, ASKIAM_CASE_USER_ID)), "user_name",
      native_str(askiam_case_get(judged, ASKIAM_CASE_USER_NAME)), "application_id",
      native_str(askiam_case_get(judged, ASKIAM_CASE_APPLICATION_ID)), "application_name",
      native_str(askiam_case_get(judged, ASKIAM_CASE_APPLICATION_NAME)), "role_id",
      native_str(askiam_case_get(judged, ASKIAM_CASE_ROLE_ID)), "role_name",
      native_str(askiam_case_get(judged, ASKIAM_CASE_ROLE_NAME)), "role_description",
      native_str(askiam_case_get(judged, ASKIAM_CASE_ROLE_DESCRIPTION)), "role_risk",
      native_str(askiam_case_get(judged, ASKIAM_CASE_ROLE_RISK)), "attributes", s_attributes(judged, false, 0), "roles",
      s_list(judged, askiam_case_role_count(judged), s_role), "documents",
      s_list(judged, askiam_case_document_count(judged), s_document), "patterns",
      s_list(judged, askiam_case_pattern_count(judged), s_pattern), "remaining", native_remaining(call));
}

/* (probability or None, reason or None). Takes the reference. */
static askiam_status s_take(askiam_opinion *opinion, PyObject *answer, askiam_error *error)
{
  PyObject *probability;
  PyObject *told;
  askiam_str reason;
  double number = 0;
  askiam_status status;
  bool good = PyTuple_Check(answer) && PyArg_ParseTuple(answer, "OO", &probability, &told) &&
              native_text(&reason, told, "the reason", true);
  if (good && probability != Py_None) {
    number = PyFloat_AsDouble(probability);
    good = !PyErr_Occurred();
  }
  if (!good) {
    status = native_hook_rubbish(ASKIAM_LAYER_JUDGE, error);
  } else if (probability == Py_None) {
    status = askiam_opinion_abstain(opinion, reason);
  } else {
    status = askiam_opinion_set(opinion, number, reason);
  }
  Py_DECREF(answer);
  return status;
}

askiam_status native_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                           askiam_error *error)
{
  const native_hooks *hooks = self;
  PyGILState_STATE state = native_python_begin();
  PyObject *values = s_case(judged, call);
  PyObject *returned = values == NULL ? NULL : PyObject_CallFunctionObjArgs(hooks->judge, values, NULL);
  Py_XDECREF(values);
  PyObject *answer = native_hook_answer(returned, ASKIAM_LAYER_JUDGE, error);
  askiam_status status = answer == NULL ? ASKIAM_STATUS_UNAVAILABLE : s_take(opinion, answer, error);
  native_python_end(state);
  return status;
}
