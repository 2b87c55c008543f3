#include "pratique/model.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "container/storage.h"
#include "data/dtype.h"
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

// Rows of one block: many enough for the kernels to hide latency, few enough for intermediate results to stay in cache,
// and for a file that promises millions of columns, or of steps, not to take gigabytes.
Pace BlocksOf(const Graph& graph, const Limits& limits) {
  constexpr uint64_t kMost = 2048, kCells = uint64_t{1} << 20, kBytes = uint64_t{16} << 20;
  const uint64_t first = graph.columns == 0 ? 1 : std::clamp<uint64_t>(kCells / graph.columns, 1, kMost);
  return {first, kMost, std::min(kBytes, limits.memory / 4)};
}

// A column that a row of CSR names twice. Rows are sorted as a rule; only one that is not takes memory, and then its
// own.
std::optional<int32_t> Twice(std::span<const int32_t> row, std::vector<int32_t>& scratch) {
  const int32_t* columns = row.data();
  int unsorted = 0;
  for (size_t i = 1; i < row.size(); ++i) unsorted |= columns[i - 1] >= columns[i];
  if (unsorted == 0) return std::nullopt;
  scratch.assign(row.begin(), row.end());
  std::ranges::sort(scratch);
  const auto twice = std::ranges::adjacent_find(scratch);
  return twice == scratch.end() ? std::nullopt : std::optional(*twice);
}

// Whether the columns of every row ascend from 0 or more to less than x.cols. What indptr says lies in indices.
template <class T>
bool AllAscend(const CsrView<T>& x) {
  const int32_t* columns = x.indices.data();
  const int64_t begin = x.indptr[0], end = x.indptr[x.rows];
  // All rows at once: where they do not ascend, a row has to begin.
  uint64_t not_ascending = 0;
  for (int64_t e = begin + 1; e < end;) {
    const int64_t stop = std::min(end, e + (int64_t{1} << 20));
    uint32_t some = 0;
    for (; e < stop; ++e) some += columns[e - 1] >= columns[e];
    not_ascending += some;
  }
  bool inside = true;
  for (size_t i = 0; i < x.rows; ++i) {
    const int64_t first = x.indptr[i], behind = x.indptr[i + 1];
    if (first == behind) continue;
    if (first != begin) not_ascending -= columns[first - 1] >= columns[first];
    inside &= columns[first] >= 0 && static_cast<uint64_t>(columns[behind - 1]) < x.cols;
  }
  return inside && not_ascending == 0;
}

// A view handed in by a caller is checked once: the kernels index by what it says.
template <class T>
absl::Status CheckCsr(const CsrView<T>& x) {
  const auto bad = [](std::string message) { return BadInput("input.csr", std::move(message)); };
  if (x.indptr.empty() || x.indptr.size() - 1 != x.rows || x.indices.size() != x.data.size()) {
    return BadInput("input.csr", "CSR: indptr, indices and data disagree in size",
                    absl::StrCat(x.indptr.size(), " of indptr, ", x.indices.size(), " indices, ", x.data.size(),
                                 " of data, ", x.rows, " rows"),
                    "indptr one longer than the rows, as many indices as data");
  }
  // Every end is checked before any row is read: one in the middle can be beyond the last.
  for (size_t i = 0; i < x.rows; ++i) {
    if (x.indptr[i] > x.indptr[i + 1]) return bad(absl::StrCat("CSR: indptr decreases at row ", i));
  }
  if (x.indptr[0] < 0 || x.indptr[x.rows] > static_cast<int64_t>(x.indices.size()))
    return bad("CSR: indptr points outside of data");
  if (x.cols > uint64_t{1} << 31)
    return bad(absl::StrCat("CSR: ", x.cols, " columns are more than int32 indexes reach"));
  if (AllAscend(x)) return absl::OkStatus();
  std::vector<int32_t> scratch;
  for (size_t i = 0; i < x.rows; ++i) {
    const std::span<const int32_t> row = x.indices.subspan(x.indptr[i], x.indptr[i + 1] - x.indptr[i]);
    for (const int32_t j : row) {
      if (j < 0 || static_cast<size_t>(j) >= x.cols)
        return bad(absl::StrCat("CSR: row ", i, ": index ", j, " is not below ", x.cols));
    }
    if (const auto j = Twice(row, scratch))
      return bad(absl::StrCat("CSR: row ", i, ": column ", *j, " occurs twice; sum duplicates first"));
  }
  return absl::OkStatus();
}

