#include "import/sklearn/import_context.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/importer.h"
#include "import/sklearn/shown.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

ImportContext::ImportContext(Importer& importer, Id object, const Class& type, std::string path, Arena& arena)
    : importer_(importer), object_(object), type_(type), path_(std::move(path)), arena_(arena) {}

const graph::Graph& ImportContext::graph() const { return importer_.graph(); }
Version ImportContext::sklearn() const { return importer_.current_; }

bool ImportContext::Predates(const Change& change) const {
  if (change.IsIn(sklearn())) return false;
  importer_.NoteUndone(change);
  return true;
}

Id ImportContext::Take(std::string_view attribute) {
  known_.insert(attribute);
  return graph().Find(object_, attribute);
}
bool ImportContext::Has(std::string_view attribute) const { return graph().Find(object_, attribute) != kNoId; }
void ImportContext::Ignore(std::initializer_list<std::string_view> attributes) {
  known_.insert(attributes.begin(), attributes.end());
}
void ImportContext::Drop(std::string_view attribute) {
  if (!Has(attribute)) return;
  known_.insert(attribute);
  importer_.NoteDropped(path_, attribute);
}

bool ImportContext::IsOf(Id value, std::string_view class_name) const {
  if (value == kNoId) return false;
  const Node& node = graph()[value];
  return node.kind == Kind::kObject && node.made == graph::Made::kNew && node.name == class_name &&
         node.module.starts_with("sklearn.");
}
bool ImportContext::IsFitted(Id object) const {
  return object != kNoId && graph()[object].kind == Kind::kObject && importer_.IsFitted(object);
}
void ImportContext::Proves(Id object) { importer_.proven_.insert(object); }
uint32_t ImportContext::Child(Id object, std::string role) {
  children_.push_back({object, nullptr, nullptr, std::move(role)});
  return static_cast<uint32_t>(children_.size() - 1);
}
uint32_t ImportContext::ChildState(const Class& type, const void* state, std::string role) {
  children_.push_back({kNoId, &type, state, std::move(role)});
  return static_cast<uint32_t>(children_.size() - 1);
}

namespace {

std::string Joined(const std::string& path, std::string_view attribute) {
  return attribute.empty() ? path : absl::StrCat(path, ".", std::string(attribute));
}

}  // namespace

absl::Status ImportContext::Invalid(std::string_view attribute, std::string_view got, std::string_view expected) const {
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kInvalid,
                   .code = "state.type",
                   .path = Joined(path_, attribute),
                   .offset = object().offset,
                   .got = Escape(got),
                   .expected = std::string(expected),
                   .message = absl::StrCat("got ", Escape(got), ", expected ", std::string(expected)),
                   .help = "The file is damaged or was crafted; scikit-learn does not write this."});
}
absl::Status ImportContext::Unsupported(std::string_view attribute, std::string_view got, std::string_view help) const {
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kUnsupported,
                   .code = "state.unsupported_value",
                   .path = Joined(path_, attribute),
                   .offset = object().offset,
                   .got = Escape(got),
                   .message = absl::StrCat(Escape(got), " is not supported"),
                   .help = std::string(help)});
}

absl::Status ImportContext::Absent(std::string_view attribute, std::string_view expected) const {
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kUnsupported,
                   .code = "state.absent",
                   .path = Joined(path_, attribute),
                   .offset = object().offset,
                   .got = "nothing",
                   .expected = std::string(expected),
                   .message = absl::StrCat("is absent; expected ", std::string(expected)),
                   .help = "fit sets it. Were the other attributes set by hand? Set this one, too, and save again."});
}

// --- conversions ----------------------------------------------------------------------------------------------------

namespace {

// In other widths scikit-learn's results have other dtypes, or overflow: int8 beside float32 rows gives float32.
bool IsOfPlainWidth(const graph::DType& dtype) {
  if (dtype.kind != 'f' && dtype.kind != 'i' && dtype.kind != 'u') return false;
  return dtype.itemsize == 4 || dtype.itemsize == 8;
}

}  // namespace

// A value that is read as another type. What numpy has and an estimator can be given is no damage.
static absl::Status Mismatch(const ImportContext& context, Id id, std::string_view attribute,
                             std::string_view expected) {
  if (id == kNoId) return context.Absent(attribute, expected);
  const Node& n = context.graph()[id];
  const bool is_array = n.kind == Kind::kArray && n.dtype, plain_array = is_array && n.dtype->kind != 'O';
  const bool structured = n.kind == Kind::kObject || n.kind == Kind::kList || n.kind == Kind::kTuple || is_array;
  if (!plain_array && !structured) return context.Invalid(attribute, Received(context.graph(), id), expected);
  return context.Unsupported(
      attribute, Received(context.graph(), id),
      absl::StrCat("It is read as ", std::string(expected), plain_array ? ", of at most 64 bits." : "."));
}

