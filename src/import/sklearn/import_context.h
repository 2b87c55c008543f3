// From the inert graph to the state of one estimator.
//
// A form imports by attribute name: every field that has python:"attr_" in the schema takes that attribute, converted
// to the field's type; `dim` fields without one follow from the shapes of the arrays. What does not fit that (trees,
// ragged categories, version quirks) is the form's Import(ImportContext&), which may call ByName() for the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/graph.h"
#include "state/arena.h"
#include "state/bind.h"
#include "type/change.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// A numeric array with its shape, converted to T (from any integer, bool or float dtype whose values T holds exactly;
// float32 to double is exact). C order. A 0-d array or scalar has shape {}.
template <class T>
struct NdArray {
  std::vector<uint64_t> shape;
  Array<T> values;
};

class Importer;  // src/import/sklearn/importer.cc: drives the contexts, object by object

class ImportContext {
 public:
  ImportContext(Importer& importer, graph::Id object, const Class& type, std::string path, Arena& arena);

  const graph::Graph& graph() const;
  graph::Node object() const { return graph()[object_]; }
  graph::Id id() const { return object_; }
  const Class& type() const { return type_; }
  std::string_view class_name() const { return type_.short_name(); }  // "RandomForestClassifier"
  Version sklearn() const;  // that wrote this object (its _sklearn_version, else its owner's)
  // Whether the release that wrote this object had not made the change yet, so that the caller undoes it. Reported.
  bool Predates(const Change& change) const;
  Arena& arena() { return arena_; }
  const std::string& path() const { return path_; }

  // The attribute, marked as taken; kNoId when absent. Has() does not mark it.
  graph::Id Take(std::string_view attribute);
  bool Has(std::string_view attribute) const;
  // Marks attributes as known but without effect on predictions here; what is neither taken nor ignored nor on the
  // class's lists fails the import by name.
  void Ignore(std::initializer_list<std::string_view> attributes);
  // Marks as dropped: reported to the user.
  void Drop(std::string_view attribute);

  // Fields with python:"..." by attribute name; then `dim` fields from shapes. Fields already set (non-null data, or
  // non-default scalar) are left alone; a missing attribute of a field that is not `required` leaves it absent.
  absl::Status ByName(void* state);

  // Conversions. Errors name path and attribute, got and expected; code "state.type" or "state.unsupported_value".
  // Arrays are read from numpy arrays of numbers and from plain numbers; where `Of::kSequence` says so from lists,
  // tuples and arrays of objects, too: elsewhere scikit-learn computes with an array, and with no list.
  enum class Of { kArray, kSequence };
  absl::StatusOr<NdArray<double>> Doubles(graph::Id value, std::string_view attribute, Of of = Of::kArray);
  // The same of an array that is read and let go: what is converted lives in `scratch`, without a limit.
  absl::StatusOr<NdArray<double>> Doubles(graph::Id value, std::string_view attribute, Arena& scratch);
  absl::StatusOr<NdArray<int64_t>> Ints(graph::Id value, std::string_view attribute, Of of = Of::kArray);
  // The same of one dimension: another shape broadcasts to other numbers.
  absl::StatusOr<Array<double>> Vector(graph::Id value, std::string_view attribute);
  absl::StatusOr<Array<int64_t>> IntVector(graph::Id value, std::string_view attribute, Of of = Of::kArray);
  absl::StatusOr<int64_t> Int(graph::Id value, std::string_view attribute);              // int, np.integer, bool
  absl::StatusOr<double> Double(graph::Id value, std::string_view attribute);            // float, int, np.floating
  absl::StatusOr<bool> Bool(graph::Id value, std::string_view attribute);                // bool, np.bool_
  absl::StatusOr<std::string_view> String(graph::Id value, std::string_view attribute);  // str, np.str_
  absl::StatusOr<Strings> StringArray(graph::Id value, std::string_view attribute);  // ndarray U/O of str, list of str
  // classes_ or one of categories_: any one-dimensional array of bool, ints, floats, U, or objects (all str; or
  // numbers), None and NaN allowed at its end when `missing_allowed`.
  absl::StatusOr<Values> ValuesOf(graph::Id value, std::string_view attribute, bool missing_allowed = false);
  fb::DType FloatDType(graph::Id array) const;  // Float32 for a float32 array or scalar, else Float64
  // Whether it is an object of the class of scikit-learn's that is called so.
  bool IsOf(graph::Id value, std::string_view class_name) const;
  // Whether an object has attributes of fit (sklearn/utils/validation.py check_is_fitted).
  bool IsFitted(graph::Id object) const;
  bool IsNone(graph::Id value) const { return value == graph::kNoId || graph()[value].kind == graph::Kind::kNone; }

  // Structured arrays (tree nodes): field `name` of every record as int64 or double; widths and byte order are handled.
  absl::StatusOr<Array<int64_t>> IntField(graph::Id array, std::string_view name);
  absl::StatusOr<Array<double>> DoubleField(graph::Id array, std::string_view name);
  static const graph::DType::Field* FieldNamed(const graph::Node& array, std::string_view name);

  // `object`, a Booster of another library, is proven: its bytes are those that this estimator was made of.
  void Proves(graph::Id object);

  // An estimator this one owns; imported after this one's Import returns, in the order of the calls. Returns its index
  // among this object's children.
  uint32_t Child(graph::Id object, std::string role);
  // The owned estimators read the same rows, one after the other: what works in place would change what the next one
  // sees, so that copy=False is refused in them.
  void SharesRows() { shares_rows_ = true; }
  // A part this importer makes itself (TreeBlock): `state` and all it views stay alive in arena().
  uint32_t ChildState(const Class& type, const void* state, std::string role);
  template <class S>
  S& NewState() {
    return *new (arena_.Allocate(sizeof(S))) S{};
  }

  // Refusals. `attribute` "" for the object itself.
  absl::Status Invalid(std::string_view attribute, std::string_view got,
                       std::string_view expected) const;                             // kInvalid "state.type"
  absl::Status Absent(std::string_view attribute, std::string_view expected) const;  // kUnsupported "state.absent"
  absl::Status Unsupported(std::string_view attribute, std::string_view got,
                           std::string_view help) const;  // kUnsupported "state.unsupported_value"
  // An attribute is absent that every object of its release has.
  absl::Status SavedAgain(std::string_view attribute) const {
    return Unsupported(attribute, "nothing",
                       "Fitted by an older scikit-learn and saved again by a later one? Convert the original file.");
  }

 private:
  friend class Importer;
  Importer& importer_;
  graph::Id object_;
  const Class& type_;
  std::string path_;
  Arena& arena_;
  std::set<std::string_view> known_;  // taken, ignored or dropped
  struct ChildToImport {
    graph::Id object;
    const Class* type;
    const void* state;
    std::string role;
  };
  std::vector<ChildToImport> children_;
  bool shares_rows_ = false;
};

}  // namespace pratique