template <class T>
absl::Status CheckDense(const MatrixView<T>& x) {
  if (x.row_stride < x.cols) {
    return BadInput("input.stride", "X: the row stride is smaller than a row", absl::StrCat(x.row_stride),
                    absl::StrCat("at least ", x.cols));
  }
  if (x.row_stride > PTRDIFF_MAX / sizeof(T) / x.rows)
    return BadInput("input.stride", "X: its rows are more than an address space holds");
  const size_t needed = (x.rows - 1) * x.row_stride + x.cols;
  if (x.data.size() < needed) {
    return BadInput("input.extent",
                    absl::StrCat("X: ", x.rows, " rows of ", x.cols, " columns need ", needed, " elements, but ",
                                 x.data.size(), " are given"),
                    absl::StrCat(x.data.size(), " elements"), absl::StrCat("at least ", needed));
  }
  return absl::OkStatus();
}

// What the view carries is of the dtype that it names.
template <class T>
absl::Status CheckDType(DType dtype) {
  const bool carried = dtype != DType::kString && dtype <= DType::kFloat16 &&
                       WithCarrier(dtype, [](auto tag) { return std::is_same_v<typename decltype(tag)::type, T>; });
  if (carried) return absl::OkStatus();
  return BadInput("input.dtype", absl::StrCat("X: ", std::string(Name(kDTypeOf<T>)), " does not carry an array of ",
                                              std::string(Name(dtype))));
}

absl::Status CheckRecords(const FrameView& frame) {
  const Records& records = *frame.records;
  const auto bad = [](std::string message) { return BadInput("input.records", std::move(message)); };
  if (!frame.columns.empty()) return bad("a frame has columns, or records");
  if (records.offsets.empty() || records.offsets.size() - 1 != frame.rows)
    return bad(absl::StrCat("records: ", records.offsets.size(), " offsets for ", frame.rows, " rows"));
  for (size_t i = 0; i < frame.rows; ++i) {
    if (records.offsets[i] > records.offsets[i + 1]) return bad(absl::StrCat("records: offsets decrease at row ", i));
  }
  if (records.offsets[0] < 0 || records.offsets[frame.rows] > static_cast<int64_t>(records.items.size()))
    return bad("records: offsets point outside of the items");
  return absl::OkStatus();
}

absl::Status CheckFrame(const FrameView& frame) {
  if (frame.records) return CheckRecords(frame);
  for (const Column& c : frame.columns) {
    if (c.dtype > DType::kFloat16)
      return BadInput("input.dtype",
                      absl::StrCat("column '", Escape(c.name), "' has no dtype: ", static_cast<int>(c.dtype)));
    const size_t size =
        c.dtype == DType::kString ? c.strings.size() : WithNumbers(c, [](auto cells) { return cells.size(); });
    if (size != frame.rows || (!c.marks.empty() && c.marks.size() != frame.rows)) {
      const size_t rows = size != frame.rows ? size : c.marks.size();
      return BadInput("input.frame",
                      absl::StrCat("column '", Escape(c.name), "' has ", rows, " rows, the frame has ", frame.rows),
                      absl::StrCat(rows, " rows"), absl::StrCat(frame.rows));
    }
    const bool of_objects = c.cells == CellsAre::kObjects && c.dtype == DType::kFloat64;
    if (!c.marks.empty() && c.dtype != DType::kString && c.dtype != DType::kBool && !of_objects) {
      return BadInput("input.frame", absl::StrCat("column '", Escape(c.name), "' of ", std::string(Name(c.dtype)),
                                                  " has marks of missing cells: NaN is missing, integers never are"));
    }
    if (std::ranges::any_of(c.marks, [](uint8_t mark) { return mark > kCellInteger; }))
      return BadInput("input.frame", absl::StrCat("column '", Escape(c.name), "' has a mark that is none"));
  }
  return absl::OkStatus();
}

template <template <class> class View, class T>
absl::Status CheckNumbers(const View<T>& x) {
  RETURN_IF_ERROR(CheckDType<T>(x.dtype));
  if constexpr (std::is_same_v<View<T>, CsrView<T>>)
    return x.dtype == DType::kFloat16 ? BadInput("input.dtype", "CSR: scipy computes with no float16") : CheckCsr(x);
  else
    return CheckDense(x);
}

