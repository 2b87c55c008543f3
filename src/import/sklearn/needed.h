// Attributes that scikit-learn asks for, whatever they hold.
#pragma once

#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Refuses an object that lacks one of them: a method would stop there, though no number follows from its value.
inline absl::Status CheckNeeded(const ImportContext& context, std::initializer_list<std::string_view> attributes) {
  for (const std::string_view attribute : attributes) {
    if (!context.Has(attribute)) return context.Absent(attribute, "what fit leaves there");
  }
  return absl::OkStatus();
}

// Memory that a function of C takes as it is: a numpy array of one dtype, in C order.
struct Buffer {
  std::string_view attribute;
  size_t dimensions;
  char kind;  // of numpy's dtype
  uint32_t itemsize;
};

// Refuses `owner`, the object itself or a part of it, whose buffers would make scikit-learn stop.
inline absl::Status CheckBuffers(const ImportContext& context, graph::Id owner, std::initializer_list<Buffer> buffers) {
  for (const Buffer& buffer : buffers) {
    const graph::Id id = context.graph().Find(owner, buffer.attribute);
    if (id == graph::kNoId) return context.Absent(buffer.attribute, "what fit leaves there");
    const graph::Node node = context.graph()[id];
    const bool is_array = node.kind == graph::Kind::kArray && !node.is_scalar && node.dtype != nullptr;
    if (is_array && !node.fortran && node.shape.size() == buffer.dimensions && !node.dtype->big_endian &&
        node.dtype->kind == buffer.kind && node.dtype->itemsize == buffer.itemsize)
      continue;
    return context.Unsupported(
        buffer.attribute, "another dtype, shape or order of memory",
        absl::StrCat("It is an array of ", buffer.dimensions, " dimensions, of ", buffer.itemsize,
                     " bytes each, in C order, as fit makes it: set it back, or fit again."));
  }
  return absl::OkStatus();
}

// Refuses what is read only in `owner` where a function of Cython asks for memory that it may write to, and so stops.
inline absl::Status CheckWriteable(const ImportContext& context, graph::Id owner,
                                   std::initializer_list<std::string_view> attributes) {
  for (const std::string_view attribute : attributes) {
    const graph::Id id = context.graph().Find(owner, attribute);
    if (id == graph::kNoId || !context.graph()[id].read_only) continue;
    return context.Unsupported(attribute, "an array that is read only",
                               "Save it with a copy of the array, or with joblib.dump, which keeps no such mark.");
  }
  return absl::OkStatus();
}

// Refuses integers where fit leaves floats: numpy computes with them otherwise.
inline absl::Status CheckAreFloats(const ImportContext& context, std::string_view attribute) {
  const graph::Id id = context.graph().Find(context.id(), attribute);
  if (id == graph::kNoId) return absl::OkStatus();
  const graph::Node node = context.graph()[id];
  if (node.dtype == nullptr || node.dtype->kind == 'f') return absl::OkStatus();
  return context.Unsupported(attribute, "no floats", "Set them back, or fit it again.");
}

// Refuses a bool and numpy's narrow or unsigned integers where scikit-learn counts on from it: they wrap around, or are
// taken for no number.
inline absl::Status CheckCountsOn(const ImportContext& context, std::string_view attribute) {
  const graph::Id id = context.graph().Find(context.id(), attribute);
  if (id == graph::kNoId) return absl::OkStatus();
  const graph::Node node = context.graph()[id];
  const bool is_wide = node.dtype == nullptr || (node.dtype->kind == 'i' && node.dtype->itemsize >= 4);
  if (node.kind != graph::Kind::kBool && is_wide) return absl::OkStatus();
  return context.Unsupported(attribute, "a bool, or a narrow number of numpy's", "It is an int, as fit leaves it.");
}

// random_state, of which a method makes a generator whether or not it draws (sklearn/utils/validation.py
// check_random_state).
inline absl::Status CheckSeed(ImportContext& context) {
  constexpr std::string_view kName = "random_state";
  const graph::Id id = context.Take(kName);
  if (id == graph::kNoId) return context.SavedAgain(kName);
  const graph::Node& node = context.graph()[id];
  const bool is_generator = node.kind == graph::Kind::kObject && node.module.starts_with("numpy.random");
  if (is_generator || context.IsNone(id)) return absl::OkStatus();
  const absl::StatusOr<int64_t> seed = context.Int(id, kName);
  if (seed.ok() && *seed >= 0 && *seed <= UINT32_MAX) return absl::OkStatus();
  return context.Unsupported(kName, "what no generator is made of", "Give None or an integer.");
}

}  // namespace pratique
