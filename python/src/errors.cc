#include "errors.h"

namespace nb = nanobind;

namespace pratique::python {

void Raise(const absl::Status& status) {
  const Rejection why = *GetRejection(status);
  nb::dict fields;
  fields["verdict"] = Name(VerdictOf(why.reason)).data();
  fields["stage"] = Name(why.stage).data();
  fields["reason"] = Name(why.reason).data();
  fields["code"] = nb::str(why.code.c_str(), why.code.size());
  const auto text = [&](const char* key, const std::string& value) {
    fields[key] = nb::steal(PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()), "replace"));
  };
  text("path", why.path);
  text("rule", why.rule);
  text("got", why.got);
  text("expected", why.expected);
  text("message", why.message);
  text("help", why.help);
  fields["offset"] = why.offset ? nb::object(nb::int_(*why.offset)) : nb::none();
  nb::object error = nb::module_::import_("pratique._errors").attr("from_rejection")(fields);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
  throw nb::python_error();
}

void RaiseInput(std::string code, std::string message, std::string help) {
  Raise(ToStatus(
      {.reason = Reason::kInvalid, .code = std::move(code), .message = std::move(message), .help = std::move(help)}));
}

}  // namespace pratique::python