template <class T>
static absl::StatusOr<NdArray<T>> Numbers(const ImportContext& context, Arena& arena, Id id, std::string_view attribute,
                                          ImportContext::Of of) {
  const graph::Graph& graph = context.graph();
  constexpr const char* kExpected = std::is_floating_point_v<T> ? "a numeric array" : "an integer array";
  if (id == kNoId) return context.Absent(attribute, kExpected);
  const Node& n = graph[id];
  NdArray<T> result;
  if (n.kind == Kind::kArray && n.dtype && n.dtype->kind != 'O') {
    result.shape = n.shape;
    if (std::is_floating_point_v<T> &&
        (n.dtype->kind == 'b' || n.dtype->kind == 'f' || n.dtype->kind == 'i' || n.dtype->kind == 'u') &&
        !IsOfPlainWidth(*n.dtype))
      return context.Unsupported(attribute, Received(graph, id), "It is read as float64, float32 or integers as wide.");
    std::optional<Array<T>> values = ReadNumbers<T>(n, arena);
    if (!values) return Mismatch(context, id, attribute, kExpected);
    result.values = *values;
    return result;
  }
  // Lists and object arrays of numbers; a plain number is zero-dimensional.
  std::span<const Id> items(&id, 1);
  if (n.kind == Kind::kArray) {
    result.shape = n.shape;
    items = n.items;
  } else if (n.kind == Kind::kList || n.kind == Kind::kTuple) {
    result.shape = {n.items.size()};
    items = n.items;
  }
  // A sparse matrix, for one: LogisticRegression().sparsify() makes coef_ one.
  const bool is_sequence = n.kind == Kind::kArray || n.kind == Kind::kList || n.kind == Kind::kTuple;
  if (n.kind == Kind::kObject || (is_sequence && of == ImportContext::Of::kArray))
    return Mismatch(context, id, attribute, kExpected);
  std::span<T> out = arena.NewUninitialized<T>(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    std::optional<T> value = ReadNumber<T>(graph[items[i]]);
    if (!value) return Mismatch(context, items[i], attribute, "a number");
    out[i] = *value;
  }
  result.values = out;
  return result;
}

absl::StatusOr<NdArray<double>> ImportContext::Doubles(Id id, std::string_view attribute, Of of) {
  return Numbers<double>(*this, arena_, id, attribute, of);
}
absl::StatusOr<NdArray<double>> ImportContext::Doubles(Id id, std::string_view attribute, Arena& scratch) {
  return Numbers<double>(*this, scratch, id, attribute, Of::kArray);
}
absl::StatusOr<NdArray<int64_t>> ImportContext::Ints(Id id, std::string_view attribute, Of of) {
  return Numbers<int64_t>(*this, arena_, id, attribute, of);
}

template <class T>
static absl::StatusOr<Array<T>> OfOneDimension(const ImportContext& context, const NdArray<T>& array, Id id,
                                               std::string_view attribute) {
  if (array.shape.size() == 1) return array.values;
  return context.Unsupported(attribute, Received(context.graph(), id), "fit gives it one dimension");
}
absl::StatusOr<Array<double>> ImportContext::Vector(Id id, std::string_view attribute) {
  ASSIGN_OR_RETURN(NdArray<double> array, Doubles(id, attribute));
  return OfOneDimension(*this, array, id, attribute);
}
absl::StatusOr<Array<int64_t>> ImportContext::IntVector(Id id, std::string_view attribute, Of of) {
  ASSIGN_OR_RETURN(NdArray<int64_t> array, Ints(id, attribute, of));
  return OfOneDimension(*this, array, id, attribute);
}
absl::StatusOr<int64_t> ImportContext::Int(Id id, std::string_view attribute) {
  std::optional<int64_t> value = id == kNoId ? std::nullopt : ReadPlainNumber<int64_t>(graph()[id]);
  if (!value) return Mismatch(*this, id, attribute, "an integer");
  return *value;
}
absl::StatusOr<double> ImportContext::Double(Id id, std::string_view attribute) {
  std::optional<double> value = id == kNoId ? std::nullopt : ReadPlainNumber<double>(graph()[id]);
  if (!value) return Mismatch(*this, id, attribute, "a number");
  return *value;
}
absl::StatusOr<bool> ImportContext::Bool(Id id, std::string_view attribute) {
  if (id != kNoId) {
    const Node& n = graph()[id];
    if (n.kind == Kind::kBool) return n.integer != 0;
    if (n.kind == Kind::kArray && n.is_scalar && n.dtype && n.dtype->kind == 'b') return *ReadNumber<int64_t>(n) != 0;
  }
  return Mismatch(*this, id, attribute, "True or False");
}
absl::StatusOr<std::string_view> ImportContext::String(Id id, std::string_view attribute) {
  std::optional<std::string_view> text = id == kNoId ? std::nullopt : ReadText(graph()[id], arena_);
  const bool is_text = id != kNoId && graph()[id].dtype && graph()[id].dtype->kind == 'U';
  if (!text && is_text) return Invalid(attribute, Received(graph(), id), "text");
  if (!text) return Mismatch(*this, id, attribute, "text");
  if (graph()[id].kind == Kind::kArray && !graph()[id].is_scalar)  // which no dict takes for a key
    return Unsupported(attribute, Received(graph(), id), "Give it as text, not as an array.");
  return *text;
}

