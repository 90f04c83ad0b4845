/* SPDX-License-Identifier: Apache-2.0
 *
 * The module askiam._native. It lives in the main interpreter only: callbacks come from threads that the library made, and
 * PyGILState, by which they reach Python, knows no other. */
#include "native.h"

/* askiam._errors.make; one per process, as there is one interpreter. */
static PyObject *s_error_factory;

PyObject *native_error_factory(void) { return s_error_factory; }

static PyObject *s_keys(PyObject *module, PyObject *unused)
{
  (void)module;
  (void)unused;
  PyObject *list = PyList_New(0);
  for (size_t at = 0; list != NULL && at < askiam_config_key_count(); ++at) {
    PyObject *row = Py_BuildValue("(sssO)", askiam_config_key_name(at), askiam_config_key_default(at),
                                  askiam_config_key_help(at), askiam_config_key_is_secret(at) ? Py_True : Py_False);
    if (row == NULL || PyList_Append(list, row) != 0) {
      Py_CLEAR(list);
    }
    Py_XDECREF(row);
  }
  return list;
}

static PyMethodDef s_methods[] = {
    {"config_keys", s_keys, METH_NOARGS,
     "config_keys() -> list[tuple[str, str, str, bool]]\n\nEvery setting: key, default, help, whether it is a secret."},
    {NULL, NULL, 0, NULL}};

static int s_prepare(PyObject *module)
{
  if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
    PyErr_SetString(PyExc_ImportError, "askiam works in the main interpreter only, not in a subinterpreter");
    return -1;
  }
  PyObject *errors = PyImport_ImportModule("askiam._errors");
  PyObject *factory = errors == NULL ? NULL : PyObject_GetAttrString(errors, "make");
  Py_XDECREF(errors);
  if (factory == NULL) {
    return -1;
  }
  Py_XDECREF(s_error_factory);
  s_error_factory = factory;
  PyObject *type = PyType_FromModuleAndSpec(module, &native_engine_spec, NULL);
  if (type == NULL || PyModule_AddType(module, (PyTypeObject *)type) != 0) {
    Py_XDECREF(type);
    return -1;
  }
  Py_DECREF(type);
  return PyModule_AddStringConstant(module, "version", askiam_version());
}

static PyModuleDef_Slot s_slots[] = {{Py_mod_exec, (void *)s_prepare}, {0, NULL}};

static struct PyModuleDef s_module = {PyModuleDef_HEAD_INIT, .m_name = "askiam._native",
                                      .m_doc = "The C library, as thinly as can be; askiam is what to import.",
                                      .m_methods = s_methods, .m_slots = s_slots};

PyMODINIT_FUNC PyInit__native(void); /* found by name */
PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&s_module); }