// Every view against the memory that the caller gave with it, before anything is read through it.
absl::Status CheckView(const Data& X, RowsAre wanted, const Limits& limits) {
  if (Rows(X) == 0) return BadInput("input.empty", "X has no rows");
  if (Rows(X) > limits.rows)
    return BadInput("input.rows", absl::StrCat("X has ", Rows(X), " rows, the limit is ", limits.rows));
  const auto* frame = std::get_if<FrameView>(&X);
  const bool records = frame != nullptr && frame->records;
  if (records && wanted != RowsAre::kRecords)
    return BadInput("input.records", "X is records (dicts or lists), but the model takes columns", "records",
                    "columns");
  if (Cols(X) == 0 && !records) return BadInput("input.empty", "X has no columns");
  return std::visit(
      [&](const auto& x) -> absl::Status {
        using V = std::decay_t<decltype(x)>;
        if constexpr (std::is_same_v<V, FrameView>)
          return CheckFrame(x);
        else
          return CheckNumbers(x);
      },
      X);
}

// A slice of CSR by itself: its offsets begin at 0, and there are no entries but its own, which a kernel may copy.
Data ByItself(const Data& slice, Arena& arena) {
  return std::visit(
      [&]<class View>(const View& x) -> Data {
        if constexpr (requires { x.indptr; }) {
          View own = x;
          const int64_t begin = x.indptr[0];
          const auto n = static_cast<size_t>(x.indptr[x.rows] - begin);
          std::span<int64_t> indptr = arena.NewUninitialized<int64_t>(x.rows + 1);
          for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
          own.indptr = indptr;
          own.indices = x.indices.subspan(static_cast<size_t>(begin), n);
          own.data = x.data.subspan(static_cast<size_t>(begin), n);
          return own;
        } else {
          return x;
        }
      },
      slice);
}

// Runs `method` block by block and hands each result to `take(data, row of X)`, in the order of rows.
template <class Take>
class BlockRun {
 public:
  BlockRun(const Graph& graph, const Limits& limits, Method method, const Data& X, size_t first_row, Take take)
      : graph_(graph), limits_(limits), method_(method), X_(X), first_row_(first_row), rows_(Rows(X)), take_(take) {}

  // The caller's thread does it, with `arena`, and threads - 1 others; the first error in the order of rows ends it.
  absl::Status Run(size_t threads, Arena& arena) {
    RETURN_IF_ERROR(Check());
    // So many rows at a time that no thread is left with much when the others are done.
    if (threads > 1 && !IsOfAllRows(method_)) share_ = std::max<size_t>(64, rows_ / (4 * threads));
    std::vector<std::jthread> others;
    try {
      for (size_t i = 1; i < std::min(threads, rows_ / share_ + 1); ++i) {
        others.emplace_back([this] {
          Arena own;
          Work(own);
        });
      }
    } catch (const std::system_error&) {
      // As many as there are do it.
    }
    most_memory_ = Work(arena);
    others.clear();  // joins
    if (thrown_) std::rethrow_exception(thrown_);
    return status_;
  }

  // What a block of the caller's thread took of its arena at most.
  size_t most_memory() const { return most_memory_; }

 private:
  absl::Status Check() const {
    const Estimator& root = graph_.root();
    if (!root.signature->Has(method_)) {
      return ToStatus({.stage = Stage::kNone,
                       .reason = Reason::kUnsupported,
                       .code = "input.method",
                       .message = root.signature->methods.empty()
                                      ? absl::StrCat(std::string(root.type->short_name()),
                                                     " has nothing to run on new rows: inspect shows what fit found")
                                      : absl::StrCat(std::string(root.type->short_name()), " has no method ",
                                                     std::string(Name(method_))),
                       .help = root.signature->methods.empty() ? std::string(root.type->refuses) : std::string()});
    }
    RETURN_IF_ERROR(CheckView(X_, RowsOf(method_, *root.signature), limits_));
    if (IsOfAllRows(method_) && (rows_ > kMostRowsAtOnce || first_row_ != 0)) {
      return BadInput(
          "input.batch",
          absl::StrCat(std::string(Name(method_)), " gives a number for each row of X with each, of at most ",
                       kMostRowsAtOnce, " rows at once"),
          absl::StrCat(first_row_ + rows_, " rows or more"), absl::StrCat("at most ", kMostRowsAtOnce));
    }
    return absl::OkStatus();
  }

  // Returns what a block took of the arena at most.
  size_t Work(Arena& arena) {
    const bool whole = IsOfAllRows(method_);
    Pace pace = whole ? Pace(rows_, rows_, limits_.memory) : BlocksOf(graph_, limits_);
    std::vector<Column> columns;
    size_t most = 0;
    arena.SetLimit(limits_.memory);
    for (size_t begin = 0, end = 0;;) {
      if (begin == end && !TakeRows(pace.rows(), begin, end)) return most;
      const size_t block = std::min(pace.rows(), end - begin);
      try {
        arena.Reset();
        pratique::Run run{arena, limits_, &graph_.root(), first_row_ + begin, rows_};
        const Data slice = block == rows_ ? X_ : ByItself(Slice(X_, begin, begin + block, columns), arena);
        const absl::StatusOr<Data> result = graph_.root().Call(method_, slice, run);
        most = std::max(most, arena.total());
        if (!Finish(begin, block, result)) return most;
      } catch (const Arena::OverLimit&) {
        most = SIZE_MAX;
        if (!whole && pace.Fewer()) continue;
        Throw(begin);
        return SIZE_MAX;
      } catch (...) {
        Throw(begin);
        return SIZE_MAX;
      }
      begin += block;
      pace.Took(block, arena.charged());
    }
  }

