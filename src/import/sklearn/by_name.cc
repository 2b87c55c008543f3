// ImportContext::ByName: a state's fields from the attributes that the schema names.
#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/shown.h"
#include "state/plan.h"
#include "state/symbol.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::kNoId;

namespace {

template <class T>
T& MemberOf(const FieldPlan& f, void* state) {
  return *reinterpret_cast<T*>(static_cast<std::byte*>(state) + f.offset);
}

void StoreInt(const FieldPlan& f, void* state, int64_t value) {
  ByType(f.base, [&](auto zero) { MemberOf<decltype(zero)>(f, state) = static_cast<decltype(zero)>(value); });
}
int64_t LoadInt(const FieldPlan& f, void* state) {
  return ByType(f.base, [&](auto zero) { return static_cast<int64_t>(MemberOf<decltype(zero)>(f, state)); });
}

// As many dimensions as its rule has: of another shape the same numbers broadcast to others.
absl::Status HasRank(const ImportContext& context, const FieldPlan& f, const std::vector<uint64_t>& shape, Id id) {
  if (f.shape.empty() || shape.size() == f.shape.size()) return absl::OkStatus();
  return context.Unsupported(
      f.python, Received(context.graph(), id),
      absl::StrCat("fit gives it ", f.shape.size(), f.shape.size() == 1 ? " dimension" : " dimensions"));
}

const FieldPlan* DimOf(const Plan& plan, int symbol) {
  const auto dim =
      std::ranges::find_if(plan.fields, [&](const FieldPlan& f) { return f.dim == symbol && symbol >= 0; });
  return dim == plan.fields.end() ? nullptr : &*dim;
}

// Sizes that no attribute names follow from the shapes of the arrays.
void BindDims(const Plan& plan, const FieldPlan& f, const std::vector<uint64_t>& shape, void* state) {
  if (shape.size() != f.shape.size()) return;
  for (size_t i = 0; i < shape.size(); ++i) {
    const FieldPlan* dim = DimOf(plan, f.shape[i]);
    if (dim != nullptr && dim->python.empty() && LoadInt(*dim, state) == 0)
      StoreInt(*dim, state, static_cast<int64_t>(shape[i]));
  }
}

// As many elements as its rule has, in other rows: of such a shape the same numbers mean others.
absl::Status HasRows(const ImportContext& context, const Plan& plan, const FieldPlan& f,
                     const std::vector<uint64_t>& shape, Id id, void* state) {
  if (shape.size() < 2 || shape.size() != f.shape.size()) return absl::OkStatus();
  uint64_t wanted = 1, elements = 1;
  bool same = true;
  for (size_t i = 0; i < shape.size(); ++i) {
    const FieldPlan* dim = DimOf(plan, f.shape[i]);
    const uint64_t known = dim == nullptr ? 0 : static_cast<uint64_t>(LoadInt(*dim, state));
    if (known == 0) return absl::OkStatus();
    wanted *= known;
    elements *= shape[i];
    same &= known == shape[i];
  }
  if (same || wanted != elements) return absl::OkStatus();  // another size breaks the rule of its shape
  return context.Unsupported(f.python, Received(context.graph(), id), "fit gives it other numbers of rows and columns");
}

// A size whose attribute is absent is what the elements of one array leave for it: the n_features_in_ of coefficients
// that were set by hand. scikit-learn then checks nothing, and multiplies.
void SolveDim(const Plan& plan, const FieldPlan& wanted, void* state) {
  for (const FieldPlan& f : plan.fields) {
    const auto is_wanted = [&](int symbol) { return symbol == wanted.dim; };
    if (f.kind != MemberKind::kVector || std::ranges::count_if(f.shape, is_wanted) != 1) continue;
    uint64_t size = ByType(
        f.element, [&](auto zero) { return uint64_t{MemberOf<std::span<const decltype(zero)>>(f, state).size()}; });
    for (const int symbol : f.shape) {
      const FieldPlan* dim = DimOf(plan, symbol);
      if (symbol == wanted.dim) continue;
      const uint64_t known = dim == nullptr ? 0 : static_cast<uint64_t>(LoadInt(*dim, state));
      size = known == 0 || size % known != 0 ? 0 : size / known;
    }
    if (size == 0 || size > UINT32_MAX) continue;
    StoreInt(wanted, state, static_cast<int64_t>(size));
    return;
  }
}

bool HasTwins(Strings texts, Arena& arena) {
  for (const std::string_view text : texts) arena.Charge(text.size());  // one text can stand for all of them
  const std::span<std::string_view> sorted = arena.Copy(texts);
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) != sorted.end();
}

