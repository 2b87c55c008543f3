#include "estimators/ensemble/members.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class T>
Data Copied(const MatrixView<T>& view, size_t from, size_t to, Run& run) {
  const size_t cols = to - from;
  std::span<T> out = NewMatrix<T>(run, view.rows, cols);
  for (size_t i = 0; i < view.rows; ++i) std::copy_n(view.row(i) + from, cols, out.data() + i * cols);
  return MatrixView<T>{out, view.rows, cols, cols, view.dtype};
}

}  // namespace

std::string RoleOfMember(size_t i) { return absl::StrCat("estimators_[", i, "]"); }

absl::Status CheckRoles(const Children& children, std::span<const std::string> roles) {
  if (children.size() != roles.size())
    return Mismatch(absl::StrCat("has ", roles.size(), " estimators, but owns ", children.size(), " objects"));
  for (size_t i = 0; i < children.size(); ++i) {
    if (children.signatures[i].tree_block) return Mismatch(absl::StrCat(roles[i], " is not an estimator"));
    RETURN_IF_ERROR(children.CheckRole(i, roles[i]));
  }
  return absl::OkStatus();
}

absl::Status CheckMembers(const Children& children, size_t n, std::initializer_list<std::string_view> others) {
  std::vector<std::string> roles;
  for (size_t i = 0; i < n; ++i) roles.push_back(RoleOfMember(i));
  roles.insert(roles.end(), others.begin(), others.end());
  return CheckRoles(children, roles);
}

absl::StatusOr<Signature> SignatureOfX(std::span<const Signature> members) {
  Signature whole;
  for (size_t i = 0; i < members.size(); ++i) {
    const Signature& s = members[i];
    if (s.n_features_in && whole.n_features_in && *s.n_features_in != *whole.n_features_in)
      return Mismatch(
          absl::StrCat(RoleOfMember(i), " expects ", *s.n_features_in, " features, others ", *whole.n_features_in));
    if (!whole.n_features_in) whole.n_features_in = s.n_features_in;
    if (whole.feature_names.empty()) whole.feature_names = s.feature_names;
    whole.text_input |= s.text_input;
    whole.widest = std::max(whole.widest, s.widest);
  }
  return whole;
}

absl::StatusOr<std::span<const graph::Id>> ItemsOf(const ImportContext& context, graph::Id id,
                                                   std::string_view attribute) {
  if (context.IsNone(id)) return context.Absent(attribute, "a list");
  const graph::Node& node = context.graph()[id];
  if (node.kind == graph::Kind::kList || node.kind == graph::Kind::kTuple)
    return std::span<const graph::Id>(node.items);
  return context.Unsupported(attribute, "what is no list", "fit makes it a list.");
}

absl::StatusOr<uint32_t> TakeMembers(ImportContext& context) {
  ASSIGN_OR_RETURN(std::span<const graph::Id> members, ItemsOf(context, context.Take("estimators_"), "estimators_"));
  if (members.empty()) return context.Unsupported("estimators_", "an empty list", "fit makes at least one estimator.");
  for (size_t i = 0; i < members.size(); ++i) {
    context.Child(members[i], RoleOfMember(i));
    if (i == 1) context.SharesRows();
  }
  return static_cast<uint32_t>(members.size());
}

absl::Status CheckNumber(ImportContext& context, uint32_t n_members) {
  ASSIGN_OR_RETURN(const int64_t n, context.Int(context.Take("n_estimators"), "n_estimators"));
  if (n == n_members) return absl::OkStatus();
  return context.Unsupported("n_estimators", absl::StrCat(n),
                             absl::StrCat("estimators_ has ", n_members, ". Fit it again, or set it back."));
}

absl::Status CheckTemplate(ImportContext& context) {
  const graph::Id id = context.Take("estimator");  // base_estimator until 1.1
  if (context.IsNone(id) || context.graph()[id].kind == graph::Kind::kObject) return absl::OkStatus();
  return context.Unsupported("estimator", "what is no estimator", "It is an estimator, or None.");
}

