#include "pratique/model.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>
#include <stdexcept>
#include <variant>

#include "absl/strings/str_cat.h"
#include "container/storage.h"
#include "model/blocks.h"
#include "model/check_array.h"
#include "model/feature_names.h"
#include "model/graph.h"
#include "model/input_error.h"
#include "model/output.h"
#include "model/pace.h"
#include "status_macros.h"
#include "validate/states.h"

namespace pratique {
namespace {

constexpr std::string_view kMethodNames[kMethods] = {
    "predict",           "predict_proba", "predict_log_proba", "decision_function",    "transform",
    "inverse_transform", "apply",         "decision_path",     "score_samples",        "kneighbors",
    "predict_std",       "mahalanobis",   "staged_predict",    "staged_predict_proba", "staged_decision_function",
    "predict_cov"};

// Columns of what `s` takes and gives, for one row; nullopt: they follow from its input.
std::optional<uint64_t> ColumnsOfRow(const Signature& s) {
  if (s.tree_block) return 0;  // read by its owner, with the owner's rows
  if (!s.n_features_in || (s.Has(Method::kTransform) && !s.n_features_out)) return std::nullopt;
  uint64_t columns = std::max(*s.n_features_in, s.widest);
  for (Method method : s.methods) columns = std::max<uint64_t>(columns, ColumnsOf(method, s));
  return columns;
}

// Memory for the intermediate results of one call after the other on a thread: to get it from the system each time
// takes longer than many a call does. What takes much of it gives it back.
class ReusedArena {
 public:
  ReusedArena() : arena(std::move(Spare())) {}
  ~ReusedArena() {
    if (most_memory <= kKept) Spare() = std::move(arena);
  }
  ReusedArena(const ReusedArena&) = delete;
  ReusedArena& operator=(const ReusedArena&) = delete;

  Arena arena;
  size_t most_memory = SIZE_MAX;  // that was used of it; whoever used it says so