absl::StatusOr<Strings> ImportContext::StringArray(Id id, std::string_view attribute) {
  if (id == kNoId) return Absent(attribute, "an array of text");
  const Node& n = graph()[id];
  if (n.kind == Kind::kArray && n.dtype && n.dtype->kind == 'U') {
    std::optional<Strings> texts = ReadTexts(n, arena_);
    if (n.shape.size() != 1) return Unsupported(attribute, Received(graph(), id), "fit gives it one dimension");
    if (!texts) return Invalid(attribute, Received(graph(), id), "an array of text");
    return *texts;
  }
  const bool is_sequence =
      n.kind == Kind::kList || n.kind == Kind::kTuple || (n.kind == Kind::kArray && n.dtype && n.dtype->kind == 'O');
  if (!is_sequence) return Mismatch(*this, id, attribute, "an array of text");
  if (n.kind == Kind::kArray && n.shape.size() != 1)
    return Unsupported(attribute, Received(graph(), id), "fit gives it one dimension");
  auto out = arena_.New<std::string_view>(n.items.size());
  for (size_t i = 0; i < out.size(); ++i) {
    ASSIGN_OR_RETURN(std::string_view text, String(n.items[i], attribute));
    arena_.Charge(text.size());  // one text can stand for all of them
    out[i] = text;
  }
  return Strings(out);
}

fb::DType ImportContext::FloatDType(Id id) const {
  if (id == kNoId) return fb::DType::Float64;
  const Node& n = graph()[id];
  return n.kind == Kind::kArray && n.dtype && n.dtype->kind == 'f' && n.dtype->itemsize == 4 ? fb::DType::Float32
                                                                                             : fb::DType::Float64;
}

namespace {

// numpy's dtype of an array of labels; nullopt for what labels cannot be.
std::optional<fb::DType> LabelDType(const graph::DType& d) {
  auto sized = [&](fb::DType b1, fb::DType b2, fb::DType b4, fb::DType b8) {
    return d.itemsize == 1 ? b1 : d.itemsize == 2 ? b2 : d.itemsize == 4 ? b4 : b8;
  };
  switch (d.kind) {
    case 'b':
      return fb::DType::Bool;
    case 'i':
      return sized(fb::DType::Int8, fb::DType::Int16, fb::DType::Int32, fb::DType::Int64);
    case 'u':
      return sized(fb::DType::UInt8, fb::DType::UInt16, fb::DType::UInt32, fb::DType::UInt64);
    case 'f':
      return d.itemsize == 8   ? std::optional(fb::DType::Float64)
             : d.itemsize == 4 ? std::optional(fb::DType::Float32)
                               : std::nullopt;
    case 'U':
      return fb::DType::String;
    default:
      return std::nullopt;
  }
}

bool IsNaN(const Node& n) {
  std::optional<double> v = n.kind == Kind::kFloat || n.kind == Kind::kArray ? ReadNumber<double>(n) : std::nullopt;
  return v && *v != *v;
}

}  // namespace