absl::StatusOr<Array<Values>> TakeClasses(ImportContext& context, graph::Id id, std::string_view attribute) {
  std::span<Values> classes = context.arena().New<Values>(1);
  ASSIGN_OR_RETURN(classes[0], context.ValuesOf(id, attribute));
  return Array<Values>(classes);
}

std::optional<Violation> CheckLabels(const Values& values, std::string_view field, size_t least) {
  if (auto v = values.Invariant(field)) return v;
  const std::string name(field);
  if (values.missing != fb::Missing::No)
    return Violation{name + ".missing", "labels", fb::EnumNameMissing(values.missing), "No"};
  if (values.size() >= least) return std::nullopt;
  return Violation{name, "labels", absl::StrCat(values.size(), " classes"), absl::StrCat("at least ", least)};
}

bool IsClassifier(const Signature& signature) { return signature.classes.size() == 1; }

bool AreEncoded(const Values& labels, size_t n) {
  return labels.dtype == fb::DType::Int64 &&
         std::ranges::all_of(labels.ints, [&](int64_t k) { return k >= 0 && static_cast<uint64_t>(k) < n; });
}

absl::Status NotReproduced(std::string message) {
  return ToStatus({.stage = Stage::kValidate,
                   .reason = Reason::kUnsupported,
                   .code = "state.unsupported_value",
                   .message = std::move(message),
                   .help = "scikit-learn can fit this; pratique does not reproduce it."});
}

absl::StatusOr<Data> MemberCalls::AskNext(size_t i, Method method, const Data& X) {
  absl::StatusOr<Data> answer = run_.children()[i]->Call(method, X, inner_);
  // What the greediest call took counts as taken by this one.
  if (scratch_.charged() > most_) {
    run_.arena.Charge(scratch_.charged() - most_);
    most_ = scratch_.charged();
  }
  return answer;
}

bool IsFloat32(const Data& data) { return std::holds_alternative<MatrixView<float>>(data); }

absl::Status CopyColumn(const Data& answer, size_t column, std::span<double> to, size_t stride) {
  if (column >= Cols(answer)) return absl::InternalError("an answer of unexpected width");
  return WithDense(answer, [&](const auto& view) {
    for (size_t i = 0; i < view.rows; ++i) to[i * stride] = static_cast<double>(view(i, column));
  });
}

absl::StatusOr<Data> Kept(const Data& answer, size_t from, size_t to, Run& run) {
  if (from > to || to > Cols(answer)) return absl::InternalError("an answer of unexpected width");
  Data kept;
  RETURN_IF_ERROR(WithDense(answer, [&](const auto& view) { kept = Copied(view, from, to, run); }));
  return kept;
}

bool HasNumbersAsLabels(const Signature& signature) {
  return std::ranges::all_of(signature.classes, [&](const Values& labels) {
    return labels.dtype == signature.classes[0].dtype &&
           (labels.dtype == fb::DType::Int64 || labels.dtype == fb::DType::Float64);
  });
}

absl::StatusOr<Data> WithLabels(const Data& predicted, const Signature& signature, Run& run) {
  if (signature.classes.empty()) return Kept(predicted, 0, Cols(predicted), run);
  const auto* indexes = std::get_if<MatrixView<double>>(&predicted);
  if (indexes == nullptr || indexes->cols != signature.classes.size())
    return absl::InternalError("one class index an output was expected");
  const size_t rows = indexes->rows, cols = indexes->cols;
  const auto labels = [&]<class T>(Array<T> Values::* list) -> Data {
    std::span<T> out = NewMatrix<T>(run, rows, cols);
    for (size_t k = 0; k < cols; ++k) {
      const Array<T>& of_output = signature.classes[k].*list;
      // The index is one of the member's own classes: predict gave it.
      for (size_t i = 0; i < rows; ++i) out[i * cols + k] = of_output[static_cast<size_t>((*indexes)(i, k))];
    }
    return MatrixView<T>{out, rows, cols, cols};
  };
  return signature.classes[0].IsFloat() ? labels(&Values::floats) : labels(&Values::ints);
}