 private:
  static constexpr size_t kKept = size_t{2} << 20;
  static Arena& Spare() {
    thread_local Arena spare;
    return spare;
  }
};

absl::Status OutOfMemory() {
  return ToStatus(
      {.stage = Stage::kNone, .reason = Reason::kLimit, .code = "limit.memory", .message = "out of memory"});
}

// Of one element of a result: a label is text as long as the file made it.
uint64_t BytesOfCell(Method method, const Signature& s) {
  uint64_t bytes = sizeof(double);
  for (size_t k = 0; GivesLabels(method, s) && k < s.classes.size(); ++k) {
    for (std::string_view label : s.classes[k].strings)
      bytes = std::max<uint64_t>(bytes, sizeof(std::string) + label.size());
  }
  return bytes;
}

absl::Status TooLarge(size_t rows, size_t cols, const Limits& limits) {
  return ToStatus(
      {.stage = Stage::kNone,
       .reason = Reason::kLimit,
       .code = "limit.memory",
       .got = absl::StrCat(rows, " rows of ", cols, " columns"),
       .expected = absl::StrCat("at most ", limits.memory, " bytes"),
       .message = absl::StrCat("a result of ", rows, " rows and ", cols, " columns passes the limit memory"),
       .help = "Give fewer rows at once, or raise limits.memory in the policy."});
}

// Several results or none dense: the one-line forms cannot give them.
absl::StatusOr<Matrix> OnlyArray(absl::StatusOr<Output> output) {
  if (!output.ok()) return output.status();
  if (output->arrays.size() != 1) return BadInput("input.method", "the result is not one dense array: use Run");
  return std::move(output->arrays[0]);
}

}  // namespace

std::string_view Name(Method method) { return kMethodNames[static_cast<size_t>(method)]; }
std::optional<Method> MethodByName(std::string_view name) {
  for (size_t m = 0; m < kMethods; ++m) {
    if (kMethodNames[m] == name) return static_cast<Method>(m);
  }
  return std::nullopt;
}

absl::StatusOr<Data> Estimator::Call(Method method, const Data& X, Run& run, ResultRows* result) const {
  const MethodFn fn = type->form->methods[static_cast<size_t>(method)];
  if (fn == nullptr)
    return absl::InternalError(absl::StrCat(std::string(type->name), " has no ", std::string(Name(method))));
  Run inner{run.arena, run.limits, this, run.first_row, run.n_rows, result};
  return fn(state, X, inner);
}

absl::StatusOr<Model> Build(Validated validated) try {
  const States& states = validated.states();
  const auto classes = validated.audited().classes();
  auto graph = std::make_shared<Graph>();
  graph->estimators.resize(classes.size());
  graph->children.resize(classes.size());
  graph->prepared.SetLimit(validated.audited().file().storage().limits.memory);
  bool known = true;
  for (size_t i = 0; i < classes.size(); ++i) {
    for (uint32_t child : states.children[i]) graph->children[i].push_back(&graph->estimators[child]);
    graph->estimators[i] = {classes[i], states.states[i], &states.signatures[i], graph->children[i]};
    if (const auto prepare = classes[i]->form->prepare; prepare != nullptr)
      graph->estimators[i].prepared = prepare(states.states[i], graph->prepared);
    const std::optional<uint64_t> columns = ColumnsOfRow(states.signatures[i]);
    known &= columns.has_value();
    graph->solves_together |= states.signatures[i].solves_together;
    graph->columns += columns.value_or(0);
  }
  if (!known) graph->columns = 0;
  return Model(std::move(validated), std::move(graph));
} catch (const std::bad_alloc&) {
  return OutOfMemory();
}

absl::StatusOr<Output> Model::Run(Method method, const Data& X, size_t first_row) const {
  return Run(method, X, PredictOptions{.first_row = first_row});
}

absl::StatusOr<Output> Model::Run(Method method, const Data& X, const PredictOptions& options) const try {
  ReusedArena reused;
  OutputBuilder builder(method, *graph_->root().signature, Rows(X), options.text_as_indexes);
  Limits limits = validated_.audited().file().storage().limits;
  limits.memory = std::min(limits.memory, options.memory);
  const uint64_t most_cells = limits.memory / BytesOfCell(method, *graph_->root().signature);
  const auto is_too_large = [&](size_t cols) { return Rows(X) > most_cells / std::max<size_t>(1, cols); };
  const auto take = [&](const Data& block, size_t row) -> absl::Status {
    // The first block says how wide the result is: what all of it takes is refused before it is begun.
    if (row == 0 && !IsSparse(block) && is_too_large(Cols(block))) return TooLarge(Rows(X), Cols(block), limits);
    return builder.Append(block, row);
  };
  const auto place = [&](DType dtype, size_t row, size_t cols) {
    return is_too_large(cols) ? nullptr : builder.PlaceOf(dtype, row, cols);
  };
  ASSIGN_OR_RETURN(reused.most_memory, RunInBlocks(*graph_, limits, method, X, options, take, place, reused.arena));
  return builder.Finish();
} catch (const std::bad_alloc&) {
  return OutOfMemory();
} catch (const std::length_error&) {
  return OutOfMemory();
}

absl::StatusOr<Matrix> Model::Predict(const Data& X) const { return OnlyArray(Run(Method::kPredict, X)); }
absl::StatusOr<Matrix> Model::PredictProba(const Data& X) const { return OnlyArray(Run(Method::kPredictProba, X)); }
absl::StatusOr<Matrix> Model::DecisionFunction(const Data& X) const {
  return OnlyArray(Run(Method::kDecisionFunction, X));
}
absl::StatusOr<Matrix> Model::Transform(const Data& X) const { return OnlyArray(Run(Method::kTransform, X)); }

Model::Scratch::Scratch() : arena_(std::make_unique<Arena>()) {}
Model::Scratch::~Scratch() = default;
Model::Scratch::Scratch(Scratch&&) noexcept = default;
Model::Scratch& Model::Scratch::operator=(Scratch&&) noexcept = default;

absl::Status Model::PredictInto(Method method, const Data& X, std::span<double> out, Scratch& scratch) const try {
  const size_t cols = method == Method::kPredictCov ? Rows(X) * n_outputs() : n_columns(method);
  if (out.size() != Rows(X) * cols) {
    return BadInput("input.out",
                    absl::StrCat("out has ", out.size(), " elements, the result has ", Rows(X), " x ", cols));
  }
  if (scratch.arena_ == nullptr) scratch = Scratch();  // it was moved from
  const Limits& limits = validated_.audited().file().storage().limits;
  const auto take = [&](const Data& block, size_t first_row) -> absl::Status {
    return std::visit(
        [&](const auto& m) -> absl::Status {
          if constexpr (requires { m.row_stride; }) {
            if (m.cols != cols) return absl::InternalError("a result of unexpected width");
            double* to = out.data() + first_row * cols;
            if (m.data.data() == static_cast<const void*>(to)) return absl::OkStatus();
            for (size_t i = 0; i < m.rows; ++i) std::copy_n(m.row(i), cols, to + i * cols);
            return absl::OkStatus();
          } else {
            return BadInput("input.method", "the result is not dense: use Run");
          }
        },
        block);
  };
  const auto place = [&](DType dtype, size_t row, size_t columns) -> void* {
    return dtype == DType::kFloat64 && columns == cols ? out.data() + row * cols : nullptr;
  };
  return RunInBlocks(*graph_, limits, method, X, {}, take, place, *scratch.arena_).status();
} catch (const std::bad_alloc&) {
  return OutOfMemory();
} catch (const std::length_error&) {
  return OutOfMemory();
}

void Estimator::Columns(std::span<Takes> columns) const {
  if (type->form->takes != nullptr) return type->form->takes(state, *this, columns);
  std::ranges::fill(columns, signature->text_input ? Takes::kAnything : Takes::kNumbers);
}

std::vector<Takes> Model::takes() const {
  std::vector<Takes> columns(n_features());
  graph_->root().Columns(columns);
  return columns;
}

absl::StatusOr<std::vector<std::string>> Model::FeatureNamesOut() const try {
  constexpr size_t kFree = size_t{1} << 20, kFactor = 64;
  if (!Has(Method::kTransform))
    return absl::NotFoundError(absl::StrCat(std::string(graph_->root().type->short_name()), " has no transform"));
  FeatureNames names(graph_->root(), kFree + kFactor * validated_.audited().file().size());
  ASSIGN_OR_RETURN(const Strings all, names.OfRoot());
  return std::vector<std::string>(all.begin(), all.end());
} catch (const Arena::OverLimit&) {
  return absl::ResourceExhaustedError("the names of columns are much longer than the file");
} catch (const std::bad_alloc&) {
  return OutOfMemory();
}

bool Model::takes_all_rows(Method method) const { return graph_->TakesAllRows(method); }
RowsAre Model::rows_are(Method method) const { return RowsOf(method, *graph_->root().signature); }
bool Model::Has(Method method) const { return graph_->root().signature->Has(method); }
std::string_view Model::type() const { return graph_->root().type->name; }
size_t Model::n_features() const { return graph_->root().signature->n_features_in.value_or(0); }
std::span<const std::string_view> Model::feature_names() const { return graph_->root().signature->feature_names; }
size_t Model::n_outputs() const { return graph_->root().signature->n_outputs; }
Matrix Model::classes(size_t output) const {
  const Signature& s = *graph_->root().signature;
  return output < s.classes.size() ? LabelsOf(s.classes[output]) : Matrix(DType::kFloat64, {0});
}
std::span<const int64_t> Model::n_nodes_ptr() const { return graph_->root().signature->n_nodes_ptr; }
size_t Model::n_columns(Method method) const { return ColumnsOf(method, *graph_->root().signature); }

}  // namespace pratique