  // The next rows that nobody has taken; false at the end.
  bool TakeRows(size_t most, size_t& begin, size_t& end) {
    std::unique_lock lock(mutex_);
    if (failed_ || next_ == rows_) return false;
    begin = next_;
    end = next_ = begin + std::min({most, share_, rows_ - begin});
    return true;
  }

  // Waits until all rows before are finished; false when one of them failed.
  bool Turn(std::unique_lock<std::mutex>& lock, size_t begin) {
    turn_.wait(lock, [&] { return failed_ || finished_ == begin; });
    return !failed_;
  }

  bool Finish(size_t begin, size_t block, const absl::StatusOr<Data>& result) {
    std::unique_lock lock(mutex_);
    if (!Turn(lock, begin)) return false;
    status_ = result.ok() ? take_(*result, begin) : result.status();
    failed_ = !status_.ok();
    finished_ = begin + block;
    turn_.notify_all();
    return !failed_;
  }

  void Throw(size_t begin) {
    std::unique_lock lock(mutex_);
    if (!Turn(lock, begin)) return;
    thrown_ = std::current_exception();
    failed_ = true;
    turn_.notify_all();
  }

  const Graph& graph_;
  const Limits& limits_;
  const Method method_;
  const Data& X_;
  const size_t first_row_, rows_;
  Take take_;
  size_t share_ = SIZE_MAX;
  size_t most_memory_ = 0;

  std::mutex mutex_;  // of all below
  std::condition_variable turn_;
  size_t next_ = 0, finished_ = 0;  // rows taken, rows done
  bool failed_ = false;
  absl::Status status_;
  std::exception_ptr thrown_;
};

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

absl::StatusOr<Data> Estimator::Call(Method method, const Data& X, Run& run) const {
  const MethodFn fn = type->form->methods[static_cast<size_t>(method)];
  if (fn == nullptr)
    return absl::InternalError(absl::StrCat(std::string(type->name), " has no ", std::string(Name(method))));
  Run inner{run.arena, run.limits, this, run.first_row, run.n_rows};
  return fn(state, X, inner);
}

absl::StatusOr<Model> Build(Validated validated) try {
  const States& states = validated.states();
  const auto classes = validated.audited().classes();
  auto graph = std::make_shared<Graph>();
  graph->estimators.resize(classes.size());
  graph->children.resize(classes.size());
  bool known = true;
  for (size_t i = 0; i < classes.size(); ++i) {
    for (uint32_t child : states.children[i]) graph->children[i].push_back(&graph->estimators[child]);
    graph->estimators[i] = {classes[i], states.states[i], &states.signatures[i], graph->children[i]};
    const std::optional<uint64_t> columns = ColumnsOfRow(states.signatures[i]);
    known &= columns.has_value();
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
  const Limits& limits = validated_.audited().file().storage().limits;
  const auto take = [&](const Data& block, size_t row) -> absl::Status {
    // The first block says how wide the result is: what all of it takes is refused before it is begun.
    if (row == 0 && !IsSparse(block) &&
        Rows(X) > limits.memory / BytesOfCell(method, *graph_->root().signature) / std::max<size_t>(1, Cols(block))) {
      return TooLarge(Rows(X), Cols(block), limits);
    }
    return builder.Append(block, row);
  };
  BlockRun run(*graph_, limits, method, X, options.first_row, take);
  RETURN_IF_ERROR(run.Run(options.threads, reused.arena));
  reused.most_memory = run.most_memory();
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
  const size_t cols = IsOfAllRows(method) ? Rows(X) * n_outputs() : n_columns(method);
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
            for (size_t i = 0; i < m.rows; ++i) std::copy_n(m.row(i), cols, out.data() + (first_row + i) * cols);
            return absl::OkStatus();
          } else {
            return BadInput("input.method", "the result is not dense: use Run");
          }
        },
        block);
  };
  return BlockRun(*graph_, limits, method, X, 0, take).Run(1, *scratch.arena_);
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