absl::StatusOr<Values> ImportContext::ValuesOf(Id id, std::string_view attribute, bool missing_allowed) {
  if (id == kNoId) return Absent(attribute, "an array of labels");
  const Node& n = graph()[id];
  Values values{};
  if (n.kind != Kind::kArray || n.shape.size() != 1 || !n.dtype)
    return Invalid(attribute, Received(graph(), id), "a one-dimensional array");
  if (n.dtype->kind != 'O') {
    std::optional<fb::DType> dtype = LabelDType(*n.dtype);
    if (!dtype) return Unsupported(attribute, Received(graph(), id), "Labels can be bool, int, float or text.");
    values.dtype = *dtype;
    if (*dtype == fb::DType::String) {
      ASSIGN_OR_RETURN(Strings strings, StringArray(id, attribute));
      values.strings = strings;
    } else if (values.IsFloat()) {
      ASSIGN_OR_RETURN(NdArray<double> floats, Doubles(id, attribute));
      values.floats = floats.values;
      if (missing_allowed && !values.floats.empty() && values.floats.back() != values.floats.back()) {
        values.missing = fb::Missing::NaN;
        values.floats = values.floats.first(values.floats.size() - 1);
      }
    } else if (*dtype == fb::DType::UInt64) {
      std::optional<Array<uint64_t>> naturals = ReadNumbers<uint64_t>(n, arena_);
      if (!naturals) return Invalid(attribute, Received(graph(), id), "an integer array");
      values.ints = {reinterpret_cast<const int64_t*>(naturals->data()), naturals->size()};
    } else {
      ASSIGN_OR_RETURN(NdArray<int64_t> ints, Ints(id, attribute));
      values.ints = ints.values;
    }
    return values;
  }
  // Objects: all text, or all bool, or all int, or all float; then None, then NaN.
  std::span<const Id> items = n.items;
  bool nan = false, none = false;
  if (missing_allowed && !items.empty() && IsNaN(graph()[items.back()]))
    nan = true, items = items.first(items.size() - 1);
  if (missing_allowed && !items.empty() && graph()[items.back()].kind == Kind::kNone)
    none = true, items = items.first(items.size() - 1);
  values.missing = nan && none ? fb::Missing::NoneAndNaN
                   : nan       ? fb::Missing::NaN
                   : none      ? fb::Missing::None
                               : fb::Missing::No;
  auto all = [&](auto predicate) { return std::ranges::all_of(items, [&](Id i) { return predicate(graph()[i]); }); };
  const auto is_scalar = [](const Node& v, std::string_view kinds) {
    return v.kind == Kind::kArray && v.shape.empty() && v.dtype && kinds.find(v.dtype->kind) != kinds.npos;
  };
  if (all([&](const Node& v) { return v.kind == Kind::kStr || is_scalar(v, "U"); })) {
    values.dtype = fb::DType::String;
    auto out = arena_.New<std::string_view>(items.size());
    for (size_t i = 0; i < out.size(); ++i) {
      absl::StatusOr<std::string_view> text = String(items[i], attribute);  // a scalar can hold no Unicode
      if (!text.ok()) return text.status();
      arena_.Charge(text->size());
      out[i] = *text;
    }
    values.strings = out;
    return values;
  }
  const bool bools = all([&](const Node& v) { return v.kind == Kind::kBool || is_scalar(v, "b"); });
  const bool ints = all([&](const Node& v) { return v.kind == Kind::kInt || is_scalar(v, "iu"); }) &&
                    all([](const Node& v) { return ReadNumber<int64_t>(v).has_value(); });
  if (bools || ints) {
    values.dtype = bools ? fb::DType::Bool : fb::DType::Int64;
    auto out = arena_.New<int64_t>(items.size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = *ReadNumber<int64_t>(graph()[items[i]]);
    values.ints = out;
    return values;
  }
  // As categories 1 and 1.0 are one; as labels each comes back as what it is.
  const bool floats = all([&](const Node& v) { return v.kind == Kind::kFloat || is_scalar(v, "f"); });
  const auto is_number = [&](const Node& v) {
    const std::optional<double> number =
        v.kind == Kind::kBool || is_scalar(v, "b") ? std::nullopt : ReadNumber<double>(v);
    return number && (v.kind == Kind::kFloat || is_scalar(v, "f") || std::abs(*number) <= 0x1p53);
  };
  if (!all(is_number) || (!floats && !missing_allowed)) {
    return Unsupported(attribute, "an array of mixed objects",
                       "Labels can be bool, int of 64 bits, float or text, all of one kind.");
  }
  values.dtype = fb::DType::Float64;
  auto out = arena_.New<double>(items.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = *ReadNumber<double>(graph()[items[i]]);
  values.floats = out;
  return values;
}

const graph::DType::Field* ImportContext::FieldNamed(const Node& array, std::string_view name) {
  if (array.kind != Kind::kArray || !array.dtype) return nullptr;
  auto it = std::ranges::find(array.dtype->fields, name, &graph::DType::Field::name);
  return it == array.dtype->fields.end() ? nullptr : &*it;
}

template <class T>
static absl::StatusOr<Array<T>> StructuredField(const ImportContext& context, Arena& arena, Id id,
                                                std::string_view name) {
  const Node& n = context.graph()[id];
  const graph::DType::Field* field = ImportContext::FieldNamed(n, name);
  std::optional<Array<T>> values = field ? ReadStructured<T>(n, *field, arena) : std::nullopt;
  if (!values) return context.Invalid(name, Received(context.graph(), id), "a structured array with this field");
  return *values;
}
absl::StatusOr<Array<int64_t>> ImportContext::IntField(Id array, std::string_view name) {
  return StructuredField<int64_t>(*this, arena_, array, name);
}
absl::StatusOr<Array<double>> ImportContext::DoubleField(Id array, std::string_view name) {
  return StructuredField<double>(*this, arena_, array, name);
}

}  // namespace pratique
