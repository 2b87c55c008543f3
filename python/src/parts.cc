#include "parts.h"

#include <cstring>

#include "container/writer.h"
#include "errors.h"
#include "load/pass.h"
#include "status_macros.h"
#include "type/class.h"
#include "validate/states.h"

namespace nb = nanobind;

namespace pratique::python {
namespace {

// What object `index` owns stands right before it, since objects are in post-order.
size_t FirstOf(const FileToWrite& file, size_t index) {
  size_t first = index;
  while (first > 0) {
    size_t owner = first - 1;
    while (owner < index && file.objects[owner].owner != 0) owner = file.objects[owner].owner - 1;
    if (owner != index) break;
    --first;
  }
  return first;
}

absl::StatusOr<std::string> WritePart(const Model& model, size_t index) {
  ASSIGN_OR_RETURN(FileToWrite all, Unpack(model.validated().audited().file()));
  const size_t first = FirstOf(all, index);
  FileToWrite part{.metadata = "", .written_by = all.written_by};
  for (size_t i = first; i <= index; ++i) {
    part.objects.push_back(std::move(all.objects[i]));
    part.objects.back().owner -= i == index ? part.objects.back().owner : static_cast<uint32_t>(first);
  }
  part.objects.back().role = "model";
  return WriteFile(part);
}

void CheckIndex(const Model& model, size_t index) {
  if (index >= model.validated().audited().file().objects().size()) throw nb::index_error("there is no such object");
}

}  // namespace

nb::object PartNames(const Model& model, size_t index) {
  CheckIndex(model, index);
  const Validated& validated = model.validated();
  const StructInfo& info = *validated.audited().classes()[index]->form->info;
  for (const Member& member : info.members) {
    if (std::string_view(member.name) != "names" || member.kind != MemberKind::kStrings) continue;
    Strings names;
    std::memcpy(&names, static_cast<const std::byte*>(validated.states().states[index]) + member.offset, sizeof names);
    nb::list list;
    for (std::string_view name : names)
      list.append(nb::steal(PyUnicode_DecodeUTF8(name.data(), static_cast<Py_ssize_t>(name.size()), "replace")));
    return list;
  }
  return nb::none();
}

Policy ForWhatComesOfIt(Policy policy) {
  policy.formats.clear();
  policy.sha256.clear();
  policy.sklearn_min.clear();
  policy.sklearn_max.clear();
  return policy;
}

Model Part(const Model& model, size_t index, const Policy& policy) {
  CheckIndex(model, index);
  const Policy own = ForWhatComesOfIt(policy);
  nb::gil_scoped_release released;
  const auto load = [&]() -> absl::StatusOr<Model> {
    ASSIGN_OR_RETURN(const std::string prq, WritePart(model, index));
    return LoadBytes(std::as_bytes(std::span(prq.data(), prq.size())), own);
  };
  absl::StatusOr<Model> part = load();
  nb::gil_scoped_acquire held;
  return OrRaise(std::move(part));
}

}  // namespace pratique::python