RunningSum::RunningSum(size_t rows, size_t cols, bool wide, Run& run) : rows_(rows), cols_(cols), wide_(wide) {
  wide_sum_ = run.arena.New<double>(rows * cols);
  if (!wide) narrow_sum_ = run.arena.New<float>(rows * cols);
}

absl::Status RunningSum::Add(const Data& answer, std::span<const int64_t> positions) {
  if (Rows(answer) != rows_ || Cols(answer) != (positions.empty() ? cols_ : positions.size()))
    return absl::InternalError("an answer of unexpected shape");
  if (!wide_ && !IsFloat32(answer)) {
    std::ranges::copy(narrow_sum_, wide_sum_.begin());
    wide_ = true;
  }
  return WithDense(answer, [&](const auto& view) {
    const auto add = [&]<class T>(std::span<T> sum) {
      for (size_t i = 0; i < rows_; ++i) {
        T* row = sum.data() + i * cols_;
        for (size_t j = 0; j < view.cols; ++j) row[positions.empty() ? j : positions[j]] += static_cast<T>(view(i, j));
      }
    };
    wide_ ? add(wide_sum_) : add(narrow_sum_);
  });
}

Data RunningSum::DividedBy(double divisor, Run& run) const {
  const auto divided = [&]<class T>(std::span<T> sum) -> Data {
    std::span<T> out = NewMatrix<T>(run, rows_, cols_);
    std::ranges::transform(sum, out.begin(), [&](T x) { return x / static_cast<T>(divisor); });
    return MatrixView<T>{out, rows_, cols_, cols_};
  };
  return wide_ ? divided(wide_sum_) : divided(narrow_sum_);
}

Data RunningSum::data() const {
  if (wide_) return MatrixView<double>{wide_sum_, rows_, cols_, cols_};
  return MatrixView<float>{narrow_sum_, rows_, cols_, cols_};
}

absl::StatusOr<GivenMembers> TakeGiven(ImportContext& context, uint32_t n_members) {
  ASSIGN_OR_RETURN(std::span<const graph::Id> parts, ItemsOf(context, context.Take("estimators"), "estimators"));
  GivenMembers given;
  std::vector<std::string_view> names;
  for (graph::Id part : parts) {
    const graph::Node& pair = context.graph()[part];
    if ((pair.kind != graph::Kind::kTuple && pair.kind != graph::Kind::kList) || pair.items.size() != 2)
      return context.Unsupported("estimators", "an element that is no pair",
                                 "They are pairs of a name and an estimator.");
    given.kept.push_back(!IsDrop(context, pair.items[1]));
    if (!given.kept.back()) continue;
    ASSIGN_OR_RETURN(names.emplace_back(), context.String(pair.items[0], "estimators"));
  }
  if (names.size() == n_members) given.names = Keep(context, names);
  return given;
}

absl::StatusOr<Strings> NamesOfMembers(Strings members, std::span<const size_t> numbers, FeatureNames& names) {
  RETURN_IF_ERROR(names.CheckGiven());
  if (members.data() == nullptr) return absl::NotFoundError("estimators does not name those that were fitted");
  std::vector<std::string_view> out;
  for (size_t i = 0; i < members.size(); ++i) {
    const std::string_view name = names.Join(names.ClassName(), "_", members[i]);
    if (numbers[i] == 0) out.push_back(name);
    for (size_t k = 0; k < numbers[i]; ++k) out.push_back(names.Join(name, absl::StrCat(k)));
  }
  std::span<std::string_view> kept = names.New(out.size());
  std::ranges::copy(out, kept.begin());
  return Strings(kept);
}

}  // namespace pratique