// A field of a fixed number of elements is a parameter such as feature_range, which is a tuple; what fit made is an
// array.
ImportContext::Of OfField(const Plan& plan, const FieldPlan& f) {
  const bool fixed = f.shape.size() == 1 && NumberOfSymbol(plan.symbols[f.shape[0]]).has_value();
  return fixed ? ImportContext::Of::kSequence : ImportContext::Of::kArray;
}

// Whether a real number is as it was made: the class's Import has not set it.
bool IsUnset(const FieldPlan& f, const void* state) {
  return ByType(f.base, [&](auto zero) {
    return static_cast<double>(MemberOf<decltype(zero)>(f, const_cast<void*>(state))) == f.default_real;
  });
}

}  // namespace

absl::Status ImportContext::ByName(void* state) {
  const Plan& plan = type_.form->plan();
  std::vector<const FieldPlan*> absent;
  for (const FieldPlan& f : plan.fields) {
    if (f.python.empty()) continue;
    const std::string_view attribute = f.python;
    const Id id = Take(attribute);
    if (id == kNoId || IsNone(id)) {
      if (f.required && MemberOf<std::span<const std::byte>>(f, state).data() == nullptr)
        return Absent(attribute, "a value");
      // scikit-learn compares X's width with n_features_in_ where there is one, and None is no width.
      if (f.dim >= 0 && id != kNoId) return Unsupported(attribute, "None", "fit makes it a number, or leaves it out");
      if (f.dim >= 0) absent.push_back(&f);
      const bool is_real = f.base == reflection::BaseType::Float || f.base == reflection::BaseType::Double;
      if (f.kind == MemberKind::kScalar && is_real && IsUnset(f, state)) return Absent(attribute, "a number");
      continue;
    }
    if (f.kind == MemberKind::kScalar) {
      if (f.base == reflection::BaseType::Float || f.base == reflection::BaseType::Double) {
        ASSIGN_OR_RETURN(double v, Double(id, attribute));
        ByType(f.base, [&](auto zero) { MemberOf<decltype(zero)>(f, state) = static_cast<decltype(zero)>(v); });
        continue;
      }
      const bool is_flag = f.base == reflection::BaseType::Bool && graph()[id].kind != graph::Kind::kInt;
      int64_t v = 0;
      if (is_flag) {
        ASSIGN_OR_RETURN(v, Bool(id, attribute));
      } else {
        ASSIGN_OR_RETURN(v, Int(id, attribute));
      }
      StoreInt(f, state, v);
      if (LoadInt(f, state) != v) return Invalid(attribute, absl::StrCat(v), "a number that fits the field");
    } else if (f.kind == MemberKind::kStrings) {
      if (MemberOf<Strings>(f, state).data() != nullptr) continue;
      ASSIGN_OR_RETURN(Strings v, StringArray(id, attribute));
      if (f.rules.unique && HasTwins(v, arena_)) {
        return Unsupported(attribute, "the same name twice", "Rename the columns, fit and save again.");
      }
      MemberOf<Strings>(f, state) = v;
    } else if (f.kind == MemberKind::kTable && f.info == &InfoOf<Values>()) {
      ASSIGN_OR_RETURN(Values v, ValuesOf(id, attribute));
      MemberOf<Values>(f, state) = v;
    } else if (f.kind == MemberKind::kVector && f.element == reflection::BaseType::Double) {
      if (MemberOf<Array<double>>(f, state).data() != nullptr) continue;
      ASSIGN_OR_RETURN(NdArray<double> v, Doubles(id, attribute, OfField(plan, f)));
      RETURN_IF_ERROR(HasRank(*this, f, v.shape, id));
      MemberOf<Array<double>>(f, state) = v.values;
      BindDims(plan, f, v.shape, state);
      RETURN_IF_ERROR(HasRows(*this, plan, f, v.shape, id, state));
    } else if (f.kind == MemberKind::kVector && f.element == reflection::BaseType::Long) {
      if (MemberOf<Array<int64_t>>(f, state).data() != nullptr) continue;
      ASSIGN_OR_RETURN(NdArray<int64_t> v, Ints(id, attribute, OfField(plan, f)));
      RETURN_IF_ERROR(HasRank(*this, f, v.shape, id));
      MemberOf<Array<int64_t>>(f, state) = v.values;
      BindDims(plan, f, v.shape, state);
      RETURN_IF_ERROR(HasRows(*this, plan, f, v.shape, id, state));
    } else {
      return absl::InternalError(
          absl::StrCat(plan.table, ".", f.name, ": fields of this kind are not imported by name"));
    }
  }
  for (const FieldPlan* dim : absent) {
    if (LoadInt(*dim, state) == 0) SolveDim(plan, *dim, state);
    const bool demanded = dim->rules.min && dim->rules.min->integer > 0;
    if (demanded && LoadInt(*dim, state) == 0) return Absent(dim->python, "a number of columns");
  }
  return absl::OkStatus();
}

}  // namespace pratique
