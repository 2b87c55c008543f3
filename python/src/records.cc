#include "records.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "cells.h"
#include "errors.h"

namespace nb = nanobind;

namespace pratique::python {
namespace {

bool IsScalar(nb::handle value) {
  const Cell cell = KindOf(value.ptr());
  return cell != Cell::kOther && cell != Cell::kNA;
}

// An iterator over what is no scalar; raises nothing.
nb::object IteratorOf(nb::handle value) {
  nb::object iterator = nb::steal(PyObject_GetIter(value.ptr()));
  if (!iterator.is_valid()) PyErr_Clear();
  return iterator;
}

nb::object Next(nb::handle iterator) {
  nb::object next = nb::steal(PyIter_Next(iterator.ptr()));
  if (!next.is_valid() && PyErr_Occurred()) throw nb::python_error();
  return next;
}

}  // namespace

HeldRecords::HeldRecords(const nb::list& rows) {
  for (nb::handle row : rows) {
    AddRow(row);
    owned_.EndRow();
    ++size_;
  }
  owned_.Seal();
}

void HeldRecords::Fail(const char* what, nb::handle value) const {
  RaiseInput("input.record",
             absl::StrCat("row ", size_, ": ", what, ", not ", Escape(ToString(value.type().attr("__name__")), 60)));
}

void HeldRecords::AddRow(nb::handle row) {
  if (PyDict_Check(row.ptr())) {
    for (auto [name, value] : nb::cast<nb::dict>(row)) {
      if (!nb::isinstance<nb::str>(name)) Fail("the name of a value is a text", name);
      AddEntry(ToString(name), value);
    }
    return;
  }
  const nb::object iterator = IsScalar(row) ? nb::object() : IteratorOf(row);
  if (!iterator.is_valid()) Fail("a record is a dict, a list of labels or words, or a list of pairs", row);
  while (const nb::object element = Next(iterator)) {
    if (IsScalar(element)) {
      AddScalar({.form = Item::Form::kElement}, {}, element);
      continue;
    }
    const bool is_pair = (nb::isinstance<nb::tuple>(element) || nb::isinstance<nb::list>(element)) &&
                         nb::len(element) == 2 && nb::isinstance<nb::str>(element[0]) && IsScalar(element[1]);
    if (!is_pair) Fail("an element is a text, a number or a pair of a text and either", element);
    AddScalar({.form = Item::Form::kPair}, ToString(element[0]), element[1]);
  }
}

void HeldRecords::AddEntry(std::string_view name, nb::handle value) {
  if (IsScalar(value)) return AddScalar({.form = Item::Form::kEntry}, name, value);
  const nb::object iterator = PyDict_Check(value.ptr()) ? nb::object() : IteratorOf(value);
  if (!iterator.is_valid()) Fail("a value is a text, a number or a list of these", value);
  while (const nb::object element = Next(iterator)) {
    if (!IsScalar(element)) Fail("an element of a value is a text or a number", element);
    AddScalar({.form = Item::Form::kEntryElement}, name, element);
  }
}

// Integers beyond int64 are their nearest float, as in JSON.
void HeldRecords::AddScalar(Item item, std::string_view name, nb::handle value) {
  std::string text;
  switch (KindOf(value.ptr())) {
    case Cell::kText:
      item.kind = Item::Kind::kText;
      text = ToString(value);
      break;
    case Cell::kBool:
      item.kind = Item::Kind::kBool;
      item.integer = PyObject_IsTrue(value.ptr()) == 1;
      item.number = static_cast<double>(item.integer);
      break;
    case Cell::kInteger: {
      const nb::object index = nb::steal(PyNumber_Index(value.ptr()));
      if (!index.is_valid()) throw nb::python_error();
      int overflow = 0;
      item.integer = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
      item.kind = overflow == 0 ? Item::Kind::kInteger : Item::Kind::kFloat;
      item.number = overflow == 0 ? static_cast<double>(item.integer) : PyLong_AsDouble(index.ptr());
      if (PyErr_Occurred()) {
        PyErr_Clear();
        Fail("a number is within float64", value);
      }
      break;
    }
    case Cell::kFloat:
    case Cell::kNaN:
      item.kind = Item::Kind::kFloat;
      item.number = nb::cast<double>(nb::float_(value));
      break;
    default:
      item.kind = Item::Kind::kNone;
      item.number = std::numeric_limits<double>::quiet_NaN();
      break;
  }
  owned_.Add(item, name, text);
}

absl::Status ForEachBlock(const HeldRecords& rows, const Take& take) { return take(rows.view(), 0); }

}  // namespace pratique::python
